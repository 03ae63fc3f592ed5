//! What is found, and how findings that overlap are settled.

/// What a finding is about. The order is that of strength: of two that overlap, the one named first stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An e-mail address.
    Email,
    /// An address on the web.
    Url,
    /// A postcode.
    Postcode,
    /// A number that stands for a patient: NHS, CHI, H&C, hospital record, National Insurance.
    Number,
    /// A day and its month, with or without the year.
    Date,
    /// A telephone number.
    Phone,
    /// Where somebody lives.
    Address,
    /// A time of the clock.
    Time,
    /// An obscene or discriminatory word.
    Swearing,
    /// Somebody's name, with the title before it.
    Name,
    /// A stretch in capital letters.
    Capitals,
    /// Words that may speak of somebody in danger.
    Safeguarding,
    /// A word that is spelled wrong.
    Spelling,
    /// A capital that is missing.
    SentenceCase,
    /// Spaces and stops.
    Typography,
}

/// One thing to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub kind: Kind,
    /// Its first byte.
    pub start: usize,
    /// The byte after its last one.
    pub end: usize,
    /// Why it should be looked at, in plain words.
    pub why: String,
    /// What may stand there instead; empty to leave it out. `None` where only a person can say.
    pub replacement: Option<String>,
}

impl Finding {
    /// A finding with one text that may stand there instead.
    pub(crate) fn new(kind: Kind, place: (usize, usize), why: &str, replacement: &str) -> Self {
        Self {
            kind,
            start: place.0,
            end: place.1,
            why: why.to_owned(),
            replacement: Some(replacement.to_owned()),
        }
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// The text with every replacement made. Findings must be sorted and must not overlap, as those of one call are.
pub fn apply(text: &str, findings: &[Finding]) -> String {
    let mut applied = String::with_capacity(text.len());
    let mut at = 0;
    for finding in findings {
        let Some(replacement) = &finding.replacement else {
            continue;
        };
        applied.push_str(text.get(at..finding.start).unwrap_or_default());
        applied.push_str(replacement);
        at = finding.end;
    }
    applied.push_str(text.get(at..).unwrap_or_default());
    applied
}

/// Sorts findings and keeps the stronger of two that overlap; of two of a kind, the longer.
pub(crate) fn settle(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.retain(|finding| finding.start < finding.end);
    findings.sort_by_key(|f| (f.kind, usize::MAX - (f.end - f.start), f.start));
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        let at = kept.partition_point(|other| other.start < finding.start);
        let before = at.checked_sub(1).and_then(|idx| kept.get(idx));
        let is_free = |other: Option<&Finding>| other.is_none_or(|other| !finding.overlaps(other));
        if is_free(before) && is_free(kept.get(at)) {
            kept.insert(at, finding);
        }
    }
    kept
}

/// The words that were found.
#[cfg(test)]
pub(crate) fn found_words(text: &str, findings: Vec<Finding>) -> Vec<&str> {
    let words = |finding: Finding| &text[finding.start..finding.end];
    findings.into_iter().map(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(kind: Kind, start: usize, end: usize) -> Finding {
        Finding::new(kind, (start, end), "why", "-")
    }

    #[test]
    fn the_stronger_kind_stays_and_the_longer_of_a_kind() {
        let settled = settle(vec![
            finding(Kind::Name, 0, 4),
            finding(Kind::Email, 0, 12),
            finding(Kind::Name, 14, 18),
            finding(Kind::Name, 14, 24),
        ]);
        let expected = [finding(Kind::Email, 0, 12), finding(Kind::Name, 14, 24)];
        assert_eq!(settled, expected);
    }

    #[test]
    fn replacements_are_made_where_there_is_one() {
        let mut findings = vec![finding(Kind::Name, 0, 2), finding(Kind::Name, 3, 5)];
        findings[1].replacement = None;
        assert_eq!(apply("Jo is in", &findings), "- is in");
    }
}
