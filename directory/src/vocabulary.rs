//! Every word that occurs in a name or a place, and the words that a misread one may have been.

use std::collections::HashMap;

use crate::alike::distance;

/// A misread word is compared in full with so many words that share most of its groups of three letters. With 24, a
/// word with three errors in ten letters is still among them; more cost time only.
const MAX_COMPARED: usize = 24;
/// What one letter may cost on average before a word is another word, in nats.
const LIMIT_PER_LETTER: f64 = 0.95;
/// What a long word may cost.
const LIMIT: f64 = 7.5;

/// A word that a read one may have been.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Likely {
    pub(crate) word: u32,
    /// In nats; 0 when it was read exactly.
    pub(crate) cost: f64,
}

/// The words by number, and by their groups of three letters.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    words: Vec<String>,
    by_text: HashMap<String, u32>,
    by_triple: HashMap<[u8; 3], Vec<u32>>,
}

impl Vocabulary {
    /// The number of a word, which is taken in when it is new.
    pub(crate) fn take_in(&mut self, word: &str) -> u32 {
        if let Some(known) = self.by_text.get(word) {
            return *known;
        }
        let number = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        self.words.push(word.to_owned());
        self.by_text.insert(word.to_owned(), number);
        for triple in triples(word) {
            let words = self.by_triple.entry(triple).or_default();
            if words.last() != Some(&number) {
                words.push(number);
            }
        }
        number
    }

    pub(crate) fn number(&self, word: &str) -> Option<u32> {
        self.by_text.get(word).copied()
    }

    pub(crate) fn word(&self, number: u32) -> &str {
        self.words.get(number as usize).map_or("", String::as_str)
    }

    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// The words that a read one may have been, best first.
    pub(crate) fn likely(&self, read: &str) -> Vec<Likely> {
        let limit = limit(read);
        let mut likely: Vec<Likely> = self
            .sharing_triples(read)
            .into_iter()
            .filter_map(|word| {
                let cost = distance(read.as_bytes(), self.word(word).as_bytes(), limit);
                (cost <= limit).then_some(Likely { word, cost })
            })
            .collect();
        likely.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.word.cmp(&b.word)));
        likely
    }

    /// The words that begin with what was typed so far.
    pub(crate) fn beginning_with(&self, typed: &str) -> Vec<u32> {
        let words = self.words.iter().zip(0..);
        words
            .filter(|(word, _)| word.starts_with(typed))
            .map(|(_, number)| number)
            .collect()
    }

    fn sharing_triples(&self, read: &str) -> Vec<u32> {
        let mut shared: HashMap<u32, u16> = HashMap::new();
        for triple in triples(read) {
            for word in self.by_triple.get(&triple).into_iter().flatten() {
                *shared.entry(*word).or_default() += 1;
            }
        }
        // Shared groups against those that either word has: a short word is not beaten by long ones.
        let likeness = |(word, n): (u32, u16)| {
            let of_both = read.len() + self.word(word).len() + 2;
            (f64::from(n) / (of_both as f64 - f64::from(n)), word)
        };
        let mut ranked: Vec<(f64, u32)> = shared.into_iter().map(likeness).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.truncate(MAX_COMPARED);
        ranked.into_iter().map(|(_, word)| word).collect()
    }
}

fn limit(read: &str) -> f64 {
    (LIMIT_PER_LETTER * read.len() as f64).min(LIMIT)
}

/// The groups of three letters of a word, one beginning and one ending beyond its edges. Words of few letters have
/// groups with a gap in them as well, because one misread letter takes all others.
fn triples(word: &str) -> Vec<[u8; 3]> {
    let mut padded = vec![b'^'];
    padded.extend_from_slice(word.as_bytes());
    padded.push(b'$');
    let mut triples: Vec<[u8; 3]> = padded.windows(3).map(|w| [w[0], w[1], w[2]]).collect();
    if word.len() <= 7 {
        triples.extend(padded.windows(3).map(|w| [w[0], b'_', w[2]]));
    }
    triples.sort_unstable();
    triples.dedup();
    triples
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        for word in ["leeds", "leek", "general", "genesis", "infirmary", "ely"] {
            vocabulary.take_in(word);
        }
        vocabulary
    }

    fn best(read: &str) -> Option<String> {
        let vocabulary = vocabulary();
        let likely = vocabulary.likely(read);
        likely.first().map(|l| vocabulary.word(l.word).to_owned())
    }

    #[test]
    fn a_misread_word_is_found() {
        for (read, word) in [
            ("lecds", "leeds"),
            ("genral", "general"),
            ("infirmory", "infirmary"),
            ("infinmany", "infirmary"),
            ("ely", "ely"),
            ("ety", "ely"),
        ] {
            assert_eq!(best(read).as_deref(), Some(word), "{read}");
        }
    }

    #[test]
    fn a_word_that_is_like_none_is_none() {
        assert_eq!(best("wolverhampton"), None);
        assert_eq!(best(""), None);
    }
}
