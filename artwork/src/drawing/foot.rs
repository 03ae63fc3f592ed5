//! The line at the foot: what the sheet is, for staff and for the machine.

use schemas::geometry::{BoxMm, Point};
use schemas::layout::{Layout, SerialStyle, Side, Weight, serial_cells};
use schemas::payload::{Serial, check_characters};

use super::words::Words;
use super::{Content, FRAME, text_edges};
use crate::Print;
use crate::fonts::width_mm;
use crate::svg::Svg;

/// The layout's name; for staff, not for the author.
const FOOT_PT: f64 = 9.0;
/// The characters of a serial.
const SERIAL_PT: f64 = 12.0;
/// Capitals of 12 pt are 2.8 mm high; this centres them in their cell.
const SERIAL_BASELINE_MM: f64 = 3.7;
/// White between two characters of a serial; M and W are narrowed to leave it.
const SERIAL_GAP_MM: f64 = 0.3;

/// What the sheet is, in words, so that a person can tell when no code reads. The serial stands apart on the
/// right, so that the words have the same place with and without it.
pub(super) fn draw(svg: &mut Svg, layout: &Layout, side: &Side, content: &Content<'_>) {
    let (left, right) = text_edges(layout, side);
    let baseline = layout.page.height_mm - 8.5;
    let name = format!(
        "{} · version {} · side {}",
        layout.id, layout.version, side.side
    );
    words(Point::new(left, baseline), "start").draw(svg, &name, None);
    let Content::Leaflet(Print {
        serial: Some(serial),
        ..
    }) = content
    else {
        return;
    };
    match layout.serial {
        SerialStyle::Words => {
            let words = words(Point::new(right, baseline), "end");
            words.draw(svg, &format!("No. {serial}"), None);
        }
        SerialStyle::Cells => serial_in_cells(svg, layout, side, serial),
    }
}

/// One character of a serial in its cell.
pub(crate) fn serial_character(svg: &mut Svg, cell: &BoxMm, character: char) {
    let text = character.to_string();
    let width = width_mm(&text, SERIAL_PT, Weight::Bold);
    let narrowed = ((cell.width - SERIAL_GAP_MM) / width).min(1.0);
    let transform = format!(
        "translate({:.3} {:.3}) scale({narrowed:.4} 1)",
        cell.centre().x,
        cell.y + SERIAL_BASELINE_MM
    );
    let words = Words {
        at: Point::new(0.0, 0.0),
        size_pt: SERIAL_PT,
        weight: Weight::Bold,
        colour: "#000",
        anchor: "middle",
    };
    svg.parent("g", &[("transform", transform.as_str().into())], |svg| {
        words.draw(svg, &text, None);
    });
}

fn serial_in_cells(svg: &mut Svg, layout: &Layout, side: &Side, serial: &Serial) {
    let check = check_characters(&layout.id, layout.version, side.side, serial);
    let characters: Vec<char> = serial.as_str().chars().chain(check).collect();
    let cells = serial_cells(layout, side, characters.len() - check.len());
    for (cell, character) in cells.iter().zip(characters) {
        serial_character(svg, cell, character);
    }
}

fn words(at: Point, anchor: &'static str) -> Words {
    Words {
        at,
        size_pt: FOOT_PT,
        weight: Weight::Regular,
        colour: FRAME,
        anchor,
    }
}
