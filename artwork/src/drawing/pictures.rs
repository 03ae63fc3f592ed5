//! The pictures that a layout can name: each drawn in units of its own and then put into its box.
//!
//! Their outlines are dark and their fills light, so that a black-and-white copy shows a line drawing.

use schemas::geometry::{BoxMm, Point};
use schemas::layout::Picture;

use super::{ACCENT, CODE, INK, PAPER, TINT};
use crate::svg::Svg;

/// The bear's fur.
const FUR: &str = "#eccfae";
/// Cheeks, and the insides of ears.
const BLUSH: &str = "#f6b9a4";
/// The sun.
const SUNNY: &str = "#ffe08a";

/// Draws a picture as large as `area` allows, in its middle.
pub(super) fn draw(svg: &mut Svg, picture: Picture, area: &BoxMm, turned: bool) {
    let (width, height) = size(picture);
    let scale = (area.width / width).min(area.height / height);
    let middle = area.centre();
    let turn = if turned { 180 } else { 0 };
    let transform = format!(
        "translate({:.3} {:.3}) rotate({turn}) scale({scale:.5}) translate({:.3} {:.3})",
        middle.x,
        middle.y,
        -width / 2.0,
        -height / 2.0
    );
    svg.parent("g", &[("transform", transform.as_str().into())], |svg| {
        let mut sketch = Sketch(svg);
        match picture {
            Picture::Bear => bear(&mut sketch),
            Picture::Letter => letter(&mut sketch),
            Picture::Speech => speech(&mut sketch),
            Picture::Pencil => pencil(&mut sketch),
            Picture::Sun => sun(&mut sketch),
            Picture::Stamp => stamp(&mut sketch),
            Picture::FreePostBars => free_post_bars(&mut sketch),
        }
    });
}

/// Width and height in the picture's own units.
const fn size(picture: Picture) -> (f64, f64) {
    match picture {
        Picture::Bear => (110.0, 120.0),
        Picture::Letter => (100.0, 72.0),
        Picture::Speech => (100.0, 80.0),
        Picture::Pencil => (100.0, 60.0),
        Picture::Sun => (100.0, 100.0),
        Picture::Stamp => (100.0, 76.0),
        Picture::FreePostBars => (100.0, 60.0),
    }
}

/// Shapes with an outline in ink.
struct Sketch<'a>(&'a mut Svg);

impl Sketch<'_> {
    fn ellipse(&mut self, centre: (f64, f64), radii: (f64, f64), turn_deg: f64, fill: &str) {
        let turn = format!("rotate({turn_deg} {} {})", centre.0, centre.1);
        self.0.element(
            "ellipse",
            &[
                ("cx", centre.0.into()),
                ("cy", centre.1.into()),
                ("rx", radii.0.into()),
                ("ry", radii.1.into()),
                ("transform", turn.as_str().into()),
                ("fill", fill.into()),
                ("stroke", INK.into()),
                ("stroke-width", 2.0.into()),
            ],
        );
    }

    fn dot(&mut self, centre: (f64, f64), radius: f64, fill: &str) {
        let centre = Point::new(centre.0, centre.1);
        self.0.circle(centre, radius, &[("fill", fill)]);
    }

    fn outlined(&mut self, path: &str, fill: &str) {
        let paint = [
            ("fill", fill),
            ("stroke", INK),
            ("stroke-width", "2"),
            ("stroke-linejoin", "round"),
        ];
        self.0.path(path, &paint);
    }

    fn filled(&mut self, path: &str, fill: &str) {
        self.0.path(path, &[("fill", fill)]);
    }

    fn stroke(&mut self, path: &str, colour: &str, width: &str) {
        let paint = [
            ("fill", "none"),
            ("stroke", colour),
            ("stroke-width", width),
            ("stroke-linecap", "round"),
            ("stroke-linejoin", "round"),
        ];
        self.0.path(path, &paint);
    }

    /// A heart of about `size` units.
    fn heart(&mut self, centre: (f64, f64), size: f64) {
        let s = size / 20.0;
        let (x, y) = centre;
        let point = |dx: f64, dy: f64| format!("{:.3} {:.3}", x + dx * s, y + dy * s);
        let path = format!(
            "M{}C{} {} {}C{} {} {}Z",
            point(0.0, 9.0),
            point(-18.0, -3.0),
            point(-8.0, -15.0),
            point(0.0, -5.0),
            point(8.0, -15.0),
            point(18.0, -3.0),
            point(0.0, 9.0),
        );
        self.filled(&path, ACCENT);
    }
}

fn bear(sketch: &mut Sketch<'_>) {
    sketch.ellipse((90.0, 74.0), (9.0, 20.0), 32.0, FUR);
    sketch.ellipse((99.0, 60.0), (4.2, 3.6), 32.0, BLUSH);
    sketch.ellipse((21.0, 99.0), (9.0, 18.0), 24.0, FUR);
    sketch.outlined("M24 119Q22 78 52 78Q82 78 80 119Z", FUR);
    sketch.filled("M37 118Q36 96 52 96Q68 96 67 118Z", TINT);
    sketch.outlined("M27 74Q52 92 77 74L80 84Q52 102 24 84Z", ACCENT);
    sketch.outlined("M64 90L72 88L75 108L64 110Z", ACCENT);
    for ear in [25.0, 79.0] {
        sketch.ellipse((ear, 20.0), (14.0, 14.0), 0.0, FUR);
        sketch.dot((ear, 20.0), 7.0, BLUSH);
    }
    sketch.ellipse((52.0, 46.0), (38.0, 34.0), 0.0, FUR);
    for cheek in [27.0, 77.0] {
        sketch.dot((cheek, 56.0), 5.5, BLUSH);
    }
    sketch.ellipse((52.0, 58.0), (17.0, 13.0), 0.0, PAPER);
    for eye in [38.0, 66.0] {
        sketch.dot((eye, 40.0), 3.8, INK);
        sketch.dot((eye + 1.3, 38.7), 1.2, PAPER);
    }
    sketch.ellipse((52.0, 52.0), (6.0, 4.2), 0.0, INK);
    sketch.stroke("M52 56V60M44 60Q48 66 52 60Q56 66 60 60", INK, "2");
}

fn letter(sketch: &mut Sketch<'_>) {
    sketch.outlined(
        "M9 4H91Q97 4 97 10V62Q97 68 91 68H9Q3 68 3 62V10Q3 4 9 4Z",
        TINT,
    );
    sketch.stroke("M5 64L38 36M95 64L62 36", INK, "2");
    sketch.outlined("M5 7L50 46L95 7Q93 4 90 4H10Q7 4 5 7Z", PAPER);
    sketch.heart((50.0, 23.0), 20.0);
}

fn speech(sketch: &mut Sketch<'_>) {
    sketch.outlined(
        "M11 3H61Q69 3 69 11V35Q69 43 61 43H30L17 55V43H11Q3 43 3 35V11Q3 3 11 3Z",
        PAPER,
    );
    sketch.stroke("M14 15H57M14 24H57M14 33H40", ACCENT, "2.6");
    sketch.outlined(
        "M56 33H89Q97 33 97 41V59Q97 67 89 67H85V77L74 67H56Q48 67 48 59V41Q48 33 56 33Z",
        TINT,
    );
    sketch.heart((72.5, 51.0), 20.0);
}

fn pencil(sketch: &mut Sketch<'_>) {
    sketch.stroke("M4 50Q12 38 20 48T36 48T50 47", ACCENT, "2.6");
    sketch.outlined("M52 50L57 36L84 9L95 20L68 47Z", TINT);
    sketch.outlined("M52 50L57 36L68 47Z", PAPER);
    sketch.filled("M52 50L54 44.5L57.5 48Z", INK);
    sketch.outlined("M78 15L84 9Q86 7 88 9L95 16Q97 18 95 20L89 26Z", ACCENT);
}

fn sun(sketch: &mut Sketch<'_>) {
    for turn in 0..12 {
        let (sin, cos) = (f64::from(turn) * 30.0).to_radians().sin_cos();
        let point = |r: f64| format!("{:.3} {:.3}", 50.0 + r * cos, 50.0 + r * sin);
        let path = format!("M{}L{}", point(32.0), point(45.0));
        sketch.stroke(&path, INK, "3");
    }
    sketch.ellipse((50.0, 50.0), (24.0, 24.0), 0.0, SUNNY);
    for eye in [42.0, 58.0] {
        sketch.dot((eye, 46.0), 2.4, INK);
    }
    sketch.stroke("M40 55Q50 65 60 55", INK, "2.4");
}

fn stamp(sketch: &mut Sketch<'_>) {
    let paint = [
        ("fill", PAPER),
        ("stroke", INK),
        ("stroke-width", "1.6"),
        ("stroke-dasharray", "3 2"),
        ("rx", "3"),
    ];
    let frame = BoxMm::from([1.0, 1.0, 98.0, 74.0]);
    sketch.0.rectangle(&frame, &paint);
}

fn free_post_bars(sketch: &mut Sketch<'_>) {
    for bar in [0.0, 1.0, 3.0, 5.0, 6.0] {
        let area = BoxMm::from([4.0 + bar * 15.0, 2.0, 3.6, 56.0]);
        sketch.0.rectangle(&area, &[("fill", CODE)]);
    }
}
