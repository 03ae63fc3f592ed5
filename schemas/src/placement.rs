//! What a person says about a page that the machine could not place.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::geometry::Point;
use crate::layout::LayoutId;

/// Which side of which layout a page is, and perhaps where it lies in the scan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Placement {
    /// Which layout.
    pub layout: LayoutId,
    /// Which version of it.
    pub version: u32,
    /// Which side, from 1.
    pub side: u32,
    /// Where the page's corners lie, in pixels of the scan as it is stored, clockwise from the page's own top-left;
    /// nothing when the machine shall find them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corners_px: Option<[Point; 4]>,
}
