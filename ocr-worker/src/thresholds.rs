//! Thresholds: what a score means. Kept apart from the scores, so that they can move without reading again.

use schemas::layout::Choose;
use schemas::reading::{InkState, MarkDecision, MarkReading};

/// Where a box counts as ticked. Scores are shares of the box's inside, 0 to 1.
///
/// On the generator's leaflets an empty box scores below 0.005 and a tick in one stroke of a thin pen 0.08 or
/// more. Higher values lose thin ticks, lower ones take a stray stroke from the line above for a tick; what
/// lies between is put before a person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarkThresholds {
    /// Below this the box is empty.
    pub unsure: f64,
    /// From here on the box is ticked.
    pub ticked: f64,
    /// From here on the box is blacked out: the tick was taken back.
    pub cancelled: f64,
}

impl Default for MarkThresholds {
    fn default() -> Self {
        Self {
            unsure: 0.02,
            ticked: 0.05,
            cancelled: 0.7,
        }
    }
}

impl MarkThresholds {
    /// What a score means.
    pub fn decide(&self, score: f64) -> MarkDecision {
        if score >= self.cancelled {
            MarkDecision::Cancelled
        } else if score >= self.ticked {
            MarkDecision::Ticked
        } else if score >= self.unsure {
            MarkDecision::Unsure
        } else {
            MarkDecision::Empty
        }
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
    /// The values of the ticked boxes joined by `,`; nothing when none is.
    pub value: Option<String>,
    /// Whether anything was written into the boxes.
    pub state: InkState,
    /// Why a person should look.
    pub unclear: Option<Unclear>,
}

/// Puts the boxes of a group together.
pub fn group(marks: &[MarkReading], choose: Choose) -> GroupReading {
    let with = |decision: MarkDecision| marks.iter().filter(move |m| m.decision == decision);
    let ticked: Vec<&str> = with(MarkDecision::Ticked)
        .map(|m| m.value.as_str())
        .collect();
    let blank = with(MarkDecision::Empty).count() == marks.len();
    let unclear = if choose == Choose::One && ticked.len() > 1 {
        Some(Unclear::TooMany)
    } else if with(MarkDecision::Unsure).count() > 0 {
        Some(Unclear::Unsure)
    } else {
        None
    };
    GroupReading {
        value: (!ticked.is_empty()).then(|| ticked.join(",")),
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
        let found = group(&marks(&[0.001, 0.22, 0.0]), Choose::One);
        assert_eq!(found.value.as_deref(), Some("v1"));
        assert_eq!(found.unclear, None);
    }

    #[test]
    fn two_ticks_are_unclear_where_one_is_allowed_and_fine_elsewhere() {
        let two = marks(&[0.2, 0.22]);
        assert_eq!(group(&two, Choose::One).unclear, Some(Unclear::TooMany));
        assert_eq!(group(&two, Choose::Many).unclear, None);
        assert_eq!(group(&two, Choose::Many).value.as_deref(), Some("v0,v1"));
    }

    #[test]
    fn a_blacked_out_box_is_taken_back_and_does_not_compete() {
        let found = group(&marks(&[0.9, 0.2]), Choose::One);
        assert_eq!(found.value.as_deref(), Some("v1"));
        assert_eq!(found.unclear, None);
    }

    #[test]
    fn a_score_between_the_thresholds_goes_to_a_person() {
        let found = group(&marks(&[0.03, 0.0]), Choose::One);
        assert_eq!((found.value, found.unclear), (None, Some(Unclear::Unsure)));
        assert_eq!(
            group(&marks(&[0.0, 0.0]), Choose::One).state,
            InkState::Blank
        );
    }
}
