//! What is known of a page: everything about a sample that was made, a part about a form that somebody looked at.

use std::collections::BTreeMap;

use samples::truth::{RegionTruth, TickTruth};
use samples::{CodeTruth, Expected, Truth};
use schemas::geometry::{BoxMm, Homography, Point};
use schemas::layout::{LayoutId, PageSize};
use schemas::placement::Placement;
use schemas::reading::MarkDecision;
use serde::Deserialize;

/// What is really on one page of a file.
#[derive(Debug)]
pub(in crate::commands) struct Known {
    /// The file, as the truth names it.
    pub(super) file: String,
    pub(in crate::commands) page_idx: u32,
    pub(super) layout: LayoutId,
    pub(super) version: u32,
    pub(super) side: u32,
    /// Nothing when no code is printed.
    pub(super) code: Option<CodeTruth>,
    pub(super) damages: Vec<String>,
    pub(in crate::commands) expected: Expected,
    pub(super) regions: Vec<RegionTruth>,
    pub(super) ticks: Vec<TickTruth>,
    /// For whole groups of boxes: the values that are ticked; all others of the group are empty.
    pub(super) marks: BTreeMap<String, Vec<String>>,
    /// Where a person sees the page's corners in the scan, clockwise from the page's own top-left.
    pub(super) corners_px: Option<[Point; 4]>,
    pub(super) made: Option<Made>,
}

/// What is known only of a sample that was made.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) serial: Option<String>,
    pub(super) hidden_serial: Option<String>,
    pub(super) width_px: u32,
    pub(super) dpi: f64,
    pub(super) orientation_deg: f64,
    pub(super) homography: Homography,
    pub(super) service: Option<String>,
    pub(super) postcode: Option<String>,
    pub(super) story: Vec<String>,
    pub(super) in_margin: bool,
}

/// A truth that a person wrote by looking at a form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Looked {
    file: String,
    #[serde(default)]
    page_idx: u32,
    layout: LayoutId,
    version: u32,
    side: u32,
    #[serde(default)]
    code: Option<CodeTruth>,
    #[serde(default)]
    damages: Vec<String>,
    #[serde(default)]
    expected: Expected,
    #[serde(default)]
    regions: Vec<RegionTruth>,
    #[serde(default)]
    ticks: Vec<TickTruth>,
    #[serde(default)]
    marks: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    corners_px: Option<[Point; 4]>,
}

impl Known {
    /// Reads a truth file of either kind: only that of a sample that was made has a `homography`.
    ///
    /// # Errors
    /// When the text is neither.
    pub(super) fn parse(json: &str) -> Result<Self, serde_json::Error> {
        let value: serde_json::Value = serde_json::from_str(json)?;
        if value.get("homography").is_some() {
            Truth::parse(json).map(Self::from)
        } else {
            // From the text and not from the value: the error then says in which line it is.
            serde_json::from_str::<Looked>(json).map(Self::from)
        }
    }

    /// What a box should be taken for; nothing when that is not told.
    pub(in crate::commands) fn decided(&self, region: &str, value: &str) -> Option<MarkDecision> {
        if let Some(ticked) = self.marks.get(region) {
            return Some(if ticked.iter().any(|ticked| ticked == value) {
                MarkDecision::Ticked
            } else {
                MarkDecision::Empty
            });
        }
        let mut ticks = self.ticks.iter();
        let tick = ticks.find(|tick| tick.region == region && tick.value == value)?;
        Some(decision(tick))
    }

    /// What a person says of the page who drags its four corners in the bench; `paper` is the size of its layout.
    /// Nothing when it is not known where they are.
    pub(super) fn placement(&self, paper: PageSize) -> Option<Placement> {
        let whole = BoxMm::from([0.0, 0.0, paper.width_mm, paper.height_mm]);
        let of_made = |made: &Made| whole.corners().map(|corner| made.homography.apply(corner));
        let corners_px = self.made.as_ref().map(of_made).or(self.corners_px)?;
        Some(Placement {
            layout: self.layout.clone(),
            version: self.version,
            side: self.side,
            corners_px: Some(corners_px),
        })
    }
}

/// What a box should be taken for.
pub(super) const fn decision(tick: &TickTruth) -> MarkDecision {
    match (tick.ticked, tick.cancelled) {
        (_, true) => MarkDecision::Cancelled,
        (true, false) => MarkDecision::Ticked,
        (false, false) => MarkDecision::Empty,
    }
}

impl From<Truth> for Known {
    fn from(truth: Truth) -> Self {
        Self {
            file: truth.file,
            page_idx: truth.page_idx,
            layout: truth.layout,
            version: truth.version,
            side: truth.side,
            code: Some(truth.code),
            damages: truth.damages,
            expected: truth.expected,
            regions: truth.regions,
            ticks: truth.ticks,
            marks: BTreeMap::new(),
            corners_px: None,
            made: Some(Made {
                serial: truth.serial,
                hidden_serial: truth.hidden_serial,
                width_px: truth.width_px,
                dpi: truth.dpi,
                orientation_deg: truth.orientation_deg,
                homography: truth.homography,
                service: truth.service,
                postcode: truth.postcode,
                story: truth.story,
                in_margin: truth.in_margin,
            }),
        }
    }
}

impl From<Looked> for Known {
    fn from(looked: Looked) -> Self {
        Self {
            file: looked.file,
            page_idx: looked.page_idx,
            layout: looked.layout,
            version: looked.version,
            side: looked.side,
            code: looked.code,
            damages: looked.damages,
            expected: looked.expected,
            regions: looked.regions,
            ticks: looked.ticks,
            marks: looked.marks,
            corners_px: looked.corners_px,
            made: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truth_that_a_person_wrote_needs_the_layout_and_the_marks_only() {
        let json = r#"{"file": "a.jpg", "layout": "theirs", "version": 1, "side": 1,
            "marks": {"q1": ["b"], "q2": []}}"#;
        let known = Known::parse(json).unwrap();
        assert_eq!((known.page_idx, known.marks.len()), (0, 2));
        assert!(known.made.is_none() && known.code.is_none());
    }

    #[test]
    fn a_page_can_be_placed_when_its_corners_are_known() {
        let paper = PageSize {
            width_mm: 210.0,
            height_mm: 297.0,
        };
        let json = r#"{"file": "a.jpg", "layout": "theirs", "version": 2, "side": 1,
            "corners_px": [[1, 2], [211, 2], [211, 299], [1, 299]]}"#;
        let known = Known::parse(json).unwrap();
        let placement = known.placement(paper).unwrap();
        assert_eq!((placement.version, placement.side), (2, 1));
        assert_eq!(placement.corners_px.unwrap()[2], Point::new(211.0, 299.0));
        let unseen = Known {
            corners_px: None,
            ..known
        };
        assert!(unseen.placement(paper).is_none());
    }

    #[test]
    fn a_typing_error_in_a_truth_is_an_error() {
        let json = r#"{"file": "a.jpg", "layout": "theirs", "version": 1, "side": 1, "mark": {}}"#;
        let error = Known::parse(json).unwrap_err().to_string();
        assert!(
            error.contains("`mark`") && error.contains("line 1"),
            "{error}"
        );
    }
}
