//! The likeliest texts of a line: a search over prefixes that sums over all ways to write one, with the language model.
//!
//! A. Hannun et al., *First-pass large vocabulary continuous speech recognition using bi-directional recurrent DNNs*, 2014
//! (arXiv 1408.2873). A text's score is the network's log-probability plus what [`Weights`] make of the language.

use super::language::Language;
use super::network::Scores;
use super::prefixes::{NO_CLASS, Prefixes, ROOT};

/// How much everything counts beside the network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// Of the log-probability of each sign.
    pub language: f32,
    /// Of the log-probability of each letter's case.
    pub capitals: f32,
    /// For each character, as every sign costs something.
    pub length: f32,
    /// For each word that is not known.
    pub unknown: f32,
    /// For each word that was struck out.
    pub struck: f32,
}

/// How widely the search looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Width {
    /// Texts that are followed.
    pub n: usize,
    /// Characters below this log-probability are not looked at.
    pub floor: f32,
    /// Texts that are so far behind the best are given up.
    pub behind: f32,
}

/// A text and how likely it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Guess {
    /// Its characters, as classes of the network.
    pub classes: Vec<usize>,
    /// The network's log-probability.
    pub network: f32,
    /// What the language adds to it.
    pub language: f32,
    /// Words that are not known.
    pub n_unknown: usize,
}

impl Guess {
    /// What the guesses are sorted by.
    pub fn score(&self) -> f32 {
        self.network + self.language
    }
}

/// Log-probability of one text, by whether the last frame was blank.
#[derive(Clone, Copy, Debug)]
struct Entry {
    prefix: usize,
    blank: f32,
    written: f32,
}

impl Entry {
    const fn new(prefix: usize) -> Self {
        Self {
            prefix,
            blank: f32::NEG_INFINITY,
            written: f32::NEG_INFINITY,
        }
    }

    fn total(&self) -> f32 {
        either(self.blank, self.written)
    }
}

/// The search.
#[derive(Debug)]
pub struct Beam<'a> {
    /// Nothing where texts are no language: in a postcode.
    pub language: Option<&'a Language>,
    /// How much the language counts.
    pub weights: Weights,
    /// How widely to look.
    pub width: Width,
    /// Says whether a text may go on like this; nothing where every text may.
    pub grammar: Option<fn(&str) -> bool>,
}

impl Beam<'_> {
    /// The likeliest texts, the best first; `allowed` says which classes may stand. There is at least one, be it empty.
    pub fn search(&self, scores: &Scores, allowed: &[bool]) -> Vec<Guess> {
        let mut prefixes = Prefixes::new(self.language, self.weights, self.grammar);
        let mut entries = vec![Entry {
            blank: 0.0,
            ..Entry::new(ROOT)
        }];
        let (mut next, mut likely) = (Vec::new(), Vec::new());
        for frame in scores.frames() {
            likely.clear();
            let classes = frame.iter().zip(allowed).enumerate().skip(1);
            likely.extend(
                classes
                    .filter(|(_, (score, may))| **may && **score > self.width.floor)
                    .map(|(c, _)| c),
            );
            self.step(frame, &likely, &mut prefixes, &entries, &mut next);
            std::mem::swap(&mut entries, &mut next);
            self.prune(&mut entries, &prefixes);
        }
        let mut found: Vec<Guess> = entries
            .iter()
            .map(|e| prefixes.guess(e.prefix, e.total()))
            .collect();
        found.sort_by(|a, b| b.score().total_cmp(&a.score()));
        found
    }

    /// One frame: each text stays as it is, or gets one of the likely characters.
    fn step(
        &self,
        frame: &[f32],
        likely: &[usize],
        prefixes: &mut Prefixes<'_>,
        entries: &[Entry],
        next: &mut Vec<Entry>,
    ) {
        prefixes.begin_frame();
        next.clear();
        let score = |e: &Entry| e.total() + prefixes.language(e.prefix);
        let best = entries.iter().map(score).fold(f32::NEG_INFINITY, f32::max);
        let blank = frame.first().copied().unwrap_or(0.0);
        let gone =
            best + frame.iter().copied().fold(f32::NEG_INFINITY, f32::max) - self.width.behind;
        for entry in entries {
            let (total, last) = (entry.total(), prefixes.last(entry.prefix));
            let stay = prefixes.slot(entry.prefix, next);
            next[stay].blank = either(next[stay].blank, total + blank);
            if last != NO_CLASS {
                next[stay].written = either(next[stay].written, entry.written + frame[last]);
            }
            for class in likely {
                let from = if *class == last { entry.blank } else { total };
                let network = from + frame[*class];
                if network + prefixes.language(entry.prefix) < gone {
                    continue;
                }
                let Some(longer) = prefixes.longer(entry.prefix, *class) else {
                    continue;
                };
                let slot = prefixes.slot(longer, next);
                next[slot].written = either(next[slot].written, network);
            }
        }
    }

    /// Keeps the best; of equal ones the older.
    fn prune(&self, entries: &mut Vec<Entry>, prefixes: &Prefixes<'_>) {
        let score = |e: &Entry| e.total() + prefixes.language(e.prefix);
        let order =
            |a: &Entry, b: &Entry| score(b).total_cmp(&score(a)).then(a.prefix.cmp(&b.prefix));
        if entries.len() > self.width.n {
            entries.select_nth_unstable_by(self.width.n - 1, order);
            entries.truncate(self.width.n);
        }
    }
}

impl Prefixes<'_> {
    /// Where a text's entry of this frame is; it is made if there is none yet.
    fn slot(&mut self, prefix: usize, next: &mut Vec<Entry>) -> usize {
        self.place_in_frame(prefix, next.len()).unwrap_or_else(|| {
            next.push(Entry::new(prefix));
            next.len() - 1
        })
    }
}

/// The logarithm of the sum of two probabilities.
fn either(a: f32, b: f32) -> f32 {
    let (more, less) = if a > b { (a, b) } else { (b, a) };
    // Below this the sum is the greater one in single precision.
    if less < more - 17.0 || less == f32::NEG_INFINITY {
        return more;
    }
    more + (less - more).exp().ln_1p()
}
