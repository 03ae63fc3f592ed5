//! The file around the bits: ITU-T T.81, annex B, and ITU-T T.871.

use super::block::{Divisors, EDGE, Plane};
use super::entropy::{LOWEST_LENGTHS, LOWEST_VALUES, OTHER_LENGTHS, OTHER_VALUES, Scan};

/// Strokes stay clean and a page stays below a megabyte.
const QUALITY: u32 = 80;
/// Divisors of brightness; ITU-T T.81, table K.1.
#[rustfmt::skip]
const BRIGHTNESS: [u8; 64] = [
    16, 11, 10, 16,  24,  40,  51,  61,
    12, 12, 14, 19,  26,  58,  60,  55,
    14, 13, 16, 24,  40,  57,  69,  56,
    14, 17, 22, 29,  51,  87,  80,  62,
    18, 22, 37, 56,  68, 109, 103,  77,
    24, 35, 55, 64,  81, 104, 113,  92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103,  99,
];
/// Divisors of colours; table K.2.
#[rustfmt::skip]
const COLOURS: [u8; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99,
    18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
];
const START: [u8; 2] = [0xff, 0xd8];
/// No density: pixels are square.
const JFIF: [u8; 18] = *b"\xff\xe0\0\x10JFIF\0\x01\x02\0\0\x01\0\x01\0\0";
const END: [u8; 2] = [0xff, 0xd9];
const DIVISORS: u8 = 0xdb;
const FRAME: u8 = 0xc0;
const CODES: u8 = 0xc4;
const SCAN: u8 = 0xda;

/// A component of the picture.
struct Component<'a> {
    plane: Plane<'a>,
    /// Blocks of it in a row and in a column of each unit of the file.
    n_blocks: usize,
    /// Which divisors.
    divisors: usize,
}

/// The file of one plane, or of three of which the second and the third have half the width and height. Nothing when a
/// plane has no pixels or the first has more along an edge than a JPEG can have.
pub(super) fn written(planes: &[Plane<'_>]) -> Option<Vec<u8>> {
    let first = planes.first()?;
    let (width, height) = (u16::try_from(first.width), u16::try_from(first.height));
    let size = (width.ok()?, height.ok()?);
    if planes
        .iter()
        .any(|plane| plane.width == 0 || plane.height == 0)
    {
        return None;
    }
    let is_coloured = planes.len() > 1;
    let component = |idx: usize| Component {
        plane: planes[idx],
        n_blocks: if idx == 0 && is_coloured { 2 } else { 1 },
        divisors: idx.min(1),
    };
    let components: Vec<Component<'_>> = (0..planes.len()).map(component).collect();
    let divisors = [BRIGHTNESS, COLOURS].map(|table| Divisors::new(&table, QUALITY));
    let mut bytes = Vec::with_capacity(first.width * first.height / 8 + 1024);
    headers(&mut bytes, &components, &divisors, size);
    scan(&mut bytes, &components, &divisors);
    bytes.extend_from_slice(&END);
    Some(bytes)
}

fn headers(
    bytes: &mut Vec<u8>,
    components: &[Component<'_>],
    divisors: &[Divisors; 2],
    (width, height): (u16, u16),
) {
    bytes.extend_from_slice(&START);
    bytes.extend_from_slice(&JFIF);
    for (idx, divisors) in (0u8..).zip(divisors) {
        segment(bytes, DIVISORS, &[&[idx], &divisors.in_order]);
    }
    let n_components = components.len() as u8;
    let described: Vec<u8> = (1u8..)
        .zip(components)
        .flat_map(|(id, c)| [id, (c.n_blocks << 4 | c.n_blocks) as u8, c.divisors as u8])
        .collect();
    let (height, width) = (height.to_be_bytes(), width.to_be_bytes());
    segment(
        bytes,
        FRAME,
        &[&[8], &height, &width, &[n_components], &described],
    );
    segment(bytes, CODES, &[&[0x00], &LOWEST_LENGTHS, &LOWEST_VALUES]);
    segment(bytes, CODES, &[&[0x10], &OTHER_LENGTHS, &OTHER_VALUES]);
    let codes: Vec<u8> = (1..=n_components).flat_map(|id| [id, 0]).collect();
    segment(bytes, SCAN, &[&[n_components], &codes, &[0, 63, 0]]);
}

fn segment(bytes: &mut Vec<u8>, marker: u8, parts: &[&[u8]]) {
    let length: usize = 2 + parts.iter().map(|part| part.len()).sum::<usize>();
    bytes.extend_from_slice(&[0xff, marker]);
    bytes.extend_from_slice(&(length as u16).to_be_bytes());
    for part in parts {
        bytes.extend_from_slice(part);
    }
}

fn scan(bytes: &mut Vec<u8>, components: &[Component<'_>], divisors: &[Divisors; 2]) {
    let first = &components[0];
    let unit_px = EDGE * first.n_blocks;
    let (n_columns, n_rows) = (
        first.plane.width.div_ceil(unit_px),
        first.plane.height.div_ceil(unit_px),
    );
    let mut before = vec![0; components.len()];
    let mut scan = Scan::new(bytes);
    for (row, column) in (0..n_rows).flat_map(|row| (0..n_columns).map(move |c| (row, c))) {
        for (component, before) in components.iter().zip(&mut before) {
            let n = component.n_blocks;
            let divisors = &divisors[component.divisors];
            for (down, across) in (0..n).flat_map(|down| (0..n).map(move |across| (down, across))) {
                let (column, row) = (column * n + across, row * n + down);
                let block = component.plane.frequencies(column, row, divisors);
                scan.write(&block, before);
            }
        }
    }
    scan.finish();
}
