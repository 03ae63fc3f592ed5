//! One reading against its truth.

use ocr_worker::engine::{NoText, TextEngine as _};
use samples::{CodeTruth, Expected};
use schemas::geometry::{Homography, Point};
use schemas::layout::{Layout, Meaning, PageSize, RegionKind, Side};
use schemas::reading::{
    Candidate, InkState, ListedService, MarkDecision, MarkReading, Reading, RecognisedBy, Status,
    WarningCode,
};

use super::known::{Known, Made, decision};

/// Points along each edge of the grid on which a registration is compared with the true one.
const GRID: u32 = 5;

/// What came of one page.
#[derive(Debug)]
pub(super) struct Compared {
    pub(super) scan_idx: usize,
    pub(super) page_idx: u32,
    /// The file from the folder on, with the page where the file has several.
    pub(super) name: String,
    pub(super) layout: String,
    pub(super) dpi: Option<f64>,
    pub(super) damages: Vec<String>,
    pub(super) code: Option<CodeTruth>,
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
    pub(super) story: Option<TextCompared>,
    pub(super) service: Option<TextCompared>,
    pub(super) postcode: Option<PostcodeCompared>,
    /// Nothing when the directory offered none: there may be no directory.
    pub(super) offered: Option<ServiceOffered>,
    pub(super) warnings: Vec<WarningCode>,
    /// Why the page was set aside.
    pub(super) cause: Option<String>,
    /// What came of a page that was set aside when it was read again as a person places it.
    pub(super) placed: Option<Box<Self>>,
}

/// What of a page's name is right.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four parts of a name, each right or wrong"
)]
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Names {
    pub(super) layout: bool,
    pub(super) version: bool,
    pub(super) side: bool,
    pub(super) serial: bool,
}

/// How far a registration is from the true one, in millimetres.
#[expect(clippy::struct_field_names, reason = "the unit belongs to the name")]
#[derive(Clone, Copy, Debug)]
pub(super) struct Off {
    /// Root mean square over a 5 × 5 grid of the page, the edges included.
    pub(super) rms_mm: f64,
    /// The largest on that grid.
    pub(super) max_mm: f64,
    /// The largest over the corners and the middles of the regions.
    pub(super) regions_mm: f64,
}

/// One box to tick.
#[derive(Debug)]
pub(super) struct MarkCompared {
    pub(super) region: String,
    pub(super) value: String,
    pub(super) truth: MarkDecision,
    /// What the reading says of it; nothing when the reading has no such box.
    pub(super) found: Option<(MarkDecision, f64)>,
}

/// What kind of ink a region has.
#[derive(Debug)]
pub(super) struct RegionCompared {
    pub(super) region: String,
    pub(super) kind: &'static str,
    pub(super) truth: InkState,
    /// Nothing when the reading has no such region.
    pub(super) found: Option<InkState>,
}

/// Something that was written, and how it was read.
#[derive(Debug)]
pub(super) struct TextCompared {
    pub(super) written: String,
    pub(super) read: String,
}

/// A postcode that was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct PostcodeCompared {
    /// Whether it is the best candidate.
    pub(super) first: bool,
    /// Whether it is a candidate at all.
    pub(super) among: bool,
}

/// The services that were offered for the one that was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct ServiceOffered {
    /// The place of the right one, from 0. One of the same name is right unless the postcode that was written is another.
    pub(super) place: Option<usize>,
    /// Whether the first one is sure enough to be filled in.
    pub(super) sure: bool,
}

impl Names {
    pub(super) const fn all(self) -> bool {
        self.layout && self.version && self.side && self.serial
    }
}

impl MarkCompared {
    /// Whether the machine decided; a box that the reading does not have counts as decided wrongly.
    pub(super) fn decided(&self) -> bool {
        self.found.is_none_or(|(d, _)| d != MarkDecision::Unsure)
    }

    pub(super) fn wrong(&self) -> bool {
        self.decided() && self.found.is_none_or(|(d, _)| d != self.truth)
    }
}

impl RegionCompared {
    /// In a space for drawings the kind of ink must be right; elsewhere, whether something is drawn.
    pub(super) fn right(&self) -> bool {
        let fits = |found: InkState| {
            if self.is_space() {
                self.truth == found
            } else {
                self.truth.has_drawing() == found.has_drawing()
            }
        };
        self.found.is_some_and(fits)
    }

    pub(super) fn is_space(&self) -> bool {
        self.kind == "drawing"
    }

    /// The worst that can happen to a drawing.
    pub(super) fn called_blank(&self) -> bool {
        self.truth.has_drawing() && self.found == Some(InkState::Blank)
    }
}

/// Compares; a page that has no reading counts as not read.
pub(super) fn compare(
    scan_idx: usize,
    name: String,
    known: &Known,
    reading: Option<&Reading>,
    layout: Option<&Layout>,
) -> Compared {
    let read = reading.filter(|reading| reading.status == Status::Read);
    let side = layout.and_then(|layout| layout.side(known.side));
    let made = known.made.as_ref();
    let texts = read.zip(made);
    let legible = texts.filter(|(read, _)| read.engine.text != NoText.version());
    Compared {
        scan_idx,
        page_idx: known.page_idx,
        name,
        layout: format!("{}.{}.{}", known.layout, known.version, known.side),
        dpi: made.map(|made| made.dpi),
        damages: known.damages.clone(),
        code: known.code,
        expected: known.expected,
        read: read.is_some(),
        by: read.and_then(|r| r.registration.as_ref()).map(|r| r.by),
        names: reading.map_or_else(Names::default, |reading| names(known, reading)),
        turned_deg: texts.and_then(|(read, made)| {
            let found_deg = read.orientation_deg?;
            Some(turned_deg(found_deg, made.orientation_deg))
        }),
        off: texts.and_then(|(read, made)| off(made, read, layout?.page, side?)),
        marks: read.map_or_else(Vec::new, |read| marks(known, read)),
        regions: read.map_or_else(Vec::new, |read| regions(known, read, side)),
        margin: texts.map(|(read, made)| (made.in_margin, !read.margin.is_empty())),
        story: legible.and_then(|(read, made)| text(read, Meaning::Story, &made.story.join("\n"))),
        service: legible
            .and_then(|(read, made)| text(read, Meaning::Service, made.service.as_deref()?)),
        postcode: texts.and_then(|(read, made)| postcode(read, made.postcode.as_deref()?)),
        offered: texts.and_then(|(read, made)| offered(read, made)),
        warnings: reading.map_or_else(Vec::new, |r| r.warnings.iter().map(|w| w.code).collect()),
        cause: match reading {
            None => Some("The file has no such page.".to_owned()),
            Some(reading) if reading.status == Status::Read => None,
            Some(reading) => reading.warnings.first().map(|w| w.cause.clone()),
        },
        placed: None,
    }
}

fn names(known: &Known, reading: &Reading) -> Names {
    // Nobody must read a number that is hidden, and who does may.
    let is_serial = |made: &Made| {
        reading.serial == made.serial
            || (made.serial.is_none() && reading.serial == made.hidden_serial)
    };
    Names {
        layout: reading.layout.as_ref() == Some(&known.layout),
        version: reading.version == Some(known.version),
        side: reading.side == Some(known.side),
        serial: known.made.as_ref().is_none_or(is_serial),
    }
}

/// The difference of two directions, 0 to 180 degrees.
fn turned_deg(a: f64, b: f64) -> f64 {
    let apart = (a - b).rem_euclid(360.0);
    apart.min(360.0 - apart)
}

fn off(made: &Made, reading: &Reading, paper: PageSize, side: &Side) -> Option<Off> {
    let found = reading.registration.as_ref()?;
    let map = ocr_worker::stages::register::map_of_corners(paper, &found.corners_px)?;
    let in_regions = side.regions.iter().flat_map(|region| {
        let centre = std::iter::once(region.area.centre());
        region.area.corners().into_iter().chain(centre)
    });
    let (rms_mm, max_mm) = distances_mm(&map, &made.homography, grid(paper));
    Some(Off {
        rms_mm,
        max_mm,
        regions_mm: distances_mm(&map, &made.homography, in_regions).1,
    })
}

/// Points all over a page, the edges included.
fn grid(size: PageSize) -> impl Iterator<Item = Point> {
    let share = |n: u32| f64::from(n) / f64::from(GRID - 1);
    (0..GRID * GRID).map(move |n| {
        let (column, row) = (n % GRID, n / GRID);
        Point::new(size.width_mm * share(column), size.height_mm * share(row))
    })
}

/// How far two maps from paper to scan are apart over some points of the paper: root mean square and largest distance,
/// in millimetres. The scale is that of the true map around each point.
fn distances_mm(
    found: &Homography,
    truth: &Homography,
    points: impl Iterator<Item = Point>,
) -> (f64, f64) {
    let (mut n_points, mut squares, mut max_mm) = (0.0, 0.0, 0.0f64);
    for at in points {
        let (right, down) = (Point::new(at.x + 1.0, at.y), Point::new(at.x, at.y + 1.0));
        let here = truth.apply(at);
        let px_per_mm = f64::midpoint(
            here.distance(truth.apply(right)),
            here.distance(truth.apply(down)),
        );
        let off_mm = found.apply(at).distance(here) / px_per_mm;
        n_points += 1.0;
        squares += off_mm * off_mm;
        max_mm = max_mm.max(off_mm);
    }
    ((squares / f64::max(n_points, 1.0)).sqrt(), max_mm)
}

fn marks(known: &Known, reading: &Reading) -> Vec<MarkCompared> {
    let found = |region: &str, value: &str| {
        let mut marks = reading.region(region)?.marks.iter();
        let mark = marks.find(|mark| mark.value == value)?;
        Some((mark.decision, mark.score))
    };
    let each = known.ticks.iter().map(|tick| MarkCompared {
        region: tick.region.clone(),
        value: tick.value.clone(),
        found: found(&tick.region, &tick.value),
        truth: decision(tick),
    });
    let groups = known.marks.iter();
    each.chain(groups.flat_map(|(region, ticked)| group(region, ticked, reading)))
        .collect()
}

/// Every box of a group of which it is known which values are ticked.
fn group(region: &str, ticked: &[String], reading: &Reading) -> Vec<MarkCompared> {
    let read: &[MarkReading] = reading.region(region).map_or(&[], |found| &found.marks);
    let compared = |value: &str, truth, found| MarkCompared {
        region: region.to_owned(),
        value: value.to_owned(),
        truth,
        found,
    };
    let missing = ticked
        .iter()
        .filter(|value| !read.iter().any(|mark| mark.value == **value));
    let missing = missing.map(|value| compared(value, MarkDecision::Ticked, None));
    let present = read.iter().map(|mark| {
        let truth = if ticked.contains(&mark.value) {
            MarkDecision::Ticked
        } else {
            MarkDecision::Empty
        };
        compared(&mark.value, truth, Some((mark.decision, mark.score)))
    });
    present.chain(missing).collect()
}

/// The regions in which a drawing may be: spaces for drawings, and blocks and lines for writing.
fn regions(known: &Known, reading: &Reading, side: Option<&Side>) -> Vec<RegionCompared> {
    let printed = |id: &str| side?.regions.iter().find(|region| region.id == id);
    known
        .regions
        .iter()
        .filter_map(|truth| {
            let kind = &printed(&truth.id)?.kind;
            let drawable = matches!(
                kind,
                RegionKind::Drawing {} | RegionKind::Text { .. } | RegionKind::Line {}
            );
            drawable.then(|| RegionCompared {
                region: truth.id.clone(),
                kind: kind.as_str(),
                truth: truth.state,
                found: reading.region(&truth.id).map(|found| found.state),
            })
        })
        .collect()
}

fn text(reading: &Reading, meaning: Meaning, written: &str) -> Option<TextCompared> {
    let region = reading.region_for(meaning)?;
    (!written.is_empty()).then(|| TextCompared {
        written: written.to_owned(),
        read: region.value.clone().unwrap_or_default(),
    })
}

fn postcode(reading: &Reading, written: &str) -> Option<PostcodeCompared> {
    let region = reading.region_for(Meaning::Postcode)?;
    let mut candidates = region.candidates.iter();
    Some(PostcodeCompared {
        first: region.candidates.first().is_some_and(|c| c.text == written),
        among: candidates.any(|c| c.text == written),
    })
}

fn offered(reading: &Reading, made: &Made) -> Option<ServiceOffered> {
    let written = made.service.as_deref()?;
    let region = reading.region_for(Meaning::Service)?;
    let sure = region.candidates.first()?.confidence >= directory::SURE;
    let is_right = |candidate: &Candidate| {
        let elsewhere = |service: &ListedService| {
            let known = made.postcode.as_ref();
            known.is_some_and(|postcode| *postcode != service.postcode)
        };
        directory::same_name(&candidate.text, written)
            && !candidate.service.as_ref().is_some_and(elsewhere)
    };
    Some(ServiceOffered {
        place: region.candidates.iter().position(is_right),
        sure,
    })
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
        let (rms_mm, max_mm) = distances_mm(&moved, &truth, grid(A4));
        assert!((rms_mm - 0.5).abs() < 1e-9 && (max_mm - 0.5).abs() < 1e-9);
    }

    #[test]
    fn a_map_that_is_turned_is_off_most_in_the_far_corner() {
        let truth = Homography::scaling(10.0);
        let turned = Homography::rotation(0.1, Point::new(0.0, 0.0)).then(&truth);
        let (rms_mm, max_mm) = distances_mm(&turned, &truth, grid(A4));
        let far_mm = 210.0f64.hypot(297.0) * 0.1f64.to_radians();
        assert!((max_mm - far_mm).abs() < 0.01, "{max_mm}");
        assert!(rms_mm < max_mm);
    }

    #[test]
    fn the_grid_reaches_all_four_corners_of_the_page() {
        let points: Vec<Point> = grid(A4).collect();
        assert_eq!(points.len(), 25);
        assert_eq!(points[0], Point::new(0.0, 0.0));
        assert_eq!(points[4], Point::new(210.0, 0.0));
        assert_eq!(points[24], Point::new(210.0, 297.0));
    }

    #[test]
    fn directions_are_compared_around_the_circle() {
        assert!((turned_deg(-179.0, 179.0) - 2.0).abs() < 1e-9);
        assert!((turned_deg(90.0, -90.0) - 180.0).abs() < 1e-9);
    }

    #[test]
    fn where_people_write_only_a_drawing_counts() {
        let region = |kind, truth, found| RegionCompared {
            region: "r".to_owned(),
            kind,
            truth,
            found: Some(found),
        };
        assert!(region("text", InkState::Writing, InkState::Blank).right());
        assert!(!region("text", InkState::Writing, InkState::Both).right());
        assert!(!region("drawing", InkState::Writing, InkState::Blank).right());
        assert!(region("drawing", InkState::Both, InkState::Blank).called_blank());
    }

    #[test]
    fn a_box_that_was_not_looked_at_is_wrong_and_an_unsure_one_is_not() {
        let mark = |found| MarkCompared {
            region: "r".to_owned(),
            value: "v".to_owned(),
            truth: MarkDecision::Empty,
            found,
        };
        assert!(mark(None).wrong());
        assert!(!mark(Some((MarkDecision::Unsure, 0.1))).wrong());
        assert!(mark(Some((MarkDecision::Ticked, 0.4))).wrong());
        assert!(!mark(Some((MarkDecision::Empty, 0.0))).wrong());
    }
}
