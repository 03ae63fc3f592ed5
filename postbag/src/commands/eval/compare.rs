//! One reading against its truth.

use samples::{CodeTruth, Expected, Truth};
use schemas::geometry::{Homography, Point};
use schemas::layout::{Layout, Meaning, PageSize, RegionKind};
use schemas::reading::{InkState, MarkDecision, Reading, RecognisedBy, Status, WarningCode};

/// Points along each edge of the grid on which a registration is compared with the true one.
const GRID: u32 = 5;

/// What came of one page.
#[derive(Debug)]
pub(super) struct Compared {
    pub(super) file: String,
    pub(super) layout: String,
    pub(super) dpi: f64,
    pub(super) damages: Vec<String>,
    pub(super) code: CodeTruth,
    pub(super) expected: Expected,
    /// Whether the page was read.
    pub(super) read: bool,
    pub(super) by: Option<RecognisedBy>,
    pub(super) names: Names,
    /// How far the page is thought to be turned from how it lies, in degrees; nothing when it was not read.
    pub(super) turned_deg: Option<f64>,
    /// Nothing when the page was not read.
    pub(super) off: Option<Off>,
    pub(super) marks: Vec<MarkCompared>,
    pub(super) regions: Vec<RegionCompared>,
    /// Whether there is something in the margin, in truth and as it was read.
    pub(super) margin: Option<(bool, bool)>,
    pub(super) story: Option<(String, String)>,
    pub(super) warnings: Vec<WarningCode>,
    pub(super) cause: Option<String>,
}

/// What of a page's name is right.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Names {
    pub(super) layout: bool,
    pub(super) version: bool,
    pub(super) side: bool,
    pub(super) serial: bool,
}

/// How far a registration is from the true one over a grid of the page, in millimetres.
#[derive(Clone, Copy, Debug)]
pub(super) struct Off {
    pub(super) rms_mm: f64,
    pub(super) max_mm: f64,
}

/// One box to tick.
#[derive(Debug)]
pub(super) struct MarkCompared {
    pub(super) region: String,
    pub(super) value: String,
    pub(super) score: f64,
    pub(super) decision: MarkDecision,
    pub(super) truth: MarkDecision,
}

/// What kind of ink a region has.
#[derive(Debug)]
pub(super) struct RegionCompared {
    pub(super) region: String,
    pub(super) kind: String,
    pub(super) truth: InkState,
    pub(super) found: InkState,
}

impl Names {
    pub(super) const fn all(self) -> bool {
        self.layout && self.version && self.side && self.serial
    }
}

/// Compares; a page that has no reading counts as not read.
pub(super) fn compare(
    truth: &Truth,
    reading: Option<&Reading>,
    layout: Option<&Layout>,
) -> Compared {
    let read = reading.filter(|reading| reading.status == Status::Read);
    Compared {
        file: truth.file.clone(),
        layout: format!("{}.{}.{}", truth.layout, truth.version, truth.side),
        dpi: truth.dpi,
        damages: truth.damages.clone(),
        code: truth.code,
        expected: truth.expected,
        read: read.is_some(),
        by: read.and_then(|r| r.registration.as_ref()).map(|r| r.by),
        names: reading
            .map(|reading| names(truth, reading))
            .unwrap_or_default(),
        turned_deg: read
            .and_then(|r| r.orientation_deg)
            .map(|deg| turned_deg(deg, truth.orientation_deg)),
        off: read
            .zip(layout)
            .and_then(|(read, layout)| off(truth, read, layout.page)),
        marks: read.map(|read| marks(truth, read)).unwrap_or_default(),
        regions: read
            .map(|read| regions(truth, read, layout))
            .unwrap_or_default(),
        margin: read.map(|read| (truth.in_margin, !read.margin.is_empty())),
        story: read.and_then(|read| story(truth, read)),
        warnings: reading
            .map(|r| r.warnings.iter().map(|w| w.code).collect())
            .unwrap_or_default(),
        cause: reading
            .filter(|r| r.status != Status::Read)
            .and_then(|r| r.warnings.first())
            .map(|w| w.cause.clone()),
    }
}

fn names(truth: &Truth, reading: &Reading) -> Names {
    Names {
        layout: reading.layout.as_ref() == Some(&truth.layout),
        version: reading.version == Some(truth.version),
        side: reading.side == Some(truth.side),
        serial: reading.serial == truth.serial,
    }
}

/// The difference of two directions, 0 to 180 degrees.
fn turned_deg(a: f64, b: f64) -> f64 {
    let apart = (a - b).rem_euclid(360.0);
    apart.min(360.0 - apart)
}

fn off(truth: &Truth, reading: &Reading, size: PageSize) -> Option<Off> {
    let found = reading.registration.as_ref()?;
    let map = ocr_worker::stages::register::map_of_corners(size, &found.corners_px)?;
    Some(grid_off(&map, &truth.homography, size))
}

/// Compares two maps from paper to scan on a grid over the page, the edges included. The scale is that of the true
/// map around each point.
pub(super) fn grid_off(found: &Homography, truth: &Homography, size: PageSize) -> Off {
    let (mut squares, mut max_mm) = (0.0, 0.0f64);
    for (i, j) in (0..GRID).flat_map(|i| (0..GRID).map(move |j| (i, j))) {
        let share = |n: u32| f64::from(n) / f64::from(GRID - 1);
        let at = Point::new(size.width_mm * share(i), size.height_mm * share(j));
        let (right, down) = (Point::new(at.x + 1.0, at.y), Point::new(at.x, at.y + 1.0));
        let here = truth.apply(at);
        let scale = f64::midpoint(
            here.distance(truth.apply(right)),
            here.distance(truth.apply(down)),
        );
        let off_mm = found.apply(at).distance(here) / scale;
        squares += off_mm * off_mm;
        max_mm = max_mm.max(off_mm);
    }
    Off {
        rms_mm: (squares / f64::from(GRID * GRID)).sqrt(),
        max_mm,
    }
}

fn marks(truth: &Truth, reading: &Reading) -> Vec<MarkCompared> {
    truth
        .ticks
        .iter()
        .filter_map(|tick| {
            let region = reading.region(&tick.region)?;
            let mark = region.marks.iter().find(|mark| mark.value == tick.value)?;
            Some(MarkCompared {
                region: tick.region.clone(),
                value: tick.value.clone(),
                score: mark.score,
                decision: mark.decision,
                truth: match (tick.ticked, tick.cancelled) {
                    (_, true) => MarkDecision::Cancelled,
                    (true, false) => MarkDecision::Ticked,
                    (false, false) => MarkDecision::Empty,
                },
            })
        })
        .collect()
}

/// The regions in which a drawing may be: spaces for drawings, and blocks and lines for writing.
fn regions(truth: &Truth, reading: &Reading, layout: Option<&Layout>) -> Vec<RegionCompared> {
    let kind_of = |id: &str| {
        let sides = layout.iter().flat_map(|layout| &layout.sides);
        sides.flat_map(|side| &side.regions).find(|r| r.id == id)
    };
    truth
        .regions
        .iter()
        .filter_map(|region| {
            let printed = kind_of(&region.id)?;
            let drawable = matches!(
                printed.kind,
                RegionKind::Drawing {} | RegionKind::Text { .. } | RegionKind::Line {}
            );
            let found = reading.region(&region.id).filter(|_| drawable)?;
            Some(RegionCompared {
                region: region.id.clone(),
                kind: printed.kind.as_str().to_owned(),
                truth: region.state,
                found: found.state,
            })
        })
        .collect()
}

fn story(truth: &Truth, reading: &Reading) -> Option<(String, String)> {
    let written = truth.story.join("\n");
    let read = reading.region_for(Meaning::Story)?.value.clone();
    (!written.is_empty()).then(|| (written, read.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A4: PageSize = PageSize {
        width_mm: 210.0,
        height_mm: 297.0,
    };

    #[test]
    fn a_map_that_is_moved_is_off_by_the_move_everywhere() {
        let truth = Homography::scaling(10.0);
        let moved = truth.then(&Homography::translation(3.0, 4.0));
        let off = grid_off(&moved, &truth, A4);
        assert!((off.rms_mm - 0.5).abs() < 1e-9 && (off.max_mm - 0.5).abs() < 1e-9);
    }

    #[test]
    fn a_map_that_is_turned_is_off_most_in_the_far_corner() {
        let truth = Homography::scaling(10.0);
        let turned = Homography::rotation(0.1, Point::new(0.0, 0.0)).then(&truth);
        let off = grid_off(&turned, &truth, A4);
        let far = 210.0f64.hypot(297.0) * 0.1f64.to_radians();
        assert!((off.max_mm - far).abs() < 0.01, "{off:?}");
        assert!(off.rms_mm < off.max_mm);
    }

    #[test]
    fn directions_are_compared_around_the_circle() {
        assert!((turned_deg(-179.0, 179.0) - 2.0).abs() < 1e-9);
        assert!((turned_deg(90.0, -90.0) - 180.0).abs() < 1e-9);
    }
}
