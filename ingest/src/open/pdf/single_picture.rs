use hayro::hayro_syntax::content::ops::TypedInstruction;
use hayro::hayro_syntax::object::{Array, Name, Number, Stream};
use hayro::hayro_syntax::page::{Page, Rotation};

use super::super::dpi::Stated;
use super::super::{OpenedPage, jpeg};
use super::POINTS_PER_INCH;
use crate::bytes::FileBytes;
use crate::limits::Limits;

/// A scan has a handful of instructions, one with recognised text beneath it some thousands.
const MOST_INSTRUCTIONS: usize = 20_000;
/// How much of the page a scan covers: some scanners leave a margin.
const LEAST_COVER: f64 = 0.8;
const BELIEVABLE_DPI: std::ops::RangeInclusive<f64> = 72.0..=1200.0;
/// As for tags: beyond this the pixels are not square.
const LARGEST_ASPECT: f64 = 1.1;

/// The resolution of the picture that fills the page, when there is exactly one picture on it.
///
/// Scanners that write PDF put one picture on each page, sometimes with invisible recognised text. Drawn at its own
/// resolution it comes out as it went in.
pub(super) fn dpi(page: &Page<'_>) -> Option<f64> {
    let (placed, picture) = only_picture(page)?;
    let (page_width, page_height) = page.render_dimensions();
    let covered = placed.width_pt * placed.height_pt / f64::from(page_width * page_height);
    let x = dots(&picture, "Width")? / placed.width_pt * POINTS_PER_INCH;
    let y = dots(&picture, "Height")? / placed.height_pt * POINTS_PER_INCH;
    let square = x / y <= LARGEST_ASPECT && y / x <= LARGEST_ASPECT;
    (covered >= LEAST_COVER && square && BELIEVABLE_DPI.contains(&x)).then_some(x.max(y))
}

/// The page when it is nothing but one JPEG that covers it: that JPEG, as the scanner made it.
///
/// It is not drawn and packed again: that would take several times as long, need more room, and lose what little there
/// is to lose. Whatever could make the drawn page look otherwise leaves it to be drawn.
pub(super) fn jpeg_as_it_is(page: &Page<'_>, limits: &Limits) -> Option<OpenedPage> {
    let (placed, picture) = only_picture(page)?;
    if !placed.is_alone || !covers(&placed, page) || !is_plain_jpeg(&picture) {
        return None;
    }
    let bytes = FileBytes::from(picture.raw_data().into_owned());
    let opened = jpeg::check(&bytes, limits).ok()?;
    let (width, height) = (f64::from(opened.width_px), f64::from(opened.height_px));
    let is_stated = |px: f64, key| dots(&picture, key).is_some_and(|dots| (dots - px).abs() < 0.5);
    if !is_stated(width, "Width") || !is_stated(height, "Height") || !jpeg::shows_as_stored(&bytes)
    {
        return None;
    }
    let x = width / placed.width_pt * POINTS_PER_INCH;
    let y = height / placed.height_pt * POINTS_PER_INCH;
    let dpi = Stated::per_inch(x, y).believed(opened.width_px, opened.height_px);
    Some(OpenedPage { dpi, ..opened })
}

/// Whether a picture lies upright on the whole page, to half a point.
fn covers(placed: &Placed, page: &Page<'_>) -> bool {
    const NEAR_PT: f64 = 0.5;
    let near = |a: f64, b: f64| (a - b).abs() <= NEAR_PT;
    let paper = page.intersected_crop_box();
    let [[width, slope], [slant, height]] = placed.matrix.linear;
    let [left, bottom] = placed.matrix.place;
    matches!(page.rotation(), Rotation::None)
        && [slope, slant].iter().all(|skew| skew.abs() < 1e-6)
        && near(width, paper.x1 - paper.x0)
        && near(height, paper.y1 - paper.y0)
        && near(left, paper.x0)
        && near(bottom, paper.y0)
}

/// Whether a picture is a JPEG in grey or red, green and blue, with nothing that changes how it looks.
fn is_plain_jpeg(picture: &Stream<'_>) -> bool {
    const CHANGES: [&str; 6] = [
        "Decode",
        "DecodeParms",
        "ImageMask",
        "Mask",
        "SMask",
        "SMaskInData",
    ];
    let dict = picture.dict();
    let color = dict.get::<Name<'_>>("ColorSpace");
    let is_plain = |name: &Name<'_>| matches!(name.as_ref(), b"DeviceGray" | b"DeviceRGB");
    CHANGES.iter().all(|key| !dict.contains_key(key))
        && color.is_some_and(|name| is_plain(&name))
        && filter(picture).is_some_and(|name| name.as_ref() == b"DCTDecode")
}

/// The only filter of a picture.
fn filter<'a>(picture: &Stream<'a>) -> Option<Name<'a>> {
    let dict = picture.dict();
    dict.get::<Name<'_>>("Filter").or_else(|| {
        let mut names = dict.get::<Array<'_>>("Filter")?.iter::<Name<'_>>();
        let first = names.next()?;
        names.next().is_none().then_some(first)
    })
}

/// How a picture lies on the page.
struct Placed {
    matrix: Matrix,
    width_pt: f64,
    height_pt: f64,
    /// Nothing else is on the page, seen or unseen.
    is_alone: bool,
}

/// A transformation: `[[a b] [c d]]`, and where the origin comes to lie.
#[derive(Clone, Copy)]
struct Matrix {
    linear: [[f64; 2]; 2],
    place: [f64; 2],
}

fn only_picture<'a>(page: &'a Page<'a>) -> Option<(Placed, Stream<'a>)> {
    let mut found: Option<(Placed, Stream<'a>)> = None;
    let mut is_alone = true;
    let mut matrix = Matrix {
        linear: [[1.0, 0.0], [0.0, 1.0]],
        place: [0.0, 0.0],
    };
    let mut saved = Vec::new();
    let mut instructions = page.typed_operations();
    for _ in 0..MOST_INSTRUCTIONS {
        let Some(instruction) = instructions.next() else {
            return found.map(|(placed, picture)| (Placed { is_alone, ..placed }, picture));
        };
        match instruction {
            TypedInstruction::SaveState(_) => saved.push(matrix),
            TypedInstruction::RestoreState(_) => matrix = saved.pop()?,
            TypedInstruction::Transform(t) => {
                let number = |n: Number| n.as_f64();
                let next = Matrix {
                    linear: [[number(t.0), number(t.1)], [number(t.2), number(t.3)]],
                    place: [number(t.4), number(t.5)],
                };
                matrix = times(&next, &matrix);
            }
            TypedInstruction::XObject(name) => {
                let object = page.resources().get_x_object(name.0)?;
                let subtype = object.dict().get::<Name<'_>>("Subtype")?;
                if found.is_some() || subtype.as_ref() != b"Image" {
                    return None;
                }
                found = Some((placed(matrix), object));
            }
            TypedInstruction::InlineImage(_) => return None,
            _ => is_alone = false,
        }
    }
    None
}

fn times(next: &Matrix, matrix: &Matrix) -> Matrix {
    let [a, b] = matrix.linear;
    let turned = |row: [f64; 2]| [0, 1].map(|column| row[0] * a[column] + row[1] * b[column]);
    let place = turned(next.place);
    Matrix {
        linear: next.linear.map(turned),
        place: [place[0] + matrix.place[0], place[1] + matrix.place[1]],
    }
}

/// A picture fills the unit square before it is transformed.
fn placed(matrix: Matrix) -> Placed {
    let [across, up] = matrix.linear;
    Placed {
        matrix,
        width_pt: across[0].hypot(across[1]),
        height_pt: up[0].hypot(up[1]),
        is_alone: true,
    }
}

fn dots(picture: &Stream<'_>, key: &str) -> Option<f64> {
    picture
        .dict()
        .get::<Number>(key)
        .map(|number| number.as_f64())
        .filter(|&dots| dots >= 1.0)
}
