//! Unfolds a Hunspell dictionary into its words. Of the format (hunspell(5)) what the British dictionary uses: prefixes and suffixes
//! of one letter each, with a condition; a prefix and a suffix may come together.

use std::collections::HashMap;

/// The flag of possessives, which are looked up without.
const POSSESSIVE: char = 'M';

/// What is put before or behind a stem.
struct Rule<'a> {
    strip: &'a str,
    add: &'a str,
    /// What the stem must end in (begin with, for a prefix), letter by letter.
    condition: Vec<Class<'a>>,
    is_prefix: bool,
}

/// The letters that fit in one place.
enum Class<'a> {
    Any,
    One(char),
    Of(&'a str),
    NotOf(&'a str),
}

/// A word of the dictionary, and whether it may be suggested.
pub(super) struct Unfolded {
    pub(super) word: String,
    pub(super) is_suggested: bool,
}

/// All words, in no order, some twice.
pub(super) fn unfold(affixes: &str, stems: &str) -> Vec<Unfolded> {
    let rules = rules(affixes);
    let no_suggest = affixes
        .lines()
        .find_map(|line| line.strip_prefix("NOSUGGEST "))
        .unwrap_or("!");
    let mut words = Vec::with_capacity(150_000);
    for line in stems
        .lines()
        .skip(1)
        .filter(|line| !line.starts_with(|c: char| c.is_ascii_digit()))
    {
        let (stem, flags) = line.split_once('/').unwrap_or((line, ""));
        let is_suggested = !flags.contains(no_suggest);
        let forms = forms(stem, flags, &rules);
        words.extend(
            forms
                .into_iter()
                .map(|word| Unfolded { word, is_suggested }),
        );
    }
    words
}

fn forms(stem: &str, flags: &str, rules: &HashMap<char, Vec<Rule<'_>>>) -> Vec<String> {
    let of_stem = || {
        flags
            .chars()
            .filter(|flag| *flag != POSSESSIVE)
            .filter_map(|flag| rules.get(&flag))
            .flatten()
    };
    let mut forms = vec![stem.to_owned()];
    forms.extend(
        of_stem()
            .filter(|rule| !rule.is_prefix)
            .filter_map(|rule| rule.apply(stem)),
    );
    let prefixed: Vec<String> = forms
        .iter()
        .flat_map(|form| {
            of_stem()
                .filter(|rule| rule.is_prefix)
                .filter_map(|rule| rule.apply(form))
        })
        .collect();
    forms.extend(prefixed);
    forms
}

fn rules(affixes: &str) -> HashMap<char, Vec<Rule<'_>>> {
    let mut rules: HashMap<char, Vec<Rule<'_>>> = HashMap::new();
    for line in affixes.lines() {
        let parts: Vec<&str> = line.split_whitespace().collect();
        let [kind @ ("PFX" | "SFX"), flag, strip, add, condition] = parts.as_slice() else {
            continue;
        };
        let rule = Rule {
            strip: if *strip == "0" { "" } else { strip },
            add,
            condition: classes(condition),
            is_prefix: *kind == "PFX",
        };
        rules
            .entry(flag.chars().next().unwrap_or_default())
            .or_default()
            .push(rule);
    }
    rules
}

fn classes(condition: &str) -> Vec<Class<'_>> {
    let mut classes = Vec::new();
    let mut rest = condition;
    while let Some(first) = rest.chars().next() {
        let end = if first == '[' {
            rest.find(']').unwrap_or(rest.len() - 1) + 1
        } else {
            first.len_utf8()
        };
        let inside = rest[..end].trim_matches(['[', ']']);
        classes.push(match (first, inside.strip_prefix('^')) {
            ('.', _) => Class::Any,
            ('[', Some(letters)) => Class::NotOf(letters),
            ('[', None) => Class::Of(inside),
            (letter, _) => Class::One(letter),
        });
        rest = &rest[end..];
    }
    classes
}

impl Rule<'_> {
    fn apply(&self, stem: &str) -> Option<String> {
        let letters: Vec<char> = stem.chars().collect();
        let n = self.condition.len();
        let part = if self.is_prefix {
            letters.get(..n)?
        } else {
            letters.get(letters.len().checked_sub(n)?..)?
        };
        let fits = part
            .iter()
            .zip(&self.condition)
            .all(|(letter, class)| class.fits(*letter));
        if !fits {
            return None;
        }
        if self.is_prefix {
            Some(format!("{}{stem}", self.add))
        } else {
            Some(format!("{}{}", stem.strip_suffix(self.strip)?, self.add))
        }
    }
}

impl Class<'_> {
    fn fits(&self, letter: char) -> bool {
        match self {
            Self::Any => true,
            Self::One(one) => *one == letter,
            Self::Of(letters) => letters.contains(letter),
            Self::NotOf(letters) => !letters.contains(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AFFIXES: &str = "NOSUGGEST !\nPFX U Y 1\nPFX U   0     un         .\nSFX D Y 2\nSFX D   y     ied        [^aeiou]y\nSFX D   0     ed         [^ey]\n";

    #[test]
    fn prefixes_and_suffixes_are_put_on_and_together() {
        let words: Vec<String> = unfold(AFFIXES, "3\ntie/UD\ntidy/UD\nrow/D!\n")
            .into_iter()
            .map(|u| u.word)
            .collect();
        assert_eq!(
            words,
            [
                "tie", "untie", "tidy", "tidied", "untidy", "untidied", "row", "rowed"
            ]
        );
    }

    #[test]
    fn words_that_must_not_be_suggested_are_known() {
        let words = unfold(AFFIXES, "1\nrow/!\n");
        assert!(!words[0].is_suggested);
    }
}
