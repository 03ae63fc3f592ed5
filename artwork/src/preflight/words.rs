//! Printed words: on the page, off the folds, off what is read, and dark on light.

use schemas::geometry::BoxMm;
use schemas::layout::{
    Layout, LayoutFault, PRINTER_MARGIN_MM, Picture, RegionKind, Shape, Side, edge_fault,
    fold_fault, serial_cells,
};

use super::{Obstacle, SERIAL_CHARACTERS, colours, fault, obstacles};
use crate::drawing::{self, PAPER, PrintedWords};

/// The contrast that WCAG 2.2 asks of text for people with weak sight (success criterion 1.4.6).
const MIN_CONTRAST: f64 = 7.0;
/// Two lines may share this much of their boxes: capitals and descenders seldom meet.
const TOUCH_MM: f64 = 0.3;

pub(super) fn check(found: &mut Vec<LayoutFault>, layout: &Layout, side: &Side) {
    let all = drawing::words(layout, side);
    for (i, words) in all.iter().enumerate() {
        let place = format!("side {}, {}, {:?}", side.side, words.place, words.text);
        let edge = edge_fault(layout, &words.area, PRINTER_MARGIN_MM);
        let mut problems: Vec<String> = edge.into_iter().collect();
        problems.extend(fold_fault(layout, &words.area));
        problems.extend(lies_on(layout, side, words));
        problems.extend(runs_into(words, &all[..i]));
        problems.extend(pale(side, words));
        found.extend(problems.into_iter().map(|problem| fault(&place, problem)));
    }
}

/// What the words lie on and should not.
fn lies_on(layout: &Layout, side: &Side, words: &PrintedWords) -> Vec<String> {
    let own = |what: &Obstacle<'_>| matches!(what, Obstacle::Region(id) if words.place == format!("region {id}"));
    let mut touched: Vec<String> = obstacles(side)
        .iter()
        .filter(|(what, area, free)| !own(what) && words.area.overlaps(&area.shrunk(-free)))
        .map(|(what, ..)| format!("lies on {what}"))
        .collect();
    let cells = serial_cells(layout, side, SERIAL_CHARACTERS);
    if cells.iter().any(|cell| cell.overlaps(&words.area)) {
        touched.push("lies on the serial at the foot".to_owned());
    }
    if lies_on_own_boxes(side, words) {
        touched.push("lies on what is to be filled in".to_owned());
    }
    let pictures = pictures(side).filter(|(_, area)| area.overlaps(&words.area));
    touched.extend(pictures.map(|(shape, _)| format!("lies on shape {shape}, a picture")));
    touched
}

/// Other words in the same place.
fn runs_into(words: &PrintedWords, before: &[PrintedWords]) -> Vec<String> {
    let area = words.area.shrunk(TOUCH_MM);
    before
        .iter()
        .filter(|other| other.area.shrunk(TOUCH_MM).overlaps(&area))
        .map(|other| format!("runs into {:?} ({})", other.text, other.place))
        .collect()
}

fn pale(side: &Side, words: &PrintedWords) -> Option<String> {
    let contrast = colours::ratio(words.colour, behind(side, &words.area));
    (contrast < MIN_CONTRAST)
        .then(|| format!("has a contrast of {contrast:.1} to 1; {MIN_CONTRAST} to 1 at least"))
}

/// Whether a region's own words lie on what is to be filled in: its box, or one of its boxes to tick.
fn lies_on_own_boxes(side: &Side, words: &PrintedWords) -> bool {
    side.regions
        .iter()
        .filter(|region| words.place == format!("region {}", region.id))
        .any(|region| match &region.kind {
            RegionKind::Marks { options, .. } => {
                options.iter().any(|o| o.area.overlaps(&words.area))
            }
            RegionKind::None {} => false,
            _ => region.area.overlaps(&words.area),
        })
}

/// The pictures of a side with their numbers, without those that are made for words.
fn pictures(side: &Side) -> impl Iterator<Item = (usize, BoxMm)> {
    let shapes = (1usize..).zip(&side.shapes);
    shapes.filter_map(|(i, shape)| match shape {
        Shape::Picture { name, area, .. } if *name != Picture::Stamp => Some((i, *area)),
        _ => None,
    })
}

/// The colour behind words: that of the last panel under their middle, or the paper's.
fn behind(side: &Side, words: &BoxMm) -> &'static str {
    let middle = words.centre();
    let panels = side.shapes.iter().rev().filter_map(|shape| match shape {
        Shape::Panel { area, tone } => Some((area, drawing::fill(*tone)?)),
        _ => None,
    });
    let point = BoxMm::from([middle.x, middle.y, 0.0, 0.0]);
    let mut under = panels.filter(|(area, _)| area.contains(&point));
    under.next().map_or(PAPER, |(_, colour)| colour)
}
