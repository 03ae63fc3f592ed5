//! Each stage of reading and the whole page, on committed samples: `cargo bench -p tests --bench stages`.

use divan::{Bencher, black_box};
use image::GrayImage;
use ocr_worker::engine::NoText;
use ocr_worker::picture::Pyramid;
use ocr_worker::stages::code::{FoundCode, decoders, find};
use ocr_worker::stages::decode::{DecodeLimits, Page, decode};
use ocr_worker::stages::ink::extract;
use ocr_worker::stages::print::{Hidden, Print};
use ocr_worker::stages::reference::Reference;
use ocr_worker::stages::register::{Registered, Sheet, register};
use ocr_worker::stages::straighten::{view, whole, whole_area};
use ocr_worker::{PageSource, Reader, ReaderSettings};
use schemas::layout::{Layout, Side, builtin};
use schemas::payload::DEFAULT_PREFIX;

/// A4, 300 dpi, grey, PNG.
const PAGE: &[u8] = include_bytes!("../../samples/leaflets/01-ordinary.png");
/// A4, 300 dpi, colour, JPEG.
const COLOUR_PAGE: &[u8] = include_bytes!("../../samples/leaflets/02-colour.jpg");
const FILES: [&str; 2] = ["01-ordinary.png", "02-colour.jpg"];

fn bytes_of(file: &str) -> &'static [u8] {
    if file == FILES[0] { PAGE } else { COLOUR_PAGE }
}

/// The resolution at which ink is looked at.
const INK_DPI: f64 = ocr_worker::reader::INK_DPI;

fn main() {
    divan::main();
}

/// A page as far as the stage before needs it.
struct Prepared {
    page: Page,
    layout: Layout,
    code: FoundCode,
    reference: Reference,
    registered: Registered,
}

fn prepare() -> Prepared {
    let page = decode(PAGE, DecodeLimits::default()).expect("the sample is a picture");
    let layout = builtin().remove(0);
    let code = find_code(&page.grey);
    let blank = artwork::blank(&layout, &layout.sides[0], INK_DPI).expect("it can be drawn");
    let reference = Reference::of(&blank, INK_DPI, &layout.sides[0], layout.page);
    let sheet = Sheet {
        page: &Pyramid::new(&page.grey),
        side: &layout.sides[0],
        reference: &reference,
    };
    let registered = register(&sheet, &code).expect("the sample lies on its layout");
    Prepared {
        page,
        layout,
        code,
        reference,
        registered,
    }
}

fn find_code(grey: &GrayImage) -> FoundCode {
    let search = find(&Pyramid::new(grey), &decoders(), DEFAULT_PREFIX);
    search.ours.expect("the sample has a code").1
}

impl Prepared {
    fn side(&self) -> &Side {
        &self.layout.sides[0]
    }
}

#[divan::bench(args = FILES)]
fn open_file(file: &str) -> usize {
    let pages = ingest::open::pages(bytes_of(file).to_vec(), &ingest::Limits::default());
    pages.expect("the sample opens").count()
}

#[divan::bench(args = FILES)]
fn decode_picture(file: &str) -> Page {
    decode(black_box(bytes_of(file)), DecodeLimits::default()).expect("the sample is a picture")
}

#[divan::bench]
fn find_the_code(bencher: Bencher<'_, '_>) {
    let prepared = prepare();
    bencher.bench_local(|| find_code(black_box(&prepared.page.grey)));
}

#[divan::bench]
fn register_the_page(bencher: Bencher<'_, '_>) {
    let prepared = prepare();
    bencher.bench_local(|| {
        let pyramid = Pyramid::new(black_box(&prepared.page.grey));
        let sheet = Sheet {
            page: &pyramid,
            side: prepared.side(),
            reference: &prepared.reference,
        };
        register(&sheet, &prepared.code)
    });
}

#[divan::bench]
fn straighten_the_page(bencher: Bencher<'_, '_>) {
    let prepared = prepare();
    bencher.bench_local(|| {
        whole(
            black_box(&prepared.page),
            &prepared.registered,
            prepared.layout.page,
            ocr_worker::reader::STRAIGHTENED_DPI,
        )
    });
}

#[divan::bench]
fn take_the_ink_of_the_page(bencher: Bencher<'_, '_>) {
    let prepared = prepare();
    let (layout, side) = (&prepared.layout, prepared.side());
    let area = whole_area(layout.page);
    let blank = artwork::blank(layout, side, INK_DPI).expect("it can be drawn");
    let print = Print::new(
        &blank,
        blank.dimensions(),
        INK_DPI,
        &Hidden::of(layout, side),
    );
    bencher.bench_local(|| {
        let page = black_box(&prepared.page);
        extract(&view(page, &prepared.registered, area, INK_DPI), &print)
    });
}

#[divan::bench(sample_count = 10)]
fn draw_the_blank(bencher: Bencher<'_, '_>) {
    let layout = builtin().remove(0);
    bencher.bench_local(|| artwork::blank(&layout, &layout.sides[0], INK_DPI));
}

#[divan::bench(args = FILES, sample_count = 20)]
fn whole_page_without_text(bencher: Bencher<'_, '_>, file: &str) {
    let reader = Reader::with_engine(builtin(), ReaderSettings::default(), Box::new(NoText))
        .expect("the layouts are sound");
    bencher.bench_local(|| reader.read(black_box(bytes_of(file)), &PageSource::default()));
}

#[divan::bench(args = FILES, sample_count = 10)]
fn whole_page(bencher: Bencher<'_, '_>, file: &str) {
    let reader = Reader::new(builtin(), ReaderSettings::default()).expect("the layouts are sound");
    bencher.bench_local(|| reader.read(black_box(bytes_of(file)), &PageSource::default()));
}
