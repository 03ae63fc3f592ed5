//! The layouts that a reader knows, and what is prepared for each of their sides once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use image::GrayImage;
use schemas::fnv1a;
use schemas::geometry::Homography;
use schemas::layout::{Layout, LayoutId, Side};
use schemas::placement::Placement;

use super::INK_DPI;
use crate::picture::Pyramid;
use crate::picture::warp::warp_grey;
use crate::stages::print::{Hidden, Print};
use crate::stages::reference::Reference;
use crate::stages::straighten::{size_px, whole_area};

/// A layout with the pictures that it cannot be drawn without.
#[derive(Clone, Debug)]
pub struct KnownLayout {
    /// The layout.
    pub layout: Layout,
    /// For each of its sides the picture of the empty form, at any resolution, when somebody else printed it.
    pub blanks: Vec<Option<GrayImage>>,
}

impl KnownLayout {
    /// A layout of ours: every side is drawn from its definition.
    pub fn drawn(layout: Layout) -> Self {
        Self {
            blanks: layout.sides.iter().map(|_| None).collect(),
            layout,
        }
    }
}

/// One side of a known layout.
#[derive(Clone, Debug)]
pub(super) struct KnownSide {
    pub(super) known: Arc<KnownLayout>,
    side_idx: usize,
}

/// What is prepared for a side: the blank at [`INK_DPI`], and its print.
#[derive(Debug)]
pub(super) struct SidePrint {
    pub(super) blank: GrayImage,
    pub(super) reference: Reference,
    hidden: Hidden,
    print: OnceLock<Print>,
}

impl SidePrint {
    /// The print that ink is told from; made ready when the first page of the side is read.
    pub(super) fn print(&self) -> &Print {
        let size = self.blank.dimensions();
        self.print
            .get_or_init(|| Print::new(&self.blank, size, INK_DPI, &self.hidden))
    }
}

/// Everything a reader knows.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    layouts: Vec<Arc<KnownLayout>>,
    prints: Mutex<HashMap<PrintKey, Arc<SidePrint>>>,
}

/// Layout, version and side.
type PrintKey = (LayoutId, u32, u32);

impl KnownSide {
    pub(super) fn layout(&self) -> &Layout {
        &self.known.layout
    }

    pub(super) fn side(&self) -> &Side {
        &self.known.layout.sides[self.side_idx]
    }

    fn key(&self) -> PrintKey {
        let layout = self.layout();
        (layout.id.clone(), layout.version, self.side().side)
    }

    /// Draws the blank. A layout that cannot be drawn has white paper for a blank: then no page of it is trusted, and
    /// a person sees it.
    fn prepare(&self) -> SidePrint {
        let (layout, side) = (self.layout(), self.side());
        let blank = match self.known.blanks.get(self.side_idx) {
            Some(Some(picture)) => fitted(picture, layout),
            _ => artwork::blank(layout, side, INK_DPI).unwrap_or_else(|_| white(layout)),
        };
        SidePrint {
            reference: Reference::of(&blank, INK_DPI, side, layout.page),
            hidden: Hidden::of(layout, side),
            print: OnceLock::new(),
            blank,
        }
    }
}

fn white(layout: &Layout) -> GrayImage {
    let (width, height) = size_px(&whole_area(layout.page), INK_DPI);
    GrayImage::from_pixel(width, height, image::Luma([255]))
}

/// The picture of a whole empty page, at [`INK_DPI`].
fn fitted(picture: &GrayImage, layout: &Layout) -> GrayImage {
    let size = size_px(&whole_area(layout.page), INK_DPI);
    let pyramid = Pyramid::new(picture);
    let (source, _) = pyramid.with_at_least(f64::from(size.0), f64::from(picture.width()));
    let across = f64::from(source.width()) / f64::from(size.0);
    let down = f64::from(source.height()) / f64::from(size.1);
    let to_source = Homography([across, 0.0, 0.0, 0.0, down, 0.0, 0.0, 0.0, 1.0]);
    warp_grey(source, &to_source, size)
}

impl Catalogue {
    /// These layouts, with what was prepared for those that did not change.
    pub(super) fn with(&self, new: Vec<KnownLayout>) -> Self {
        let same = |a: &Layout, b: &Layout| a.id == b.id && a.version == b.version;
        let mut layouts = self.layouts.clone();
        layouts.retain(|old| !new.iter().any(|new| same(&old.layout, &new.layout)));
        let replaced = |(id, version, _): &PrintKey| {
            new.iter()
                .any(|new| new.layout.id == *id && new.layout.version == *version)
        };
        let mut prints = self.locked().clone();
        prints.retain(|key, _| !replaced(key));
        layouts.extend(new.into_iter().map(Arc::new));
        Self {
            layouts,
            prints: Mutex::new(prints),
        }
    }

    /// Without these layouts.
    pub(super) fn without(&self, gone: &[(LayoutId, u32)]) -> Self {
        let is_gone = |id: &LayoutId, version: u32| {
            gone.iter()
                .any(|(gone_id, gone_version)| gone_id == id && *gone_version == version)
        };
        let mut layouts = self.layouts.clone();
        layouts.retain(|known| !is_gone(&known.layout.id, known.layout.version));
        let mut prints = self.locked().clone();
        prints.retain(|(id, version, _), _| !is_gone(id, *version));
        Self {
            layouts,
            prints: Mutex::new(prints),
        }
    }

    /// Every side of every layout.
    pub(super) fn sides(&self) -> Vec<KnownSide> {
        let sides_of = |known: &Arc<KnownLayout>| {
            let known = Arc::clone(known);
            (0..known.layout.sides.len()).map(move |side_idx| KnownSide {
                known: Arc::clone(&known),
                side_idx,
            })
        };
        self.layouts.iter().flat_map(sides_of).collect()
    }

    /// One side, by its layout's name and version and its number.
    pub(super) fn side(&self, id: &LayoutId, version: u32, side: u32) -> Option<KnownSide> {
        self.sides().into_iter().find(|known| {
            let layout = known.layout();
            layout.id == *id && layout.version == version && known.side().side == side
        })
    }

    /// The side that a person chose.
    pub(super) fn placed(&self, placement: &Placement) -> Option<KnownSide> {
        self.side(&placement.layout, placement.version, placement.side)
    }

    /// What is prepared for a side; drawn when it is first asked for.
    pub(super) fn print(&self, side: &KnownSide) -> Arc<SidePrint> {
        if let Some(print) = self.locked().get(&side.key()) {
            return Arc::clone(print);
        }
        // Drawn outside of the lock: others may read pages of other layouts meanwhile.
        let print = Arc::new(side.prepare());
        Arc::clone(self.locked().entry(side.key()).or_insert(print))
    }

    /// A short name for exactly these layouts: a page that was not recognised is worth reading again when it changes.
    pub(super) fn digest(&self) -> String {
        let mut names: Vec<String> = self
            .layouts
            .iter()
            .map(|known| format!("{}.{};", known.layout.id, known.layout.version))
            .collect();
        names.sort();
        format!("{:016x}", fnv1a(names.concat().bytes()))
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<PrintKey, Arc<SidePrint>>> {
        self.prints.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
