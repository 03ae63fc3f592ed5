//! Words and phrases that must raise a flag at once, before anybody transcribes with care: somebody may be in danger.
//!
//! The list is `data/words/safeguarding.txt`. A phrase is found also with one wrong letter in each of its long words, since
//! texts come from a machine that reads handwriting. Negations are flagged all the same ("he never hit me"): a person
//! decides. What is harmless in spite of its words ("heart attack", "shot of insulin") stands there, too.

mod phrases;

use crate::finding::{Finding, Kind, settle};
use crate::text::{Word, words as words_of};

use self::phrases::{Phrase, alike, candidates, is_harmless};

/// The flags of a text, sorted by place, never overlapping. None has a replacement: nothing is to be taken out.
pub fn words(text: &str) -> Vec<Finding> {
    let words = words_of(text);
    let harmless = harmless(&words);
    let starts = (0..words.len()).filter(|idx| !harmless[*idx]);
    settle(
        starts
            .filter_map(|idx| longest(&words, &harmless, idx))
            .collect(),
    )
}

/// For each word, whether it belongs to a harmless phrase.
fn harmless(words: &[Word<'_>]) -> Vec<bool> {
    let mut harmless = vec![false; words.len()];
    for idx in 0..words.len() {
        let n_words = is_harmless(&words[idx..]);
        harmless[idx..idx + n_words].fill(true);
    }
    harmless
}

fn longest(words: &[Word<'_>], harmless: &[bool], idx: usize) -> Option<Finding> {
    let fitting =
        candidates(&words[idx].folded).filter(|phrase| fits(phrase, words, harmless, idx));
    let phrase = fitting.max_by_key(|phrase| phrase.words.len())?;
    let last = idx + phrase.words.len() - 1;
    Some(Finding {
        kind: Kind::Safeguarding,
        start: words[idx].start,
        end: words[last].end,
        why: phrase.why.to_owned(),
        replacement: None,
    })
}

fn fits(phrase: &Phrase, words: &[Word<'_>], harmless: &[bool], idx: usize) -> bool {
    let own = words.get(idx..idx + phrase.words.len());
    own.is_some_and(|own| {
        let in_a_row = own.iter().skip(1).all(|word| !word.starts_sentence);
        let all_alike = own
            .iter()
            .zip(&phrase.words)
            .all(|(word, expected)| alike(&word.folded, expected));
        in_a_row
            && all_alike
            && !harmless[idx..idx + own.len()]
                .iter()
                .all(|harmless| *harmless)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::found_words;

    fn found(text: &str) -> Vec<&str> {
        found_words(text, words(text))
    }

    #[test]
    fn danger_is_flagged_with_its_reason() {
        for (text, phrase) in [
            ("some days I want to die", "want to die"),
            ("the carer hit me when nobody looked", "hit me"),
            ("she was locked in the day room", "locked in"),
            ("I thought about suicide", "suicide"),
            ("he touched me where he should not", "touched me"),
            ("they left her in her own mess for hours", "in her own mess"),
            ("I am scared to go home", "scared to go home"),
            ("they tied him to the chair", "tied him"),
            ("HE SAID HE WOULD KILL ME", "KILL ME"),
            ("nobody fed her for two days", "nobody fed her"),
            ("I took an overdose", "overdose"),
            ("bruises all over her arms", "bruises all over"),
        ] {
            assert_eq!(found(text), [phrase], "{text}");
            assert!(
                words(text)
                    .iter()
                    .all(|f| f.why.len() > 20 && f.replacement.is_none())
            );
        }
    }

    #[test]
    fn one_wrong_letter_in_a_long_word_is_forgiven() {
        for text in [
            "thoughts of suicjde",
            "I felt suicidol",
            "he was assaulled",
            "they abussed him",
            "self-hamr marks",
            "the ward is abusiue",
        ] {
            assert_eq!(found(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn negations_are_flagged_too() {
        assert_eq!(found("nobody ever hit me there"), ["hit me"]);
        assert_eq!(found("I do not want to die"), ["want to die"]);
    }

    #[test]
    fn harmless_words_are_let_be() {
        for text in [
            "he had a heart attack",
            "a shot of insulin",
            "she died peacefully",
            "you hit the nail on the head",
            "a panic attack in the scanner",
            "killing time in the corridor",
            "my feet were killing me",
            "I was starving when I came out of theatre",
            "the drip was in a restraint free arm sling",
            "dying for a cup of tea",
            "bruised from the cannula",
            "I would kill for a coffee",
            "the cut healed",
            "the cash machine was beaten up",
            "he was tied up in a meeting",
            "a stabbing pain",
            "drug abuse clinic leaflet rack, substance misuse team",
            "locked in my memory",
            "the news hit me hard",
            "it hit me that",
            "a violent cough",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
