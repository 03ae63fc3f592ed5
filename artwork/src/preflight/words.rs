//! Printed words: on the page, off the folds, off what is read, and dark on light.

use schemas::geometry::BoxMm;
use schemas::layout::{
    Layout, LayoutFault, PRINTER_MARGIN_MM, Picture, RegionKind, Shape, Side, edge_fault,
    fold_fault,
};

use super::{Obstacle, colours, fault, obstacles};
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
        found.extend(edge.map(|problem| fault(&place, problem)));
        let fold = fold_fault(layout, &words.area);
        found.extend(fold.map(|problem| fault(&place, problem)));
        if let Some(size_pt) = too_small(layout, words) {
            let least = layout.letters_pt();
            let problem = format!("letters of {size_pt} pt are too small; {least} pt at least");
            found.push(fault(&place, problem));
        }
        for (what, other, beside) in obstacles(side) {
            let own = matches!(what, Obstacle::Region(id) if words.place == format!("region {id}"));
            if !own && words.area.overlaps(&other.shrunk(-beside)) {
                found.push(fault(&place, format!("lies on {what}")));
            }
        }
        if lies_on_own_boxes(side, words) {
            found.push(fault(&place, "lies on what is to be filled in".to_owned()));
        }
        for (shape, picture) in pictures(side) {
            if picture.overlaps(&words.area) {
                found.push(fault(&place, format!("lies on shape {shape}, a picture")));
            }
        }
        let before = all[..i].iter();
        for other in before.filter(|o| {
            o.area
                .shrunk(TOUCH_MM)
                .overlaps(&words.area.shrunk(TOUCH_MM))
        }) {
            found.push(fault(
                &place,
                format!("runs into {:?} ({})", other.text, other.place),
            ));
        }
        let contrast = colours::ratio(words.colour, behind(side, &words.area));
        if contrast < MIN_CONTRAST {
            let problem =
                format!("has a contrast of {contrast:.1} to 1; {MIN_CONTRAST} to 1 at least");
            found.push(fault(&place, problem));
        }
    }
}

/// The line at the foot is for staff.
fn too_small(layout: &Layout, words: &PrintedWords) -> Option<f64> {
    let small = words.place != "foot" && words.size_pt < layout.letters_pt();
    small.then_some(words.size_pt)
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
