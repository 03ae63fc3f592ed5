//! A text as words in sentences, with what the case of their letters says.

use crate::lists::{is_very_common, sorts};

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// In small letters, or with a number in it.
    Small,
    /// With a capital first letter and a small one somewhere behind it.
    Capital,
    /// In capitals, one letter included.
    Capitals,
}

/// How the capitals of a sentence are to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Capitals begin sentences and names.
    Usual,
    /// Most letters are capitals, or Most Words Begin With One: they say nothing.
    Shouting,
    /// The writer uses no capitals.
    Small,
}

/// A word or a number.
#[derive(Clone, Debug)]
pub(crate) struct Word<'a> {
    pub(crate) text: &'a str,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// In small letters without accents, with straight apostrophes.
    pub(crate) folded: String,
    pub(crate) case: Case,
    pub(crate) manner: Manner,
    pub(crate) starts_sentence: bool,
    /// Whether a line or a sentence ends, or a bracket or a dash stands, between it and the word before.
    pub(crate) is_apart: bool,
    /// What stands between it and the word before, without spaces.
    pub(crate) mark: &'a str,
}

impl Word<'_> {
    /// Without `'s`.
    pub(crate) fn bare(&self) -> &str {
        self.folded.strip_suffix("'s").unwrap_or(&self.folded)
    }

    /// Where it ends without `'s`.
    pub(crate) fn end_of_bare(&self) -> usize {
        let ends = ["'s", "\u{2019}s", "'S", "\u{2019}S"];
        let kept = ends.iter().find_map(|end| self.text.strip_suffix(end));
        self.start + kept.unwrap_or(self.text).len()
    }

    /// Whether anything but spaces stands between it and the word before.
    pub(crate) fn has_mark_before(&self) -> bool {
        !self.mark.is_empty()
    }

    pub(crate) fn is_number(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_digit())
    }
}

/// The words of a text, in order.
pub(crate) fn words(text: &str) -> Vec<Word<'_>> {
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut rest = 0;
    while let Some((start, end)) = next_word(text, rest) {
        let between = &text[rest..start];
        words.push(word(text, (start, end), between, words.last()));
        rest = end;
    }
    note_manners(&mut words);
    words
}

fn word<'a>(
    text: &'a str,
    (start, end): (usize, usize),
    between: &'a str,
    before: Option<&Word<'_>>,
) -> Word<'a> {
    let own = &text[start..end];
    Word {
        text: own,
        start,
        end,
        folded: fold(own),
        case: case_of(own),
        manner: Manner::Usual,
        starts_sentence: ends_sentence(between, before),
        is_apart: between.contains(['\n', '(', ')', ':', ';', '\u{2013}', '\u{2014}', '"'])
            || ends_sentence(between, before),
        mark: between.trim(),
    }
}

/// Letters and digits, with apostrophes, hyphens and joining accents inside.
fn next_word(text: &str, from: usize) -> Option<(usize, usize)> {
    let start = from + text[from..].find(char::is_alphanumeric)?;
    let mut end = start;
    let mut characters = text[start..].char_indices().peekable();
    while let Some((idx, character)) = characters.next() {
        let next_is_letter = characters.peek().is_some_and(|(_, c)| c.is_alphanumeric());
        let goes_on = character.is_alphanumeric()
            || is_accent(character)
            || (matches!(character, '\'' | '\u{2019}' | '-') && next_is_letter);
        if !goes_on {
            break;
        }
        end = start + idx + character.len_utf8();
    }
    Some((start, end))
}

fn is_accent(character: char) -> bool {
    ('\u{300}'..='\u{36F}').contains(&character)
}

/// A full stop behind an initial or a title ends no sentence.
fn ends_sentence(between: &str, before: Option<&Word<'_>>) -> bool {
    let Some(before) = before else {
        return true;
    };
    let is_short = before.text.chars().count() == 1 || ABBREVIATED.contains(&&*before.folded);
    between.contains(['!', '?', '\n', '\u{2026}'])
        || (between.contains('.') && !(is_short && between.trim() == "."))
}

/// Words that people end with a full stop in the middle of a sentence.
const ABBREVIATED: &[&str] = &[
    "dr", "mr", "mrs", "ms", "prof", "rev", "revd", "st", "sr", "fr", "no", "nr", "hosp", "tel",
    "eg", "etc", "approx", "rd", "ave", "mob", "ext",
];

/// Small letters without accents; curly apostrophes become straight.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            folded.push(character.to_ascii_lowercase());
        } else if !is_accent(character) {
            folded.extend(character.to_lowercase().filter_map(plain));
        }
    }
    folded
}

/// The letter without its accent, for the languages of people who live in the United Kingdom.
fn plain(character: char) -> Option<char> {
    Some(match character {
        'à' | 'á' | 'â' | 'ä' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' | 'æ' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' | 'ð' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ğ' | 'ģ' => 'g',
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => 'i',
        'ķ' => 'k',
        'ł' | 'ľ' | 'ļ' => 'l',
        'ñ' | 'ń' | 'ň' | 'ņ' => 'n',
        'ò' | 'ó' | 'ô' | 'ö' | 'õ' | 'ø' | 'ő' | 'ọ' => 'o',
        'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ș' | 'ṣ' => 's',
        'ť' | 'ț' | 'ţ' => 't',
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' | 'ų' => 'u',
        'ŵ' => 'w',
        'ý' | 'ÿ' | 'ŷ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        '\u{2019}' | '\u{2018}' => '\'',
        other if is_accent(other) => return None,
        other => other,
    })
}

fn case_of(word: &str) -> Case {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    let is_capital = letters.next().is_some_and(char::is_uppercase)
        && !word.starts_with(|c: char| c.is_numeric());
    if !is_capital {
        Case::Small
    } else if letters.by_ref().take_while(|c| c.is_lowercase()).count() > 0
        || !is_plural_of_capitals(word) && word.contains(char::is_lowercase)
    {
        Case::Capital
    } else {
        Case::Capitals
    }
}

/// TVs, GPs.
fn is_plural_of_capitals(word: &str) -> bool {
    word.strip_suffix('s')
        .is_some_and(|stem| !stem.contains(char::is_lowercase))
}

fn note_manners(words: &mut [Word<'_>]) {
    let of_all = manner_of(words);
    let mut start = 0;
    for end in 1..=words.len() {
        if words.get(end).is_some_and(|word| !word.starts_sentence) {
            continue;
        }
        let manner = match manner_of(&words[start..end]) {
            Manner::Shouting => Manner::Shouting,
            _ => of_all,
        };
        words[start..end]
            .iter_mut()
            .for_each(|word| word.manner = manner);
        start = end;
    }
}

/// Two words that are not read letter by letter (NHS) are the least that can shout.
fn manner_of(words: &[Word<'_>]) -> Manner {
    let long = || {
        words
            .iter()
            .filter(|word| word.text.len() > 1 && !word.is_number())
    };
    let n_letters: usize = long().map(|word| word.text.len()).sum();
    let shouted = || long().filter(|word| word.case == Case::Capitals);
    let n_shouted: usize = shouted().map(|word| word.text.len()).sum();
    let is_shouted = shouted().filter(|word| word.text.len() > 3).count() > 1;
    if is_shouted && n_shouted * 10 > n_letters * 6 || is_in_title_case(words) {
        Manner::Shouting
    } else if words.iter().any(|word| word.case == Case::Capital) {
        Manner::Usual
    } else {
        Manner::Small
    }
}

/// Two of the most common words have a capital in the middle of a sentence, and most words have one.
fn is_in_title_case(words: &[Word<'_>]) -> bool {
    let inside = || words.iter().filter(|word| !word.starts_sentence);
    let has_capital = |word: &&Word<'_>| word.case == Case::Capital;
    let is_plain =
        |word: &&Word<'_>| is_very_common(&word.folded) && !sorts(&word.folded).is_name();
    let n_plain = inside().filter(has_capital).filter(is_plain).count();
    n_plain > 1 && inside().filter(has_capital).count() * 10 > inside().count() * 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_apostrophes_and_hyphens() {
        let texts: Vec<_> = words("O'Brien, Llewellyn-Price's 'ward' - 14")
            .into_iter()
            .map(|w| w.folded)
            .collect();
        assert_eq!(texts, ["o'brien", "llewellyn-price's", "ward", "14"]);
    }

    #[test]
    fn a_possessive_can_be_cut_off() {
        let words = words("Kath’s Thomas");
        assert_eq!((words[0].bare(), words[0].end_of_bare()), ("kath", 4));
        assert_eq!(words[1].bare(), "thomas");
    }

    #[test]
    fn titles_and_initials_end_no_sentence() {
        let words = words("Saw Dr. O. Eze. He left");
        let starts: Vec<_> = words
            .iter()
            .filter(|w| w.starts_sentence)
            .map(|w| w.text)
            .collect();
        assert_eq!(starts, ["Saw", "He"]);
    }

    #[test]
    fn the_manner_of_writing_is_noticed() {
        assert_eq!(
            words("NO DOCTOR on THE WHOLE SITE")[0].manner,
            Manner::Shouting
        );
        assert_eq!(words("the NHS. thank you sarah")[3].manner, Manner::Small);
        assert_eq!(words("We saw Sarah")[0].manner, Manner::Usual);
    }

    #[test]
    fn accents_are_folded() {
        assert_eq!(fold("RÓISÍN Łukasz Sia\u{302}n"), "roisin lukasz sian");
    }
}
