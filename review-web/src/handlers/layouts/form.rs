//! The form of the drawing page: the boxes of one side, read without losing anything that was typed.

use schemas::geometry::{BoxMm, Point};
use schemas::layout::{CodePlace, Layout, Region, RegistrationMark, Side};

use super::boxes::{BoxForm, mm};
use super::grid::GridForm;
use super::number;

/// More boxes than any form has; a form with more is no form of ours.
const MAX_BOXES: usize = 1_000;

/// What the drawing page sends, whichever button was pressed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DrawForm {
    /// The button.
    pub(super) action: String,
    /// The revision that the person saw.
    pub(super) expected_revision: u32,
    pub(super) title: String,
    pub(super) boxes: Vec<BoxForm>,
    /// Where a code of ours is: `x y size`; nothing when the form has none.
    pub(super) code: String,
    /// Our registration discs, one a line: `name | x y diameter`.
    pub(super) marks: String,
    pub(super) grid: GridForm,
}

/// Something that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unclear {
    /// Which box; `None` for the rest of the form.
    pub(super) box_idx: Option<usize>,
    /// What is wrong, in words.
    pub(super) words: String,
}

impl DrawForm {
    /// The form as it is first shown.
    pub(super) fn of(layout: &Layout, side: &Side, revision_no: u32) -> Self {
        let mark = |m: &RegistrationMark| {
            let place = [m.centre.x, m.centre.y, m.diameter_mm].map(mm).join(" ");
            format!("{} | {place}", m.id)
        };
        let code = |code: CodePlace| {
            [code.area.x, code.area.y, code.area.width]
                .map(mm)
                .join(" ")
        };
        Self {
            expected_revision: revision_no,
            title: layout.title.clone(),
            boxes: side.regions.iter().map(BoxForm::of).collect(),
            code: side.code.map(code).unwrap_or_default(),
            marks: side.marks.iter().map(mark).collect::<Vec<_>>().join("\n"),
            ..Self::default()
        }
    }

    /// Reads a form that was sent. The boxes keep the order of their numbers; those that were to go are left out.
    pub(super) fn of_pairs(pairs: Vec<(String, String)>) -> Self {
        let mut form = Self::default();
        let mut boxes: Vec<(usize, BoxForm)> = Vec::new();
        let mut gone = Vec::new();
        for (name, value) in pairs {
            match name.split_once('.') {
                Some(("grid", field)) => form.grid.set(field, value),
                Some((numbered, field)) => {
                    let Some(number) = box_number(numbered) else {
                        continue;
                    };
                    if field == "remove" {
                        gone.push(number);
                    } else if let Some(of) = box_at(&mut boxes, number) {
                        of.set(field, value);
                    }
                }
                None => form.set(&name, value),
            }
        }
        boxes.retain(|(number, _)| !gone.contains(number));
        boxes.sort_by_key(|(number, _)| *number);
        form.boxes = boxes.into_iter().map(|(_, form)| form).collect();
        form
    }

    fn set(&mut self, name: &str, value: String) {
        match name {
            "action" => self.action = value,
            "expected_revision" => self.expected_revision = value.trim().parse().unwrap_or(0),
            "title" => self.title = value,
            "code" => self.code = value,
            "marks" => self.marks = value,
            _ => {}
        }
    }

    /// The layout with this side as it was typed, or everything that cannot be understood.
    pub(super) fn apply(&self, layout: &Layout, side_no: u32) -> Result<Layout, Vec<Unclear>> {
        let mut unclear = Vec::new();
        let mut regions = Vec::new();
        for (i, typed) in self.boxes.iter().enumerate() {
            match typed.region() {
                Ok(region) => regions.push(region),
                Err(words) => unclear.push(Unclear {
                    box_idx: Some(i),
                    words,
                }),
            }
        }
        let mut rest = |words| {
            unclear.push(Unclear {
                box_idx: None,
                words,
            });
        };
        let code = code(&self.code).map_err(&mut rest).unwrap_or_default();
        let marks = marks(&self.marks).map_err(&mut rest).unwrap_or_default();
        let title = self.title.trim();
        if title.is_empty() {
            rest("Please give the form a title.".to_owned());
        }
        if !unclear.is_empty() {
            return Err(unclear);
        }
        let mut layout = layout.clone();
        title.clone_into(&mut layout.title);
        if let Some(side) = layout.sides.iter_mut().find(|side| side.side == side_no) {
            (side.regions, side.code, side.marks) = (regions, code, marks);
        }
        Ok(layout)
    }

    /// Adds a box in the middle of the page, with a name that is free.
    pub(super) fn add_box(&mut self, layout: &Layout) {
        let taken = |name: &str| {
            let elsewhere = layout.sides.iter().flat_map(|side| &side.regions);
            self.boxes.iter().any(|typed| typed.id == name)
                || elsewhere.map(|region| &region.id).any(|id| id == name)
        };
        let name = (1..=2 * MAX_BOXES)
            .map(|i| format!("box-{i}"))
            .find(|name| !taken(name))
            .unwrap_or_default();
        self.boxes.push(BoxForm {
            id: name,
            kind: "line".to_owned(),
            // Whatever it is, nothing is published of it and nobody is looked up by it, until a person says what it means.
            reads: "answer".to_owned(),
            x: mm((layout.page.width_mm / 4.0).round()),
            y: mm((layout.page.height_mm / 2.0).round()),
            width: mm((layout.page.width_mm / 2.0).round()),
            height: "12".to_owned(),
            choose: "one".to_owned(),
            ..BoxForm::default()
        });
    }

    /// Adds the regions of a grid.
    pub(super) fn add_regions(&mut self, regions: &[Region]) {
        self.boxes.extend(regions.iter().map(BoxForm::of));
    }
}

/// The number in `b12`.
fn box_number(name: &str) -> Option<usize> {
    name.strip_prefix('b')?.parse().ok()
}

fn box_at(boxes: &mut Vec<(usize, BoxForm)>, number: usize) -> Option<&mut BoxForm> {
    // The fields of a box follow each other, so the last one is nearly always the one.
    let known = boxes.iter().rposition(|(of, _)| *of == number);
    let at = match known {
        Some(at) => at,
        None if boxes.len() < MAX_BOXES => {
            boxes.push((number, BoxForm::default()));
            boxes.len() - 1
        }
        None => return None,
    };
    boxes.get_mut(at).map(|(_, form)| form)
}

fn code(typed: &str) -> Result<Option<CodePlace>, String> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let [x, y, size] = three(typed).ok_or("The code’s place is three numbers: x y size.")?;
    let area = BoxMm::from([x, y, size, size]);
    Ok(Some(CodePlace { area }))
}

fn marks(typed: &str) -> Result<Vec<RegistrationMark>, String> {
    let mark = |line: &str| {
        let (id, place) = line.split_once('|')?;
        let [x, y, diameter_mm] = three(place)?;
        Some(RegistrationMark {
            id: id.trim().to_owned(),
            centre: Point::new(x, y),
            diameter_mm,
        })
    };
    typed
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let words = "A disc is a name and three numbers: top-left | 12 12 5";
            mark(line).ok_or_else(|| words.to_owned())
        })
        .collect()
}

fn three(typed: &str) -> Option<[f64; 3]> {
    let numbers = typed
        .split_whitespace()
        .map(|text| number(text, "").ok())
        .collect::<Option<Vec<f64>>>()?;
    numbers.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::layout::builtin;

    fn parse(body: &str) -> DrawForm {
        DrawForm::of_pairs(serde_urlencoded::from_str(body).unwrap())
    }

    #[test]
    fn our_own_layout_survives_the_form() {
        let layout = builtin().remove(0);
        let form = DrawForm::of(&layout, &layout.sides[0], 4);
        assert_eq!(form.apply(&layout, 1).unwrap(), layout);
    }

    #[test]
    fn boxes_keep_their_order_and_those_to_go_are_left_out() {
        let body = "title=T&b2.id=third&b0.id=first&b1.id=second&b1.remove=yes&b0.kind=line\
            &b2000000.id=far&bx.id=none&other=1&expected_revision=7&grid.values=A+B";
        let form = parse(body);
        let ids: Vec<&str> = form.boxes.iter().map(|b| b.id.as_str()).collect();
        assert_eq!(ids, ["first", "third", "far"]);
        assert_eq!(form.boxes[0].kind, "line");
        assert_eq!(
            (form.expected_revision, form.grid.values.as_str()),
            (7, "A B")
        );
    }

    #[test]
    fn a_form_of_endless_boxes_is_cut() {
        let body: Vec<String> = (0..1_500).map(|i| format!("b{i}.id=x")).collect();
        let form = parse(&body.join("&"));
        assert_eq!(form.boxes.len(), MAX_BOXES);
    }

    #[test]
    fn all_that_is_unclear_is_told_at_once() {
        let layout = builtin().remove(0);
        let mut form = DrawForm::of(&layout, &layout.sides[0], 1);
        form.boxes[1].x = "left".to_owned();
        form.code = "1 2".to_owned();
        form.marks = "no numbers".to_owned();
        form.title = " ".to_owned();
        let unclear = form.apply(&layout, 1).unwrap_err();
        let boxes: Vec<_> = unclear.iter().map(|u| u.box_idx).collect();
        assert_eq!(boxes, [Some(1), None, None, None]);
    }

    #[test]
    fn a_new_box_has_a_name_of_its_own() {
        let layout = builtin().remove(0);
        let mut form = DrawForm::of(&layout, &layout.sides[0], 1);
        form.add_box(&layout);
        form.add_box(&layout);
        let n = form.boxes.len();
        assert_eq!(form.boxes[n - 2].id, "box-1");
        assert_eq!(form.boxes[n - 1].id, "box-2");
        assert!(form.apply(&layout, 1).is_ok());
    }
}
