//! Eight by eight pixels: cut out of a plane, turned into frequencies, and rounded.
//!
//! Source of the transform: Y. Arai, T. Agui and M. Nakajima, *A fast DCT-SQ scheme for images*, Trans. IEICE 1988, as
//! drawn in W. Pennebaker and J. Mitchell, *JPEG*, figure 4-8.

/// The edge of a block.
pub(super) const EDGE: usize = 8;
/// A pixel, or a share of a frequency, for each place.
type Square<T> = [[T; EDGE]; EDGE];

/// The place of each frequency in a file, from low to high: the index `8 * down + across` for each place in the order.
pub(super) const ORDER: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];
/// For each index `8 * across + down` its place in the order.
const PLACES: [u8; 64] = places();
/// What the transform leaves each frequency multiplied by.
const SCALES: [f64; EDGE] = [
    1.0,
    1.387_039_845,
    1.306_562_965,
    1.175_875_602,
    1.0,
    0.785_694_958,
    0.541_196_100,
    0.275_899_379,
];
/// Added to a small number and taken away again it leaves a whole one.
const ROUNDING: f32 = 12_582_912.0;

/// One component of a picture, row by row.
#[derive(Clone, Copy)]
pub(super) struct Plane<'a> {
    values: &'a [u8],
    pub(super) width: usize,
    pub(super) height: usize,
}

/// The divisors of a component, from low frequencies to high.
pub(super) struct Divisors {
    pub(super) in_order: [u8; 64],
    /// What frequencies are multiplied by, first across and then down.
    factors: Square<f32>,
}

/// The frequencies of a block, rounded.
pub(super) struct Frequencies {
    /// First across and then down.
    values: [i16; 64],
    /// A bit for each frequency in the order of the file that is not zero; the lowest is left out.
    pub(super) others: u64,
}

impl<'a> Plane<'a> {
    pub(super) const fn new(values: &'a [u8], (width, height): (usize, usize)) -> Self {
        Self {
            values,
            width,
            height,
        }
    }

    /// The block in a column and a row of blocks. Beyond the edges the last pixels go on.
    fn block(&self, column: usize, row: usize) -> Square<u8> {
        let (x, y) = (column * EDGE, row * EDGE);
        let line = |y: usize| &self.values[y.min(self.height - 1) * self.width..][..self.width];
        std::array::from_fn(|dy| {
            let line = line(y + dy);
            let inside = line.get(x..x + EDGE).and_then(|part| part.try_into().ok());
            inside.unwrap_or_else(|| std::array::from_fn(|dx| line[(x + dx).min(self.width - 1)]))
        })
    }

    /// The frequencies of the block in a column and a row of blocks.
    pub(super) fn frequencies(&self, column: usize, row: usize, by: &Divisors) -> Frequencies {
        let block = self.block(column, row);
        let [[first, ..], ..] = block;
        let differs = block.as_flattened().iter().fold(0, |d, v| d | (v ^ first));
        if differs == 0 {
            return Frequencies::of_plain(first, by);
        }
        let mut values = block.map(|line| line.map(|value| f32::from(value) - 128.0));
        transform(&mut values);
        let mut values = transposed(&values);
        transform(&mut values);
        Frequencies::of(&values, by)
    }
}

impl Divisors {
    /// Of a table for quality 50, first down and then across.
    pub(super) fn new(table: &[u8; 64], quality: u32) -> Self {
        // As everybody scales the tables, for qualities over 50.
        let percent = 200 - 2 * quality.clamp(50, 100);
        let divisor = |i: u8| {
            let divisor = (u32::from(table[usize::from(i)]) * percent + 50) / 100;
            divisor.clamp(1, 255) as u8
        };
        let factor = |across: usize, down: usize| {
            let divisor = f64::from(divisor((EDGE * down + across) as u8));
            (1.0 / (divisor * SCALES[across] * SCALES[down] * EDGE as f64)) as f32
        };
        Self {
            in_order: ORDER.map(divisor),
            factors: std::array::from_fn(|across| std::array::from_fn(|down| factor(across, down))),
        }
    }
}

impl Frequencies {
    fn of_plain(value: u8, by: &Divisors) -> Self {
        let mut values = [0; 64];
        values[0] = rounded((f32::from(value) - 128.0) * 64.0 * by.factors[0][0]);
        Self { values, others: 0 }
    }

    fn of(square: &Square<f32>, by: &Divisors) -> Self {
        let mut values = [0; 64];
        let pixels = square.as_flattened().iter().zip(by.factors.as_flattened());
        for (value, (frequency, factor)) in values.iter_mut().zip(pixels) {
            *value = rounded(frequency * factor);
        }
        let mut others = 0;
        let lines = values
            .as_chunks::<EDGE>()
            .0
            .iter()
            .zip(PLACES.as_chunks::<EDGE>().0);
        for (line, places) in lines.filter(|(line, _)| **line != [0; EDGE]) {
            for (value, place) in line.iter().zip(places) {
                others |= u64::from(*value != 0) << place;
            }
        }
        Self {
            values,
            others: others & !1,
        }
    }

    /// The frequency at a place of the order.
    pub(super) fn at(&self, place: usize) -> i16 {
        let index = usize::from(ORDER[place % 64]);
        self.values[index % EDGE * EDGE + index / EDGE]
    }
}

const fn places() -> [u8; 64] {
    let mut places = [0; 64];
    let mut place = 0;
    while place < 64 {
        let index = ORDER[place] as usize;
        places[index % EDGE * EDGE + index / EDGE] = place as u8;
        place += 1;
    }
    places
}

/// The nearest whole number.
fn rounded(value: f32) -> i16 {
    let bits = (value + ROUNDING).to_bits();
    bits.wrapping_sub(ROUNDING.to_bits()) as i16
}

fn transposed(square: &Square<f32>) -> Square<f32> {
    std::array::from_fn(|i| std::array::from_fn(|j| square[j][i]))
}

/// Turns each column into its frequencies.
#[expect(
    clippy::needless_range_loop,
    reason = "a column has a value in each row"
)]
fn transform(square: &mut Square<f32>) {
    for i in 0..EDGE {
        let column = frequencies_of(std::array::from_fn(|row| square[row][i]));
        for (row, value) in column.into_iter().enumerate() {
            square[row][i] = value;
        }
    }
}

#[inline]
fn frequencies_of(v: [f32; EDGE]) -> [f32; EDGE] {
    let sums = [v[0] + v[7], v[1] + v[6], v[2] + v[5], v[3] + v[4]];
    let gaps = [v[0] - v[7], v[1] - v[6], v[2] - v[5], v[3] - v[4]];

    let (outer, inner) = (sums[0] + sums[3], sums[1] + sums[2]);
    let (outer_gap, inner_gap) = (sums[0] - sums[3], sums[1] - sums[2]);
    let turned = (inner_gap + outer_gap) * 0.707_106_77;

    let (low, middle, high) = (gaps[3] + gaps[2], gaps[2] + gaps[1], gaps[1] + gaps[0]);
    let shared = (low - high) * 0.382_683_43;
    let (low, high) = (0.541_196_1 * low + shared, 1.306_563 * high + shared);
    let middle = middle * 0.707_106_77;
    let (plus, minus) = (gaps[0] + middle, gaps[0] - middle);
    [
        outer + inner,
        plus + high,
        outer_gap + turned,
        minus - low,
        outer - inner,
        minus + low,
        outer_gap - turned,
        plus - high,
    ]
}
