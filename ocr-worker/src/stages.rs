//! The stages of a reading, one file each, in the order in which a page goes through them.

pub mod align;
pub mod blob;
pub mod code;
pub mod comb;
pub mod decode;
pub mod discs;
pub mod drawing;
pub mod faint;
pub mod finders;
pub mod fit;
pub mod glyph;
pub mod ink;
pub mod lines;
pub mod margin;
pub mod marks;
pub mod overlay;
pub mod paper;
pub mod print;
pub mod recognise;
pub mod reference;
pub mod register;
pub mod serial;
pub mod sheet;
pub mod straighten;
pub mod streaks;
pub mod weights;
