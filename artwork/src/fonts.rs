//! The letters: compiled in, so that no font of the machine is ever used.

use std::sync::{Arc, LazyLock};

use resvg::usvg::{self, fontdb};
use schemas::geometry::MM_PER_INCH;
use schemas::layout::Weight;
use ttf_parser::Face;

/// The family that leaflets are set in: Atkinson Hyperlegible Next, made by the Braille Institute for people
/// with weak sight (SIL Open Font License, `fonts/OFL.txt`).
pub(crate) const FAMILY: &str = "Atkinson Hyperlegible Next";

const REGULAR: &[u8] = include_bytes!("../fonts/AtkinsonHyperlegibleNext_400Regular.ttf");
const BOLD: &[u8] = include_bytes!("../fonts/AtkinsonHyperlegibleNext_700Bold.ttf");

static REGULAR_FACE: LazyLock<Face<'static>> = LazyLock::new(|| face(REGULAR));
static BOLD_FACE: LazyLock<Face<'static>> = LazyLock::new(|| face(BOLD));

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(BOLD.to_vec());
    fonts.set_sans_serif_family(FAMILY);
    Arc::new(fonts)
});

/// What a drawing is understood with.
pub(crate) fn options() -> usvg::Options<'static> {
    usvg::Options {
        fontdb: Arc::clone(&FONTS),
        font_family: FAMILY.to_owned(),
        ..usvg::Options::default()
    }
}

/// Points to millimetres.
pub(crate) fn mm(pt: f64) -> f64 {
    pt * MM_PER_INCH / 72.0
}

/// How wide one line of words is printed, without kerning (which only makes it narrower by a hair).
pub(crate) fn width_mm(words: &str, size_pt: f64, weight: Weight) -> f64 {
    let face = match weight {
        Weight::Regular => &REGULAR_FACE,
        Weight::Bold => &BOLD_FACE,
    };
    let units: f64 = words.chars().map(|c| advance(face, c)).sum();
    units / f64::from(face.units_per_em()) * mm(size_pt)
}

/// A character that the font lacks is drawn as the font's own box.
fn advance(face: &Face<'_>, character: char) -> f64 {
    let glyph = face.glyph_index(character).unwrap_or_default();
    face.glyph_hor_advance(glyph).map_or(0.0, f64::from)
}

fn face(font: &'static [u8]) -> Face<'static> {
    Face::parse(font, 0).expect("the fonts that are compiled in are sound")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_as_wide_as_their_letters() {
        let one = width_mm("n", 12.0, Weight::Regular);
        assert!((1.5..3.0).contains(&one), "{one}");
        assert!((width_mm("nnn", 24.0, Weight::Regular) - 6.0 * one).abs() < 1e-9);
        assert!(width_mm("n", 12.0, Weight::Bold) > one);
    }
}
