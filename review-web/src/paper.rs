//! What the bench needs done with pictures of paper, by whoever runs it: opening files and straightening pictures belong
//! to other crates.

use std::sync::Arc;

use schemas::geometry::{BoxMm, Point};
use schemas::layout::{Layout, MarkOption, PageSize, Side};
use schemas::payload::Serial;
use schemas::reading::Warning;
use store::NewCover;

use crate::app::Shared;
use crate::error::WebError;

/// Opens, straightens and draws empty forms. The methods compute; they are called on threads made for that.
pub trait Paper: Send + Sync {
    /// The pages of a PDF, PNG, JPEG or TIFF file.
    ///
    /// # Errors
    /// The cause and what to do, for the person who uploaded it, when any page cannot be opened.
    fn open(&self, name: &str, file: Vec<u8>) -> Result<Vec<PaperPicture>, Warning>;

    /// The part of a picture between four corners, as a PNG of the page from edge to edge. The corners are pixels of
    /// the picture, clockwise from the page's own top-left.
    ///
    /// # Errors
    /// The cause and what to do, when the corners do not lie around a page.
    fn straighten(
        &self,
        picture: &[u8],
        corners_px: &[Point; 4],
        page: PageSize,
    ) -> Result<Vec<u8>, Warning>;

    /// The outline that is printed at or near each of these boxes to tick or bubbles; nothing where none is.
    ///
    /// # Errors
    /// When the empty form cannot be opened.
    fn outlines(
        &self,
        blank: &[u8],
        page: PageSize,
        marks: &[MarkOption],
    ) -> Result<Vec<Option<BoxMm>>, Warning>;

    /// Where equal boxes that were drawn roughly are printed, and in what size; nothing when they are printed nowhere.
    ///
    /// # Errors
    /// When the empty form cannot be opened.
    fn lay(
        &self,
        blank: &[u8],
        page: PageSize,
        marks: &[MarkOption],
    ) -> Result<Option<Vec<BoxMm>>, Warning>;

    /// A picture so small that nothing on it can be read, this wide, as a JPEG; `None` when it cannot be opened.
    fn tile(&self, picture: &[u8], width_px: u32) -> Option<Vec<u8>>;

    /// A cover sheet to print, as a PDF, for one pile and with its number, or one that can be used for any pile; `None` when
    /// it cannot be drawn.
    fn cover(&self, cover: Option<&NewCover>, number: Option<Serial>) -> Option<Vec<u8>>;

    /// A side of a layout that comes with the installation, empty, as a PNG; `None` when it cannot be shown.
    fn blank(&self, layout: &Layout, side: &Side) -> Option<Vec<u8>>;
}

/// A page of an uploaded file.
#[derive(Clone, Debug, PartialEq)]
pub struct PaperPicture {
    /// A PNG or JPEG file.
    pub bytes: Vec<u8>,
    /// Its width.
    pub width_px: u32,
    /// Its height.
    pub height_px: u32,
    /// Dots per inch, when the file says so believably.
    pub dpi: Option<f64>,
}

/// Computes on a thread of its own; one at a time, because a large scan takes hundreds of megabytes.
pub(crate) async fn on_paper<T: Send + 'static>(
    bench: &Shared,
    work: impl FnOnce(&dyn Paper) -> T + Send + 'static,
) -> Result<T, WebError> {
    let _turn = bench
        .paper_turn
        .acquire()
        .await
        .map_err(|_| WebError::Internal("the turn for paper is never closed"))?;
    let paper = Arc::clone(&bench.app.paper);
    Ok(tokio::task::spawn_blocking(move || work(paper.as_ref())).await?)
}
