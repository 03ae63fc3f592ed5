//! Words with some letters masked: sh*te, f***ing, w@nker.

use std::sync::LazyLock;

use regex::Regex;

use super::LIST;
use crate::privacy::patterns::pattern;
use crate::text::fold;

const MASKS: [char; 7] = ['*', '#', '@', '$', '!', '_', '\u{2022}'];

/// Letters and masks, a letter first, at least one mask that is not the last sign of a sentence.
static MASKED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b \p{L}+ (?: [*\#@$_•]+ | !+\p{L} ) [\p{L}*\#@$_•]*"));

/// Where masked words of the list are.
pub(super) fn find(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let found = MASKED.find_iter(text);
    found
        .filter(|found| is_masked_swearing(found.as_str()))
        .map(|found| (found.start(), found.end()))
}

fn is_masked_swearing(masked: &str) -> bool {
    let masked: Vec<char> = fold(masked).chars().collect();
    let words = LIST.whole.iter().chain(&LIST.beginnings);
    words
        .into_iter()
        .any(|word| fits(&masked, &word.chars().collect::<Vec<_>>()))
}

/// A mask stands for one letter. An ending may follow the word.
fn fits(masked: &[char], word: &[char]) -> bool {
    let is_alike = |(mask, letter): (&char, &char)| mask == letter || MASKS.contains(mask);
    masked.len() >= word.len()
        && masked.iter().zip(word).all(is_alike)
        && (masked.len() == word.len() || is_ending(&masked[word.len()..]))
}

fn is_ending(masked: &[char]) -> bool {
    let is_alike = |(mask, letter): (&char, char)| *mask == letter || MASKS.contains(mask);
    let is_one = |ending: &str| {
        ending.len() == masked.len() && masked.iter().zip(ending.chars()).all(is_alike)
    };
    ["s", "y", "in", "ed", "er", "ing", "ers"]
        .into_iter()
        .any(is_one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_stand_for_letters() {
        for word in [
            "sh*te", "f**k", "f***ing", "f****d", "b*****ds", "w@nker", "sh!t", "a**e", "c*nts",
        ] {
            assert_eq!(find(word).collect::<Vec<_>>(), [(0, word.len())], "{word}");
        }
        for word in ["A*", "snake_case", "wow!", "great!!", "Mr @ home", "C***d"] {
            assert_eq!(find(word).count(), 0, "{word}");
        }
    }
}
