//! From the picture to the reading of a page.

use schemas::layout::{Layout, Side};
use schemas::payload::CodePayload;
use schemas::reading::{Reading, Registration, Status, Straightened, Warning};

use super::{PageRead, PageSource, Picture, Reader, STRAIGHTENED_DPI, pictures, regions, texts};
use crate::stages::code::{self, FoundCode};
use crate::stages::decode::{Page, decode};
use crate::stages::register::{Registered, register};
use crate::stages::straighten::{size_px, whole_area};
use crate::warnings;

/// Handwriting needs this much; the figure in the warning is rounded, so a scan at 199 dpi passes.
const MIN_DPI: f64 = 190.0;

/// A page that lies on its layout.
pub(super) struct Laid<'a> {
    pub(super) page: &'a Page,
    pub(super) layout: &'a Layout,
    pub(super) side: &'a Side,
    pub(super) registered: Registered,
}

/// Reads a page as far as it goes.
pub(super) fn read(reader: &Reader, picture: &[u8], source: PageSource) -> PageRead {
    let mut reading = unread(reader, source);
    match decode(picture, reader.settings.limits) {
        Ok(page) => read_decoded(reader, &page, reading),
        Err(error) => {
            reading.warnings.push(warnings::of_decode(&error));
            without_pictures(reading)
        }
    }
}

/// A page that intake could not open.
pub(super) fn without_picture(reader: &Reader, source: PageSource, warning: Warning) -> PageRead {
    let mut reading = unread(reader, source);
    reading.warnings.push(warning);
    without_pictures(reading)
}

fn read_decoded(reader: &Reader, page: &Page, mut reading: Reading) -> PageRead {
    let search = code::find(&page.grey, &reader.decoders, &reader.settings.code_prefix);
    if search.n_foreign > 0 {
        reading.warnings.push(warnings::foreign(search.n_foreign));
    }
    let Some((payload, code)) = search.ours else {
        let malformed = !search.malformed.is_empty();
        let warning = if malformed {
            warnings::malformed()
        } else {
            warnings::no_code()
        };
        return set_aside(reading, page, warning);
    };
    name(&mut reading, &payload);
    let Some((layout, side)) = reader.side(&payload) else {
        return set_aside(reading, page, warnings::unknown_layout(&payload));
    };
    match lay(page, &code, layout, side) {
        Ok(laid) => read_laid(reader, &laid, reading),
        Err(warning) => set_aside(reading, page, warning),
    }
}

fn lay<'a>(
    page: &'a Page,
    code: &FoundCode,
    layout: &'a Layout,
    side: &'a Side,
) -> Result<Laid<'a>, Warning> {
    let registered = register(&page.grey, code, side, layout.page)
        .map_err(|error| warnings::not_registered(&error))?;
    Ok(Laid {
        page,
        layout,
        side,
        registered,
    })
}

/// Looks at every region, then lets the text engine read while the pictures are made.
fn read_laid(reader: &Reader, laid: &Laid<'_>, mut reading: Reading) -> PageRead {
    describe(&mut reading, laid);
    let blank = reader.blank(laid.layout, laid.side);
    let print = reader.prints.of(laid.layout, laid.side, &blank);
    let looked = regions::look(laid, &print, &reader.settings.thresholds);
    let (texts, pictures) = std::thread::scope(|scope| {
        let texts = scope.spawn(|| texts::read(reader.engine.as_ref(), &looked.regions));
        let pictures = pictures::make(laid, &looked);
        (texts.join().ok(), pictures)
    });
    let texts = texts.unwrap_or_default();
    if let Some(error) = &texts.error {
        reading.warnings.push(warnings::text_not_read(error));
    }
    for region in looked.regions {
        reading.warnings.extend(region.warnings.iter().cloned());
        reading
            .regions
            .push(texts::reading(laid, region, &texts, &reader.denied));
    }
    reading.status = Status::Read;
    PageRead { reading, pictures }
}

/// A reading of a page that nothing is known of.
fn unread(reader: &Reader, source: PageSource) -> Reading {
    Reading {
        file: source.file,
        page_idx: source.page_idx,
        status: Status::Quarantined,
        layout: None,
        version: None,
        side: None,
        serial: None,
        orientation_deg: None,
        registration: None,
        straightened: None,
        regions: Vec::new(),
        margin: Vec::new(),
        warnings: Vec::new(),
        engine: reader.engine(),
    }
}

fn name(reading: &mut Reading, payload: &CodePayload) {
    reading.layout = Some(payload.layout.clone());
    reading.version = Some(payload.version);
    reading.side = Some(payload.side);
    reading.serial = payload.serial.as_ref().map(ToString::to_string);
}

fn describe(reading: &mut Reading, laid: &Laid<'_>) {
    let registered = &laid.registered;
    reading.orientation_deg = Some(rounded(registered.orientation_deg, 100.0));
    reading.registration = Some(Registration {
        residual_mm: rounded(registered.residual_mm, 1000.0),
        marks_found: registered.n_found as u32,
        agreement: 1.0,
        by: schemas::reading::RecognisedBy::Code,
        corners_px: registered.corners_px.map(|corner| {
            schemas::geometry::Point::new(rounded(corner.x, 10.0), rounded(corner.y, 10.0))
        }),
    });
    let (width_px, height_px) = size_px(&whole_area(laid.layout.page), STRAIGHTENED_DPI);
    reading.straightened = Some(Straightened {
        width_px,
        height_px,
        dpi: STRAIGHTENED_DPI,
    });
    if !registered.lost.is_empty() {
        reading.warnings.push(warnings::lost_mark(&registered.lost));
    }
    if registered.scan_dpi < MIN_DPI {
        reading
            .warnings
            .push(warnings::low_resolution(registered.scan_dpi));
    }
}

/// More digits than these say nothing.
fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

fn without_pictures(reading: Reading) -> PageRead {
    PageRead {
        reading,
        pictures: Vec::new(),
    }
}

/// A page that a person must look at comes with a picture of it as it was scanned, made small.
fn set_aside(mut reading: Reading, page: &Page, warning: Warning) -> PageRead {
    reading.warnings.push(warning);
    let shown: Option<Picture> = pictures::small(page);
    PageRead {
        reading,
        pictures: shown.into_iter().collect(),
    }
}
