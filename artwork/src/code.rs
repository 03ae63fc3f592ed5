//! The QR code: one path of squares, in modules.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};
use schemas::geometry::BoxMm;

use crate::ArtworkError;

/// Smaller modules are lost by a 200 dpi scan of a photocopy: five and a half pixels a module.
pub(crate) const MIN_MODULE_MM: f64 = 0.7;

/// A module must cover this many pixels of the coarsest scan that is read ([`COARSEST_DPI`]).
pub(crate) const MIN_MODULE_PX: f64 = 4.0;
/// See [`MIN_MODULE_PX`].
pub(crate) const COARSEST_DPI: f64 = 150.0;

/// A code that is ready to be drawn.
pub(crate) struct Code {
    /// Modules along an edge, without the quiet zone.
    pub(crate) n_modules: usize,
    /// The dark modules as an SVG path, one unit a module.
    pub(crate) path: String,
}

/// Encodes `text` with the best error correction whose modules stay large enough: Q if possible, else M.
pub(crate) fn encode(text: &str, place: &BoxMm) -> Result<Code, ArtworkError> {
    [EcLevel::Q, EcLevel::M]
        .into_iter()
        .filter_map(|level| QrCode::with_error_correction_level(text, level).ok())
        .find(|code| module_mm(place, code.width()) >= MIN_MODULE_MM)
        .map(|code| Code {
            n_modules: code.width(),
            path: path(&rows(&code)),
        })
        .ok_or_else(|| ArtworkError::CodeTooLong {
            text: text.to_owned(),
            width_mm: place.width,
        })
}

/// The side of a module, in millimetres, that the weakest error correction allowed would give `text`; nothing
/// when no code can hold it.
pub(crate) fn finest_module_mm(text: &str, place: &BoxMm) -> Option<f64> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    Some(module_mm(place, code.width()))
}

fn rows(code: &QrCode) -> Vec<Vec<bool>> {
    let dark = |colour: &Color| *colour == Color::Dark;
    code.to_colors()
        .chunks(code.width())
        .map(|row| row.iter().map(dark).collect())
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "a code has at most 177 modules")]
pub(crate) fn module_mm(place: &BoxMm, n_modules: usize) -> f64 {
    place.width.min(place.height) / n_modules as f64
}

/// One rectangle for each run of dark modules; all in one path, so that no renderer leaves hairlines.
fn path(rows: &[Vec<bool>]) -> String {
    let mut path = String::new();
    for (y, row) in rows.iter().enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            let n = run.len();
            if run[0] {
                let _ = write!(path, "M{x} {y}h{n}v1h-{n}z");
            }
            x += n;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: BoxMm = BoxMm {
        x: 0.0,
        y: 0.0,
        width: 26.0,
        height: 26.0,
    };

    #[test]
    fn an_ordinary_leaflets_code_has_large_modules() {
        let code = encode("HTTPS://POSTBAG.ORG.UK/L/STORY-A4.1.1/000123", &PLACE).unwrap();
        assert_eq!(code.n_modules, 29);
    }

    #[test]
    fn a_code_that_would_be_too_fine_is_refused() {
        let error = encode(&"A".repeat(300), &PLACE).err().unwrap();
        assert!(matches!(error, ArtworkError::CodeTooLong { .. }));
    }

    #[test]
    fn runs_of_modules_become_one_rectangle_each() {
        let rows = [vec![true, true, false], vec![false, true, true]];
        assert_eq!(path(&rows), "M0 0h2v1h-2zM1 1h2v1h-2z");
    }
}
