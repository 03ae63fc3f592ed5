//! The leaflets that a sheet can be.

use schemas::layout::{Layout, Side};
use schemas::placement::Placement;

use crate::app::Shared;
use crate::error::WebError;

/// One side of one known layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// What the form sends: `story-a4/1/2`.
    pub(super) value: String,
    pub(super) title: String,
    /// `Side 2 of 2 · story-a4 version 1`.
    pub(super) detail: String,
}

/// Every layout that pages are read with: those of the installation, then those drawn in the bench.
pub(super) async fn known_layouts(bench: &Shared) -> Result<Vec<Layout>, WebError> {
    let mut layouts = bench.app.layouts.clone();
    layouts.extend(bench.store().layouts_in_use().await?);
    Ok(layouts)
}

/// Every side of some layouts, large prints last and the newest layouts first: they lie in the racks now.
pub(super) fn choices(layouts: &[Layout]) -> Vec<Choice> {
    let mut layouts: Vec<&Layout> = layouts.iter().rev().collect();
    layouts.sort_by_key(|layout| layout.large_print_of.is_some());
    layouts
        .into_iter()
        .flat_map(|layout| layout.sides.iter().map(|side| choice(layout, side)))
        .collect()
}

/// The same with the one that is chosen before all others: most sheets are what they seem to be.
pub(super) fn chosen_first(mut choices: Vec<Choice>, chosen: &str) -> Vec<Choice> {
    choices.sort_by_key(|choice| choice.value != chosen);
    choices
}

/// How a form names a side.
pub(super) fn value_of(placement: &Placement) -> String {
    format!(
        "{}/{}/{}",
        placement.layout, placement.version, placement.side
    )
}

/// The side that a form names, when it is known here; its corners are another question.
pub(super) fn find(layouts: &[Layout], value: &str) -> Option<Placement> {
    let placements = layouts.iter().flat_map(|layout| {
        layout.sides.iter().map(|side| Placement {
            layout: layout.id.clone(),
            version: layout.version,
            side: side.side,
            corners_px: None,
        })
    });
    let mut named = placements.filter(|placement| value_of(placement) == value);
    named.next()
}

fn choice(layout: &Layout, side: &Side) -> Choice {
    let (id, version, n_sides) = (&layout.id, layout.version, layout.sides.len());
    let side = side.side;
    Choice {
        value: format!("{id}/{version}/{side}"),
        title: layout.title.clone(),
        detail: if n_sides == 1 {
            format!("{id}, version {version}")
        } else {
            format!("side {side} of {n_sides} · {id}, version {version}")
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::layout::builtin;

    #[test]
    fn the_newest_print_comes_before_older_ones_and_large_prints_come_last() {
        let layouts = builtin();
        let values: Vec<String> = choices(&layouts).into_iter().map(|c| c.value).collect();
        let place = |value: &str| values.iter().position(|v| v == value).unwrap();
        assert!(place("story-a4/2/1") < place("story-a4/1/1"));
        let is_large = |value: &&String| value.contains("-large/");
        let n_ordinary = values.iter().filter(|value| !is_large(value)).count();
        assert!(values[n_ordinary..].iter().all(|value| is_large(&value)));
    }

    #[test]
    fn the_chosen_leaflet_comes_first_and_the_others_stay_in_order() {
        let all = choices(&builtin());
        let chosen = chosen_first(all.clone(), "bear-a4/1/1");
        assert_eq!(chosen[0].value, "bear-a4/1/1");
        let others: Vec<&Choice> = all.iter().filter(|c| c.value != "bear-a4/1/1").collect();
        assert_eq!(chosen[1..].iter().collect::<Vec<_>>(), others);
        assert_eq!(chosen_first(all.clone(), ""), all);
    }
}
