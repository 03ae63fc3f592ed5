use serde::Serialize;

use super::Figures;
use super::numbers::count;

/// One figure that is asked for.
#[derive(Debug, Serialize)]
pub(crate) struct Bar {
    pub(crate) what: &'static str,
    pub(crate) found: f64,
    /// At least or at most so much.
    pub(crate) asked: &'static str,
    /// Nothing when there was nothing to measure.
    pub(crate) reached: Option<bool>,
}

/// Every figure that is asked for, in the order of the issue that asks.
pub(super) fn bars(figures: &Figures) -> Vec<Bar> {
    let (whole, destroyed) = (&figures.code_whole, &figures.code_destroyed);
    let registration = &figures.registration;
    let residual_mm = &registration.residual_mm;
    let (marks, drawings) = (&figures.marks, &figures.drawings);
    vec![
        at_least(
            "named right, code whole",
            whole.all_right_share,
            0.995,
            "≥ 0.995",
        )
        .of(whole.pages),
        at_least(
            "named right, code destroyed",
            destroyed.all_right_share,
            0.97,
            "≥ 0.97",
        )
        .of(destroyed.pages),
        none("orientation wrong", figures.orientation_wrong.len()).of(figures.pages),
        at_most("residual, median, mm", residual_mm.median, 0.25, "≤ 0.25").of(residual_mm.n),
        at_most(
            "residual, 99th percentile, mm",
            residual_mm.p99,
            0.8,
            "≤ 0.8",
        )
        .of(residual_mm.n),
        none(
            "accepted but off by more than 1.2 mm",
            registration.accepted_but_off.len(),
        )
        .of(residual_mm.n),
        at_most(
            "marks wrong, share of those decided",
            marks.wrong_share,
            0.0002,
            "≤ 0.0002",
        )
        .of(marks.boxes),
        at_most(
            "marks sent to a person, share",
            marks.unsure_share,
            0.01,
            "≤ 0.01",
        )
        .of(marks.boxes),
        at_least("drawing state right", drawings.right_share, 0.98, "≥ 0.98")
            .of(drawings.spaces + drawings.written),
        none("drawings called blank", drawings.called_blank.len())
            .of(drawings.spaces + drawings.written),
    ]
}

fn at_least(what: &'static str, found: f64, limit: f64, asked: &'static str) -> Bar {
    Bar {
        what,
        found,
        asked,
        reached: Some(found >= limit),
    }
}

fn at_most(what: &'static str, found: f64, limit: f64, asked: &'static str) -> Bar {
    Bar {
        what,
        found,
        asked,
        reached: Some(found <= limit),
    }
}

fn none(what: &'static str, found: usize) -> Bar {
    at_most(what, count(found), 0.0, "0")
}

impl Bar {
    /// Of nothing, nothing can be said.
    fn of(mut self, n_measured: usize) -> Self {
        self.reached = self.reached.filter(|_| n_measured > 0);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_itself_is_within_it() {
        assert_eq!(at_least("", 0.995, 0.995, "").of(1).reached, Some(true));
        assert_eq!(at_most("", 0.81, 0.8, "").of(1).reached, Some(false));
    }

    #[test]
    fn nothing_measured_is_nothing_reached() {
        assert_eq!(none("", 0).of(0).reached, None);
    }
}
