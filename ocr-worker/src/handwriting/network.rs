//! The network that reads a line: convolutions over the picture, convolutions along it, and one layer that remembers.
//!
//! It is trained by `training/` on pen strokes, handwriting faces and scanned names (`models/README.md`), with
//! connectionist temporal classification (A. Graves et al., ICML 2006), and run by `rten`.

use std::sync::Arc;

use image::GrayImage;
use rten::{LoadError, Model, RunError, RunOptions, ThreadPool};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

use super::normalise::HEIGHT_PX;

/// What the classes stand for, from the second one on; the first is the blank between characters.
pub const CHARACTERS: &str = concat!(
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~£",
    "\u{2421}"
);
/// Stands for a word that was struck out.
pub const STRUCK: char = '\u{2421}';
/// Widths are filled up with paper to a multiple of this.
const STEP_PX: usize = 8;
/// The network as it was trained.
static MODEL: &[u8] = include_bytes!("../../models/lines.onnx");

/// Why the network did not read.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// It is not what `rten` can run.
    #[error("the network of lines cannot be made ready")]
    Load(#[from] LoadError),
    /// It did not run.
    #[error("the network of lines did not run")]
    Run(#[from] RunError),
    /// It gave something else than scores.
    #[error("the network of lines gave no scores")]
    NoScores,
}

/// The log-probability of every class in every frame; a frame is four columns of the line.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    n_classes: usize,
    values: Vec<f32>,
}

impl Scores {
    /// Frame after frame, `n_classes` values each.
    pub const fn new(n_classes: usize, values: Vec<f32>) -> Self {
        Self { n_classes, values }
    }

    /// The classes of each frame.
    pub fn frames(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.n_classes.max(1))
    }
}

/// The network, ready to read; copies share it.
#[derive(Clone)]
pub struct Network {
    model: Arc<Model>,
    pool: Arc<ThreadPool>,
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Network").finish_non_exhaustive()
    }
}

impl Network {
    /// Makes it ready. Never from a thread of a pool: the threads that help would begin to wait for each other.
    ///
    /// # Errors
    /// [`NetworkError`] when it does not suit `rten`.
    pub fn load() -> Result<Self, NetworkError> {
        let n_threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Self {
            model: Arc::new(Model::load_static_slice(MODEL)?),
            pool: Arc::new(ThreadPool::with_num_threads(n_threads)),
        })
    }

    /// Does something for many lines on the threads of the network.
    ///
    /// A plain thread waits for them: a thread of another pool would take on more of that pool's work while it waits, one
    /// within the other, until its stack is full.
    pub(super) fn with_threads<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        let waited = std::thread::scope(|scope| scope.spawn(|| self.pool.run(work)).join());
        waited.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    /// Reads a line that was normalised.
    ///
    /// # Errors
    /// [`NetworkError`] when the network does not fit the picture.
    pub fn scores(&self, line: &GrayImage) -> Result<Scores, NetworkError> {
        let input = filled_up(line);
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.pool)));
        let output = self.model.run_one(input.view().into(), Some(options))?;
        let output: NdTensor<f32, 3> = output.try_into().map_err(|_| NetworkError::NoScores)?;
        Ok(Scores {
            n_classes: output.size(2),
            values: output.to_vec(),
        })
    }
}

/// The line from 0 to 1, with paper up to the next width that the network takes.
fn filled_up(line: &GrayImage) -> NdTensor<f32, 4> {
    let width = (line.width() as usize).max(1);
    let filled = width.next_multiple_of(STEP_PX);
    let mut ink = vec![0.0; HEIGHT_PX * filled];
    let rows = line.as_raw().chunks_exact(width);
    for (to, from) in ink.chunks_exact_mut(filled).zip(rows) {
        for (to, from) in to.iter_mut().zip(from) {
            *to = f32::from(*from) / 255.0;
        }
    }
    NdTensor::from_data([1, 1, HEIGHT_PX, filled], ink)
}
