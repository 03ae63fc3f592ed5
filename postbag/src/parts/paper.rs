//! What the bench needs done with pictures of paper: the crates that can do it meet only here.

use std::io::Cursor;

use artwork::{Cover, cover_pdf};
use ingest::Limits;
use ocr_worker::KnownLayout;
use ocr_worker::picture::jpeg::jpeg;
use ocr_worker::picture::printed::{Print, Shape};
use ocr_worker::picture::{Pyramid, warp::warp_grey};
use ocr_worker::stages::decode::{DecodeLimits, Page, decode};
use ocr_worker::stages::fit::{self, Pair};
use review_web::{Paper, PaperPicture};
use schemas::geometry::{BoxMm, Homography, MM_PER_INCH, Point};
use schemas::layout::{Layout, MarkOption, MarkSymbol, PageSize, Side};
use schemas::payload::Serial;
use schemas::reading::{Warning, WarningCode};
use store::NewCover;

/// Blanks are kept at the resolution that ink is looked at.
const BLANK_DPI: f64 = ocr_worker::reader::INK_DPI;
/// The dots per inch of a blank that is only looked at.
const SHOWN_DPI: f64 = 100.0;
/// Corners this near to each other, in pixels, are a slip of the hand.
const MIN_EDGE_PX: f64 = 20.0;

/// Opens, straightens and draws with the crates that read pages.
#[derive(Debug)]
pub(crate) struct PaperWork {
    limits: Limits,
    /// The layouts of the installation, with the pictures of those that somebody else printed.
    installed: Vec<KnownLayout>,
    /// What the text of our codes begins with.
    code_prefix: String,
}

impl PaperWork {
    pub(crate) fn new(limits: Limits, installed: Vec<KnownLayout>, code_prefix: String) -> Self {
        Self {
            limits,
            installed,
            code_prefix,
        }
    }
}

impl Paper for PaperWork {
    fn open(&self, name: &str, file: Vec<u8>) -> Result<Vec<PaperPicture>, Warning> {
        let pages = ingest::open::pages_named(name, file, &self.limits)?;
        pages
            .map(|page| {
                let page = page?;
                let bytes = page.picture.to_vec();
                // As a person sees it: a camera may have noted that the picture is to be turned.
                let (width_px, height_px) = decoded(&bytes)?.grey.dimensions();
                Ok(PaperPicture {
                    bytes,
                    width_px,
                    height_px,
                    dpi: page.dpi,
                })
            })
            .collect()
    }

    fn straighten(
        &self,
        picture: &[u8],
        corners_px: &[Point; 4],
        page: PageSize,
    ) -> Result<Vec<u8>, Warning> {
        let scan = decoded(picture)?.grey;
        let size = size_px(page, BLANK_DPI);
        let to_scan = map(size, corners_px).ok_or_else(no_page)?;
        let across_px = corners_px[0].distance(corners_px[1]);
        let pyramid = Pyramid::new(&scan);
        let (source, factor) = pyramid.with_at_least(f64::from(size.0), across_px);
        let to_source = to_scan.then(&Homography::scaling(1.0 / f64::from(factor)));
        png(&warp_grey(source, &to_source, size))
    }

    fn outlines(
        &self,
        blank: &[u8],
        page: PageSize,
        marks: &[MarkOption],
    ) -> Result<Vec<Option<BoxMm>>, Warning> {
        let picture = decoded(blank)?.grey;
        Ok(print(&picture, page).outlines(&places(marks)))
    }

    fn lay(
        &self,
        blank: &[u8],
        page: PageSize,
        marks: &[MarkOption],
    ) -> Result<Option<Vec<BoxMm>>, Warning> {
        let picture = decoded(blank)?.grey;
        Ok(print(&picture, page).lay(&places(marks)))
    }

    fn tile(&self, picture: &[u8], width_px: u32) -> Option<Vec<u8>> {
        let picture = decoded(picture).ok()?.into_picture();
        // Each pixel is the mean of what it covers; the height follows.
        jpeg(&picture.thumbnail(width_px, u32::MAX))
    }

    fn cover(&self, cover: Option<&NewCover>, number: Option<Serial>) -> Option<Vec<u8>> {
        let cover = match (cover, number) {
            (Some(new), Some(number)) => {
                Cover::of_pile(&new.name, new.n_papers, new.n_sides, number)
            }
            _ => Cover::default(),
        };
        cover_pdf(&cover, &self.code_prefix).ok()
    }

    fn blank(&self, layout: &Layout, side: &Side) -> Option<Vec<u8>> {
        let same = |known: &&KnownLayout| {
            known.layout.id == layout.id && known.layout.version == layout.version
        };
        let known = self.installed.iter().find(same)?;
        let side_idx = known
            .layout
            .sides
            .iter()
            .position(|s| s.side == side.side)?;
        let blank = match known.blanks.get(side_idx) {
            Some(Some(blank)) => blank.clone(),
            _ => artwork::blank(layout, side, SHOWN_DPI).ok()?,
        };
        png(&blank).ok()
    }
}

fn decoded(bytes: &[u8]) -> Result<Page, Warning> {
    decode(bytes, DecodeLimits::default()).map_err(|error| Warning {
        code: WarningCode::DamagedFile,
        cause: format!("The picture cannot be opened: {error}."),
        next_action: "Scan the form again and upload the new file.".to_owned(),
    })
}

fn print(picture: &image::GrayImage, page: PageSize) -> Print<'_> {
    Print {
        picture,
        px_per_mm: f64::from(picture.width()) / page.width_mm,
    }
}

fn places(marks: &[MarkOption]) -> Vec<(BoxMm, Shape)> {
    let shape = |symbol| match symbol {
        MarkSymbol::Box => Shape::Box,
        _ => Shape::Round,
    };
    let place = |mark: &MarkOption| (mark.area, shape(mark.symbol));
    marks.iter().map(place).collect()
}

fn size_px(page: PageSize, dpi: f64) -> (u32, u32) {
    let px = |mm: f64| num(mm / MM_PER_INCH * dpi);
    (px(page.width_mm), px(page.height_mm))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "paper is 50 to 430 mm"
)]
fn num(px: f64) -> u32 {
    px.round().clamp(1.0, 20_000.0) as u32
}

/// The map from the straightened picture into the scan; nothing when the corners do not go once around a page.
fn map(size: (u32, u32), corners_px: &[Point; 4]) -> Option<Homography> {
    let (width, height) = (f64::from(size.0), f64::from(size.1));
    let page = [[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]].map(Point::from);
    if !goes_around(corners_px) {
        return None;
    }
    let pair = |i: usize| Pair {
        paper: page[i],
        scan: corners_px[i],
    };
    fit::homography(&[pair(0), pair(1), pair(2), pair(3)])
}

/// Whether the corners go around clockwise, bend the same way everywhere, and lie apart.
fn goes_around(corners_px: &[Point; 4]) -> bool {
    (0..4).all(|i| {
        let [a, b, c] = [0, 1, 2].map(|step| corners_px[(i + step) % 4]);
        let bend = (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x);
        bend > 0.0 && a.distance(b) >= MIN_EDGE_PX
    })
}

fn no_page() -> Warning {
    Warning {
        code: WarningCode::NotRegistered,
        cause: "The four corners do not lie around a page.".to_owned(),
        next_action:
            "Put them on the paper’s own corners: top left, top right, bottom right, bottom left."
                .to_owned(),
    }
}

fn png(picture: &image::GrayImage) -> Result<Vec<u8>, Warning> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .map_err(|error| Warning {
            code: WarningCode::TooLarge,
            cause: format!("The straightened form could not be kept: {error}."),
            next_action: "Try again; if it fails again, tell an administrator.".to_owned(),
        })?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::payload::DEFAULT_PREFIX;

    const A6: PageSize = PageSize {
        width_mm: 105.0,
        height_mm: 148.0,
    };

    fn work() -> PaperWork {
        PaperWork::new(Limits::default(), Vec::new(), DEFAULT_PREFIX.to_owned())
    }

    /// White with a black square whose middle is at a quarter of the page's width and height.
    fn scan() -> Vec<u8> {
        let picture = image::GrayImage::from_fn(400, 560, |x, y| {
            let dark = (90..110).contains(&x) && (130..150).contains(&y);
            image::Luma([if dark { 0 } else { 255 }])
        });
        png(&picture).unwrap()
    }

    fn corners(points: [[f64; 2]; 4]) -> [Point; 4] {
        points.map(Point::from)
    }

    fn dark_at(png: &[u8], x: f64, y: f64) -> bool {
        let page = decoded(png).unwrap().grey;
        let (width, height) = page.dimensions();
        let at = |share: f64, edge: u32| num(share * f64::from(edge));
        page.get_pixel(at(x, width), at(y, height)).0[0] < 100
    }

    #[test]
    fn a_whole_picture_becomes_the_page() {
        let whole = corners([[0.0, 0.0], [400.0, 0.0], [400.0, 560.0], [0.0, 560.0]]);
        let straight = work().straighten(&scan(), &whole, A6).unwrap();
        let page = decoded(&straight).unwrap().grey;
        assert_eq!(page.dimensions(), size_px(A6, BLANK_DPI));
        assert!(dark_at(&straight, 0.25, 0.25) && !dark_at(&straight, 0.75, 0.75));
    }

    #[test]
    fn the_order_of_the_corners_turns_the_page() {
        let upside_down = corners([[400.0, 560.0], [0.0, 560.0], [0.0, 0.0], [400.0, 0.0]]);
        let straight = work().straighten(&scan(), &upside_down, A6).unwrap();
        assert!(dark_at(&straight, 0.75, 0.75) && !dark_at(&straight, 0.25, 0.25));
    }

    #[test]
    fn corners_that_cross_or_coincide_are_refused_in_words() {
        for wrong in [
            [[0.0, 0.0], [400.0, 560.0], [400.0, 0.0], [0.0, 560.0]],
            [[0.0, 0.0], [0.0, 0.0], [400.0, 560.0], [0.0, 560.0]],
            [[0.0, 0.0], [0.0, 560.0], [400.0, 560.0], [400.0, 0.0]],
        ] {
            let refused = work().straighten(&scan(), &corners(wrong), A6).unwrap_err();
            assert!(refused.cause.contains("around a page"), "{refused:?}");
        }
    }

    #[test]
    fn what_is_no_picture_is_refused_with_a_cause() {
        let refused = work().open("form.pdf", b"hello".to_vec()).unwrap_err();
        assert!(!refused.cause.is_empty());
        let opened = work().open("form.png", scan()).unwrap();
        assert_eq!((opened[0].width_px, opened[0].height_px), (400, 560));
    }
}
