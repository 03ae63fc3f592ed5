//! From the pictures that came in to the blanks that readings are compared with.

use schemas::BlobHash;
use schemas::geometry::Point;
use schemas::layout::{Layout, PageSize};
use schemas::reading::Warning;
use store::BlankSource;

use crate::app::Shared;
use crate::error::WebError;
use crate::paper::{PaperPicture, on_paper};

/// What a computation with paper gives: a result, or words for the person.
pub(super) type OnPaper<T> = Result<Result<T, Warning>, WebError>;

/// The corners of a picture that shows the page and nothing else.
fn whole(width_px: u32, height_px: u32) -> [Point; 4] {
    let (right, bottom) = (f64::from(width_px), f64::from(height_px));
    [[0.0, 0.0], [right, 0.0], [right, bottom], [0.0, bottom]].map(Point::from)
}

/// Keeps an uploaded picture as what side `side` is made from.
pub(super) async fn keep(
    bench: &Shared,
    side: u32,
    picture: PaperPicture,
) -> Result<BlankSource, WebError> {
    let (width_px, height_px) = (picture.width_px, picture.height_px);
    Ok(BlankSource {
        side,
        blob: bench.app.blobs.put(picture.bytes).await?,
        width_px,
        height_px,
        corners_px: whole(width_px, height_px),
    })
}

/// Makes the blank of every side anew from its source, on the layout's paper.
pub(super) async fn straighten_all(
    bench: &Shared,
    layout: &mut Layout,
    sources: &[BlankSource],
) -> OnPaper<()> {
    let page = layout.page;
    for source in sources {
        let blank = match straighten(bench, source, page).await? {
            Ok(blank) => blank,
            Err(warning) => return Ok(Err(warning)),
        };
        let side = layout.sides.iter_mut().find(|s| s.side == source.side);
        if let Some(side) = side {
            side.blank = Some(blank.to_string());
        }
    }
    Ok(Ok(()))
}

async fn straighten(bench: &Shared, source: &BlankSource, page: PageSize) -> OnPaper<BlobHash> {
    let bytes = bench.app.blobs.get(&source.blob).await?;
    let bytes = bytes.ok_or(WebError::Internal("the picture of a blank is missing"))?;
    let corners_px = source.corners_px;
    let straightened = on_paper(bench, move |paper| {
        paper.straighten(&bytes, &corners_px, page)
    })
    .await?;
    Ok(match straightened {
        Ok(png) => Ok(bench.app.blobs.put(png).await?),
        Err(warning) => Err(warning),
    })
}
