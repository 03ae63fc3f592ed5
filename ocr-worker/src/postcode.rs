//! Postcode: what the characters of a comb may mean, under the grammar of postcodes and with the directory.
//!
//! Two readers look at the same ink, one cell by cell and one at the whole line. Each says of a postcode what it costs, in nats,
//! to take what it saw for it. What the costs and the directory leave to every candidate is its share.

use std::collections::BTreeSet;

use directory::Index;
use schemas::postcode::{
    CharGuess, Postcode, candidates, candidates_of_cells, cost_in_cells, evidence_in_cells, widened,
};
use schemas::reading::Candidate;

use crate::engine::{LineText, TextGuess, thousandths};

/// What a person can look through.
const MAX_CANDIDATES: usize = 8;
/// How much of each reader's cost counts when there are both: they look at the same ink, which must not count twice.
const CELLS_COUNT: f64 = 0.7;
const LINE_COUNTS: f64 = 0.7;
/// What it costs that the reader of the line does not offer a postcode, beside the dearest one that it does.
const NOT_OFFERED: f64 = 2.0;
/// What it is worth that some service has a postcode: there are a hundred times as many others.
const LISTED_WORTH: f64 = 4.0;
/// What it costs that no service and no list of districts has its district.
const NO_DISTRICT: f64 = 3.0;
/// Postcodes of services that cost so much more than the best are not worth a look.
const FAR: f64 = 8.0;
/// A candidate that is less likely than this is not worth a look, unless it is the first.
const LEAST: f64 = 0.001;
/// What it costs that it is none of the candidates.
const NONE_COST: f64 = 4.0;

/// What was read of a postcode.
#[derive(Clone, Debug, Default)]
pub struct PostcodeEvidence {
    /// The guesses for each filled cell, from left to right.
    pub cells: Vec<Vec<CharGuess>>,
    /// The whole as the text engine read it.
    pub line: LineText,
}

/// One postcode with what speaks for it.
struct Weighed {
    postcode: Postcode,
    cost: f64,
    evidence: String,
}

/// The candidates, best first, at most eight, each with its evidence; the confidences are shares of all that it may be.
pub fn resolve(
    evidence: &PostcodeEvidence,
    denied: &[Postcode],
    directory: &Index,
) -> Vec<Candidate> {
    let seen = Seen::of(evidence);
    if seen.cells.is_empty() && seen.line.is_empty() {
        return Vec::new();
    }
    let mut weighed: Vec<Weighed> = seen
        .texts(directory)
        .iter()
        .filter_map(|text| seen.weigh(text, directory))
        .filter(|weighed| !denied.contains(&weighed.postcode))
        .collect();
    weighed.sort_by(|a, b| {
        a.cost
            .total_cmp(&b.cost)
            .then_with(|| a.postcode.cmp(&b.postcode))
    });
    shown(weighed)
}

/// The costs of both readers.
struct Seen<'a> {
    cells: &'a [Vec<CharGuess>],
    /// The same with what looks like the guesses.
    widened: Vec<Vec<CharGuess>>,
    /// The line as it was read.
    read: &'a str,
    line: Vec<TextGuess>,
    not_offered: f64,
}

impl<'a> Seen<'a> {
    fn of(evidence: &'a PostcodeEvidence) -> Self {
        let mut line = evidence.line.postcodes.clone();
        if line.is_empty() {
            line = looking_alike(&evidence.line);
        }
        if !evidence.cells.is_empty() {
            // Beside the cells the line only says which of its offers is the likelier one.
            let best = line.first().map_or(0.0, |guess| guess.cost);
            for guess in &mut line {
                guess.cost -= best;
            }
        }
        let dearest = line.iter().map(|guess| guess.cost).fold(0.0, f64::max);
        Self {
            cells: &evidence.cells,
            widened: evidence.cells.iter().map(|cell| widened(cell)).collect(),
            read: evidence.line.text.trim(),
            not_offered: dearest + NOT_OFFERED,
            line,
        }
    }

    /// Every postcode that is worth weighing, without spaces.
    fn texts(&self, directory: &Index) -> BTreeSet<String> {
        let of_cells = candidates_of_cells(self.cells, &[]).into_iter();
        let of_cells = of_cells.map(|c| c.postcode.to_string().replace(' ', ""));
        let of_line = self.line.iter().map(|guess| guess.text.clone());
        let mut texts: BTreeSet<String> = of_cells.chain(of_line).collect();
        let costs = texts.iter().map(|text| self.cost(text, f64::INFINITY));
        let limit = costs.fold(f64::INFINITY, f64::min) + FAR;
        let listed = directory.postcodes();
        let near = listed.filter(|text| self.cost(text, limit) <= limit);
        texts.extend(near.map(str::to_owned));
        texts
    }

    /// What both readers make of a postcode; more than `limit` is not worked out.
    fn cost(&self, text: &str, limit: f64) -> f64 {
        let line = || {
            let guess = self.line.iter().find(|guess| guess.text == text);
            guess.map_or(self.not_offered, |guess| guess.cost)
        };
        let cells = |limit| cost_in_cells(text, &self.widened, limit);
        match (self.cells.is_empty(), self.line.is_empty()) {
            (true, _) => line(),
            (false, true) => cells(limit),
            (false, false) => {
                let cells = CELLS_COUNT * cells(limit / CELLS_COUNT);
                if cells > limit {
                    return cells;
                }
                cells + LINE_COUNTS * line()
            }
        }
    }

    fn weigh(&self, text: &str, directory: &Index) -> Option<Weighed> {
        let postcode = Postcode::parse(text).ok()?;
        let mut cost = self.cost(text, f64::INFINITY);
        let mut evidence = self.evidence(text);
        if !directory.is_empty() {
            let n_there = directory.at_postcode(postcode.as_str()).count();
            if n_there > 0 {
                cost -= LISTED_WORTH;
                evidence = format!("{evidence}; {}", there(n_there));
            } else if !directory.has_outward(postcode.outward()) {
                cost += NO_DISTRICT;
                evidence = format!("{evidence}; there is no such district");
            }
        }
        Some(Weighed {
            postcode,
            cost,
            evidence,
        })
    }

    fn evidence(&self, text: &str) -> String {
        let of_line = self.line.iter().any(|guess| guess.text == text);
        let line = format!("read as '{}'", self.read);
        if self.cells.is_empty() {
            return line;
        }
        let cells = evidence_in_cells(self.cells, text);
        if of_line && !self.read.is_empty() {
            format!("{cells}; the line {line}")
        } else {
            cells
        }
    }
}

/// What the text of an engine that offers nothing else may have meant; its doubt is the price of everything that follows from it.
fn looking_alike(line: &LineText) -> Vec<TextGuess> {
    let doubt = -line.confidence.clamp(0.02, 1.0).ln();
    let found = candidates(&line.text, &[]).into_iter();
    let guess = found.map(|candidate| TextGuess {
        text: candidate.postcode.to_string().replace(' ', ""),
        cost: candidate.cost + doubt,
    });
    guess.collect()
}

fn there(n: usize) -> String {
    if n == 1 {
        "a service has it".to_owned()
    } else {
        format!("{n} services have it")
    }
}

fn shown(weighed: Vec<Weighed>) -> Vec<Candidate> {
    let all: f64 = weighed.iter().map(|w| (-w.cost).exp()).sum::<f64>() + (-NONE_COST).exp();
    let candidate = |w: Weighed| Candidate {
        service: None,
        text: w.postcode.to_string(),
        confidence: thousandths((-w.cost).exp() / all),
        evidence: w.evidence,
    };
    let mut candidates: Vec<Candidate> = weighed
        .into_iter()
        .take(MAX_CANDIDATES)
        .map(candidate)
        .collect();
    let n_likely = candidates.iter().filter(|c| c.confidence >= LEAST).count();
    candidates.truncate(n_likely.max(1));
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;
    use directory::Service;

    fn guess(character: char, cost: f64) -> CharGuess {
        CharGuess { character, cost }
    }

    /// Cells that say LS9 7TF, none of them surely, and a line.
    fn evidence(line: &str, postcodes: &[(&str, f64)]) -> PostcodeEvidence {
        let cell = |c| vec![guess(c, 0.3), guess('E', 1.6), guess('X', 3.0)];
        let postcode = |&(text, cost): &(&str, f64)| TextGuess {
            text: text.to_owned(),
            cost,
        };
        PostcodeEvidence {
            cells: "LS97TF".chars().map(cell).collect(),
            line: LineText {
                text: line.to_owned(),
                confidence: 0.9,
                predicted_cer: None,
                postcodes: postcodes.iter().map(postcode).collect(),
            },
        }
    }

    fn texts(found: &[Candidate]) -> Vec<&str> {
        found.iter().map(|c| c.text.as_str()).collect()
    }

    #[test]
    fn what_both_readers_offer_comes_before_what_one_offers() {
        let found = resolve(&evidence("LS9 7TE", &[]), &[], &Index::default());
        assert!(texts(&found).contains(&"LS9 7TF") && texts(&found).contains(&"LS9 7TE"));
        let found = resolve(
            &evidence("LS97TF", &[("LS97TF", 0.0)]),
            &[],
            &Index::default(),
        );
        assert_eq!(found[0].text, "LS9 7TF");
        assert_eq!(
            found[0].evidence,
            "read as 'LS9 7TF'; the line read as 'LS97TF'"
        );
        assert!(found[0].confidence > 0.4, "{}", found[0].confidence);
    }

    #[test]
    fn what_is_sure_in_the_line_outweighs_doubtful_cells() {
        let line = [("LS97TE", 0.0), ("LS97TF", 5.0)];
        assert_eq!(
            resolve(&evidence("LS97TE", &line), &[], &Index::default())[0].text,
            "LS9 7TE"
        );
    }

    #[test]
    fn a_postcode_of_a_service_comes_before_a_likelier_one_of_nobody_and_one_in_no_district_last() {
        let at = |postcode: &str| {
            let service = Service {
                code: "A1".to_owned(),
                name: "Leeds Road Surgery".to_owned(),
                postcode: postcode.to_owned(),
                ..Service::default()
            };
            let index = Index::new([service], vec!["LS9".to_owned()]);
            resolve(&evidence("", &[]), &[], &index)
        };
        let found = at("LS9 7TX");
        assert_eq!(texts(&found)[..2], ["LS9 7TX", "LS9 7TF"]);
        assert!(found[0].evidence.ends_with("a service has it"));
        let found = at("BD3 9LX");
        assert_eq!(found[0].text, "LS9 7TF");
        assert!(texts(&found).iter().all(|text| text.starts_with("LS9 ")));
    }

    #[test]
    fn the_return_address_is_never_offered_and_an_empty_comb_offers_nothing() {
        let own = Postcode::parse("LS9 7TF").unwrap();
        let found = resolve(&evidence("LS97TF", &[]), &[own], &Index::default());
        assert!(!found.is_empty() && !texts(&found).contains(&"LS9 7TF"));
        assert!(resolve(&PostcodeEvidence::default(), &[], &Index::default()).is_empty());
    }
}
