//! The cover sheet of a pile: words that a person reads at arm's length, and a code that no scanner misses.

use schemas::geometry::{BoxMm, Point};
use schemas::layout::{
    Align, CodePlace, Colour, Layout, PageSize, PrintedText, SerialStyle, Side, Weight,
};
use schemas::payload::{CodePayload, Serial};

use crate::{ArtworkError, Finish, fonts, pdf};

/// A4: what lies in every office.
const PAGE: PageSize = PageSize {
    width_mm: 210.0,
    height_mm: 297.0,
};
/// Left and right of the words.
const MARGIN_MM: f64 = 20.0;
/// The code, in the middle of the page: a sheet that is pulled askew or torn at an edge keeps it.
const CODE_MM: f64 = 80.0;
const CODE_TOP_MM: f64 = 130.0;
/// Letters that are read across a table.
const NAME_PT: f64 = 34.0;
const TITLE_PT: f64 = 22.0;
const WORDS_PT: f64 = 14.0;
/// Longer names end in dots.
const NAME_LINES: usize = 3;
/// From one baseline to the next, in millimetres.
const NAME_LEADING_MM: f64 = 15.0;
const WORDS_LEADING_MM: f64 = 7.5;

/// What a cover sheet says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cover {
    /// What the pile is called; empty on a sheet that is used for any pile.
    pub name: String,
    /// What else is known of the pile, for example how many sheets it has; may be empty.
    pub about: String,
    /// Its number; a sheet without one may be used again and again.
    pub number: Option<Serial>,
}

impl Cover {
    /// The sheet for one pile. `n_papers` is how many sheets of paper lie under it, when somebody counted.
    pub fn of_pile(name: &str, n_papers: Option<u32>, n_sides: u32, number: Serial) -> Self {
        let about = n_papers.map(|n_papers| {
            let sheets = if n_papers == 1 { "sheet" } else { "sheets" };
            let sides = if n_sides == 2 { ", both sides" } else { "" };
            format!("{n_papers} {sheets} of paper{sides}")
        });
        Self {
            name: name.to_owned(),
            about: about.unwrap_or_default(),
            number: Some(number),
        }
    }
}

/// A cover sheet as a PDF of one page.
///
/// # Errors
/// As [`pdf`].
pub fn cover_pdf(cover: &Cover, prefix: &str) -> Result<Vec<u8>, ArtworkError> {
    let numbers: Vec<Serial> = cover.number.iter().cloned().collect();
    pdf(&layout(cover), prefix, &numbers, Finish::Trimmed)
}

/// The sheet, drawn as leaflets are; nothing is read from it but its code.
pub(crate) fn layout(cover: &Cover) -> Layout {
    let code = CodePayload::of_cover(cover.number.clone());
    Layout {
        schema: None,
        id: code.layout,
        version: code.version,
        title: title(cover),
        page: PAGE,
        large_print_of: None,
        folds: Vec::new(),
        serial: SerialStyle::Words,
        sides: vec![Side {
            side: code.side,
            code: Some(CodePlace {
                area: BoxMm {
                    x: (PAGE.width_mm - CODE_MM) / 2.0,
                    y: CODE_TOP_MM,
                    width: CODE_MM,
                    height: CODE_MM,
                },
            }),
            marks: Vec::new(),
            blank: None,
            shapes: Vec::new(),
            texts: texts(cover),
            regions: Vec::new(),
        }],
    }
}

fn title(cover: &Cover) -> String {
    if cover.name.is_empty() {
        "Cover sheet".to_owned()
    } else {
        format!("Cover sheet: {}", cover.name)
    }
}

fn texts(cover: &Cover) -> Vec<PrintedText> {
    let mut y_mm = 40.0;
    let mut texts = vec![text(30.0, TITLE_PT, Weight::Bold, "Cover sheet")];
    texts[0].colour = Colour::Accent;
    let name = if cover.name.is_empty() {
        "A new pile begins here"
    } else {
        &cover.name
    };
    for line in lines(name, NAME_PT, NAME_LINES) {
        y_mm += NAME_LEADING_MM;
        texts.push(text(y_mm, NAME_PT, Weight::Bold, &line));
    }
    if !cover.about.is_empty() {
        texts.push(text(y_mm + 12.0, TITLE_PT, Weight::Regular, &cover.about));
    }
    let below = CODE_TOP_MM + CODE_MM + 16.0;
    let again = if cover.number.is_some() {
        "Use it once: it belongs to this pile alone."
    } else {
        "Keep it: it can be used for every pile."
    };
    for (n, words) in (0_u32..).zip([
        "Lay this sheet on top of the pile, the code up, and scan it with the pile.",
        "Everything behind it, up to the next cover sheet, is one pile.",
        "Do not count it among the sheets that came in the post.",
        again,
    ]) {
        let at_mm = below + f64::from(n) * WORDS_LEADING_MM;
        texts.push(text(at_mm, WORDS_PT, Weight::Regular, words));
    }
    texts
}

fn text(y_mm: f64, size_pt: f64, weight: Weight, words: &str) -> PrintedText {
    PrintedText {
        at: Point::new(PAGE.width_mm / 2.0, y_mm),
        size_pt,
        weight,
        align: Align::Middle,
        colour: Colour::Ink,
        turned: false,
        text: words.to_owned(),
    }
}

/// A name broken between words, or within one that is wider than the page.
fn lines(name: &str, size_pt: f64, most: usize) -> Vec<String> {
    let fits = |line: &str| {
        fonts::width_mm(line, size_pt, Weight::Bold) <= PAGE.width_mm - 2.0 * MARGIN_MM
    };
    let mut lines: Vec<String> = vec![String::new()];
    let mut put = |piece: &str| {
        let last = lines.last_mut().expect("there is always a line");
        let longer = if last.is_empty() {
            piece.to_owned()
        } else {
            format!("{last} {piece}")
        };
        if fits(&longer) {
            *last = longer;
            return;
        }
        if last.is_empty() {
            lines.pop();
        }
        let mut rest = String::new();
        for character in piece.chars() {
            if !fits(&format!("{rest}{character}")) {
                lines.push(std::mem::take(&mut rest));
            }
            rest.push(character);
        }
        lines.push(rest);
    };
    name.split_whitespace().for_each(&mut put);
    if lines.len() > most {
        lines.truncate(most);
        lines[most - 1].push('…');
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Print, raster};

    #[test]
    fn names_are_broken_between_words_and_never_run_off_the_page() {
        let name =
            "Rotherham, Doncaster and South Humber, the post of Monday the second of November";
        let broken = lines(name, NAME_PT, 9);
        assert_eq!(broken.join(" "), name);
        assert!(broken.len() > 2, "{broken:?}");
        let long = lines(&"W".repeat(200), NAME_PT, NAME_LINES);
        assert_eq!(long.len(), NAME_LINES);
        assert!(long[2].ends_with('…'));
    }

    #[test]
    fn a_cover_sheet_is_one_page_with_its_name_and_its_code() {
        let number = Serial::parse("7ZK3M0").unwrap();
        let cover = Cover::of_pile("Ward 4", Some(40), 2, number);
        assert_eq!(cover.about, "40 sheets of paper, both sides");
        let bytes = cover_pdf(&cover, "HTTPS://POSTBAG.ORG.UK/L/").unwrap();
        assert!(bytes.starts_with(b"%PDF"));
        let layout = layout(&cover);
        let print = Print::numbered(cover.number.unwrap());
        let page = raster(&layout, &layout.sides[0], 72.0, &print).unwrap();
        // The finder pattern at the code's corner.
        let corner = page.get_pixel(186, 370).0;
        assert!(corner[0] < 60, "{corner:?}");
    }
}
