//! How a side looks. Colours, weights and distances are here and nowhere else.
//!
//! The print must survive a photocopier and weak eyes: words are near black and at least 14 pt, frames are
//! dark, and only what handwriting is laid over (rules, separators) is light, so that ink stands out.

use schemas::geometry::{BoxMm, Point};
use schemas::layout::{
    Layout, Meaning, PrintedText, Region, RegionKind, RegistrationMark, Side, Weight,
};
use schemas::payload::CodePayload;

mod foot;
mod words;

use crate::code::{self, Code};
use crate::fonts::mm;
use crate::svg::Svg;
use crate::{ArtworkError, Print};

pub(crate) use foot::serial_character;
use words::Words;

/// Words and frames.
const INK: &str = "#1c1a1d";
/// Outlines of the boxes to fill in.
const FRAME: &str = "#4d474c";
/// What handwriting is laid over.
const RULE: &str = "#b9b4b6";
/// The title and the step numbers; a plum that is dark on a photocopy.
const ACCENT: &str = "#5c2346";
/// Behind the step numbers; vanishes on a photocopy without a trace.
const TINT: &str = "#fbe9dc";

/// The smallest size that a person is asked to read.
const LABEL_PT: f64 = 14.0;
/// From a label's last baseline to its box.
const LABEL_GAP_MM: f64 = 2.9;
/// From one baseline to the next, in letter sizes.
const LEADING: f64 = 1.28;
/// Height of capitals in letter sizes, of Atkinson Hyperlegible Next.
const CAP_HEIGHT: f64 = 0.668;

/// What is drawn on a side.
pub(crate) enum Content<'a> {
    /// A leaflet as it is printed.
    Leaflet(&'a Print),
    /// What every print of the layout has in common: no code, no serial.
    Blank,
}

/// The drawing of one side.
pub(crate) fn draw(
    layout: &Layout,
    side: &Side,
    content: &Content<'_>,
) -> Result<String, ArtworkError> {
    let page = layout.page;
    let mut svg = Svg::new(page.width_mm, page.height_mm);
    let area = BoxMm::from([0.0, 0.0, page.width_mm, page.height_mm]);
    rectangle(&mut svg, &area, &[("fill", "#fff")]);
    side.marks.iter().for_each(|mark| disc(&mut svg, mark));
    side.texts.iter().for_each(|text| printed(&mut svg, text));
    let mut step = 0;
    for each in &side.regions {
        if !each.label.is_empty() && each.reads != Meaning::None {
            step += 1;
            step_number(&mut svg, each, step);
        }
        region(&mut svg, each);
    }
    foot::draw(&mut svg, layout, side, content);
    if let (Content::Leaflet(print), Some(code)) = (content, side.code) {
        let text = payload(layout, side, print).to_text(&print.prefix);
        let place = code.area;
        modules(&mut svg, &code::encode(&text, &place)?, &place);
    }
    Ok(svg.finish())
}

fn payload(layout: &Layout, side: &Side, print: &Print) -> CodePayload {
    CodePayload {
        layout: layout.id.clone(),
        version: layout.version,
        side: side.side,
        serial: print.serial.clone(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a code has at most 177 modules")]
fn modules(svg: &mut Svg, code: &Code, place: &BoxMm) {
    let scale = place.width.min(place.height) / code.n_modules as f64;
    let transform = format!("translate({} {}) scale({scale})", place.x, place.y);
    svg.element(
        "path",
        &[
            ("transform", transform.as_str().into()),
            ("d", code.path.as_str().into()),
            ("fill", "#000".into()),
        ],
    );
}

fn disc(svg: &mut Svg, mark: &RegistrationMark) {
    svg.element(
        "circle",
        &[
            ("cx", mark.centre.x.into()),
            ("cy", mark.centre.y.into()),
            ("r", (mark.diameter_mm / 2.0).into()),
            ("fill", "#000".into()),
        ],
    );
}

/// Free words of the layout; bold ones larger than labels are titles and take the accent.
fn printed(svg: &mut Svg, text: &PrintedText) {
    let title = text.weight == Weight::Bold && text.size_pt > LABEL_PT;
    for (i, line) in (0u32..).zip(text.text.split('\n')) {
        let down = f64::from(i) * mm(text.size_pt) * LEADING;
        let words = Words {
            at: Point::new(text.at.x, text.at.y + down),
            size_pt: text.size_pt,
            weight: text.weight,
            colour: if title { ACCENT } else { INK },
            anchor: "start",
        };
        words.draw(svg, line, None);
    }
}

fn region(svg: &mut Svg, region: &Region) {
    label(svg, region);
    let area = &region.area;
    match &region.kind {
        RegionKind::Line {} | RegionKind::Drawing {} => frame(svg, area),
        RegionKind::Text { pitch_mm } => {
            if let Some(pitch) = pitch_mm {
                rules(svg, area, *pitch);
            }
            frame(svg, area);
        }
        RegionKind::Comb { .. } => {
            separators(svg, region);
            frame(svg, area);
        }
        RegionKind::Marks { options, .. } => {
            for option in options {
                tick_box(svg, &option.area);
                option_words(svg, &option.area, &option.label);
            }
        }
        RegionKind::None {} => {}
    }
}

/// The label in bold with the hint behind it; a line break in the hint begins a line below.
fn label(svg: &mut Svg, region: &Region) {
    let hint = region.hint.as_deref().unwrap_or_default();
    let (beside, below) = hint.split_once('\n').unwrap_or((hint, ""));
    let mut words = Words {
        at: Point::new(region.area.x, label_baseline(region)),
        size_pt: LABEL_PT,
        weight: Weight::Bold,
        colour: INK,
        anchor: "start",
    };
    words.draw(svg, &region.label, Some(beside));
    words.weight = Weight::Regular;
    for line in below.split('\n').filter(|line| !line.is_empty()) {
        words.at.y += mm(LABEL_PT) * LEADING;
        words.draw(svg, line, None);
    }
}

/// The baseline of a label's first line.
fn label_baseline(region: &Region) -> f64 {
    let n_below = region
        .hint
        .iter()
        .flat_map(|hint| hint.matches('\n'))
        .count();
    let below = (0..n_below).map(|_| mm(LABEL_PT) * LEADING).sum::<f64>();
    region.area.y - LABEL_GAP_MM - below
}

/// The number of a step, hanging in the margin, when the margin has room for it.
fn step_number(svg: &mut Svg, region: &Region, step: u32) {
    const RADIUS_MM: f64 = 3.4;
    let centre = Point::new(
        region.area.x - 3.0 - RADIUS_MM,
        label_baseline(region) - mm(LABEL_PT) * CAP_HEIGHT / 2.0,
    );
    if centre.x - RADIUS_MM < 5.0 {
        return;
    }
    svg.element(
        "circle",
        &[
            ("cx", centre.x.into()),
            ("cy", centre.y.into()),
            ("r", RADIUS_MM.into()),
            ("fill", TINT.into()),
        ],
    );
    let words = Words {
        at: Point::new(centre.x, label_baseline(region)),
        size_pt: LABEL_PT,
        weight: Weight::Bold,
        colour: ACCENT,
        anchor: "middle",
    };
    words.draw(svg, &step.to_string(), None);
}

fn frame(svg: &mut Svg, area: &BoxMm) {
    let paint = [
        ("rx", "1.8"),
        ("fill", "none"),
        ("stroke", FRAME),
        ("stroke-width", "0.45"),
    ];
    rectangle(svg, area, &paint);
}

fn rectangle(svg: &mut Svg, area: &BoxMm, paint: &[(&str, &str)]) {
    let mut attributes = vec![
        ("x", area.x.into()),
        ("y", area.y.into()),
        ("width", area.width.into()),
        ("height", area.height.into()),
    ];
    attributes.extend(paint.iter().map(|(key, value)| (*key, (*value).into())));
    svg.element("rect", &attributes);
}

/// The rules of a text block; the frame is the last one.
fn rules(svg: &mut Svg, area: &BoxMm, pitch_mm: f64) {
    let rules = (1u32..).map(|i| area.y + f64::from(i) * pitch_mm);
    for y in rules.take_while(|y| *y < area.bottom() - pitch_mm / 2.0) {
        let (from, to) = (
            Point::new(area.x + 3.0, y),
            Point::new(area.right() - 3.0, y),
        );
        light_line(svg, from, to);
    }
}

fn separators(svg: &mut Svg, region: &Region) {
    for cell in region.cells().iter().skip(1) {
        let from = Point::new(cell.x, cell.y);
        light_line(svg, from, Point::new(cell.x, cell.bottom()));
    }
}

fn light_line(svg: &mut Svg, from: Point, to: Point) {
    svg.element(
        "line",
        &[
            ("x1", from.x.into()),
            ("y1", from.y.into()),
            ("x2", to.x.into()),
            ("y2", to.y.into()),
            ("stroke", RULE.into()),
            ("stroke-width", 0.35.into()),
        ],
    );
}

fn tick_box(svg: &mut Svg, area: &BoxMm) {
    let paint = [
        ("rx", "0.8"),
        ("fill", "none"),
        ("stroke", FRAME),
        ("stroke-width", "0.5"),
    ];
    rectangle(svg, area, &paint);
}

fn option_words(svg: &mut Svg, area: &BoxMm, label: &str) {
    let words = Words {
        at: Point::new(
            area.right() + 2.8,
            area.centre().y + mm(LABEL_PT) * CAP_HEIGHT / 2.0,
        ),
        size_pt: LABEL_PT,
        weight: Weight::Regular,
        colour: INK,
        anchor: "start",
    };
    words.draw(svg, label, None);
}

/// The column that the regions stand in.
pub(super) fn text_edges(layout: &Layout, side: &Side) -> (f64, f64) {
    let areas = || side.regions.iter().map(|region| region.area);
    let left = areas().map(|area| area.x).reduce(f64::min);
    let right = areas().map(|area| area.right()).reduce(f64::max);
    (
        left.unwrap_or(18.0),
        right.unwrap_or(layout.page.width_mm - 18.0),
    )
}
