//! A sheet that the machine cannot place: a person says what it is and where its corners are, and its story appears.
//! Once by dragging with keys, once by typing numbers without scripts.

use image::{GrayImage, Luma};
use samples::Truth;
use schemas::geometry::{BoxMm, Homography, Point};
use schemas::layout::{Layout, Meaning, builtin};

use super::chromium::{Browser, Scripts};
use super::{Installation, PATIENCE, arrive, leaflet};
use crate::support::{one_at_a_time, wait_until, workspace};

const NAME: &str = "12-few-words.png";
/// The picture in which the sheet lies, as if photographed from the side.
const WIDTH_PX: u32 = 1900;
const HEIGHT_PX: u32 = 2400;
/// A white table: the sheet has no outline, by which it would be recognised.
const DESK: Luma<u8> = Luma([255]);
/// From the upright scan to the picture: pulled aside and seen from far below.
const ASKEW: Homography = Homography([0.9, 0.22, 120.0, -0.10, 0.95, 260.0, 0.00016, 0.0001, 1.0]);
const CORNERS: [&str; 4] = ["top-left", "top-right", "bottom-right", "bottom-left"];

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_that_was_not_known_becomes_a_story_once_its_corners_are_dragged_by_keys() {
    place_it(Scripts::On).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_sheet_is_placed_by_numbers_without_javascript() {
    place_it(Scripts::Off).await;
}

async fn place_it(scripts: Scripts) {
    let _turn = one_at_a_time().await;
    let truth = truth();
    let (picture, corners) = photographed(&truth);
    let postbag = Installation::start(&[("unknown.png", picture)]);
    let browser = Browser::start(scripts).await;
    let sheets = format!("{}/quarantine", postbag.url);
    arrive(&browser, &sheets).await;
    wait_until("the sheet is set aside", PATIENCE, || async {
        browser.opens(&sheets).await && browser.has(".sheet-link").await
    })
    .await;
    browser.keep_picture("sheets.png").await;
    browser.follow(".sheet-link").await;
    browser.press("input[value='story-a4/1/1']").await;
    for (name, corner) in CORNERS.into_iter().zip(corners) {
        match scripts {
            Scripts::On => drag(&browser, name, corner).await,
            Scripts::Off => type_in(&browser, name, corner).await,
        }
    }
    if scripts == Scripts::Off {
        browser.press("input[value='corners']").await;
    }
    browser.keep_picture("sheet.png").await;
    browser.follow("#place").await;
    assert_eq!(browser.url().await, sheets);
    assert!(browser.text(".told").await.contains("being read again"));
    find_story(&browser, &postbag, &truth).await;
    browser.close().await;
}

/// Moves a handle from where it is to a corner: ten pixels a key with shift, then one.
async fn drag(browser: &Browser, name: &str, to: Point) {
    let handle = format!(".corner-handle[data-name={name}]");
    for (axis, to, keys) in [
        ("x", to.x, ["\u{e012}", "\u{e014}"]),
        ("y", to.y, ["\u{e013}", "\u{e015}"]),
    ] {
        let field = format!("input[name='{name}.{axis}']");
        let from: f64 = browser.value(&field).await.parse().unwrap();
        let way = to.round() - from;
        let key = keys[usize::from(way > 0.0)];
        let n_pixels = (0u32..10_000)
            .take_while(|n| f64::from(*n) < way.abs())
            .count();
        let (tens, ones) = (key.repeat(n_pixels / 10), key.repeat(n_pixels % 10));
        let shift = "\u{e008}";
        browser
            .type_into(&handle, &format!("{shift}{tens}{shift}{ones}"))
            .await;
        let now: f64 = browser.value(&field).await.parse().unwrap();
        assert!(
            (now - to.round()).abs() < 0.6,
            "{name}.{axis}: {now}, not {to}"
        );
    }
    assert!(
        browser.has(".lens:not([hidden])").await,
        "the pixels under the corner are shown"
    );
}

async fn type_in(browser: &Browser, name: &str, to: Point) {
    for (axis, to) in [("x", to.x), ("y", to.y)] {
        let field = format!("input[name='{name}.{axis}']");
        browser.fill(&field, &format!("{to:.1}")).await;
    }
}

/// The story is in the queue, read through the corners: its ticks are right.
async fn find_story(browser: &Browser, postbag: &Installation, truth: &Truth) {
    let queue = format!("{}/queue", postbag.url);
    wait_until("its story is in the queue", PATIENCE, || async {
        browser.opens(&queue).await && browser.text("h1").await == "1 story to review"
    })
    .await;
    browser.follow("#next-story").await;
    let relationship = browser.value("#field-relationship").await;
    assert_eq!(Some(relationship), truth.relationship);
    let consent = browser.has("input[name=consent][value=yes]:checked").await;
    assert_eq!(consent, truth.consent);
    assert!(browser.has("img[src$='/pictures/straightened']").await);
    browser.keep_picture("story-of-sheet.png").await;
    let story_url = browser.url().await;
    assert!(browser.opens(&format!("{story_url}/history")).await);
    let history = browser.text(".history").await;
    assert!(
        history.contains("Placed as story-a4 version 1, side 1, with its corners"),
        "{history}"
    );
}

fn truth() -> Truth {
    let file = workspace()
        .join("samples/leaflets")
        .join(samples::truth_name(NAME));
    Truth::parse(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// The leaflet with everything covered that it is known by, seen askew; and where its corners are.
fn photographed(truth: &Truth) -> (Vec<u8>, [Point; 4]) {
    let (_, bytes) = leaflet(NAME);
    let mut scan = image::load_from_memory(&bytes).unwrap().to_luma8();
    let layout = builtin().remove(0);
    cover(&mut scan, &layout, &truth.homography);
    let page = BoxMm::from([0.0, 0.0, layout.page.width_mm, layout.page.height_mm]);
    let to_picture = truth.homography.then(&ASKEW);
    let picture = seen_askew(&scan);
    (
        png(&picture),
        page.corners().map(|corner| to_picture.apply(corner)),
    )
}

/// Covers the code and the marks with white paper.
fn cover(scan: &mut GrayImage, layout: &Layout, to_scan: &Homography) {
    let side = &layout.sides[0];
    let around =
        |centre: Point, by: f64| BoxMm::from([centre.x - by, centre.y - by, 2.0 * by, 2.0 * by]);
    let code = side.code.unwrap().area;
    let mut covered: Vec<BoxMm> = side
        .marks
        .iter()
        .map(|mark| around(mark.centre, 4.0))
        .collect();
    covered.push(around(code.centre(), 0.5 * code.width + 2.0));
    let drawing = side.regions_for(Meaning::Drawing).next();
    assert!(drawing.is_some_and(|region| !covered.iter().any(|c| c.overlaps(&region.area))));
    let back = to_scan.inverse().unwrap();
    for (x, y, pixel) in scan.enumerate_pixels_mut() {
        let at = back.apply(Point::new(f64::from(x), f64::from(y)));
        let hides =
            |of: &BoxMm| at.x >= of.x && at.x <= of.right() && at.y >= of.y && at.y <= of.bottom();
        if covered.iter().any(hides) {
            *pixel = Luma([250]);
        }
    }
}

/// The scan lying on a white table.
fn seen_askew(scan: &GrayImage) -> GrayImage {
    let back = ASKEW.inverse().unwrap();
    GrayImage::from_fn(WIDTH_PX, HEIGHT_PX, |x, y| {
        let at = back.apply(Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5));
        blended(scan, at).map_or(DESK, |value| Luma([value]))
    })
}

/// The grey value at a point, between the four pixels around it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "grey values, and places inside of the picture"
)]
fn blended(scan: &GrayImage, at: Point) -> Option<u8> {
    let (x, y) = (at.x - 0.5, at.y - 0.5);
    let (left, top) = (x.floor(), y.floor());
    let inside = left >= 0.0
        && top >= 0.0
        && left + 1.0 < f64::from(scan.width())
        && top + 1.0 < f64::from(scan.height());
    if !inside {
        return None;
    }
    let pixel = |dx: u32, dy: u32| f64::from(scan.get_pixel(left as u32 + dx, top as u32 + dy)[0]);
    let (right, down) = (x - left, y - top);
    let above = pixel(0, 0) * (1.0 - right) + pixel(1, 0) * right;
    let below = pixel(0, 1) * (1.0 - right) + pixel(1, 1) * right;
    Some((above * (1.0 - down) + below * down).round() as u8)
}

fn png(picture: &GrayImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}
