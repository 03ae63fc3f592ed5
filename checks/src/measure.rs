//! How often the findings are right, against texts in which people marked what is to be found.

use std::collections::BTreeMap;

use crate::finding::{Finding, Kind};

/// A text, and what people marked in it.
#[derive(Clone, Debug)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// Whether the story is praise.
    pub is_positive: bool,
    /// What is to be found.
    pub marks: Vec<Mark>,
}

/// One thing to be found: its kind, its first byte and the byte after its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What it is.
    pub kind: Kind,
    /// Its first byte.
    pub start: usize,
    /// The byte after its last one.
    pub end: usize,
}

/// The counts of one kind.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// How many were marked.
    pub n_marks: usize,
    /// How many of these were found.
    pub n_found: usize,
    /// How many findings there are.
    pub n_findings: usize,
    /// How many of these touch a mark of their kind.
    pub n_right: usize,
    /// Marks that were missed, as text and story.
    pub misses: Vec<(String, String)>,
    /// Findings that are wrong, as text and story.
    pub false_alarms: Vec<(String, String)>,
}

impl Score {
    /// The part of the marks that was found; 1 where there are none.
    pub fn recall(&self) -> f64 {
        part(self.n_found, self.n_marks)
    }

    /// The part of the findings that is right; 1 where there are none.
    pub fn precision(&self) -> f64 {
        part(self.n_right, self.n_findings)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of sentences")]
fn part(some: usize, all: usize) -> f64 {
    if all == 0 {
        1.0
    } else {
        some as f64 / all as f64
    }
}

/// The kinds by the names that the marked texts use for them.
pub const KINDS: &[(&str, Kind)] = &[
    ("name", Kind::Name),
    ("number", Kind::Number),
    ("phone", Kind::Phone),
    ("email", Kind::Email),
    ("url", Kind::Url),
    ("date", Kind::Date),
    ("time", Kind::Time),
    ("postcode", Kind::Postcode),
    ("address", Kind::Address),
    ("swearing", Kind::Swearing),
];

/// Counts, by kind, what `find` finds in marked texts.
pub fn measure(texts: &[Marked], find: impl Fn(&Marked) -> Vec<Finding>) -> BTreeMap<Kind, Score> {
    let mut scores: BTreeMap<Kind, Score> = KINDS
        .iter()
        .map(|(_, kind)| (*kind, Score::default()))
        .collect();
    for marked in texts {
        let findings = find(marked);
        for mark in &marked.marks {
            let score = scores.entry(mark.kind).or_default();
            score.n_marks += 1;
            if is_found(&marked.text, mark, &findings) {
                score.n_found += 1;
            } else {
                score.misses.push((
                    marked.text[mark.start..mark.end].to_owned(),
                    marked.text.clone(),
                ));
            }
        }
        for finding in findings.iter().filter(|f| f.kind != Kind::Capitals) {
            let score = scores.entry(finding.kind).or_default();
            score.n_findings += 1;
            if marked
                .marks
                .iter()
                .any(|mark| mark.kind == finding.kind && n_shared(mark, finding) > 0)
            {
                score.n_right += 1;
            } else {
                score.false_alarms.push((
                    marked.text[finding.start..finding.end].to_owned(),
                    marked.text.clone(),
                ));
            }
        }
    }
    scores
}

/// At least half of its bytes lie in a finding of its kind; every word of a name does.
fn is_found(text: &str, mark: &Mark, findings: &[Finding]) -> bool {
    let findings = || findings.iter().filter(|finding| finding.kind == mark.kind);
    if mark.kind != Kind::Name {
        return findings().any(|finding| n_shared(mark, finding) * 2 >= mark.end - mark.start);
    }
    words_of(text, mark).all(|(start, end)| findings().any(|f| f.start <= start && end <= f.end))
}

/// The words of a mark, without the marks around them.
fn words_of<'a>(text: &'a str, mark: &Mark) -> impl Iterator<Item = (usize, usize)> + use<'a> {
    let start = mark.start;
    let words = text[mark.start..mark.end]
        .split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '\u{2019}' && c != '-');
    words.filter(|word| !word.is_empty()).map(move |word| {
        let at = start + (word.as_ptr() as usize - text[start..].as_ptr() as usize);
        (at, at + word.len())
    })
}

fn n_shared(mark: &Mark, finding: &Finding) -> usize {
    mark.end
        .min(finding.end)
        .saturating_sub(mark.start.max(finding.start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(mark: (usize, usize), finding: (usize, usize), kind: Kind) -> Score {
        let text = "Ethel Rowbottom came".to_owned();
        let marks = vec![Mark {
            kind,
            start: mark.0,
            end: mark.1,
        }];
        let texts = [Marked {
            text,
            is_positive: false,
            marks,
        }];
        let mut scores = measure(&texts, |_| vec![Finding::new(kind, finding, "", "")]);
        scores.remove(&kind).unwrap()
    }

    #[test]
    fn a_name_is_found_when_every_word_is() {
        assert_eq!(score((0, 15), (0, 5), Kind::Name).n_found, 0);
        assert_eq!(score((0, 15), (0, 15), Kind::Name).n_found, 1);
        assert_eq!(score((0, 15), (0, 5), Kind::Name).n_right, 1);
    }

    #[test]
    fn half_is_enough_of_other_kinds() {
        assert_eq!(score((0, 10), (5, 15), Kind::Date).n_found, 1);
        assert_eq!(score((0, 10), (6, 15), Kind::Date).n_found, 0);
        assert!((score((0, 4), (10, 12), Kind::Date).precision()).abs() < f64::EPSILON);
    }
}
