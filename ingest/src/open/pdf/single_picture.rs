use hayro::hayro_syntax::content::ops::TypedInstruction;
use hayro::hayro_syntax::object::{Name, Number, Stream};
use hayro::hayro_syntax::page::Page;

use super::POINTS_PER_INCH;

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

/// How large a picture lies on the page.
struct Placed {
    width_pt: f64,
    height_pt: f64,
}

/// The linear part of a transformation, `[[a b] [c d]]`. Where things lie does not matter here.
type Linear = [[f64; 2]; 2];

fn only_picture<'a>(page: &'a Page<'a>) -> Option<(Placed, Stream<'a>)> {
    let mut found = None;
    let mut matrix: Linear = [[1.0, 0.0], [0.0, 1.0]];
    let mut saved = Vec::new();
    let mut instructions = page.typed_operations();
    for _ in 0..MOST_INSTRUCTIONS {
        let Some(instruction) = instructions.next() else {
            return found;
        };
        match instruction {
            TypedInstruction::SaveState(_) => saved.push(matrix),
            TypedInstruction::RestoreState(_) => matrix = saved.pop()?,
            TypedInstruction::Transform(t) => {
                let number = |n: Number| n.as_f64();
                let next = [[number(t.0), number(t.1)], [number(t.2), number(t.3)]];
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
            _ => {}
        }
    }
    None
}

fn times(next: &Linear, matrix: &Linear) -> Linear {
    next.map(|row| [0, 1].map(|column| row[0] * matrix[0][column] + row[1] * matrix[1][column]))
}

/// A picture fills the unit square before it is transformed.
fn placed([across, up]: Linear) -> Placed {
    Placed {
        width_pt: across[0].hypot(across[1]),
        height_pt: up[0].hypot(up[1]),
    }
}

fn dots(picture: &Stream<'_>, key: &str) -> Option<f64> {
    picture
        .dict()
        .get::<Number>(key)
        .map(|number| number.as_f64())
        .filter(|&dots| dots >= 1.0)
}
