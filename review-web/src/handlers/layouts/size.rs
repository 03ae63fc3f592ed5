//! The size of the paper: as a person says, or guessed from the picture.

use schemas::geometry::MM_PER_INCH;
use schemas::layout::PageSize;

use super::boxes::mm;
use super::number;

/// The papers that have a name: value, words, short and long edge.
const PAPERS: [(&str, &str, f64, f64); 3] = [
    ("a4", "A4", 210.0, 297.0),
    ("a5", "A5", 148.0, 210.0),
    ("letter", "US letter", 215.9, 279.4),
];
/// How far a picture's size may be off the paper's for a guess.
const GUESS_MM: f64 = 8.0;
/// The smallest and the largest edge of a form: a ticket, and A3.
const EDGES_MM: std::ops::RangeInclusive<f64> = 50.0..=430.0;

/// What a person says about the paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PaperForm {
    /// `guess`, a paper's name, or `custom`.
    pub(super) paper: String,
    pub(super) width: String,
    pub(super) height: String,
}

/// A choice of the form.
pub(super) struct PaperChoice {
    pub(super) value: &'static str,
    pub(super) words: &'static str,
    pub(super) chosen: bool,
}

/// What is known of a picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct PictureSize {
    pub(super) width_px: u32,
    pub(super) height_px: u32,
    pub(super) dpi: Option<f64>,
}

impl PaperForm {
    /// Before anybody has said anything.
    pub(super) fn guessing() -> Self {
        Self {
            paper: "guess".to_owned(),
            width: String::new(),
            height: String::new(),
        }
    }

    /// The paper of a page.
    pub(super) fn of(page: PageSize) -> Self {
        let (short, long) = edges(page);
        let known = |&&(_, _, a, b): &&(_, _, f64, f64)| (a - short).abs() + (b - long).abs() < 0.1;
        let paper = PAPERS.iter().find(known).map_or("custom", |paper| paper.0);
        Self {
            paper: paper.to_owned(),
            width: mm(page.width_mm),
            height: mm(page.height_mm),
        }
    }

    /// The choices, with or without a guess.
    pub(super) fn choices(&self, may_guess: bool) -> Vec<PaperChoice> {
        let named = PAPERS.iter().map(|(value, words, _, _)| (*value, *words));
        let guess = may_guess.then_some(("guess", "Work it out from the scan"));
        let all = guess
            .into_iter()
            .chain(named)
            .chain([("custom", "Another size")]);
        all.map(|(value, words)| PaperChoice {
            value,
            words,
            chosen: value == self.paper,
        })
        .collect()
    }

    /// The size of the page; a named paper lies as the picture lies.
    pub(super) fn size(&self, picture: PictureSize) -> Result<PageSize, String> {
        match self.paper.as_str() {
            "guess" => Ok(guess(picture)),
            "custom" => self.custom(),
            name => PAPERS
                .iter()
                .find(|paper| paper.0 == name)
                .map(|(_, _, short, long)| lying_as(picture, *short, *long))
                .ok_or_else(|| "Please choose the size of the paper.".to_owned()),
        }
    }

    fn custom(&self) -> Result<PageSize, String> {
        let size = PageSize {
            width_mm: number(&self.width, "the width of the paper")?,
            height_mm: number(&self.height, "the height of the paper")?,
        };
        if EDGES_MM.contains(&size.width_mm) && EDGES_MM.contains(&size.height_mm) {
            Ok(size)
        } else {
            Err("Paper is between 50 and 430 mm wide and high.".to_owned())
        }
    }
}

/// The paper that fits a picture best: by its dots per inch when they make sense, otherwise by its shape alone.
fn guess(picture: PictureSize) -> PageSize {
    let by_dpi = picture.dpi.filter(|dpi| *dpi >= 50.0).and_then(|dpi| {
        let edge_mm = |px: u32| f64::from(px) / dpi * MM_PER_INCH;
        let size = PageSize {
            width_mm: edge_mm(picture.width_px),
            height_mm: edge_mm(picture.height_px),
        };
        let (short, long) = edges(size);
        PAPERS
            .iter()
            .find(|(_, _, a, b)| (a - short).abs() <= GUESS_MM && (b - long).abs() <= GUESS_MM)
    });
    let shape = |short: f64, long: f64| (long / short).ln();
    let (width, height) = (f64::from(picture.width_px), f64::from(picture.height_px));
    let seen = shape(width.min(height).max(1.0), width.max(height).max(1.0));
    let by_shape = || {
        let far = |paper: &(_, _, f64, f64)| (shape(paper.2, paper.3) - seen).abs();
        PAPERS
            .iter()
            .filter(|paper| paper.0 != "a5")
            .min_by(|a, b| far(a).total_cmp(&far(b)))
            .unwrap_or(&PAPERS[0])
    };
    let (_, _, short, long) = by_dpi.unwrap_or_else(by_shape);
    lying_as(picture, *short, *long)
}

fn lying_as(picture: PictureSize, short_mm: f64, long_mm: f64) -> PageSize {
    let (width_mm, height_mm) = if picture.width_px > picture.height_px {
        (long_mm, short_mm)
    } else {
        (short_mm, long_mm)
    };
    PageSize {
        width_mm,
        height_mm,
    }
}

const fn edges(page: PageSize) -> (f64, f64) {
    (
        page.width_mm.min(page.height_mm),
        page.width_mm.max(page.height_mm),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(width_px: u32, height_px: u32, dpi: Option<f64>) -> (f64, f64) {
        let size = guess(PictureSize {
            width_px,
            height_px,
            dpi,
        });
        (size.width_mm, size.height_mm)
    }

    #[test]
    fn the_paper_is_guessed_from_dots_and_from_shape() {
        assert_eq!(guessed(2480, 3508, Some(300.0)), (210.0, 297.0));
        assert_eq!(guessed(1748, 2480, Some(300.0)), (148.0, 210.0));
        assert_eq!(guessed(2550, 3300, None), (215.9, 279.4));
        assert_eq!(
            guessed(3508, 2480, Some(72.0)),
            (297.0, 210.0),
            "a wrong dpi"
        );
        assert_eq!(
            guessed(1, 0, Some(0.0)),
            (279.4, 215.9),
            "nonsense does no harm"
        );
    }

    #[test]
    fn a_size_of_ones_own_must_be_paper() {
        let picture = PictureSize {
            width_px: 10,
            height_px: 10,
            dpi: None,
        };
        let form = |width: &str, height: &str| PaperForm {
            paper: "custom".to_owned(),
            width: width.to_owned(),
            height: height.to_owned(),
        };
        assert!(form("99", "210").size(picture).is_ok());
        assert!(form("9", "210").size(picture).is_err());
        assert!(form("", "210").size(picture).unwrap_err().contains("width"));
    }
}
