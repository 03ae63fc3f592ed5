//! What the trainers of small networks have in common.

/// Numbers that look like chance and are the same every time (the `splitmix64` generator).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn unit(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 40) as f32 / (1u64 << 24) as f32
    }

    pub(crate) fn spread(&mut self, by: f32) -> f32 {
        (self.unit() * 2.0 - 1.0) * by
    }
}

/// Rows of numbers that are learned, with their running means (Adam; Kingma and Ba 2015).
pub(crate) struct Learned {
    pub(crate) weights: Vec<f32>,
    pub(crate) slope: Vec<f32>,
    mean: Vec<f32>,
    square: Vec<f32>,
}

impl Learned {
    pub(crate) fn new(n_rows: usize, n_inputs: usize, dice: &mut Dice) -> Self {
        let size = n_rows * (n_inputs + 1);
        let spread = (3.0 / n_inputs as f32).sqrt();
        let weights = (0..size).map(|i| {
            if i % (n_inputs + 1) == n_inputs {
                0.0
            } else {
                dice.spread(spread)
            }
        });
        Self {
            weights: weights.collect(),
            slope: vec![0.0; size],
            mean: vec![0.0; size],
            square: vec![0.0; size],
        }
    }

    pub(crate) fn step(&mut self, rate: f32, n_samples: usize) {
        for i in 0..self.weights.len() {
            let slope = self.slope[i] / n_samples.max(1) as f32 + 1e-5 * self.weights[i];
            self.mean[i] = 0.9 * self.mean[i] + 0.1 * slope;
            self.square[i] = 0.999 * self.square[i] + 0.001 * slope * slope;
            self.weights[i] -= rate * self.mean[i] / (self.square[i].sqrt() + 1e-6);
            self.slope[i] = 0.0;
        }
    }
}
