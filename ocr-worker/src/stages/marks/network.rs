//! A small network that says of a box or face whether it is empty, ticked (or crossed or circled) or blacked out.
//!
//! Three layers of convolutions, each halving the picture, then two full layers. Source of the kind of network: Y. Lecun et al.,
//! *Gradient-based learning applied to document recognition*, Proceedings of the IEEE 86 (1998). Its numbers are in
//! `models/marks.bin`; where they come from and how to make them again is said in `models/README.md`.

use std::sync::LazyLock;

use super::view::{BoxView, N_CHANNELS, VIEW_LEN, VIEW_PX};
use crate::stages::weights::{
    cut_below_zero, full_layer, likelihoods, row_from_bytes, row_to_bytes,
};

/// Empty, ticked, blacked out: in the order of the network's answers.
pub const N_ANSWERS: usize = 3;
/// The convolutions, one after the other.
pub const CONVOLUTIONS: [Shape; 3] = [
    Shape::halving(N_CHANNELS, 8, VIEW_PX),
    Shape::halving(8, 16, VIEW_PX / 2),
    Shape::halving(16, 24, VIEW_PX / 4),
];
/// Units of the first full layer.
pub const N_HIDDEN: usize = 32;
/// What the first full layer sees.
pub const N_FLAT: usize = 24 * (VIEW_PX / 8) * (VIEW_PX / 8);

static NETWORK: LazyLock<Network> = LazyLock::new(|| {
    Network::from_bytes(include_bytes!("../../../models/marks.bin"))
        .expect("the network that is compiled in has the right size")
});

/// How likely a box is to be empty, ticked and blacked out; together 1.
pub fn answer(view: &BoxView) -> [f64; N_ANSWERS] {
    let found = NETWORK.likelihoods(view);
    [0, 1, 2].map(|i| found.get(i).copied().map_or(0.0, f64::from))
}

/// One layer of convolutions of 3 × 3 pixels; every second pixel is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Values a pixel that go in.
    pub n_in: usize,
    /// Values a pixel that come out.
    pub n_out: usize,
    /// The edge of the picture that goes in.
    pub in_px: usize,
}

impl Shape {
    const fn halving(n_in: usize, n_out: usize, in_px: usize) -> Self {
        Self { n_in, n_out, in_px }
    }

    /// The edge of the picture that comes out.
    pub const fn out_px(&self) -> usize {
        self.in_px / 2
    }

    /// Weights for each value that comes out, the last of them its bias.
    pub const fn row_len(&self) -> usize {
        self.n_in * 9 + 1
    }

    /// The nine pixels around one that comes out: which of the nine, and where it is in the picture that goes in.
    pub fn around(&self, x: usize, y: usize) -> impl Iterator<Item = (usize, usize)> {
        let size = self.in_px;
        (0..9).filter_map(move |k| {
            let from_x = (2 * x + k % 3).checked_sub(1).filter(|x| *x < size)?;
            let from_y = (2 * y + k / 3).checked_sub(1).filter(|y| *y < size)?;
            Some((k, from_y * size + from_x))
        })
    }

    /// Values are kept channel by channel; negative ones become 0.
    pub fn apply(&self, weights: &[f32], input: &[f32]) -> Vec<f32> {
        let (n_from, n_to) = (self.in_px * self.in_px, self.out_px() * self.out_px());
        let mut out = vec![0.0; self.n_out * n_to];
        for (row, plane) in weights
            .chunks_exact(self.row_len())
            .zip(out.chunks_exact_mut(n_to))
        {
            plane.fill(row[self.row_len() - 1]);
            for (kernel, from) in row.chunks_exact(9).zip(input.chunks_exact(n_from)) {
                self.add(kernel, from, plane);
            }
            cut_below_zero(plane);
        }
        out
    }

    /// Row by row and weight by weight, so that the innermost loop is one that the compiler turns into vector code.
    fn add(&self, kernel: &[f32], from: &[f32], plane: &mut [f32]) {
        let size = self.in_px;
        for (y, out) in plane.chunks_exact_mut(self.out_px()).enumerate() {
            let rows = kernel.chunks_exact(3).enumerate();
            for (weights, row) in rows.filter_map(|(k, weights)| {
                let from_y = (2 * y + k).checked_sub(1).filter(|y| *y < size)?;
                Some((weights, &from[from_y * size..][..size]))
            }) {
                let pairs = row.as_chunks::<2>().0;
                for (value, [left, right]) in out.iter_mut().zip(pairs) {
                    *value += weights[1] * left + weights[2] * right;
                }
                // What lies to the left of the first pixel is nothing.
                for (value, [_, before]) in out[1..].iter_mut().zip(pairs) {
                    *value += weights[0] * before;
                }
            }
        }
    }
}

/// The network's numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Of each layer of convolutions: for each value that comes out its weights and, last, its bias.
    pub convolutions: [Vec<f32>; 3],
    /// For each unit its weights and, last, its bias.
    pub hidden: Vec<f32>,
    /// For each answer its weights and, last, its bias.
    pub output: Vec<f32>,
}

/// What every layer makes of a view: the view, three layers of convolutions, the hidden layer, the scores.
pub type Activations = [Vec<f32>; 6];

impl Network {
    /// How likely each answer is.
    pub fn likelihoods(&self, view: &BoxView) -> Vec<f32> {
        let [.., scores] = self.activations(&input(view));
        likelihoods(&scores)
    }

    /// What every layer makes of a view.
    pub fn activations(&self, input: &[f32]) -> Activations {
        let [first, second, third] = CONVOLUTIONS;
        let a = first.apply(&self.convolutions[0], input);
        let b = second.apply(&self.convolutions[1], &a);
        let c = third.apply(&self.convolutions[2], &b);
        let mut hidden = full_layer(&self.hidden, &c);
        cut_below_zero(&mut hidden);
        let scores = full_layer(&self.output, &hidden);
        [input.to_vec(), a, b, c, hidden, scores]
    }

    /// One byte a number.
    pub fn to_bytes(&self) -> Vec<u8> {
        let rows = self.convolutions.iter().zip(CONVOLUTIONS);
        let rows = rows.flat_map(|(weights, shape)| weights.chunks(shape.row_len()));
        let rows = rows.chain(self.hidden.chunks(N_FLAT + 1));
        rows.chain(self.output.chunks(N_HIDDEN + 1))
            .flat_map(row_to_bytes)
            .collect()
    }

    /// Reads what [`Self::to_bytes`] wrote; nothing when the size is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut left = bytes;
        let mut layer = |n_rows: usize, row_len: usize| {
            let (own, rest) = left.split_at_checked(n_rows * (row_len + 4))?;
            left = rest;
            Some(own.chunks(row_len + 4).flat_map(row_from_bytes).collect())
        };
        let [a, b, c] = CONVOLUTIONS.map(|shape| layer(shape.n_out, shape.row_len()));
        let network = Self {
            convolutions: [a?, b?, c?],
            hidden: layer(N_HIDDEN, N_FLAT + 1)?,
            output: layer(N_ANSWERS, N_HIDDEN + 1)?,
        };
        left.is_empty().then_some(network)
    }
}

/// A view as the network takes it: 0 to 1.
pub fn input(view: &BoxView) -> Vec<f32> {
    let values = view.0.iter().map(|value| f32::from(*value) / 255.0);
    values.take(VIEW_LEN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_read_back_from_its_bytes_and_other_sizes_are_refused() {
        let bytes = NETWORK.to_bytes();
        assert_eq!(Network::from_bytes(&bytes).as_ref(), Some(&*NETWORK));
        assert_eq!(Network::from_bytes(&bytes[1..]), None);
        assert_eq!(
            Network::from_bytes(&[bytes.as_slice(), &[0]].concat()),
            None
        );
    }

    #[test]
    fn a_convolution_adds_up_what_is_around_and_takes_every_second_pixel() {
        let shape = Shape::halving(1, 1, 4);
        let mut weights = vec![1.0; 9];
        weights.push(-0.5);
        let picture: Vec<f32> = (0..16u8).map(f32::from).collect();
        let found = shape.apply(&weights, &picture);
        // Around (0, 0): 0, 1, 4, 5; around (2, 2): 5, 6, 7, 9, 10, 11, 13, 14, 15.
        assert_eq!((found[0], found[3]), (9.5, 89.5));
    }
}
