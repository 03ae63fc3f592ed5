//! The right word that is nearest to a wrong one.

use fst::automaton::Levenshtein;
use fst::{IntoStreamer, Streamer};

use super::dictionary::Dictionary;
use crate::lists::{is_common, is_very_common};

/// From this length on a rare word is meant as likely as a common one.
const N_LETTERS_SURE: usize = 7;
/// What the best may cost: one letter wrong in a word that is not common, or two in one that sounds alike and is.
const COST_MOST: f64 = 1.3;
/// How much better than the next it must be, so that one can be sure.
const MARGIN_LEAST: f64 = 0.15;

/// The word that was surely meant.
pub(super) fn nearest(dictionary: &Dictionary, word: &str) -> Option<String> {
    if let Some(contracted) = with_apostrophe(dictionary, word) {
        return Some(contracted);
    }
    let mut candidates = candidates(dictionary, word);
    candidates.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let (cost, best) = candidates.first()?;
    let next = candidates.get(1).map_or(f64::INFINITY, |(cost, _)| *cost);
    (*cost <= COST_MOST && next - cost >= MARGIN_LEAST).then(|| best.clone())
}

/// "Dont" with its apostrophe.
fn with_apostrophe(dictionary: &Dictionary, word: &str) -> Option<String> {
    let places = word.char_indices().skip(1).map(|(idx, _)| idx);
    let mut contracted = places.map(|idx| format!("{}'{}", &word[..idx], &word[idx..]));
    contracted.find(|word| dictionary.words.contains(word))
}

/// Words of small letters within one or two changes, with what they cost.
fn candidates(dictionary: &Dictionary, word: &str) -> Vec<(f64, String)> {
    // Two letters changed about count as two here, and as one in `cost`.
    let Ok(automaton) = Levenshtein::new(word, 2) else {
        return Vec::new();
    };
    let mut candidates = Vec::new();
    let mut near = dictionary.words.search(automaton).into_stream();
    while let Some(bytes) = near.next() {
        let Ok(candidate) = std::str::from_utf8(bytes) else {
            continue;
        };
        if candidate.starts_with(char::is_lowercase) && dictionary.is_suggested(candidate) {
            candidates.extend(cost(word, candidate).map(|cost| (cost, candidate.to_owned())));
        }
    }
    candidates
}

/// Changes, less for a common word and for one that sounds alike; more for another first letter.
fn cost(word: &str, candidate: &str) -> Option<f64> {
    let n_changes = n_changes(word.as_bytes(), candidate.as_bytes());
    let has_first = word.as_bytes().first() == candidate.as_bytes().first();
    let sounds_alike = sound(word) == sound(candidate);
    let is_anagram = has_same_letters(word, candidate);
    let is_likely = match word.len() {
        0..=3 => {
            n_changes == 1 && is_anagram && has_first && is_very_common(candidate)
                || has_first && candidate == "the"
        }
        4..=5 => {
            n_changes == 1 && (is_very_common(candidate) || sounds_alike && is_common(candidate))
        }
        _ => {
            n_changes <= 2
                && (is_common(candidate) || candidate.contains(['a', 'e', 'i', 'o', 'u', 'y']))
        }
    };
    let mut cost = if n_changes > 1 { 2.0 } else { 1.0 };
    for (is_so, change) in [
        (sounds_alike, -0.5),
        (is_anagram, -0.3),
        (is_common(candidate), -0.2),
        (is_very_common(candidate), -0.2),
        (!has_first, 0.6),
        // A rare word that is short is near to many others.
        (!is_common(candidate) && word.len() < N_LETTERS_SURE, 0.4),
    ] {
        cost += if is_so { change } else { 0.0 };
    }
    is_likely.then_some(cost)
}

/// Letters that changed their order are the commonest slip of the pen.
fn has_same_letters(one: &str, other: &str) -> bool {
    let sorted = |word: &str| {
        let mut letters: Vec<u8> = word.bytes().collect();
        letters.sort_unstable();
        letters
    };
    sorted(one) == sorted(other)
}

/// The consonants, those written twice once, with those that sound alike made the same.
fn sound(word: &str) -> String {
    let mut sound = String::with_capacity(word.len());
    for letter in word.replace("ph", "f").replace("ght", "t").chars() {
        let heard = match letter {
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'h' | '\'' | '-' => continue,
            'c' | 'q' => 'k',
            'z' => 's',
            other => other,
        };
        if !sound.ends_with(heard) {
            sound.push(heard);
        }
    }
    sound
}

/// Letters wrong, missing, too many, or two changed about (Damerau 1964, as optimal string alignment).
fn n_changes(one: &[u8], other: &[u8]) -> usize {
    let mut two_before: Vec<usize> = Vec::new();
    let mut before: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut fewest = (before[j] + usize::from(a != b))
                .min(before[j + 1] + 1)
                .min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                fewest = fewest.min(two_before[j - 1] + 1);
            }
            row.push(fewest);
        }
        two_before = std::mem::replace(&mut before, row);
    }
    before[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::dictionary::dictionary;

    #[test]
    fn changes_are_counted() {
        assert_eq!(n_changes(b"teh", b"the"), 1);
        assert_eq!(n_changes(b"apoinment", b"appointment"), 2);
        assert_eq!(n_changes(b"", b"ab"), 2);
    }

    #[test]
    fn the_nearest_word_is_found() {
        for (wrong, right) in [
            ("recieved", "received"),
            ("definately", "definitely"),
            ("apointment", "appointment"),
            ("hosptial", "hospital"),
            ("docter", "doctor"),
            ("teh", "the"),
            ("diarrhea", "diarrhoea"),
            ("color", "colour"),
            ("neccessary", "necessary"),
            ("dont", "don't"),
            ("didnt", "didn't"),
            ("wich", "which"),
            ("paracetomol", "paracetamol"),
            ("anesthetic", "anaesthetic"),
            ("experiance", "experience"),
            ("becuase", "because"),
            ("proffesional", "professional"),
            ("recomend", "recommend"),
            ("physiotherpist", "physiotherapist"),
        ] {
            assert_eq!(
                nearest(dictionary(), wrong).as_deref(),
                Some(right),
                "{wrong}"
            );
        }
        for wrong in ["xqzzt", "blorp", "sdfgh"] {
            assert_eq!(nearest(dictionary(), wrong), None, "{wrong}");
        }
    }
}
