use image::{DynamicImage, ImageFormat};
use ingest::open::{self, OpenedPage};
use ingest::{FileBytes, Limits};
use schemas::reading::{Warning, WarningCode};
use tiff::encoder::{Compression, DeflateLevel, TiffEncoder, colortype};

use crate::files::{TiffPage, Value, coloured, encoded, grey, tiff};

fn pages(file: impl Into<FileBytes>) -> Vec<Result<OpenedPage, Warning>> {
    open::pages(file, &Limits::default()).unwrap().collect()
}

fn picture(page: &Result<OpenedPage, Warning>) -> DynamicImage {
    image::load_from_memory(&page.as_ref().unwrap().picture).unwrap()
}

/// A page of grey pixels, uncompressed.
fn grey_page(width: u32, height: u32) -> TiffPage {
    TiffPage::new((width, height), &[8], 1, 1, grey(width, height).into_raw())
}

#[test]
fn every_compression_gives_the_same_pixels() {
    let compressions = [
        Compression::Uncompressed,
        Compression::Lzw,
        Compression::Deflate(DeflateLevel::Fast),
        Compression::Packbits,
    ];
    for compression in compressions {
        let mut file = std::io::Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut file)
            .unwrap()
            .with_compression(compression);
        encoder
            .write_image::<colortype::RGB8>(40, 30, coloured(40, 30).as_raw())
            .unwrap();
        encoder
            .write_image::<colortype::Gray8>(20, 50, grey(20, 50).as_raw())
            .unwrap();
        let pages = pages(file.into_inner());
        assert_eq!(picture(&pages[0]).into_rgb8(), coloured(40, 30));
        assert_eq!(picture(&pages[1]), DynamicImage::from(grey(20, 50)));
    }
}

#[test]
fn a_big_tiff_is_read() {
    let mut file = std::io::Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new_big(&mut file).unwrap();
    for _ in 0..3 {
        encoder
            .write_image::<colortype::Gray8>(20, 50, grey(20, 50).as_raw())
            .unwrap();
    }
    let pages = pages(file.into_inner());
    assert_eq!(pages.len(), 3);
    assert_eq!(picture(&pages[2]), DynamicImage::from(grey(20, 50)));
}

#[test]
fn grey_of_sixteen_bits_keeps_its_high_byte() {
    let mut file = std::io::Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut file).unwrap();
    encoder
        .write_image::<colortype::Gray16>(2, 1, &[0x1234, 0xFF00])
        .unwrap();
    assert_eq!(
        picture(&pages(file.into_inner())[0])
            .into_luma8()
            .into_raw(),
        [0x12, 0xFF]
    );
}

fn is_black(x: u16, y: u16) -> bool {
    (x / 4 + y).is_multiple_of(3)
}

/// Fax of group 4.
fn fax_page() -> TiffPage {
    let (width, height) = (64_u16, 10_u16);
    let mut encoder = fax::encoder::Encoder::new(fax::VecWriter::new());
    for y in 0..height {
        let colour = |x| {
            if is_black(x, y) {
                fax::Color::Black
            } else {
                fax::Color::White
            }
        };
        encoder.encode_line((0..width).map(colour), width).unwrap();
    }
    let data = encoder.finish().unwrap().finish();
    let white_is_zero = 0;
    TiffPage::new((width.into(), height.into()), &[1], 4, white_is_zero, data)
}

#[test]
fn fax_whose_bits_are_stored_backwards_is_read() {
    let mut page = fax_page().with(266, Value::Short(vec![2]));
    for byte in &mut page.data {
        *byte = byte.reverse_bits();
    }
    let pages = pages(tiff(&[fax_page(), page]));
    assert_eq!(picture(&pages[1]), picture(&pages[0]));
}

#[test]
fn a_fax_strip_may_say_that_it_is_longer_than_the_page() {
    let page = fax_page().with(278, Value::Long(100_000));
    let pages = pages(tiff(&[fax_page(), page]));
    assert_eq!(picture(&pages[1]), picture(&pages[0]));
}

#[test]
fn fax_that_is_cut_off_is_damaged() {
    let mut page = fax_page();
    page.data.truncate(page.data.len() / 2);
    let warning = pages(tiff(&[page])).remove(0).unwrap_err();
    assert_eq!(warning.code, WarningCode::DamagedFile);
}

/// Bits as they are written down.
fn bits(written: &str) -> Vec<u8> {
    let bits: Vec<u8> = written.bytes().filter(|bit| *bit != b' ').collect();
    let byte = |part: &[u8]| {
        let set = |byte, (i, bit): (usize, &u8)| byte | (bit - b'0') << (7 - i);
        part.iter().enumerate().fold(0, set)
    };
    bits.chunks(8).map(byte).collect()
}

/// Two white, two black, four white pixels a row.
#[test]
fn fax_of_group_3_is_read_with_line_ends_and_without() {
    let row = "0111 11 1011";
    let end = "000000000001";
    let page = |compression, data| TiffPage::new((8, 2), &[1], compression, 0, data);
    let without = page(2, bits(&format!("{row}000000{row}000000")));
    let with = page(3, bits(&format!("{end}{row}{end}{row}")));
    for page in pages(tiff(&[without, with])) {
        let grey = picture(&page).into_luma8().into_raw();
        assert_eq!(grey, [255, 255, 0, 0, 255, 255, 255, 255].repeat(2));
    }
}

#[test]
fn a_page_that_is_mirrored_is_mirrored_back() {
    let page = grey_page(20, 50).with(274, Value::Short(vec![2]));
    let expected = image::imageops::flip_horizontal(&grey(20, 50));
    assert_eq!(picture(&pages(tiff(&[page]))[0]).into_luma8(), expected);
}

#[test]
fn a_fax_page_keeps_its_bits() {
    let pages = pages(tiff(&[fax_page()]));
    let grey = picture(&pages[0]).into_luma8();
    let header = png::Decoder::new(std::io::Cursor::new(
        &pages[0].as_ref().unwrap().picture[..],
    ))
    .read_info()
    .unwrap()
    .info()
    .bit_depth;
    assert_eq!(header, png::BitDepth::One);
    for (x, y, pixel) in grey.enumerate_pixels() {
        let black = is_black(x.try_into().unwrap(), y.try_into().unwrap());
        assert_eq!(pixel.0[0], if black { 0 } else { 255 }, "at {x}, {y}");
    }
}

#[test]
fn a_palette_gives_its_colours() {
    let mut map = vec![0_u16; 3 * 256];
    map[7] = 0xFFFF;
    map[256 + 9] = 0x8000;
    let page = TiffPage::new((2, 1), &[8], 1, 3, vec![7, 9]).with(320, Value::Short(map));
    let rgb = picture(&pages(tiff(&[page]))[0]).into_rgb8();
    assert_eq!(rgb.into_raw(), [255, 0, 0, 0, 128, 0]);
}

#[test]
fn a_jpeg_inside_a_tiff_is_read() {
    let jpeg = encoded(grey(64, 48), ImageFormat::Jpeg);
    let expected = image::load_from_memory(&jpeg).unwrap().into_luma8();
    let page = TiffPage::new((64, 48), &[8], 7, 1, jpeg);
    assert_eq!(picture(&pages(tiff(&[page]))[0]).into_luma8(), expected);
}

#[test]
fn inks_on_paper_become_light() {
    let page = TiffPage::new(
        (2, 1),
        &[8, 8, 8, 8],
        1,
        5,
        vec![0, 0, 0, 0, 0, 255, 255, 0],
    );
    assert_eq!(
        picture(&pages(tiff(&[page]))[0]).into_rgb8().into_raw(),
        [255, 255, 255, 255, 0, 0]
    );
}

#[test]
fn the_resolution_is_taken_from_the_tags_when_it_can_be_true() {
    let good = TiffPage::new((1240, 1754), &[8], 1, 1, vec![255; 1240 * 1754]).with_dpi(150);
    let absurd = good.clone().with_dpi(1);
    let dpi: Vec<_> = pages(tiff(&[good, absurd]))
        .into_iter()
        .map(|page| page.unwrap().dpi)
        .collect();
    assert_eq!(dpi, [Some(150.0), None]);
}

#[test]
fn a_broken_page_in_the_middle_costs_only_itself() {
    let broken = TiffPage::new((40, 30), &[8], 5, 1, vec![0xFF; 9]);
    let strange = TiffPage::new((40, 30), &[8], 34_712, 1, vec![1; 9]);
    let pages = pages(tiff(&[
        strange,
        grey_page(20, 50),
        broken,
        grey_page(20, 50),
    ]));
    let codes: Vec<_> = pages
        .iter()
        .map(|page| page.as_ref().err().map(|warning| warning.code))
        .collect();
    assert_eq!(
        codes,
        [
            Some(WarningCode::UnknownFormat),
            None,
            Some(WarningCode::DamagedFile),
            None
        ]
    );
    assert_eq!(picture(&pages[3]).into_luma8(), grey(20, 50));
}

#[test]
fn a_preview_is_not_a_sheet() {
    let preview = grey_page(5, 5).with(254, Value::Long(1));
    assert_eq!(pages(tiff(&[grey_page(20, 50), preview])).len(), 1);
}

#[test]
fn a_file_that_breaks_off_gives_its_pages_and_says_that_more_may_be_missing() {
    let mut file = tiff(&[grey_page(20, 50), grey_page(20, 50)]);
    file.truncate(file.len() - 20);
    let pages = pages(file);
    assert_eq!(pages.len(), 2);
    assert!(pages[0].is_ok());
    let warning = pages[1].as_ref().unwrap_err();
    assert_eq!(warning.code, WarningCode::DamagedFile);
    assert!(warning.next_action.contains("Count the sheets"));
}

#[test]
fn a_page_that_claims_to_be_huge_is_refused_alone() {
    let huge = TiffPage::new((60_000, 60_000), &[8], 1, 1, vec![0; 9]);
    let pages = pages(tiff(&[huge, grey_page(20, 50)]));
    assert_eq!(pages[0].as_ref().unwrap_err().code, WarningCode::TooLarge);
    assert!(pages[1].is_ok());
}

#[test]
fn pages_beyond_the_limit_are_said_not_to_be_taken() {
    let limits = Limits {
        file_pages: 2,
        ..Limits::default()
    };
    let file = tiff(&vec![grey_page(4, 4); 5]);
    let pages: Vec<_> = open::pages(file, &limits).unwrap().collect();
    assert_eq!(pages.len(), 3);
    assert_eq!(pages[2].as_ref().unwrap_err().code, WarningCode::TooLarge);
}
