//! One box of a form as it is typed, and the region that it becomes.

use schemas::geometry::BoxMm;
use schemas::layout::{Choose, MarkOption, MarkSymbol, Meaning, Region, RegionKind};

use serde::Serialize;

use super::number;

/// The kinds of box, and what people call them.
pub(super) const KINDS: [(&str, &str); 6] = [
    ("line", "One handwritten line"),
    ("text", "Several lines of writing"),
    ("comb", "One character in each cell"),
    ("marks", "Boxes to tick"),
    ("drawing", "Space for a drawing"),
    ("none", "Print only: nothing is read"),
];

/// What a box can mean, and what people call it.
pub(super) const MEANINGS: [(Meaning, &str); 14] = [
    (Meaning::Story, "The story"),
    (Meaning::Service, "The health service"),
    (Meaning::Postcode, "The postcode of the service"),
    (Meaning::Consent, "Permission to publish"),
    (Meaning::Relationship, "Who the author is"),
    (Meaning::Date, "When it happened"),
    (Meaning::Answer, "The answer to a question"),
    (Meaning::Feeling, "How it felt"),
    (Meaning::Drawing, "A drawing"),
    (Meaning::Username, "The name to publish under"),
    (Meaning::Name, "A name (kept private)"),
    (Meaning::Email, "An e-mail address (kept private)"),
    (Meaning::Phone, "A telephone number (kept private)"),
    (Meaning::None, "Nothing"),
];

/// What else than a box an option can be printed as, and what people call it.
pub(super) const SYMBOLS: [(&str, MarkSymbol, &str); 6] = [
    ("bubble", MarkSymbol::Bubble, "bubbles to fill in"),
    (
        "face-very-happy",
        MarkSymbol::FaceVeryHappy,
        "a very happy face",
    ),
    ("face-happy", MarkSymbol::FaceHappy, "a happy face"),
    ("face-so-so", MarkSymbol::FaceSoSo, "a face so so"),
    ("face-sad", MarkSymbol::FaceSad, "a sad face"),
    ("face-very-sad", MarkSymbol::FaceVerySad, "a very sad face"),
];

/// One box as it is typed: every field is text, so that nothing typed is lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct BoxForm {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) kind: String,
    pub(super) reads: String,
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
    pub(super) height: String,
    pub(super) pitch: String,
    pub(super) cells: String,
    pub(super) choose: String,
    /// One option a line: `value | label | x y width height`.
    pub(super) options: String,
}

impl BoxForm {
    /// The box as it is first shown.
    pub(super) fn of(region: &Region) -> Self {
        let mut form = Self {
            id: region.id.clone(),
            label: region.label.clone(),
            hint: region.hint.clone().unwrap_or_default(),
            kind: region.kind.as_str().to_owned(),
            reads: region.reads.as_str().to_owned(),
            x: mm(region.area.x),
            y: mm(region.area.y),
            width: mm(region.area.width),
            height: mm(region.area.height),
            choose: "one".to_owned(),
            ..Self::default()
        };
        match &region.kind {
            RegionKind::Text { pitch_mm } => form.pitch = pitch_mm.map(mm).unwrap_or_default(),
            RegionKind::Comb { cells } => form.cells = cells.to_string(),
            RegionKind::Marks { choose, options } => {
                let choose = if *choose == Choose::One {
                    "one"
                } else {
                    "many"
                };
                choose.clone_into(&mut form.choose);
                let lines: Vec<String> = options.iter().map(option_line).collect();
                form.options = lines.join("\n");
            }
            _ => {}
        }
        form
    }

    /// Takes in one field of the form.
    pub(super) fn set(&mut self, field: &str, value: String) {
        let place = match field {
            "id" => &mut self.id,
            "label" => &mut self.label,
            "hint" => &mut self.hint,
            "kind" => &mut self.kind,
            "reads" => &mut self.reads,
            "x" => &mut self.x,
            "y" => &mut self.y,
            "width" => &mut self.width,
            "height" => &mut self.height,
            "pitch" => &mut self.pitch,
            "cells" => &mut self.cells,
            "choose" => &mut self.choose,
            "options" => &mut self.options,
            _ => return,
        };
        *place = value;
    }

    /// The region, or what is not a number or not known.
    pub(super) fn region(&self) -> Result<Region, String> {
        Ok(Region {
            id: self.id.trim().to_owned(),
            label: self.label.trim().to_owned(),
            hint: Some(self.hint.trim().to_owned()).filter(|hint| !hint.is_empty()),
            area: BoxMm {
                x: number(&self.x, "how far from the left")?,
                y: number(&self.y, "how far from the top")?,
                width: number(&self.width, "the width")?,
                height: number(&self.height, "the height")?,
            },
            reads: self.meaning()?,
            kind: self.kind()?,
        })
    }

    fn meaning(&self) -> Result<Meaning, String> {
        MEANINGS
            .iter()
            .map(|(meaning, _)| *meaning)
            .find(|meaning| meaning.as_str() == self.reads)
            .ok_or_else(|| "Please choose what it reads.".to_owned())
    }

    fn kind(&self) -> Result<RegionKind, String> {
        Ok(match self.kind.as_str() {
            "line" => RegionKind::Line {},
            "text" => RegionKind::Text {
                pitch_mm: match self.pitch.trim() {
                    "" => None,
                    pitch => Some(number(pitch, "the distance of the lines")?),
                },
            },
            "comb" => RegionKind::Comb {
                cells: self
                    .cells
                    .trim()
                    .parse()
                    .map_err(|_| not_a_number("the number of cells", &self.cells))?,
            },
            "marks" => RegionKind::Marks {
                choose: if self.choose == "many" {
                    Choose::Many
                } else {
                    Choose::One
                },
                options: options(&self.options)?,
            },
            "drawing" => RegionKind::Drawing {},
            "none" => RegionKind::None {},
            _ => return Err("Please choose how it is filled in.".to_owned()),
        })
    }
}

/// `12.5`: hundredths of a millimetre, nothing behind them.
pub(super) fn mm(value: f64) -> String {
    // Adding nothing turns minus nothing into nothing.
    (hundredths(value) + 0.0).to_string()
}

/// To a hundredth of a millimetre.
pub(super) fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

pub(super) fn not_a_number(what: &str, typed: &str) -> String {
    if typed.trim().is_empty() {
        return format!("Please fill in {what}.");
    }
    let typed: String = typed.chars().take(20).collect();
    format!("“{typed}” is not a number ({what}).")
}

/// Where a label goes on in a second line: an option has one line for all of it.
const LINE_BREAK: &str = " ⏎ ";

/// One option as a line.
pub(super) fn option_line(option: &MarkOption) -> String {
    let a = &option.area;
    let place = [a.x, a.y, a.width, a.height].map(mm).join(" ");
    let symbol = SYMBOLS
        .iter()
        .find(|(_, symbol, _)| *symbol == option.symbol);
    let symbol = symbol.map_or(String::new(), |(name, _, _)| format!(" | {name}"));
    let label = option.label.replace('\n', LINE_BREAK);
    format!("{} | {label} | {place}{symbol}", option.value)
}

fn options(typed: &str) -> Result<Vec<MarkOption>, String> {
    typed
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| option(line).ok_or_else(|| unclear_option(line)))
        .collect()
}

fn option(line: &str) -> Option<MarkOption> {
    let mut parts = line.split('|').map(str::trim);
    let (value, label, place) = (parts.next()?, parts.next()?, parts.next()?);
    let symbol = match parts.next() {
        None | Some("") => MarkSymbol::Box,
        Some(symbol) => SYMBOLS.iter().find(|(name, _, _)| *name == symbol)?.1,
    };
    let numbers = place
        .split_whitespace()
        .map(|text| number(text, "").ok())
        .collect::<Option<Vec<f64>>>()?;
    Some(MarkOption {
        value: value.to_owned(),
        label: label.replace(LINE_BREAK, "\n"),
        symbol,
        area: BoxMm::from(<[f64; 4]>::try_from(numbers).ok()?),
    })
}

fn unclear_option(line: &str) -> String {
    let line: String = line.chars().take(60).collect();
    format!("“{line}” is no option; one looks like this: yes | Yes, please | 20 30 5 5")
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::layout::builtin;

    #[test]
    fn every_region_of_our_own_layouts_survives_being_typed() {
        for side in builtin().iter().flat_map(|layout| &layout.sides) {
            for region in &side.regions {
                assert_eq!(&BoxForm::of(region).region().unwrap(), region);
            }
        }
    }

    #[test]
    fn a_bubble_to_fill_in_survives_being_typed() {
        let line = "b | B | 20 30 4 4 | bubble";
        let option = option(line).unwrap();
        assert_eq!(option.symbol, MarkSymbol::Bubble);
        assert_eq!(option_line(&option), line);
    }

    #[test]
    fn every_meaning_has_words() {
        let words: std::collections::BTreeSet<Meaning> = MEANINGS.iter().map(|(m, _)| *m).collect();
        assert_eq!(words.len(), MEANINGS.len());
    }

    #[test]
    fn what_is_not_a_number_is_named() {
        let mut form = BoxForm::of(&builtin()[0].sides[0].regions[0]);
        form.width = "wide".to_owned();
        assert_eq!(
            form.region().unwrap_err(),
            "“wide” is not a number (the width)."
        );
        form.width = "80,5".to_owned();
        assert!((form.region().unwrap().area.width - 80.5).abs() < 1e-9);
        form.width = "NaN".to_owned();
        assert!(form.region().is_err());
    }

    #[test]
    fn an_option_without_four_numbers_is_shown_how() {
        let form = BoxForm {
            kind: "marks".to_owned(),
            options: "yes | Yes | 1 2 3".to_owned(),
            ..BoxForm::of(&builtin()[0].sides[0].regions[0])
        };
        assert!(form.region().unwrap_err().contains("one looks like this"));
    }
}
