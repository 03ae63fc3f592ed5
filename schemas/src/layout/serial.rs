//! Where the serial of a leaflet is printed, so that a machine can read it when the code is destroyed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Layout, Side};
use crate::geometry::BoxMm;

/// From one character of a serial to the next.
pub const SERIAL_PITCH_MM: f64 = 3.2;
/// The height of a serial's cells; the letters are 12 pt.
pub const SERIAL_CELL_HEIGHT_MM: f64 = 4.6;

/// The last cell ends here, before the registration mark in the corner.
const FROM_RIGHT_EDGE_MM: f64 = 18.0;
/// The cells end here, in the line at the foot that names the layout.
const FROM_BOTTOM_EDGE_MM: f64 = 7.6;

/// How the serial is printed at the foot of every side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SerialStyle {
    /// One character a cell with two check characters behind it; see [`serial_cells`].
    #[default]
    Cells,
    /// As a word, for people only.
    Words,
}

impl SerialStyle {
    /// Whether it goes without saying in a layout file.
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// The cells of a serial with `n_characters` characters, from left to right, then the two cells of the check
/// characters ([`crate::payload::check_characters`]); an empty cell's width lies between them.
///
/// The check characters have the same place on every side of a page size, and the serial ends at the same place
/// however long it is. Empty when the serial is not printed in cells or when somebody else printed the side.
pub fn serial_cells(layout: &Layout, side: &Side, n_characters: usize) -> Vec<BoxMm> {
    if layout.serial != SerialStyle::Cells || side.blank.is_some() {
        return Vec::new();
    }
    let right = layout.page.width_mm - FROM_RIGHT_EDGE_MM;
    let y = layout.page.height_mm - FROM_BOTTOM_EDGE_MM - SERIAL_CELL_HEIGHT_MM;
    let cell = |n_cells_to_the_end: usize| BoxMm {
        x: right
            - SERIAL_PITCH_MM * f64::from(u32::try_from(n_cells_to_the_end).unwrap_or(u32::MAX)),
        y,
        width: SERIAL_PITCH_MM,
        height: SERIAL_CELL_HEIGHT_MM,
    };
    let serial = (0..n_characters).map(|i| cell(n_characters - i + 3));
    serial.chain([cell(2), cell(1)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::builtin;

    #[test]
    fn the_cells_of_a_serial_stand_in_one_row_with_a_gap_before_the_check_characters() {
        let mut layout = builtin().remove(0);
        layout.serial = SerialStyle::Cells;
        let cells = serial_cells(&layout, &layout.sides[0], 6);
        assert_eq!(cells.len(), 8);
        for (i, pair) in cells.windows(2).enumerate() {
            let n_cells = if i == 5 { 2.0 } else { 1.0 };
            assert!(
                (pair[1].x - pair[0].x - n_cells * SERIAL_PITCH_MM).abs() < 1e-9,
                "{i}"
            );
        }
        assert!((cells[7].right() - 192.0).abs() < 1e-9);
        let longer = serial_cells(&layout, &layout.sides[0], 8);
        assert_eq!(longer[2..], cells[..], "a longer serial grows to the left");
    }

    #[test]
    fn the_first_version_and_forms_of_others_have_no_cells() {
        let mut layout = builtin().remove(0);
        assert!(serial_cells(&layout, &layout.sides[0], 6).is_empty());
        layout.serial = SerialStyle::Cells;
        layout.sides[0].blank = Some("form.png".to_owned());
        assert!(serial_cells(&layout, &layout.sides[0], 6).is_empty());
    }
}
