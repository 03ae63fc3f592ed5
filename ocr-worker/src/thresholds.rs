//! Thresholds: what a score means. Kept apart from the scores, so that they can move without reading again.

use schemas::layout::{Choose, MarkOption, MarkSymbol};
use schemas::reading::{InkState, MarkDecision, MarkReading};

/// Where a box counts as ticked; scores are 0 to 1, and that of a box that is certainly ticked is
/// [`crate::stages::marks::TICKED`].
///
/// Two thresholds lie below and two above: what lies between two of them is put before a person. Closer together they
/// send fewer boxes there and decide more of them wrongly. `postbag marks report` shows the boxes of real scans by
/// their score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarkThresholds {
    /// Below this the box is empty.
    pub unsure: f64,
    /// From here on the box is ticked.
    pub ticked: f64,
    /// From here on the box is so full that it may have been blacked out.
    pub crowded: f64,
    /// From here on the box is blacked out: the tick was taken back.
    pub cancelled: f64,
    /// Below this a bubble is empty.
    pub bubble_unsure: f64,
    /// From here on a bubble is ticked, however full it is.
    pub bubble_ticked: f64,
    /// Where one may be chosen, a weaker mark counts for nothing below this share of the strongest one.
    pub weaker: f64,
}

impl Default for MarkThresholds {
    fn default() -> Self {
        Self {
            unsure: 0.004,
            ticked: 0.46,
            crowded: 0.54,
            cancelled: 0.95,
            // On real sheets in pencil and ballpoint no empty bubble, wiped out ones among them, had more than 0.07,
            // and the faintest that was filled in 0.2.
            bubble_unsure: 0.08,
            bubble_ticked: 0.15,
            weaker: 0.45,
        }
    }
}

impl MarkThresholds {
    /// What the score of a box means.
    pub fn decide(&self, score: f64) -> MarkDecision {
        if score >= self.cancelled {
            MarkDecision::Cancelled
        } else if score >= self.crowded {
            MarkDecision::Unsure
        } else {
            by_two(score, self.unsure, self.ticked)
        }
    }

    /// What the scores of a group mean. A face that is full of ink was taken back when another one is chosen; by itself
    /// it may as well have been coloured in because it is the right one.
    pub fn decide_all(
        &self,
        options: &[MarkOption],
        scores: &[f64],
        choose: Choose,
    ) -> Vec<MarkDecision> {
        let each = options.iter().zip(scores);
        let mut found: Vec<MarkDecision> = each
            .map(|(option, score)| match option.symbol {
                MarkSymbol::Bubble => by_two(*score, self.bubble_unsure, self.bubble_ticked),
                _ => self.decide(*score),
            })
            .collect();
        let chosen = choose == Choose::One && found.contains(&MarkDecision::Ticked);
        for (option, decision) in options.iter().zip(&mut found) {
            if option.symbol.is_face() && !chosen && *decision == MarkDecision::Cancelled {
                *decision = MarkDecision::Unsure;
            }
        }
        found
    }
}

fn by_two(score: f64, unsure: f64, ticked: f64) -> MarkDecision {
    if score >= ticked {
        MarkDecision::Ticked
    } else if score >= unsure {
        MarkDecision::Unsure
    } else {
        MarkDecision::Empty
    }
}

/// Why a group of boxes needs a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// More boxes are ticked than may be.
    TooMany,
    /// A box lies between the thresholds, and the others do not settle it.
    Unsure,
}

/// What the boxes of a group say together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupReading {
    /// The values of the ticked boxes joined by `,`; nothing when none is, or when it cannot be said which of them counts.
    pub value: Option<String>,
    /// Whether anything was written into the boxes.
    pub state: InkState,
    /// Why a person should look.
    pub unclear: Option<Unclear>,
}

/// Puts the boxes of a group together. Where one may be chosen, a clear tick outweighs a weak doubt beside it.
pub fn group(marks: &[MarkReading], choose: Choose, weaker: f64) -> GroupReading {
    let with = |decision: MarkDecision| marks.iter().filter(move |m| m.decision == decision);
    let ticked: Vec<&str> = with(MarkDecision::Ticked)
        .map(|m| m.value.as_str())
        .collect();
    let strongest = with(MarkDecision::Ticked)
        .map(|m| m.score)
        .fold(0.0, f64::max);
    let least = match choose {
        Choose::One => strongest * weaker,
        Choose::Many => 0.0,
    };
    let blank = with(MarkDecision::Empty).count() == marks.len();
    let unclear = if choose == Choose::One && ticked.len() > 1 {
        Some(Unclear::TooMany)
    } else if with(MarkDecision::Unsure).any(|mark| mark.score >= least) {
        Some(Unclear::Unsure)
    } else {
        None
    };
    GroupReading {
        value: (!ticked.is_empty() && unclear != Some(Unclear::TooMany)).then(|| ticked.join(",")),
        state: if blank {
            InkState::Blank
        } else {
            InkState::Writing
        },
        unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(scores: &[f64]) -> Vec<MarkReading> {
        let mark = |(i, score): (usize, &f64)| MarkReading {
            value: format!("v{i}"),
            score: *score,
            decision: MarkThresholds::default().decide(*score),
        };
        scores.iter().enumerate().map(mark).collect()
    }

    #[test]
    fn one_tick_beside_empty_boxes_is_clear() {
        let found = group(&marks(&[0.001, 0.5, 0.0]), Choose::One, 0.45);
        assert_eq!(found.value.as_deref(), Some("v1"));
        assert_eq!(found.unclear, None);
    }

    #[test]
    fn two_ticks_are_unclear_where_one_is_allowed_and_fine_elsewhere() {
        let two = marks(&[0.49, 0.5]);
        let found = group(&two, Choose::One, 0.45);
        assert_eq!((found.value, found.unclear), (None, Some(Unclear::TooMany)));
        assert_eq!(group(&two, Choose::Many, 0.45).unclear, None);
        assert_eq!(
            group(&two, Choose::Many, 0.45).value.as_deref(),
            Some("v0,v1")
        );
    }

    #[test]
    fn a_blacked_out_box_is_taken_back_and_does_not_compete() {
        let found = group(&marks(&[0.99, 0.5]), Choose::One, 0.45);
        assert_eq!(found.value.as_deref(), Some("v1"));
        assert_eq!(found.unclear, None);
    }

    #[test]
    fn a_score_between_the_thresholds_goes_to_a_person() {
        let found = group(&marks(&[0.2, 0.0]), Choose::One, 0.45);
        assert_eq!((found.value, found.unclear), (None, Some(Unclear::Unsure)));
        assert_eq!(
            group(&marks(&[0.0, 0.0]), Choose::One, 0.45).state,
            InkState::Blank
        );
    }

    #[test]
    fn beside_a_clear_tick_a_weak_doubt_is_none_where_one_may_be_chosen() {
        let both = marks(&[0.5, 0.1]);
        let found = group(&both, Choose::One, 0.45);
        assert_eq!((found.value.as_deref(), found.unclear), (Some("v0"), None));
        assert_eq!(
            group(&both, Choose::Many, 0.45).unclear,
            Some(Unclear::Unsure)
        );
    }

    #[test]
    fn a_box_that_is_nearly_full_goes_to_a_person() {
        assert_eq!(MarkThresholds::default().decide(0.7), MarkDecision::Unsure);
    }

    #[test]
    fn a_full_face_is_taken_back_beside_a_chosen_one_and_goes_to_a_person_by_itself() {
        use MarkDecision::{Cancelled, Empty, Ticked, Unsure};
        let face = |value: &str| MarkOption {
            value: value.to_owned(),
            label: String::new(),
            symbol: MarkSymbol::FaceHappy,
            area: schemas::geometry::BoxMm::from([0.0, 0.0, 18.0, 18.0]),
        };
        let faces = [face("a"), face("b"), face("c")];
        let decide =
            |scores: &[f64]| MarkThresholds::default().decide_all(&faces, scores, Choose::One);
        assert_eq!(decide(&[0.0, 0.5, 1.0]), [Empty, Ticked, Cancelled]);
        assert_eq!(decide(&[0.0, 0.0, 1.0]), [Empty, Empty, Unsure]);
    }
}
