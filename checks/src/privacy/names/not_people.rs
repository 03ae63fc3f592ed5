//! What is named after people and is none: diseases, devices, hospitals, charities, sayings. `data/words/not_people.txt`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::text::{Word, fold};

/// Phrases as folded words, by their first word.
static PHRASES: LazyLock<HashMap<String, Vec<Vec<String>>>> = LazyLock::new(|| {
    let lines = include_str!("../../../data/words/not_people.txt").lines();
    let mut phrases: HashMap<String, Vec<Vec<String>>> = HashMap::new();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let folded = fold(line).replace([',', '&'], " ");
        let mut words = folded.split_whitespace().map(str::to_owned);
        if let Some(first) = words.next() {
            phrases.entry(first).or_default().push(words.collect());
        }
    }
    phrases
});

/// For each word, whether it belongs to such a phrase.
pub(super) fn marked(words: &[Word<'_>]) -> Vec<bool> {
    let mut marked = vec![false; words.len()];
    for idx in 0..words.len() {
        let n_words = longest(words, idx);
        marked[idx..idx + n_words].fill(true);
    }
    marked
}

fn longest(words: &[Word<'_>], idx: usize) -> usize {
    let as_written = PHRASES.get(words[idx].folded.as_str());
    let bare = PHRASES.get(words[idx].bare());
    let phrases = as_written.into_iter().chain(bare).flatten();
    let fits = |rest: &&Vec<String>| {
        let behind = words[idx + 1..].iter().zip(rest.iter());
        words.len() > idx + rest.len()
            && behind
                .into_iter()
                .all(|(word, expected)| word.folded == *expected || word.bare() == expected)
    };
    phrases
        .filter(fits)
        .map(|rest| rest.len() + 1)
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words;

    #[test]
    fn phrases_are_marked_whole() {
        assert_eq!(
            marked(&words("at Great Ormond Street")),
            [false, true, true, false]
        );
        assert_eq!(marked(&words("Hodgkin's and sue")), [true, false, false]);
    }
}
