//! Carries out what is to be made: prints, fills in, damages and scans every page of a leaflet.

use image::RgbaImage;
use schemas::geometry::{BoxMm, Homography, Point, px_per_mm};
use schemas::layout::{Layout, Side, serial_cells};
use schemas::payload::Serial;

use crate::dice::Dice;
use crate::file::{Container, Effort, FileSettings};
use crate::fill::{self, Filled};
use crate::ink::Sheet;
use crate::leaflet::Leaflet;
use crate::scan::{Geometry, Lying, Picture, Scan};
use crate::truth::{CodeTruth, DpiTag, Expected, Truth};
use crate::wear::{self, Paper, Wear};
use crate::{Sample, SampleError};

/// A character of which more is hidden cannot be read.
const HIDDEN_CELL: f64 = 0.25;

/// One leaflet and how it is scanned.
#[derive(Clone, Debug)]
pub(crate) struct Order<'a> {
    /// The files' name without ending; a file a page gets `-1` and `-2` behind it.
    pub(crate) name: String,
    /// What is printed.
    pub(crate) layout: &'a Layout,
    /// What the text of the code begins with.
    pub(crate) prefix: &'a str,
    /// Its pages as they come from the scanner.
    pub(crate) pages: Vec<PageOrder>,
    /// What files they become.
    pub(crate) container: Container,
    /// Whether all pages go into one file.
    pub(crate) in_one_file: bool,
    /// What the files say about their resolution.
    pub(crate) dpi_tag: DpiTag,
    /// How hard they are compressed.
    pub(crate) effort: Effort,
}

/// One page and how it is scanned.
#[derive(Clone, Debug)]
pub(crate) struct PageOrder {
    /// Which side of the leaflet.
    pub(crate) side: u32,
    /// What is put on it.
    pub(crate) leaflet: Leaflet,
    /// What befalls the print before it is filled in.
    pub(crate) before_ink: Vec<Wear>,
    /// What befalls the sheet afterwards.
    pub(crate) after_ink: Vec<Wear>,
    /// How it is scanned.
    pub(crate) scan: Scan,
    /// A second sheet that went through the scanner with it.
    pub(crate) second: Option<SecondSheet>,
    /// What was done to it, for the truth.
    pub(crate) damages: Vec<String>,
    /// Whether it can be read at all.
    pub(crate) expected: Expected,
}

/// A sheet that stuck to the one that was meant.
#[derive(Clone, Debug)]
pub(crate) struct SecondSheet {
    /// What is on it.
    pub(crate) leaflet: Leaflet,
    /// Whether it lies on top.
    pub(crate) on_top: bool,
    /// How far it lies from the first, to the right and down.
    pub(crate) shift_mm: [f64; 2],
    /// How far it is turned against the first, clockwise.
    pub(crate) turned_deg: f64,
}

impl Order<'_> {
    /// Makes the files.
    pub(crate) fn carry_out(&self, dice: &mut Dice) -> Result<Vec<Sample>, SampleError> {
        let mut scanned = Vec::new();
        for page in &self.pages {
            scanned.push(self.page(page, dice)?);
        }
        let several = scanned.len() > 1;
        if self.in_one_file && several {
            return Ok(vec![self.file(&self.name, scanned)?]);
        }
        let named = |(i, page): (usize, _)| {
            let name = if several {
                format!("{}-{}", self.name, i + 1)
            } else {
                self.name.clone()
            };
            self.file(&name, vec![page])
        };
        scanned.into_iter().enumerate().map(named).collect()
    }

    fn file(&self, stem: &str, pages: Vec<(Picture, Truth)>) -> Result<Sample, SampleError> {
        let name = format!("{stem}.{}", self.container.ending());
        let (pictures, mut truths): (Vec<_>, Vec<_>) = pages.into_iter().unzip();
        for (idx, truth) in (0u32..).zip(&mut truths) {
            truth.file.clone_from(&name);
            truth.page_idx = idx;
        }
        let settings = FileSettings {
            dpi: self.pages[0].scan.dpi,
            tag: self.dpi_tag,
            effort: self.effort,
        };
        Ok(Sample {
            bytes: self.container.write(&pictures, settings)?,
            media_type: self.container.media_type(),
            name,
            truths,
        })
    }

    fn page(&self, order: &PageOrder, dice: &mut Dice) -> Result<(Picture, Truth), SampleError> {
        let layout = self.layout;
        let side = layout
            .side(order.side)
            .ok_or(SampleError::Side(order.side))?;
        let (paper, filled) = self.sheet(side, order, dice)?;
        let geometry = order.scan.geometry(layout.page);
        let first = Lying {
            page: &paper,
            map: geometry.map,
        };
        let picture = match &order.second {
            None => order.scan.take(&[first], &geometry, dice),
            Some(second) => {
                let other = self.second(side, order, second, dice)?;
                let lying = Lying {
                    page: &other,
                    map: second.place(layout).then(&geometry.map),
                };
                let sheets = if second.on_top {
                    [first, lying]
                } else {
                    [lying, first]
                };
                order.scan.take(&sheets, &geometry, dice)
            }
        };
        let truth = self.truth(side, order, &geometry, filled);
        Ok((picture, truth))
    }

    /// The sheet with everything that is on it and that befell it.
    fn sheet(
        &self,
        side: &Side,
        order: &PageOrder,
        dice: &mut Dice,
    ) -> Result<(RgbaImage, Filled), SampleError> {
        let dpi = order.scan.dpi;
        let mut paper = Paper {
            picture: self.print(side, dpi, order.leaflet.serial.clone())?,
            px_per_mm: px_per_mm(dpi),
            behind: order.scan.background(),
        };
        for wear in &order.before_ink {
            wear.befall(&mut paper, dice);
        }
        let filled = self.fill(side, &order.leaflet, &mut paper, dice)?;
        for wear in &order.after_ink {
            wear.befall(&mut paper, dice);
        }
        Ok((paper.picture, filled))
    }

    fn print(
        &self,
        side: &Side,
        dpi: f64,
        serial: Option<Serial>,
    ) -> Result<RgbaImage, SampleError> {
        let print = artwork::Print {
            prefix: self.prefix.to_owned(),
            serial,
        };
        Ok(artwork::raster(self.layout, side, dpi, &print)?)
    }

    fn fill(
        &self,
        side: &Side,
        leaflet: &Leaflet,
        paper: &mut Paper,
        dice: &mut Dice,
    ) -> Result<Filled, SampleError> {
        let mut sheet = Sheet::over(&paper.picture, paper.px_per_mm)?;
        let filled = fill::fill(self.layout, side, leaflet, &mut sheet, dice)?;
        sheet.lay_on(&mut paper.picture, leaflet.pen.grain, dice);
        Ok(filled)
    }

    fn second(
        &self,
        side: &Side,
        order: &PageOrder,
        second: &SecondSheet,
        dice: &mut Dice,
    ) -> Result<RgbaImage, SampleError> {
        let dpi = order.scan.dpi;
        let mut paper = Paper {
            picture: self.print(side, dpi, second.leaflet.serial.clone())?,
            px_per_mm: px_per_mm(dpi),
            behind: order.scan.background(),
        };
        self.fill(side, &second.leaflet, &mut paper, dice)?;
        Ok(paper.picture)
    }

    fn truth(&self, side: &Side, order: &PageOrder, geometry: &Geometry, filled: Filled) -> Truth {
        let leaflet = &order.leaflet;
        let code = self.code(side, order, geometry);
        let has = |region: &str| filled.fields.iter().any(|field| field.region == region);
        let asks = |meaning| side.regions_for(meaning).any(|region| has(&region.id));
        let serial = self.legible_serial(side, order, geometry, code);
        let printed = leaflet.serial.as_ref().map(ToString::to_string);
        let written = |meaning, text: &str| asks(meaning).then(|| text.to_owned());
        Truth {
            file: String::new(),
            media_type: self.container.media_type().to_owned(),
            page_idx: 0,
            layout: self.layout.id.clone(),
            version: self.layout.version,
            side: side.side,
            hidden_serial: printed.filter(|_| serial.is_none()),
            serial,
            width_px: geometry.width_px,
            height_px: geometry.height_px,
            dpi: order.scan.dpi,
            dpi_tag: self.dpi_tag,
            orientation_deg: order.scan.orientation_deg(),
            turned_deg: order.scan.quarter_turns % 4 * 90,
            homography: geometry.map,
            service: written(schemas::layout::Meaning::Service, &leaflet.story.service),
            postcode: written(schemas::layout::Meaning::Postcode, &leaflet.story.postcode),
            relationship: ticked(&filled, "relationship"),
            consent: ticked(&filled, "consent").as_deref() == Some("yes"),
            code,
            damages: order.damages.clone(),
            expected: order.expected,
            in_margin: !filled.margin.is_empty(),
            story: filled.story,
            regions: filled.regions,
            ticks: filled.ticks,
            fields: filled.fields,
            drawings: filled.drawings,
            margin: filled.margin,
            hand: leaflet.hand_name().to_owned(),
            pen: leaflet.pen.name.to_owned(),
        }
    }

    /// The serial, unless both the code and the printed number are gone.
    fn legible_serial(
        &self,
        side: &Side,
        order: &PageOrder,
        geometry: &Geometry,
        code: CodeTruth,
    ) -> Option<String> {
        let serial = order.leaflet.serial.as_ref()?.to_string();
        let cells = serial_cells(self.layout, side, serial.chars().count());
        let hidden = |cell: &BoxMm| {
            wear::share_hidden(cell, |at| order.hides(self.layout, geometry, at)) > HIDDEN_CELL
        };
        let gone = code == CodeTruth::Destroyed && cells.iter().any(hidden);
        (!gone).then_some(serial)
    }

    fn code(&self, side: &Side, order: &PageOrder, geometry: &Geometry) -> CodeTruth {
        side.code.map_or(CodeTruth::Destroyed, |code| {
            let scribbled = order.leaflet.habits.scribbles_on_code;
            let hides = |at| scribbled || order.hides(self.layout, geometry, at);
            wear::code_loss(&code.area, hides).into()
        })
    }
}

impl PageOrder {
    /// The first side of a leaflet that nothing befalls.
    pub(crate) const fn ordinary(leaflet: Leaflet, scan: Scan) -> Self {
        Self {
            side: 1,
            leaflet,
            before_ink: Vec::new(),
            after_ink: Vec::new(),
            scan,
            second: None,
            damages: Vec::new(),
            expected: Expected::Read,
        }
    }

    /// Whether nothing of the print is to be seen in the picture at a place on the page.
    pub(crate) fn hides(&self, layout: &Layout, geometry: &Geometry, at: Point) -> bool {
        let px = geometry.map.apply(at);
        let inside = px.x >= 0.0
            && px.y >= 0.0
            && px.x < f64::from(geometry.width_px)
            && px.y < f64::from(geometry.height_px);
        let covered = self
            .second
            .as_ref()
            .is_some_and(|second| second.covers(layout, at));
        !inside || covered || self.after_ink.iter().any(|wear| wear.hides(at))
    }
}

impl SecondSheet {
    /// From millimetres on the second sheet to millimetres on the first.
    fn place(&self, layout: &Layout) -> Homography {
        let centre = Point::new(layout.page.width_mm / 2.0, layout.page.height_mm / 2.0);
        Homography::rotation(self.turned_deg, centre)
            .then(&Homography::translation(self.shift_mm[0], self.shift_mm[1]))
    }

    fn covers(&self, layout: &Layout, at: Point) -> bool {
        let Some(back) = self.place(layout).inverse().filter(|_| self.on_top) else {
            return false;
        };
        let own = back.apply(at);
        let (width, height) = (layout.page.width_mm, layout.page.height_mm);
        (0.0..width).contains(&own.x) && (0.0..height).contains(&own.y)
    }
}

fn ticked(filled: &Filled, region: &str) -> Option<String> {
    let mut ticks = filled.ticks.iter();
    let tick = ticks.find(|tick| tick.region == region && tick.ticked)?;
    Some(tick.value.clone())
}
