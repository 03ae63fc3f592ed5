//! The print of each side, made ready once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use image::GrayImage;
use schemas::layout::{Layout, LayoutId, Side};

use super::INK_DPI;
use crate::stages::print::{Hidden, Print};
use crate::stages::straighten::{size_px, whole_area};

/// The prints that were needed so far, by layout, version and side.
#[derive(Debug, Default)]
pub(super) struct Prints(Mutex<HashMap<(LayoutId, u32, u32), Arc<Print>>>);

impl Prints {
    /// The print of a side, from the picture of its empty form.
    pub(super) fn of(&self, layout: &Layout, side: &Side, blank: &GrayImage) -> Arc<Print> {
        let key = (layout.id.clone(), layout.version, side.side);
        let mut prints = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let size = size_px(&whole_area(layout.page), INK_DPI);
        let make = || Arc::new(Print::new(blank, size, INK_DPI, &Hidden::of(layout, side)));
        Arc::clone(prints.entry(key).or_insert_with(make))
    }
}
