//! The committed samples are what the generator makes, and their truths are true.

use std::path::PathBuf;
use std::sync::LazyLock;

use image::GrayImage;
use samples::truth::Truth;
use samples::{Options, Sample, make, truth_name, twelve};
use schemas::geometry::{BoxMm, Point};
use schemas::layout::{Layout, RegionKind, builtin};
use schemas::payload::{CodePayload, DEFAULT_PREFIX};
use schemas::reading::InkState;

static TWELVE: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    twelve::twelve()
        .collect::<Result<_, _>>()
        .expect("the twelve can be made")
});

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn layout() -> Layout {
    builtin().remove(0)
}

/// The committed files with their truths.
fn committed() -> Vec<(Vec<u8>, Truth)> {
    let read = |name: &str| std::fs::read(folder("leaflets").join(name)).expect("it is committed");
    let with_truth = |sample: &Sample| {
        let truth = String::from_utf8(read(&truth_name(&sample.name))).expect("JSON is UTF-8");
        (
            read(&sample.name),
            Truth::parse(&truth).expect("it is a truth"),
        )
    };
    TWELVE.iter().map(with_truth).collect()
}

fn decoded(bytes: &[u8]) -> GrayImage {
    let jpeg = if bytes.starts_with(b"%PDF") {
        let start = bytes.windows(3).position(|w| w == [0xff, 0xd8, 0xff]);
        &bytes[start.expect("a scanner's PDF holds a JPEG")..]
    } else {
        bytes
    };
    image::load_from_memory(jpeg)
        .expect("a picture")
        .into_luma8()
}

/// The grey value at a place on the page.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions in a picture"
)]
fn grey_at(picture: &GrayImage, truth: &Truth, at: Point) -> u8 {
    let px = truth.homography.apply(at);
    picture.get_pixel(px.x as u32, px.y as u32)[0]
}

/// Points round a centre.
fn ring(centre: Point, radius: f64) -> impl Iterator<Item = Point> {
    (0..12).map(move |i| {
        let (sin, cos) = f64::from(i * 30).to_radians().sin_cos();
        Point::new(centre.x + radius * cos, centre.y + radius * sin)
    })
}

#[test]
fn the_committed_files_are_what_the_generator_makes() {
    for (sample, (bytes, truth)) in TWELVE.iter().zip(committed()) {
        assert_eq!([truth], *sample.truths, "{}: make_samples", sample.name);
        if bytes == sample.bytes {
            continue;
        }
        // Another machine's arithmetic may differ in the last bit of a pixel, not in the picture.
        let (theirs, ours) = (decoded(&bytes), decoded(&sample.bytes));
        assert_eq!(theirs.dimensions(), ours.dimensions(), "{}", sample.name);
        let pairs = theirs.as_raw().iter().zip(ours.as_raw());
        let different = pairs.filter(|(a, b)| a.abs_diff(**b) > 24).count();
        assert!(
            different * 1000 < ours.as_raw().len(),
            "{}: {different}",
            sample.name
        );
    }
}

#[test]
fn the_leaflets_that_are_compiled_in_are_the_twelve() {
    let compiled = samples::committed::LEAFLETS.iter().map(|(name, _)| *name);
    assert!(compiled.eq(TWELVE.iter().map(|sample| sample.name.as_str())));
}

#[test]
fn the_same_seed_gives_the_same_leaflets() {
    let options = Options::of(layout());
    let [first, second] = [2, 3].map(|count| {
        let mut samples = make(11, count, &options);
        samples.nth(1).unwrap().unwrap()
    });
    assert_eq!(first.truths, second.truths);
    assert_eq!(first.bytes, second.bytes);
    let other = make(12, 2, &options).nth(1).unwrap().unwrap();
    assert_ne!(first.bytes, other.bytes);
}

#[test]
fn the_homography_takes_every_mark_to_a_dark_disc() {
    let layout = layout();
    for (bytes, truth) in committed() {
        let picture = decoded(&bytes);
        assert_eq!(picture.dimensions(), (truth.width_px, truth.height_px));
        for mark in &layout.sides[0].marks {
            let radius = mark.diameter_mm / 2.0;
            for at in ring(mark.centre, radius - 0.3) {
                let grey = grey_at(&picture, &truth, at);
                assert!(grey < 110, "{} {}: {grey} inside", truth.file, mark.id);
            }
            for at in ring(mark.centre, radius + 0.4) {
                let grey = grey_at(&picture, &truth, at);
                assert!(grey > 170, "{} {}: {grey} outside", truth.file, mark.id);
            }
        }
    }
}

#[test]
fn every_code_says_what_the_truth_says() {
    for (bytes, truth) in committed() {
        let picture = decoded(&bytes);
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(
            picture.width() as usize,
            picture.height() as usize,
            |x, y| picture.as_raw()[y * picture.width() as usize + x],
        );
        let codes = prepared.detect_grids();
        let texts = codes.iter().filter_map(|code| Some(code.decode().ok()?.1));
        let mut ours = texts.filter_map(|text| CodePayload::parse(&text, DEFAULT_PREFIX).ok());
        let payload = ours.next().expect(&truth.file);
        assert_eq!(payload.layout, truth.layout);
        assert_eq!((payload.version, payload.side), (truth.version, truth.side));
        assert_eq!(payload.serial.map(|s| s.to_string()), truth.serial);
    }
}

#[test]
fn ticked_boxes_have_ink_and_the_others_have_none() {
    let layout = layout();
    for (bytes, truth) in committed() {
        let picture = decoded(&bytes);
        let options = layout.sides[0].regions.iter().flat_map(|r| match &r.kind {
            RegionKind::Marks { options, .. } => options.as_slice(),
            _ => &[],
        });
        for (tick, option) in truth.ticks.iter().zip(options) {
            assert_eq!(tick.value, option.value);
            let share = dark_share(&picture, &truth, &option.area.shrunk(0.8));
            assert_eq!(
                share > 0.03,
                tick.ticked,
                "{} {}: {share}",
                truth.file,
                tick.value
            );
        }
    }
}

fn dark_share(picture: &GrayImage, truth: &Truth, area: &BoxMm) -> f64 {
    let steps = || (0..40).map(|i| (f64::from(i) + 0.5) / 40.0);
    let points = steps().flat_map(|u| steps().map(move |v| (u, v)));
    let at = |(u, v)| Point::new(area.x + u * area.width, area.y + v * area.height);
    let dark = points.filter(|p| grey_at(picture, truth, at(*p)) < 150);
    f64::from(u32::try_from(dark.count()).expect("at most 1600")) / 1600.0
}

#[test]
fn the_twelve_are_an_ordinary_mix() {
    let truths: Vec<Truth> = committed().into_iter().map(|(_, truth)| truth).collect();
    let count = |test: &dyn Fn(&Truth) -> bool| truths.iter().filter(|t| test(t)).count();
    assert_eq!(count(&|t| t.consent), 10);
    assert_eq!(count(&|t| t.state("drawing") == Some(InkState::Drawing)), 6);
    for turned_deg in [0, 90, 180, 270] {
        assert!(count(&|t| t.turned_deg == turned_deg) >= 2, "{turned_deg}");
    }
    for ending in ["png", "jpg", "tif", "pdf"] {
        assert!(count(&|t| t.file.ends_with(ending)) >= 2, "{ending}");
    }
    let size_bytes: usize = committed().iter().map(|(bytes, _)| bytes.len()).sum();
    assert!(size_bytes <= 6 << 20, "{size_bytes}");
}

#[test]
fn hostile_files_are_what_their_names_say() {
    let read = |name: &str| std::fs::read(folder("hostile").join(name)).unwrap();
    assert_eq!(read("text-renamed.png"), samples::hostile::renamed_text());
    assert!(read("empty.jpg").is_empty());
    let half = read("truncated.jpg");
    assert!(half.starts_with(&[0xff, 0xd8]) && !half.ends_with(&[0xff, 0xd9]));
    let bomb = read("bomb-60000x60000.png");
    assert!(bomb.len() < 4 << 20);
    let header = [60_000u32.to_be_bytes(), 60_000u32.to_be_bytes()].concat();
    assert_eq!(bomb[16..24], header);
}

#[test]
fn a_folder_of_samples_has_a_truth_beside_each() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        first_serial: 500,
        ..Options::of(layout())
    };
    let truths = samples::write_dir(folder.path(), make(3, 2, &options)).unwrap();
    for truth in truths {
        assert!(folder.path().join(&truth.file).exists());
        let beside = std::fs::read_to_string(folder.path().join(truth_name(&truth.file))).unwrap();
        assert_eq!(Truth::parse(&beside).unwrap(), truth);
    }
}
