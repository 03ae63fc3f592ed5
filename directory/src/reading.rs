//! A name as it was read, cut into words, each with the words that it may have been.

use std::collections::HashMap;

use crate::index::{Index, Name};
use crate::words::{Sort, sort, words, written_out};

/// What it costs when a word stands on the paper and not in the name: a part of a service next to nothing, a word for
/// what it is a little, any other as much as it tells. The two numbers of the last were set on seed 1 (`eval services`).
const EXTRA_DEPARTMENT: f64 = 0.4;
const EXTRA_GENERIC: f64 = 0.9;
const EXTRA_TELLING: (f64, f64) = (2.0, 0.45);
/// The same when it is a word of the service's address.
const EXTRA_PLACE: f64 = 0.5;
/// What it costs when a word of the name is not on the paper.
const OMITTED_DEPARTMENT: f64 = 0.6;
const OMITTED_GENERIC: f64 = 0.7;
const OMITTED_TELLING: (f64, f64) = (1.5, 0.35);
/// Words that run together or fall apart are compared letter by letter.
const LETTERS_COST: f64 = 0.6;
/// Two words that were read as one have so many letters each at least; shorter ones are found in any word.
const SHORTEST_PART: usize = 4;
/// A word with one letter misread is one word.
const ONE_LETTER: f64 = 2.4;
/// A word is not cut up when its parts cost more than this together.
const MOST_FOR_PARTS: f64 = 3.5;
/// More words than these are not a name.
const MAX_WORDS: usize = 24;

/// A name as it was read.
#[derive(Debug)]
pub(crate) struct ReadName {
    pub(crate) words: Vec<ReadWord>,
    /// For each word of the vocabulary where it may stand: which of the words it takes up, and the cost.
    places: HashMap<u32, Vec<(u64, f64)>>,
    /// The letters without departments and spaces.
    letters: String,
}

/// One word as it was read.
#[derive(Debug)]
pub(crate) struct ReadWord {
    /// What it costs a service not to have it.
    extra: f64,
}

impl ReadName {
    pub(crate) fn new(index: &Index, text: &str) -> Self {
        let mut texts: Vec<String> = words(text)
            .into_iter()
            .flat_map(|word| parted(index, word))
            .collect();
        texts.truncate(MAX_WORDS);
        let mut places: HashMap<u32, Vec<(u64, f64)>> = HashMap::new();
        let mut note = |read: &str, mask: u64, cost: f64| {
            for likely in index.vocabulary.likely(read) {
                let place = (mask, likely.cost + cost);
                places.entry(likely.word).or_default().push(place);
            }
        };
        for (i, word) in texts.iter().enumerate() {
            note(word, 1 << i, 0.0);
        }
        for (i, pair) in texts.windows(2).enumerate() {
            note(&pair.concat(), 0b11 << i, LETTERS_COST);
        }
        let is_told = |word: &&String| sort(word) != Sort::Department;
        Self {
            letters: texts.iter().filter(is_told).map(String::as_str).collect(),
            words: texts.iter().map(|text| read_word(index, text)).collect(),
            places,
        }
    }

    /// The words of the vocabulary that may stand in it, each with its lowest cost, in the order of their numbers.
    pub(crate) fn likely(&self) -> Vec<(u32, f64)> {
        let least = |(word, places): (&u32, &Vec<(u64, f64)>)| {
            let costs = places.iter().map(|place| place.1);
            (*word, costs.fold(f64::INFINITY, f64::min))
        };
        let mut likely: Vec<(u32, f64)> = self.places.iter().map(least).collect();
        likely.sort_unstable_by_key(|(word, _)| *word);
        likely
    }

    /// What it costs, in nats, to have read this where a service's name stood.
    pub(crate) fn cost(&self, index: &Index, name: &Name, place: &[u32]) -> f64 {
        let mut used = 0_u64;
        let mut cost = 0.0;
        for word in &name.words {
            match self.best_place(*word, used) {
                Some((mask, differing)) => {
                    used |= mask;
                    cost += differing;
                }
                None => cost += omitted(index, *word),
            }
        }
        for word in place {
            if let Some((mask, differing)) = self.best_place(*word, used) {
                used |= mask;
                cost += EXTRA_PLACE + differing * 0.7;
            }
        }
        let unused = self
            .words
            .iter()
            .enumerate()
            .filter(|(i, _)| used & (1 << i) == 0);
        cost += unused.map(|(_, word)| word.extra).sum::<f64>();
        cost.min(self.letters_cost(name, cost))
    }

    /// What it costs when it was the name of no service at all.
    pub(crate) fn cost_of_none(&self) -> f64 {
        self.words.iter().map(|word| word.extra).sum()
    }

    fn best_place(&self, word: u32, used: u64) -> Option<(u64, f64)> {
        let free = self
            .places
            .get(&word)?
            .iter()
            .filter(|(mask, _)| mask & used == 0);
        free.copied().min_by(|a, b| a.1.total_cmp(&b.1))
    }

    fn letters_cost(&self, name: &Name, limit: f64) -> f64 {
        let (read, own) = (self.letters.as_bytes(), name.letters.as_bytes());
        LETTERS_COST + crate::alike::distance(read, own, limit)
    }
}

/// The words that were read as one, when one of the two is known and the other one is like a known one.
fn parted(index: &Index, word: String) -> Vec<String> {
    let known = |part: &str| {
        part.len() >= SHORTEST_PART && index.vocabulary.number(written_out(part)).is_some()
    };
    let n = word.len();
    if n < 2 * SHORTEST_PART + 1 || known(&word) {
        return vec![word];
    }
    let whole = index
        .vocabulary
        .likely(&word)
        .first()
        .map_or(MOST_FOR_PARTS, |likely| likely.cost);
    if whole <= ONE_LETTER {
        return vec![word];
    }
    let mut best: Option<(f64, usize)> = None;
    for at in SHORTEST_PART..=n - SHORTEST_PART {
        let (before, after) = word.split_at(at);
        let cost = match (known(before), known(after)) {
            (true, true) => 0.0,
            (true, false) => least_cost(index, after),
            (false, true) => least_cost(index, before),
            (false, false) => continue,
        };
        if LETTERS_COST + cost < whole.min(MOST_FOR_PARTS)
            && best.is_none_or(|(known, _)| cost < known)
        {
            best = Some((cost, at));
        }
    }
    match best {
        Some((_, at)) => [&word[..at], &word[at..]]
            .map(|part| written_out(part).to_owned())
            .to_vec(),
        None => vec![word],
    }
}

fn least_cost(index: &Index, read: &str) -> f64 {
    let likely = index.vocabulary.likely(read);
    likely.first().map_or(f64::INFINITY, |likely| likely.cost)
}

fn read_word(index: &Index, text: &str) -> ReadWord {
    let extra = match sort(text) {
        Sort::Department => EXTRA_DEPARTMENT,
        Sort::Generic => EXTRA_GENERIC,
        Sort::Telling => {
            let number = index.vocabulary.number(text);
            let unknown = (index.len() as f64 + 1.0).ln();
            let weight = number.map_or(unknown, |word| index.weight(word));
            EXTRA_TELLING.0 + EXTRA_TELLING.1 * weight
        }
    };
    ReadWord { extra }
}

fn omitted(index: &Index, word: u32) -> f64 {
    match sort(index.vocabulary.word(word)) {
        Sort::Department => OMITTED_DEPARTMENT,
        Sort::Generic => OMITTED_GENERIC,
        Sort::Telling => OMITTED_TELLING.0 + OMITTED_TELLING.1 * index.weight(word),
    }
}
