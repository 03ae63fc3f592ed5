//! Capitals: a word in capitals is one throughout.
//!
//! Who writes in capitals often dots the I, and a small c, o, s, v, w, x or z is a capital but for its size; I and O look like 1
//! and 0. The network sees one letter at a time; the word says which of the two it is.

use schemas::postcode::Postcode;

/// A word is in capitals when this share of its letters are, or two of them and the rest is like capitals; and it has at least so
/// many characters.
const SHARE: f64 = 0.6;
const LEAST_CHARACTERS: usize = 4;
/// Digits are letters only in longer words, and when they are no more than this share: `SW1A` stays as it is.
const LEAST_WITH_DIGITS: usize = 5;
const DIGIT_SHARE: f64 = 0.34;
/// Small letters that are like their capitals, in shape or but for a dot.
const ALIKE: &str = "cijkopsuvwxyz";

/// The word as it was meant.
pub(super) fn evened(word: &str) -> String {
    let n = |is: fn(&char) -> bool| word.chars().filter(&is).count() as f64;
    let (capitals, letters) = (n(char::is_ascii_uppercase), n(char::is_ascii_alphabetic));
    let length = word.chars().count();
    let mut small = word.chars().filter(char::is_ascii_lowercase);
    let in_capitals =
        capitals >= SHARE * letters || (capitals >= 2.0 && small.all(|c| ALIKE.contains(c)));
    if length < LEAST_CHARACTERS || letters < 3.0 || !in_capitals || Postcode::parse(word).is_ok() {
        return word.to_owned();
    }
    let digits = n(char::is_ascii_digit);
    let are_letters = length >= LEAST_WITH_DIGITS && digits <= DIGIT_SHARE * length as f64;
    let meant = |c: char| match c {
        '1' if are_letters => 'I',
        '0' if are_letters => 'O',
        c if ALIKE.contains(c) => c.to_ascii_uppercase(),
        c => c,
    };
    word.chars().map(meant).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_in_capitals_is_one_throughout() {
        for (seen, meant) in [
            ("DANiEL", "DANIEL"),
            ("ENNI0", "ENNIO"),
            ("PASqUALE", "PASqUALE"),
            ("NURSEs", "NURSES"),
            ("RUiz", "RUIZ"),
        ] {
            assert_eq!(evened(seen), meant);
        }
    }

    #[test]
    fn other_words_and_codes_stay() {
        for word in [
            "St", "James", "SW1A", "LS10", "SW1A1AA", "B12", "iPhone", "10mg",
        ] {
            assert_eq!(evened(word), word);
        }
    }
}
