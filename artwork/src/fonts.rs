//! The letters: compiled in, so that no font of the machine is ever used.

use std::sync::{Arc, LazyLock};

use resvg::usvg::{self, fontdb};

/// The family that leaflets are set in: Atkinson Hyperlegible Next, made by the Braille Institute for people
/// with weak sight (SIL Open Font License, `fonts/OFL.txt`).
pub(crate) const FAMILY: &str = "Atkinson Hyperlegible Next";

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(
        include_bytes!("../fonts/AtkinsonHyperlegibleNext_400Regular.ttf").to_vec(),
    );
    fonts.load_font_data(include_bytes!("../fonts/AtkinsonHyperlegibleNext_700Bold.ttf").to_vec());
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
