//! Rough handling: everything that the list of mishaps names, done to one leaflet.
#![expect(clippy::cast_possible_truncation, reason = "a choice among few")]

mod pictures;

use schemas::layout::{Layout, Side};
use schemas::payload::Serial;

use super::mishaps::{self, Mishap};
use super::{people, sheets};
use crate::dice::Dice;
use crate::file::{Container, Effort};
use crate::ink::{ODD_PENS, PENS};
use crate::leaflet::{Drawing, MarkStyle};
use crate::order::{Order, PageOrder};
use crate::scan::{Colours, Scan};
use crate::truth::{DpiTag, Expected};
use crate::wear::{Copied, Dust, Loss, LowToner, Wear, code_loss};
use crate::{Collected, Options};

/// How often the code of a page is destroyed.
const CODE_DESTROYED: f64 = 0.115;

/// A leaflet whose handling is being decided.
struct Job<'a> {
    layout: &'a Layout,
    collected: &'a Collected,
    order: Order<'a>,
    /// The quality of its JPEG, should it become one.
    quality: u8,
}

/// Decides how one leaflet is filled in, treated and scanned.
pub(super) fn rough<'a>(
    name: String,
    serial: Serial,
    options: &'a Options,
    dice: &mut Dice,
) -> Order<'a> {
    let layout = dice.pick(&options.layouts);
    let mut leaflet = people::somebody(serial, layout, &options.collected, dice);
    leaflet.drawing = people::draws(layout, leaflet.drawing, dice);
    let scan = pictures::plain(layout, dice);
    let page = |side: &Side| PageOrder {
        side: side.side,
        ..PageOrder::ordinary(leaflet.clone(), scan.clone())
    };
    let mut job = Job {
        layout,
        collected: &options.collected,
        order: Order {
            name,
            layout,
            prefix: &options.prefix,
            pages: layout.sides.iter().map(page).collect(),
            container: Container::Png,
            in_one_file: false,
            dpi_tag: DpiTag::Right,
            effort: Effort::Quick,
        },
        quality: (70 + dice.index(26)) as u8,
    };
    let mishaps = mishaps::some(dice);
    for mishap in &mishaps {
        job.meet(*mishap, dice);
    }
    job.leave_something_to_see();
    job.destroy_codes(dice);
    job.leave_no_doubt();
    job.choose_container(mishaps.contains(&Mishap::Phone), dice);
    job.name_damages(&mishaps);
    if mishaps.contains(&Mishap::BackFirst) {
        job.order.pages.chunks_mut(2).for_each(<[_]>::reverse);
    }
    job.order
}

impl Job<'_> {
    fn meet(&mut self, mishap: Mishap, dice: &mut Dice) {
        match mishap {
            Mishap::LowToner => {
                let toner = LowToner::by_chance(dice);
                self.each(|page| page.before_ink.push(Wear::LowToner(toner)));
            }
            Mishap::FaintInk => {
                let pen = *dice.pick(&[ODD_PENS[0], ODD_PENS[1], PENS[3]]);
                self.each(|page| page.leaflet.pen = pen);
            }
            Mishap::Dust => {
                for page in &mut self.order.pages {
                    page.after_ink.push(Wear::Dust(Dust::by_chance(dice)));
                }
            }
            Mishap::Fold => {
                for _ in 0..=dice.index(3) {
                    let fold = sheets::fold(self.layout, dice);
                    for sheet_idx in 0..self.n_sheets() {
                        self.through(sheet_idx, &fold);
                    }
                }
            }
            Mishap::TornCorner => self.tear(sheets::torn_corner, dice),
            Mishap::TornEdge => self.tear(sheets::torn_edge, dice),
            Mishap::Coffee => {
                let which = dice.index(self.order.pages.len());
                let stain = sheets::stain(self.layout, dice);
                self.order.pages[which].after_ink.push(stain);
            }
            Mishap::Photocopy => self.copy(1, dice),
            Mishap::CopyOfCopy => {
                let generations = if dice.chance(0.7) { 2 } else { 3 };
                self.copy(generations, dice);
            }
            Mishap::TwoSheets => self.two_sheets(dice),
            Mishap::Stretched => {
                let stretch = pictures::stretch(dice);
                self.each(|page| {
                    page.scan.stretch = Some(stretch);
                    page.expected = Expected::Warned;
                });
            }
            Mishap::WrongTag => self.order.dpi_tag = pictures::wrong_tag(self.dpi(), dice),
            Mishap::NoTag => self.order.dpi_tag = DpiTag::Missing,
            Mishap::HardJpeg => self.quality = (30 + dice.index(31)) as u8,
            Mishap::Phone => {
                let photo = pictures::photo(&self.order.pages[0].scan, dice);
                self.each(|page| page.scan = photo.clone());
                self.order.dpi_tag = *dice.pick(&[DpiTag::Wrong(72.0), DpiTag::Missing]);
            }
            Mishap::BackFirst => {}
            scanning => {
                let mut scan = self.order.pages[0].scan.clone();
                pictures::meet(scanning, &mut scan, dice);
                self.each(|page| page.scan = scan.clone());
            }
        }
    }

    fn each(&mut self, change: impl FnMut(&mut PageOrder)) {
        self.order.pages.iter_mut().for_each(change);
    }

    fn dpi(&self) -> f64 {
        self.order.pages[0].scan.dpi
    }

    fn n_sheets(&self) -> usize {
        self.order.pages.len().div_ceil(2)
    }

    /// The pages of one sheet: its front, and its back if it is printed.
    fn sheet(&mut self, sheet_idx: usize) -> &mut [PageOrder] {
        let pages = &mut self.order.pages;
        let to = pages.len().min(2 * sheet_idx + 2);
        &mut pages[2 * sheet_idx..to]
    }

    /// Something that goes through the paper: on the front as it is and on the back mirrored.
    fn through(&mut self, sheet_idx: usize, wear: &Wear) {
        for (i, page) in self.sheet(sheet_idx).iter_mut().enumerate() {
            let seen = if i == 0 {
                wear.clone()
            } else {
                wear.mirrored()
            };
            page.after_ink.push(seen);
        }
    }

    fn tear(&mut self, tear: fn(&Layout, &[u32], &mut Dice) -> Option<Wear>, dice: &mut Dice) {
        let sheet_idx = dice.index(self.n_sheets());
        let pages = self.sheet(sheet_idx).iter();
        let sides: Vec<u32> = pages.map(|page| page.side).collect();
        if let Some(wear) = tear(self.layout, &sides, dice) {
            self.through(sheet_idx, &wear);
        }
    }

    /// The empty leaflet was copied, or the one that was filled in.
    fn copy(&mut self, generations: u32, dice: &mut Dice) {
        let copied = Wear::Copied(Copied::by_chance(generations, dice));
        let enlarged = pictures::enlarged(dice);
        let empty = dice.chance(0.55);
        self.each(|page| {
            page.scan.enlarged = enlarged;
            if empty {
                page.before_ink.push(copied.clone());
            } else {
                page.after_ink.push(copied.clone());
            }
        });
    }

    fn two_sheets(&mut self, dice: &mut Dice) {
        let which = dice.index(self.order.pages.len());
        let page = &mut self.order.pages[which];
        let serial = Serial::from_number(900_000 + dice.bits() % 99_999);
        let leaflet = people::somebody(serial, self.layout, self.collected, dice);
        page.second = Some(pictures::second_sheet(
            self.layout,
            leaflet,
            &mut page.scan,
            dice,
        ));
        page.expected = Expected::Warned;
    }

    fn destroy_codes(&mut self, dice: &mut Dice) {
        for i in 0..self.order.pages.len() {
            let side = self.layout.side(self.order.pages[i].side);
            let Some(side) = side.filter(|side| side.code.is_some()) else {
                continue;
            };
            if !dice.chance(CODE_DESTROYED) {
                continue;
            }
            let page = &mut self.order.pages[i];
            if dice.chance(0.2) {
                page.leaflet.habits.scribbles_on_code = true;
            } else if let Some(wear) = sheets::code_destroyer(self.layout, side, dice) {
                let torn = wear.goes_through().then(|| wear.mirrored());
                page.after_ink.push(wear);
                if let Some(other) = self.sheet(i / 2).get_mut(1 - i % 2) {
                    other.after_ink.extend(torn);
                }
            }
        }
    }

    /// Faint ink vanishes wholly in black and white and on a copy: nobody could say what was written there. Such a sheet was
    /// written with an ordinary pencil. A light crayon vanishes in black and white: there the pen draws.
    fn leave_something_to_see(&mut self) {
        self.each(|page| {
            let copied = |wear: &Wear| matches!(wear, Wear::Copied(_));
            let bitonal = page.scan.colours == Colours::Bitonal;
            let hard = bitonal || page.after_ink.iter().any(copied);
            if !hard {
                return;
            }
            if bitonal && page.leaflet.drawing == Drawing::Crayons {
                page.leaflet.drawing = Drawing::Pen;
            }
            if page.leaflet.pen.is_faint() {
                page.leaflet.pen = PENS[3];
            }
            if page.leaflet.mark == MarkStyle::FaintTick {
                page.leaflet.mark = MarkStyle::SmallTick;
            }
        });
    }

    /// Takes back what would leave a region or a code half hidden: nobody could say what is to be read of it.
    fn leave_no_doubt(&mut self) {
        for i in 0..self.order.pages.len() {
            while self.is_doubtful(i) {
                let page = &mut self.order.pages[i];
                let hiding = |wear: &Wear| wear.can_hide();
                if page.scan.cut_mm.iter().any(|mm| *mm > 0.0) {
                    page.scan.cut_mm = page.scan.cut_mm.map(|mm| mm.min(0.0));
                } else if let Some(last) = page.after_ink.iter().rposition(hiding) {
                    page.after_ink.remove(last);
                } else if page.scan.shift_mm != [0.0, 0.0] {
                    page.scan.shift_mm = [0.0, 0.0];
                } else {
                    break;
                }
            }
            self.judge(i);
        }
    }

    fn is_doubtful(&self, page_idx: usize) -> bool {
        let page = &self.order.pages[page_idx];
        let Some(side) = self.layout.side(page.side) else {
            return false;
        };
        // A second sheet hides what it hides: such a page is to be set aside anyhow.
        if page.second.is_some() {
            return false;
        }
        let geometry = page.scan.geometry(self.layout.page);
        let hides = |at| page.hides(self.layout, &geometry, at);
        let wanted = side
            .code
            .map_or(Loss::Mended, |code| code_loss(&code.area, hides));
        wanted == Loss::Doubtful || !sheets::spares(side, wanted, hides)
    }

    /// A page that has lost so many marks that nobody can blame the reader is to come with a warning.
    fn judge(&mut self, page_idx: usize) {
        let page = &self.order.pages[page_idx];
        let Some(side) = self.layout.side(page.side) else {
            return;
        };
        let geometry = page.scan.geometry(self.layout.page);
        let hides = |at| page.hides(self.layout, &geometry, at);
        let n_lost = sheets::n_marks_lost(side, hides);
        let no_code = side
            .code
            .is_none_or(|code| code_loss(&code.area, hides) != Loss::Mended);
        if n_lost >= 3 || (n_lost >= 2 && no_code) {
            self.order.pages[page_idx].expected = Expected::Warned;
        }
    }

    fn choose_container(&mut self, photo: bool, dice: &mut Dice) {
        let quality = self.quality;
        let hard = quality < 65;
        self.order.container = match self.order.pages[0].scan.colours {
            _ if photo || hard => Container::Jpeg(quality),
            Colours::Bitonal => *dice.pick(&[Container::Tiff, Container::Tiff, Container::Png]),
            Colours::Grey => *dice.pick(&[
                Container::Png,
                Container::Jpeg(quality),
                Container::Jpeg(quality),
                Container::Tiff,
                Container::Pdf(quality),
            ]),
            Colours::Colour => *dice.pick(&[
                Container::Jpeg(quality),
                Container::Jpeg(quality),
                Container::Jpeg(quality),
                Container::Pdf(quality),
                Container::Png,
            ]),
        };
        self.order.in_one_file = self.order.container.holds_many() && dice.chance(0.6);
    }

    fn name_damages(&mut self, mishaps: &[Mishap]) {
        let many = self.order.pages.len() > 1;
        for page in &mut self.order.pages {
            let wear = page.before_ink.iter().chain(&page.after_ink);
            let mut names: Vec<String> = wear.map(|wear| wear.name().to_owned()).collect();
            if page.leaflet.habits.scribbles_on_code {
                names.push("scribble-on-code".to_owned());
            }
            let scanning = mishaps.iter().filter_map(|mishap| mishap.name(&page.scan));
            names.extend(scanning.map(str::to_owned));
            if page.second.is_some() {
                names.push("two-sheets".to_owned());
            }
            if many && mishaps.contains(&Mishap::BackFirst) {
                names.push("back-before-front".to_owned());
            }
            names.dedup();
            page.damages = names;
        }
    }
}

impl Mishap {
    /// What the truth calls a mishap of scanning; what befell the sheet has its own names.
    fn name(self, scan: &Scan) -> Option<&'static str> {
        let photo = scan.camera.is_some();
        Some(match self {
            Self::AnyAngle => "any-angle",
            Self::UpsideDown => "upside-down",
            Self::Sideways => "sideways",
            Self::Skewed => "skewed",
            Self::Coarse if !photo => "150-dpi",
            Self::Fine if !photo && scan.dpi > 500.0 => "600-dpi",
            Self::Fine if !photo => "400-dpi",
            Self::WrongTag if !photo => "wrong-dpi-tag",
            Self::NoTag if !photo => "missing-dpi-tag",
            Self::Bitonal if !photo => "bitonal",
            Self::HardJpeg => "hard-jpeg",
            Self::FaintInk => "faint-ink",
            Self::Streaks if !photo => "streaks",
            Self::Phone => "phone-photo",
            Self::Stretched if scan.stretch.is_some() => "stretched-feed",
            Self::Cropped if scan.cut_mm.iter().any(|mm| *mm > 0.0) => "cropped-edge",
            Self::DarkLid if !photo => "dark-lid",
            _ => return None,
        })
    }
}
