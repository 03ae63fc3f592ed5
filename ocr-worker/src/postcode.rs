//! Postcode: what the characters of a comb may mean, under the grammar of postcodes.

use schemas::postcode::{CharGuess, Postcode, PostcodeCandidate, candidates, candidates_of_cells};
use schemas::reading::Candidate;

use crate::engine::LineText;

/// What a person can look through.
const MAX_CANDIDATES: usize = 8;

/// What was read of a postcode.
#[derive(Clone, Debug, Default)]
pub struct PostcodeEvidence {
    /// The guesses for each filled cell, from left to right.
    pub cells: Vec<Vec<CharGuess>>,
    /// The whole as the text engine read it.
    pub line: LineText,
}

/// The candidates, best first, at most eight, each with its evidence.
pub fn resolve(evidence: &PostcodeEvidence, denied: &[Postcode]) -> Vec<Candidate> {
    let by_cell = candidates_of_cells(&evidence.cells, denied);
    let by_line = candidates(&evidence.line.text, denied);
    // The engine's doubt about the line is the price of everything that follows from it.
    let doubt = -evidence.line.confidence.clamp(0.02, 1.0).ln();
    let mut merged: Vec<PostcodeCandidate> = by_cell;
    for mut candidate in by_line {
        candidate.cost += doubt;
        merge(&mut merged, candidate);
    }
    merged.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    merged.truncate(MAX_CANDIDATES);
    merged.into_iter().map(shown).collect()
}

/// Two readers that agree are worth more than the better of them.
fn merge(merged: &mut Vec<PostcodeCandidate>, candidate: PostcodeCandidate) {
    match merged
        .iter_mut()
        .find(|known| known.postcode == candidate.postcode)
    {
        Some(known) => {
            known.cost = known.cost.min(candidate.cost) - AGREEMENT;
            known.evidence = format!("{}; also {}", known.evidence, candidate.evidence);
        }
        None => merged.push(candidate),
    }
}

/// What it is worth, in nats, that two readers offer the same.
const AGREEMENT: f64 = 1.0;

fn shown(candidate: PostcodeCandidate) -> Candidate {
    // A nat of cost for each filled cell still leaves a candidate worth looking at.
    let confidence = (-candidate.cost.max(0.0) / 3.0).exp();
    Candidate {
        service: None,
        text: candidate.postcode.to_string(),
        confidence: (confidence * 1000.0).round() / 1000.0,
        evidence: candidate.evidence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(character: char, cost: f64) -> CharGuess {
        CharGuess { character, cost }
    }

    #[test]
    fn what_both_readers_offer_comes_before_what_one_offers() {
        let cells = "LS9 7TF".chars().filter(|c| *c != ' ');
        let evidence = PostcodeEvidence {
            cells: cells
                .map(|c| vec![guess(c, 0.3), guess('X', 3.0)])
                .collect(),
            line: LineText {
                text: "LS9 7TE".to_owned(),
                confidence: 0.9,
                predicted_cer: None,
            },
        };
        let found = resolve(&evidence, &[]);
        let texts: Vec<&str> = found.iter().map(|c| c.text.as_str()).collect();
        assert!(texts.contains(&"LS9 7TF") && texts.contains(&"LS9 7TE"));
        let agreed = PostcodeEvidence {
            line: LineText {
                text: "LS97TF".to_owned(),
                confidence: 0.9,
                predicted_cer: None,
            },
            ..evidence
        };
        let found = resolve(&agreed, &[]);
        assert_eq!(found[0].text, "LS9 7TF");
        assert!(found[0].evidence.contains("also read as 'LS9 7TF'"));
    }

    #[test]
    fn an_empty_comb_offers_nothing() {
        assert!(resolve(&PostcodeEvidence::default(), &[]).is_empty());
    }
}
