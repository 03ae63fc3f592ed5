//! What every stage needs of pictures: masks, components, reduced and warped pictures.

/// Components: ink that hangs together.
pub mod components;
pub mod jpeg;
/// Masks: pictures of yes and no.
pub mod mask;
pub mod printed;
pub mod pyramid;
pub mod reduce;
pub mod threshold;
pub mod warp;

pub use components::{Component, components, outlines};
pub use mask::Mask;
pub use pyramid::Pyramid;
