//! However roughly a leaflet was handled, its truth is true.

use std::sync::LazyLock;

use image::GrayImage;
use samples::{CodeTruth, Expected, Handling, Options, Sample, Truth, make};
use schemas::geometry::Point;
use schemas::layout::{Layout, builtin};
use schemas::payload::{CodePayload, DEFAULT_PREFIX};

const SEED: u64 = 4;
const N_LEAFLETS: u32 = 24;
/// A printed disc is so much darker than the paper around it, even in a shadow.
const MIN_CONTRAST: i32 = 40;

static LEAFLETS: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let options = options();
    let all = make(SEED, N_LEAFLETS, &options);
    all.collect::<Result<_, _>>().expect("they can be made")
});

fn options() -> Options {
    Options {
        layouts: builtin(),
        handling: Handling::Rough,
        ..Options::of(builtin().remove(0))
    }
}

/// Every page that came as a picture of its own, with its truth.
fn pictures() -> impl Iterator<Item = (GrayImage, &'static Truth)> {
    let alone =
        |sample: &&Sample| sample.truths.len() == 1 && sample.media_type != "application/pdf";
    LEAFLETS.iter().filter(alone).map(|sample| {
        let picture = image::load_from_memory(&sample.bytes).expect("a picture");
        (picture.into_luma8(), &sample.truths[0])
    })
}

fn layout_of(truth: &Truth) -> Layout {
    let is_it = |l: &Layout| l.id == truth.layout && l.version == truth.version;
    builtin().into_iter().find(is_it).expect("it is built in")
}

/// The mean grey value on a circle on the page; nothing when a part of it is not in the picture.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions in a picture"
)]
fn mean_on_circle(
    picture: &GrayImage,
    truth: &Truth,
    centre: Point,
    radius_mm: f64,
) -> Option<i32> {
    let mut sum = 0;
    for i in 0..12 {
        let (sin, cos) = f64::from(i * 30).to_radians().sin_cos();
        let at = Point::new(centre.x + radius_mm * cos, centre.y + radius_mm * sin);
        let px = truth.homography.apply(at);
        let inside = px.x >= 0.0 && px.y >= 0.0;
        let (x, y) = (px.x as u32, px.y as u32);
        sum += i32::from(picture.get_pixel_checked(x, y).filter(|_| inside)?[0]);
    }
    Some(sum / 12)
}

#[test]
fn the_same_seed_gives_the_same_files_however_rough() {
    let options = options();
    let mut again = make(SEED, 3, &options);
    for sample in LEAFLETS.iter().take(3) {
        let other = again.next().expect("as many").expect("it can be made");
        assert_eq!(other.truths, sample.truths);
        assert!(other.bytes == sample.bytes, "{}", sample.name);
    }
}

#[test]
fn discs_lie_where_the_homography_says() {
    let mut n_pages = 0;
    for (picture, truth) in pictures().filter(|(_, truth)| truth.expected == Expected::Read) {
        assert_eq!(picture.dimensions(), (truth.width_px, truth.height_px));
        let layout = layout_of(truth);
        let side = layout.side(truth.side).expect("the side is there");
        let is_there = |mark: &&schemas::layout::RegistrationMark| {
            let radius = mark.diameter_mm / 2.0;
            let on = |radius| mean_on_circle(&picture, truth, mark.centre, radius);
            let (within, around) = (on(0.6 * radius), on(radius + 0.6));
            within
                .zip(around)
                .is_some_and(|(within, around)| around - within >= MIN_CONTRAST)
        };
        let n_there = side.marks.iter().filter(is_there).count();
        // Corners are torn off and stickers put on; two of them never at once with everything else right.
        assert!(
            n_there >= 2,
            "{}: {n_there} discs, {:?}",
            truth.file,
            truth.damages
        );
        n_pages += 1;
    }
    assert!(n_pages > 10, "{n_pages}");
}

#[test]
fn a_code_that_is_said_to_be_destroyed_cannot_be_decoded() {
    let mut n_destroyed = 0;
    for (picture, truth) in pictures().filter(|(_, t)| t.code == CodeTruth::Destroyed) {
        n_destroyed += 1;
        let width = picture.width() as usize;
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(
            width,
            picture.height() as usize,
            |x, y| picture.as_raw()[y * width + x],
        );
        let codes = prepared.detect_grids();
        let texts = codes.iter().filter_map(|code| Some(code.decode().ok()?.1));
        let ours = texts.filter(|text| CodePayload::parse(text, DEFAULT_PREFIX).is_ok());
        assert_eq!(ours.count(), 0, "{} {:?}", truth.file, truth.damages);
    }
    assert!(n_destroyed > 0, "another seed is needed");
}
