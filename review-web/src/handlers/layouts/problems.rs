//! What is still wrong with a layout, told at the box where it is.

use schemas::layout::{Layout, LayoutFault, Side};
use serde::Serialize;

use super::form::{DrawForm, Unclear};
use super::print;
use crate::app::Shared;
use crate::error::WebError;

/// Something to put right before the layout can be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Problem {
    /// Which box of the side; nothing when it is about the whole, or another side.
    #[serde(rename = "box")]
    pub(super) box_idx: Option<usize>,
    /// Where it is, for people.
    pub(super) place: String,
    /// What is wrong.
    pub(super) words: String,
    /// Whether the layout cannot be used before it is put right; otherwise it is worth a look.
    pub(super) blocks: bool,
}

/// The problems of a form as it is typed, boxes first seen first; then what is worth a look.
pub(super) async fn of_form(
    bench: &Shared,
    form: &DrawForm,
    layout: &Layout,
    side_no: u32,
) -> Result<Vec<Problem>, WebError> {
    match form.apply(layout, side_no) {
        Ok(typed) => {
            let mut problems = of_layout(&typed, side_no);
            problems.extend(print::advice(bench, &typed, side_no).await?);
            Ok(problems)
        }
        Err(unclear) => Ok(unclear.into_iter().map(|u| of_unclear(form, u)).collect()),
    }
}

/// The problems of a layout, seen from one of its sides.
pub(super) fn of_layout(layout: &Layout, side_no: u32) -> Vec<Problem> {
    let side = layout.side(side_no);
    let mut problems: Vec<Problem> = layout
        .faults()
        .into_iter()
        .map(|fault| of_fault(layout, side, fault))
        .collect();
    if layout.sides.iter().all(|side| side.regions.is_empty()) {
        problems.push(Problem {
            box_idx: None,
            place: "The form".to_owned(),
            words: "has no box yet: draw one around each part that people fill in".to_owned(),
            blocks: true,
        });
    }
    problems
}

fn of_unclear(form: &DrawForm, unclear: Unclear) -> Problem {
    let place = unclear.box_idx.and_then(|i| form.boxes.get(i));
    Problem {
        box_idx: unclear.box_idx,
        place: place.map_or_else(|| "The form".to_owned(), |typed| typed.id.clone()),
        words: unclear.words,
        blocks: true,
    }
}

fn of_fault(layout: &Layout, side: Option<&Side>, fault: LayoutFault) -> Problem {
    let (region_id, inside) = region_in(&fault.place);
    let at = |side: &Side| {
        side.regions
            .iter()
            .rposition(|region| region.id == region_id)
    };
    let box_idx = side.and_then(at);
    let elsewhere = layout.sides.iter().find(|side| at(side).is_some());
    let place = match (box_idx, elsewhere) {
        (Some(_), _) => format!("{region_id}{inside}"),
        (None, Some(other)) => format!("Side {}, {region_id}{inside}", other.side),
        (None, None) => fault.place.clone(),
    };
    Problem {
        box_idx,
        place,
        words: fault.problem,
        blocks: true,
    }
}

/// The region of `region story, box yes`, and what follows.
fn region_in(place: &str) -> (&str, &str) {
    let Some(rest) = place.strip_prefix("region ") else {
        return ("", "");
    };
    rest.find(',')
        .map_or((rest, ""), |comma| rest.split_at(comma))
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::layout::builtin;

    #[test]
    fn a_fault_is_told_at_its_box_and_at_no_other() {
        let mut layout = builtin().remove(0);
        let twin = layout.sides[0].regions[2].area;
        layout.sides[0].regions[3].area = twin;
        let problems = of_layout(&layout, 1);
        assert!(!problems.is_empty());
        assert!(
            problems.iter().any(|p| p.box_idx == Some(3)),
            "{problems:?}"
        );
        assert!(
            problems.iter().all(|p| p.box_idx != Some(0)),
            "{problems:?}"
        );
    }

    #[test]
    fn an_empty_form_is_no_layout_yet() {
        let mut layout = builtin().remove(0);
        for side in &mut layout.sides {
            side.regions.clear();
        }
        let problems = of_layout(&layout, 1);
        assert!(problems.iter().any(|p| p.words.contains("no box yet")));
    }
}
