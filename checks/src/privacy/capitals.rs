//! Stretches that shout, and the same in the case of a sentence.

mod lowered;

use crate::finding::{Finding, Kind};
use crate::text::{Case, Word};

/// How many words in capitals one after the other shout.
const N_WORDS_LEAST: usize = 4;
/// How many letters they have together, so that "GP, MRI, CT, NHS" does not shout.
const N_LETTERS_LEAST: usize = 16;

/// Adds stretches in capitals to settled findings, between these: what is removed need not be lowered.
pub(super) fn add(text: &str, words: &[Word<'_>], settled: Vec<Finding>) -> Vec<Finding> {
    let mut all = Vec::with_capacity(settled.len());
    let mut at = 0;
    let mut stretches = stretches(words).into_iter().peekable();
    for finding in settled {
        while let Some(stretch) =
            stretches.next_if(|stretch| stretch.last().is_some_and(|w| w.end <= finding.start))
        {
            push(text, stretch, at, finding.start, &mut all);
        }
        if let Some(stretch) = stretches.peek() {
            push(text, stretch, at, finding.start, &mut all);
        }
        at = finding.end;
        all.push(finding);
    }
    for stretch in stretches {
        push(text, stretch, at, text.len(), &mut all);
    }
    all
}

/// The part of a stretch between two places.
fn push(text: &str, stretch: &[Word<'_>], from: usize, to: usize, all: &mut Vec<Finding>) {
    let inside = |word: &&Word<'_>| word.start >= from && word.end <= to;
    let words: Vec<&Word<'_>> = stretch.iter().filter(inside).collect();
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return;
    };
    let replacement = lowered::lowered(text, &words);
    if replacement != text[first.start..last.end] {
        let why = "Capitals read as shouting; the usual case is easier to read.";
        all.push(Finding::new(
            Kind::Capitals,
            (first.start, last.end),
            why,
            &replacement,
        ));
    }
}

/// Words in capitals in a row; numbers and single letters go along.
fn stretches<'a, 'b>(words: &'b [Word<'a>]) -> Vec<&'b [Word<'a>]> {
    let goes_along = |word: &Word<'_>| word.case == Case::Capitals || word.is_number();
    let in_a_row = words.chunk_by(move |one, next| goes_along(one) == goes_along(next));
    in_a_row
        .filter(|words| goes_along(&words[0]) && shouts(words))
        .collect()
}

fn shouts(words: &[Word<'_>]) -> bool {
    let shouted = || {
        words
            .iter()
            .filter(|word| word.text.len() > 1 && !word.is_number())
    };
    let n_letters: usize = shouted().map(|word| word.text.len()).sum();
    shouted().count() >= N_WORDS_LEAST && n_letters >= N_LETTERS_LEAST
}

#[cfg(test)]
mod tests {
    use crate::finding::{Kind, apply};
    use crate::privacy::{About, find};

    fn tidied(text: &str) -> String {
        apply(text, &find(text, &About { is_positive: false }))
    }

    #[test]
    fn shouting_becomes_sentences() {
        assert_eq!(
            tidied("NOBODY CAME ALL NIGHT. I TOLD THE GP AND THE NHS, IN MARCH"),
            "Nobody came all night. I told the GP and the NHS, in March"
        );
    }

    #[test]
    fn findings_inside_cut_a_stretch() {
        let text = "SUNDAY 13TH APRIL NO DOCTOR ON THE WHOLE SITE";
        let kinds: Vec<_> = find(text, &About { is_positive: false })
            .iter()
            .map(|f| f.kind)
            .collect();
        assert_eq!(kinds, [Kind::Date, Kind::Capitals]);
        assert_eq!(tidied(text), "April no doctor on the whole site");
    }

    #[test]
    fn acronyms_do_not_shout() {
        for text in [
            "I had an MRI, a CT and an ECG at A&E",
            "the NHS is great",
            "NO WAY",
        ] {
            assert_eq!(tidied(text), text);
        }
    }
}
