//! From the picture to the reading of a page.

use schemas::geometry::{BoxMm, BoxPx};
use schemas::layout::{Layout, Side};
use schemas::reading::{
    NoLeaflet, Reading, RecognisedBy, Registration, Status, Straightened, Warning,
};
use tracing::debug_span;

use super::identify::{Evidence, Identified, identify};
use super::known::SidePrint;
use super::{
    PageRead, PageSource, Picture, Reader, STRAIGHTENED_DPI, danger, drafts, found, letter,
    pictures, regions, services, texts,
};
use crate::picture::Pyramid;
use crate::stages::decode::{Page, decode};
use crate::stages::looks;
use crate::stages::register::Registered;
use crate::stages::sheet;
use crate::stages::straighten::{box_px, size_px, whole_area};
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
pub(super) fn read(reader: &Reader, picture: &[u8], source: &PageSource) -> PageRead {
    let reading = unread(reader, source);
    match debug_span!("read.decode").in_scope(|| decode(picture, reader.settings.limits)) {
        Ok(page) => read_decoded(reader, &page, source, reading),
        Err(error) => without_pictures(reading, warnings::of_decode(&error)),
    }
}

/// A page that intake could not open.
pub(super) fn without_picture(reader: &Reader, source: &PageSource, warning: Warning) -> PageRead {
    without_pictures(unread(reader, source), warning)
}

fn read_decoded(
    reader: &Reader,
    page: &Page,
    source: &PageSource,
    mut reading: Reading,
) -> PageRead {
    let known = reader.known();
    let pyramid = Pyramid::new(&page.grey);
    let seen = identify(reader, &known, &pyramid, source);
    reading.warnings.extend(seen.warnings);
    if let Some(name) = seen.name {
        reading.serial = name.serial;
        if seen.no_leaflet.is_none() {
            reading.layout = Some(name.layout);
            reading.version = Some(name.version);
            reading.side = Some(name.side);
        }
    }
    match seen.found {
        Ok(Identified { side, registered }) => {
            let size = side.layout().page;
            let checked = debug_span!("read.check_sheet")
                .in_scope(|| sheet::check(&pyramid, &registered, size));
            reading.warnings.extend(checked);
            let laid = Laid {
                page,
                layout: side.layout(),
                side: side.side(),
                registered,
            };
            read_laid(reader, &laid, &known.print(&side), reading)
        }
        Err(warning) => {
            reading.no_leaflet = seen.no_leaflet;
            // What stopped the page comes first: it is what people are shown.
            reading.warnings.insert(0, warning);
            let pictures = match reading.no_leaflet {
                Some(NoLeaflet::Cover) => Vec::new(),
                Some(NoLeaflet::Blank) => found::pictures(page, &pyramid, &seen.evidence),
                None => of_unknown(reader, page, &pyramid, source, &seen.evidence, &mut reading),
            };
            let is_for_people = reading.no_leaflet.is_none();
            PageRead {
                pictures,
                boxes: Vec::new(),
                looks: is_for_people
                    .then(|| looks::of_page(&pyramid, source.dpi))
                    .flatten(),
                reading,
            }
        }
    }
}

/// What there is to see on a page that a person must look at.
fn of_unknown(
    reader: &Reader,
    page: &Page,
    pyramid: &Pyramid<'_>,
    source: &PageSource,
    evidence: &Evidence,
    reading: &mut Reading,
) -> Vec<Picture> {
    reading.warnings.extend(sheet::dirt(pyramid));
    let mut pictures = found::pictures(page, pyramid, evidence);
    if reading.layout.is_none() {
        pictures.extend(letter::add(reader, page, source, reading));
        danger::warn(reading);
    }
    pictures
}

/// Looks at every region, then lets the text engine read while the pictures are made.
fn read_laid(
    reader: &Reader,
    laid: &Laid<'_>,
    print: &SidePrint,
    mut reading: Reading,
) -> PageRead {
    describe(&mut reading, laid);
    let looked = regions::look(laid, print, &reader.settings.thresholds);
    let (texts, pictures) = std::thread::scope(|scope| {
        let texts = scope.spawn(|| texts::read(reader.engine.as_ref(), &looked.regions));
        let pictures = debug_span!("read.pictures").in_scope(|| pictures::make(laid, &looked));
        (texts.join().ok(), pictures)
    });
    let texts = texts.unwrap_or_default();
    let looks = looks::of_ink(&looked.ink);
    if let Some(error) = &texts.error {
        reading.warnings.push(warnings::text_not_read(error));
    }
    reading.margin = looked
        .margin
        .iter()
        .map(|area| on_picture(laid, area))
        .collect();
    if !reading.margin.is_empty() {
        reading
            .warnings
            .push(warnings::writing_in_margin(reading.margin.len()));
    }
    let directory = reader.directory();
    let mut boxes = Vec::new();
    for mut region in looked.regions {
        boxes.append(&mut region.boxes);
        reading.warnings.extend(region.warnings.iter().cloned());
        reading.regions.push(texts::reading(
            laid,
            region,
            &texts,
            &reader.denied,
            &directory,
        ));
    }
    drafts::judge(&mut reading.regions, reader.settings.draft_limit);
    danger::warn(&mut reading);
    debug_span!("read.services")
        .in_scope(|| services::resolve_page(&directory, &mut reading.regions));
    reading.status = Status::Read;
    PageRead {
        reading,
        pictures,
        boxes,
        looks,
    }
}

/// A box on paper in the straightened picture.
pub(super) fn on_picture(laid: &Laid<'_>, area: &BoxMm) -> BoxPx {
    box_px(area, laid.layout.page, STRAIGHTENED_DPI)
}

/// A reading of a page that nothing is known of.
fn unread(reader: &Reader, source: &PageSource) -> Reading {
    let (file, engine) = (source.file.clone(), reader.engine());
    Reading::blank(file, source.page_idx, Status::Quarantined, engine)
}

fn describe(reading: &mut Reading, laid: &Laid<'_>) {
    let registered = &laid.registered;
    reading.orientation_deg = Some(rounded(registered.orientation_deg, 100.0));
    reading.registration = Some(Registration {
        residual_mm: rounded(registered.residual_mm, 1000.0),
        marks_found: registered.n_found as u32,
        agreement: rounded(registered.agreement, 1000.0),
        by: registered.by,
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
    if registered.by == RecognisedBy::Print {
        reading.warnings.push(warnings::recognised_by_print());
    }
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

fn without_pictures(mut reading: Reading, warning: Warning) -> PageRead {
    reading.warnings.push(warning);
    PageRead {
        reading,
        pictures: Vec::new(),
        boxes: Vec::new(),
        looks: None,
    }
}
