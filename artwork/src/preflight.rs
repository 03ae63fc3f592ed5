//! The preflight: what the printed letters and the code would spoil. What the numbers of a layout tell is checked
//! when it is parsed ([`schemas::layout::Layout::parse`]).

mod code;
mod colours;
mod words;

use schemas::geometry::BoxMm;
use schemas::layout::{
    Layout, LayoutFault, PRINTER_MARGIN_MM, QUIET_ZONE_MM, Shape, Side, edge_fault, fold_fault,
    serial_cells,
};

/// The longest serial that a running number usually has.
const SERIAL_CHARACTERS: usize = 8;

/// Everything that would not print or not scan, side by side, each with its place, the measured value and what
/// would be right. Sides that somebody else printed have nothing of ours on them and are passed over.
pub fn preflight(layout: &Layout, prefix: &str) -> Vec<LayoutFault> {
    let ours = layout.sides.iter().filter(|side| side.blank.is_none());
    ours.flat_map(|side| {
        let mut found = Vec::new();
        code::check(&mut found, layout, side, prefix);
        check_shapes(&mut found, layout, side);
        check_serial(&mut found, layout, side);
        words::check(&mut found, layout, side);
        found
    })
    .collect()
}

fn fault(place: &str, problem: String) -> LayoutFault {
    LayoutFault {
        place: place.to_owned(),
        problem,
    }
}

/// Panels may lie behind regions and across folds; pictures and rules may not.
fn check_shapes(found: &mut Vec<LayoutFault>, layout: &Layout, side: &Side) {
    for (i, shape) in side.shapes.iter().enumerate() {
        let place = format!("side {}, shape {}", side.side, i + 1);
        let (area, is_panel) = shape_area(shape);
        let edge = edge_fault(layout, &area, PRINTER_MARGIN_MM);
        found.extend(edge.map(|problem| fault(&place, problem)));
        if !is_panel {
            let fold = fold_fault(layout, &area);
            found.extend(fold.map(|problem| fault(&place, problem)));
        }
        for (what, other, beside) in obstacles(side) {
            let harmless = is_panel && matches!(what, Obstacle::Region(_) | Obstacle::Code);
            if !harmless && area.overlaps(&other.shrunk(-beside)) {
                found.push(fault(&place, format!("lies on {what}")));
            }
        }
    }
}

/// The serial's cells stand at the foot, where nothing else may be.
fn check_serial(found: &mut Vec<LayoutFault>, layout: &Layout, side: &Side) {
    let cells = serial_cells(layout, side, SERIAL_CHARACTERS);
    let place = format!("side {}, serial at the foot", side.side);
    for (what, other, _) in obstacles(side) {
        if cells.iter().any(|cell| cell.overlaps(&other)) {
            found.push(fault(&place, format!("lies on {what}")));
        }
    }
}

/// What print must not touch.
enum Obstacle<'a> {
    Region(&'a str),
    Mark(&'a str),
    Code,
}

impl std::fmt::Display for Obstacle<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Region(id) => write!(f, "region {id}"),
            Self::Mark(id) => write!(
                f,
                "registration mark {id}, or nearer than {MARK_FREE_MM} mm"
            ),
            Self::Code => write!(
                f,
                "the code or its quiet zone ({QUIET_ZONE_MM} mm round it)"
            ),
        }
    }
}

/// White round a registration mark, so that its edge is found on all sides.
const MARK_FREE_MM: f64 = 2.0;

/// Every obstacle of a side with its box and how far print must stay from it.
fn obstacles(side: &Side) -> Vec<(Obstacle<'_>, BoxMm, f64)> {
    let regions = side.regions.iter();
    let regions = regions.map(|region| (Obstacle::Region(&region.id), region.area, 0.0));
    let marks = side.marks.iter();
    let marks = marks.map(|mark| (Obstacle::Mark(&mark.id), mark.area(), MARK_FREE_MM));
    let code = side.code.iter();
    let code = code.map(|code| (Obstacle::Code, code.area, QUIET_ZONE_MM));
    regions.chain(marks).chain(code).collect()
}

/// Where a shape is, and whether it is a panel.
fn shape_area(shape: &Shape) -> (BoxMm, bool) {
    match shape {
        Shape::Panel { area, .. } => (*area, true),
        Shape::Picture { area, .. } => (*area, false),
        Shape::Rule { from, to, .. } => {
            let (x, y) = (from.x.min(to.x), from.y.min(to.y));
            let area = [x, y, (from.x - to.x).abs(), (from.y - to.y).abs()];
            (BoxMm::from(area).shrunk(-0.25), false)
        }
    }
}
