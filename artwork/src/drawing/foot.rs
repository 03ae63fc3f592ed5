//! The line at the foot: what the sheet is, for staff and for the machine.

use schemas::geometry::{BoxMm, Point};
use schemas::layout::{Align, Layout, SerialStyle, Side, Weight, serial_cells};
use schemas::payload::{Serial, check_characters};

use super::canvas::{self, Canvas, Words};
use super::{CODE, FRAME};
use crate::Print;
use crate::fonts::width_mm;
use crate::svg::Svg;

/// The layout's name; for staff, not for the author.
const FOOT_PT: f64 = 9.0;
/// From the paper's edge to the foot's baseline.
const FOOT_MM: f64 = 8.5;
/// The characters of a serial.
const SERIAL_PT: f64 = 12.0;
/// Capitals of 12 pt are 2.8 mm high; this centres them in their cell.
const SERIAL_BASELINE_MM: f64 = 3.7;
/// White between two characters of a serial; M and W are narrowed to leave it.
const SERIAL_GAP_MM: f64 = 0.3;

/// What the sheet is, in words, so that a person can tell when no code reads.
pub(super) fn name(canvas: &mut Canvas, layout: &Layout, side: &Side) {
    let (left, _) = text_edges(layout, side);
    let name = format!(
        "{} · version {} · side {}",
        layout.id, layout.version, side.side
    );
    "foot".clone_into(&mut canvas.place);
    canvas.words(&words(layout, left, Align::Start), &name, "");
}

/// The serial. It stands apart on the right, so that the name has the same place with and without it.
pub(super) fn serial(canvas: &mut Canvas, layout: &Layout, side: &Side, print: &Print) {
    let Some(serial) = &print.serial else {
        return;
    };
    match layout.serial {
        SerialStyle::Words => {
            let (_, right) = text_edges(layout, side);
            let words = words(layout, right, Align::End);
            canvas.words(&words, &format!("No. {serial}"), "");
        }
        SerialStyle::Cells => serial_in_cells(&mut canvas.svg, layout, side, serial),
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
        weight: Weight::Bold,
        colour: CODE,
        align: Align::Middle,
        ..Words::new(Point::new(0.0, 0.0), SERIAL_PT)
    };
    svg.parent("g", &[("transform", transform.as_str().into())], |svg| {
        canvas::draw(svg, &words, &text, "");
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

fn words(layout: &Layout, x: f64, align: Align) -> Words {
    let at = Point::new(x, layout.page.height_mm - FOOT_MM);
    Words {
        colour: FRAME,
        align,
        ..Words::new(at, FOOT_PT)
    }
}

/// The column that the regions stand in.
fn text_edges(layout: &Layout, side: &Side) -> (f64, f64) {
    let areas = || side.regions.iter().map(|region| region.area);
    let left = areas().map(|area| area.x).reduce(f64::min);
    let right = areas().map(|area| area.right()).reduce(f64::max);
    (
        left.unwrap_or(18.0),
        right.unwrap_or(layout.page.width_mm - 18.0),
    )
}
