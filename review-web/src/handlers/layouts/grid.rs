//! Grids of equal boxes to tick, as answer sheets have them: a question a row (or a column), the same options in each.

use schemas::geometry::BoxMm;
use schemas::layout::{Choose, Layout, MarkOption, MarkSymbol, Meaning, Region, RegionKind};

use super::boxes::hundredths;
use super::{number, print};
use crate::app::Shared;
use crate::error::WebError;

/// Room around the boxes of a question; less where the next question is near.
const AROUND_MM: f64 = 1.0;
/// Between the regions of two questions, half of it: more than what rounding takes.
const SLACK_MM: f64 = 0.05;
/// More questions than any sheet has.
const MAX_QUESTIONS: u32 = 400;

/// A grid as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GridForm {
    /// What the names begin with: `q` for `q1`, `q2`, …
    pub(super) name: String,
    /// The first question's number.
    pub(super) first: String,
    /// How many questions.
    pub(super) questions: String,
    /// The options' values, separated by spaces.
    pub(super) values: String,
    /// `bubble` for circles to fill in, otherwise boxes to tick.
    pub(super) symbol: String,
    /// `across` when the options of a question lie side by side, `down` when one below the other.
    pub(super) runs: String,
    /// The first box of the first question.
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
    pub(super) height: String,
    /// From one option to the next, edge to same edge.
    pub(super) option_pitch: String,
    /// From one question to the next.
    pub(super) question_pitch: String,
    /// `yes` when the boxes are to fall onto the print, which corrects places and sizes.
    pub(super) snap: String,
}

impl Default for GridForm {
    fn default() -> Self {
        let text = str::to_owned;
        Self {
            name: text("q"),
            first: text("1"),
            questions: text("10"),
            values: text("A B C D"),
            symbol: text("box"),
            runs: text("across"),
            x: String::new(),
            y: String::new(),
            width: text("5"),
            height: text("5"),
            option_pitch: text("8"),
            question_pitch: text("8"),
            snap: text("yes"),
        }
    }
}

impl GridForm {
    /// Takes in one field of the form.
    pub(super) fn set(&mut self, field: &str, value: String) {
        let place = match field {
            "name" => &mut self.name,
            "first" => &mut self.first,
            "questions" => &mut self.questions,
            "values" => &mut self.values,
            "symbol" => &mut self.symbol,
            "runs" => &mut self.runs,
            "x" => &mut self.x,
            "y" => &mut self.y,
            "width" => &mut self.width,
            "height" => &mut self.height,
            "option_pitch" => &mut self.option_pitch,
            "question_pitch" => &mut self.question_pitch,
            "snap" => &mut self.snap,
            _ => return,
        };
        *place = value;
    }

    /// The numbers, or which of them is missing.
    fn laid(&self) -> Result<Laid<'_>, String> {
        let laid = Laid {
            name: self.name.trim(),
            first_no: whole(&self.first, "the first question’s number")?,
            n_questions: whole(&self.questions, "how many questions")?,
            first_box: BoxMm {
                x: number(&self.x, "the first box, from the left")?,
                y: number(&self.y, "the first box, from the top")?,
                width: number(&self.width, "the width of a box")?,
                height: number(&self.height, "the height of a box")?,
            },
            option_pitch_mm: number(&self.option_pitch, "from option to option")?,
            question_pitch_mm: number(&self.question_pitch, "from question to question")?,
            symbol: match self.symbol.as_str() {
                "bubble" => MarkSymbol::Bubble,
                _ => MarkSymbol::Box,
            },
            is_across: self.runs != "down",
            values: self.values.split_whitespace().collect(),
        };
        if laid.values.is_empty() {
            return Err("Please give the options, for example: A B C D".to_owned());
        }
        if !(1..=MAX_QUESTIONS).contains(&laid.n_questions) {
            return Err(format!(
                "A grid has between 1 and {MAX_QUESTIONS} questions."
            ));
        }
        Ok(laid)
    }
}

/// The regions of a grid in the order of the questions, on their print where they are printed; or what is missing.
pub(super) async fn lay(
    bench: &Shared,
    layout: &Layout,
    side_no: u32,
    form: &GridForm,
) -> Result<Result<Vec<Region>, String>, WebError> {
    let laid = match form.laid() {
        Ok(laid) => laid,
        Err(words) => return Ok(Err(words)),
    };
    let mut regions = laid.regions();
    if form.snap == "yes" && print::lay(bench, layout, side_no, &mut regions).await? {
        laid.fit_around(&mut regions);
    }
    Ok(Ok(regions))
}

fn whole(typed: &str, what: &str) -> Result<u32, String> {
    let digits = typed.trim();
    digits
        .parse()
        .ok()
        .filter(|number| *number <= 9999)
        .ok_or_else(|| super::boxes::not_a_number(what, typed))
}

/// The numbers of a grid.
struct Laid<'a> {
    name: &'a str,
    first_no: u32,
    n_questions: u32,
    first_box: BoxMm,
    option_pitch_mm: f64,
    question_pitch_mm: f64,
    symbol: MarkSymbol,
    is_across: bool,
    values: Vec<&'a str>,
}

impl Laid<'_> {
    /// The regions of the grid, in the order of the questions.
    fn regions(&self) -> Vec<Region> {
        let mut regions: Vec<Region> = (0..self.n_questions).map(|i| self.region(i)).collect();
        self.fit_around(&mut regions);
        regions
    }

    /// Makes the regions fit around their options: with some room, and touching no other question.
    fn fit_around(&self, regions: &mut [Region]) {
        for region in regions.iter_mut() {
            region.area = hull(region);
        }
        let gap_mm = |pair: &[Region]| {
            let (a, b) = (&pair[0].area, &pair[1].area);
            if self.is_across {
                (b.y - a.bottom()).max(a.y - b.bottom())
            } else {
                (b.x - a.right()).max(a.x - b.right())
            }
        };
        let gaps = regions.windows(2).map(gap_mm);
        let free_mm = gaps.fold(2.0 * AROUND_MM, f64::min) / 2.0 - SLACK_MM;
        let near_mm = free_mm.clamp(0.0, AROUND_MM);
        let (beside_mm, above_mm) = if self.is_across {
            (AROUND_MM, near_mm)
        } else {
            (near_mm, AROUND_MM)
        };
        for region in regions {
            let area = region.area;
            region.area = BoxMm {
                x: hundredths(area.x - beside_mm),
                y: hundredths(area.y - above_mm),
                width: hundredths(area.width + 2.0 * beside_mm),
                height: hundredths(area.height + 2.0 * above_mm),
            };
        }
    }

    fn region(&self, question_idx: u32) -> Region {
        let id = format!("{}{}", self.name, self.first_no + question_idx);
        let options: Vec<MarkOption> = (0_u32..)
            .zip(&self.values)
            .map(|(i, value)| self.option(question_idx, i, value))
            .collect();
        Region {
            id: id.clone(),
            label: id,
            hint: None,
            area: self.first_box,
            reads: Meaning::Answer,
            kind: RegionKind::Marks {
                choose: Choose::One,
                options,
            },
        }
    }

    fn option(&self, question_idx: u32, option_idx: u32, value: &str) -> MarkOption {
        let along = self.option_pitch_mm * f64::from(option_idx);
        let away = self.question_pitch_mm * f64::from(question_idx);
        let (dx, dy) = if self.is_across {
            (along, away)
        } else {
            (away, along)
        };
        MarkOption {
            value: value.to_owned(),
            label: value.to_owned(),
            symbol: self.symbol,
            area: BoxMm {
                x: hundredths(self.first_box.x + dx),
                y: hundredths(self.first_box.y + dy),
                ..self.first_box
            },
        }
    }
}

/// The smallest box around the options of a question.
fn hull(region: &Region) -> BoxMm {
    let RegionKind::Marks { options, .. } = &region.kind else {
        return region.area;
    };
    let edge = |of: fn(&BoxMm) -> f64, better: fn(f64, f64) -> f64| {
        let edges = options.iter().map(|option| of(&option.area));
        edges.reduce(better).unwrap_or_default()
    };
    let (x, y) = (edge(|a| a.x, f64::min), edge(|a| a.y, f64::min));
    BoxMm {
        x,
        y,
        width: edge(BoxMm::right, f64::max) - x,
        height: edge(BoxMm::bottom, f64::max) - y,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> GridForm {
        GridForm {
            x: "20".to_owned(),
            y: "30".to_owned(),
            first: "7".to_owned(),
            questions: "3".to_owned(),
            question_pitch: "6".to_owned(),
            ..GridForm::default()
        }
    }

    #[test]
    fn a_grid_has_a_region_for_each_question_and_they_do_not_overlap() {
        let regions = grid().laid().unwrap().regions();
        let ids: Vec<&str> = regions.iter().map(|r| r.id.as_str()).collect();
        assert_eq!(ids, ["q7", "q8", "q9"]);
        let RegionKind::Marks { options, .. } = &regions[2].kind else {
            panic!("a grid is made of marks");
        };
        assert_eq!(options.len(), 4);
        assert_eq!(options[3].area, BoxMm::from([44.0, 42.0, 5.0, 5.0]));
        assert!(regions[2].area.contains(&options[0].area));
        assert!(!regions[0].area.overlaps(&regions[1].area));
    }

    #[test]
    fn a_grid_can_run_down_as_the_digits_of_a_number_do() {
        let down = GridForm {
            runs: "down".to_owned(),
            values: "0 1 2".to_owned(),
            ..grid()
        };
        let regions = down.laid().unwrap().regions();
        let RegionKind::Marks { options, .. } = &regions[1].kind else {
            panic!("a grid is made of marks");
        };
        assert_eq!(options[2].area, BoxMm::from([26.0, 46.0, 5.0, 5.0]));
    }

    #[test]
    fn a_grid_without_numbers_says_which_is_missing() {
        let empty = GridForm::default();
        let empty = empty.laid().map(|laid| laid.regions());
        assert_eq!(
            empty.unwrap_err(),
            "Please fill in the first box, from the left."
        );
        let endless = GridForm {
            questions: "9999".to_owned(),
            ..grid()
        };
        assert!(
            endless
                .laid()
                .map(|laid| laid.regions())
                .unwrap_err()
                .contains("between 1 and 400")
        );
    }
}
