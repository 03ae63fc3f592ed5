//! What the pictures in a PDF claim to be, looked at before anything is drawn.
//!
//! The drawing library asks for as much memory as a picture's width and height say, whatever is behind them; a program
//! that does not get its memory ends. All pictures of the file are looked at, because a page reaches them in many ways
//! (forms, masks, patterns, letters), and because a page cannot be drawn without some of them.

use hayro::hayro_syntax::content::TypedIter;
use hayro::hayro_syntax::content::ops::TypedInstruction;
use hayro::hayro_syntax::object::{Dict, Number, Object, Stream};
use hayro::hayro_syntax::{Filter, Pdf};

use super::super::jpeg;
use super::{DAMAGED, jbig2};
use crate::fault::Fault;
use crate::limits::Limits;

/// Colour.
const BYTES_PER_PX: u64 = 3;
/// The columns of a fax that states none (ISO 32000-1, table 11).
const FAX_COLUMNS: u32 = 1728;
/// The beginning of a JPEG 2000 codestream and of its size (ITU-T T.800, A.4.1 and A.5.1).
const JPX_START: [u8; 4] = [0xFF, 0x4F, 0xFF, 0x51];

/// Refuses a PDF with a picture that is larger than a page may be.
pub(super) fn check(pdf: &Pdf, limits: &Limits) -> Result<(), Fault> {
    for object in pdf.objects() {
        if let Object::Stream(stream) = object {
            check_picture(&stream, limits)?;
            if may_be_content(stream.dict()) {
                check_inline_pictures(&stream, limits)?;
            }
        }
    }
    Ok(())
}

fn check_picture(stream: &Stream<'_>, limits: &Limits) -> Result<(), Fault> {
    let dict = stream.dict();
    let (width, height) = (
        largest(dict, ["Width", "W"]),
        largest(dict, ["Height", "H"]),
    );
    let is_fax = stream.filters().contains(&Filter::CcittFaxDecode);
    let columns = parameters(dict)
        .map(|one| largest(&one, ["Columns", "Columns"]))
        .fold(if is_fax { FAX_COLUMNS } else { 0 }, u32::max);
    let coded = coded_sizes(stream)?;
    let sizes = [(width, height), (columns, height.max(1))];
    match sizes
        .into_iter()
        .chain(coded)
        .find(|(w, h)| !limits.allow_page(*w, *h, BYTES_PER_PX))
    {
        Some((width_px, height_px)) => Err(Fault::PageTooLarge {
            width_px,
            height_px,
        }),
        None => Ok(()),
    }
}

/// The larger of the numbers with these names.
fn largest(dict: &Dict<'_>, keys: [&str; 2]) -> u32 {
    #[expect(
        clippy::cast_sign_loss,
        reason = "what is out of range becomes the nearest number in it"
    )]
    let whole = |number: Number| number.as_f64() as u32;
    let numbers = keys.iter().filter_map(|key| dict.get::<Number>(key));
    numbers.map(whole).fold(0, u32::max)
}

fn parameters<'a>(dict: &Dict<'a>) -> impl Iterator<Item = Dict<'a>> + use<'a> {
    let found = ["DecodeParms", "DP"].map(|key| dict.get::<Object<'_>>(key));
    found.into_iter().flatten().flat_map(|object| match object {
        Object::Dict(one) => vec![one],
        Object::Array(many) => many.iter::<Dict<'_>>().collect(),
        _ => Vec::new(),
    })
}

/// The sizes that the data itself states, for forms that take them from there.
fn coded_sizes(stream: &Stream<'_>) -> Result<Vec<(u32, u32)>, Fault> {
    let filters = stream.filters();
    let is_coded = |filter: &Filter| matches!(filter, Filter::JpxDecode | Filter::Jbig2Decode);
    match filters[..] {
        // The library corrects the first frame by the picture's width and height.
        [Filter::DctDecode] => Ok(jpeg::frames(&stream.raw_data()).skip(1).collect()),
        [Filter::JpxDecode] => Ok(jpx_sizes(&stream.raw_data())),
        [Filter::Jbig2Decode] => jbig2::sizes(&stream.raw_data()).ok_or(DAMAGED),
        _ if filters.iter().any(is_coded) => Err(Fault::Unsupported {
            format: super::FORMAT,
            what: "a picture in it is packed twice".to_owned(),
        }),
        _ => Ok(Vec::new()),
    }
}

fn jpx_sizes(data: &[u8]) -> Vec<(u32, u32)> {
    let number = |bytes: &[u8]| {
        bytes
            .iter()
            .fold(0, |sum: u32, byte| sum << 8 | u32::from(*byte))
    };
    let starts = data
        .windows(16)
        .filter(|window| window.starts_with(&JPX_START));
    starts
        .map(|window| (number(&window[8..12]), number(&window[12..16])))
        .collect()
}

/// Whether it may hold instructions: it is not known to be something else.
fn may_be_content(dict: &Dict<'_>) -> bool {
    const OTHERS: [&str; 6] = [
        "Width",
        "Length1",
        "Length2",
        "N",
        "FunctionType",
        "ShadingType",
    ];
    OTHERS.iter().all(|key| !dict.contains_key(key))
}

/// Pictures between instructions: `BI … ID … EI`.
fn check_inline_pictures(stream: &Stream<'_>, limits: &Limits) -> Result<(), Fault> {
    let Ok(data) = stream.decoded_data() else {
        return Ok(());
    };
    if !data.windows(2).any(|pair| pair == b"BI") {
        return Ok(());
    }
    let mut instructions = TypedIter::new(&data);
    while let Some(instruction) = instructions.next() {
        if let TypedInstruction::InlineImage(picture) = instruction {
            check_picture(picture.0, limits)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PDF whose only object beside the catalogue is a stream.
    fn checked(dict: &str, data: &[u8]) -> Result<(), Fault> {
        let head = format!(
            "%PDF-1.5\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n\
             2 0 obj <</Type/Pages/Count 1/Kids[3 0 R]>> endobj\n\
             3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>> endobj\n\
             4 0 obj <<{dict}/Length {}>> stream\n",
            data.len()
        );
        let tail = b"\nendstream endobj\ntrailer <</Root 1 0 R>>\n%%EOF";
        let file = [head.as_bytes(), data, tail].concat();
        check(&Pdf::new(file).unwrap(), &Limits::default())
    }

    fn is_too_large(checked: &Result<(), Fault>) -> bool {
        matches!(checked, Err(Fault::PageTooLarge { .. }))
    }

    #[test]
    fn a_picture_as_large_as_a_scan_is_drawn_and_a_larger_one_is_not() {
        assert_eq!(checked("/Width 7016/Height 9921", b"-"), Ok(()));
        for size in ["/Width 34862/Height 4332", "/Width 99999999999/Height 1"] {
            assert!(is_too_large(&checked(size, b"-")), "{size}");
        }
    }

    #[test]
    fn a_fax_has_as_many_columns_as_it_says_or_1728() {
        let fax = "/Filter/CCITTFaxDecode/Width 1";
        let wide = format!("{fax}/Height 100/DecodeParms<</Columns 9999999>>");
        assert!(is_too_large(&checked(&wide, b"-")));
        let high = format!("{fax}/Height 9999999");
        assert!(is_too_large(&checked(&high, b"-")));
    }

    #[test]
    fn what_the_data_says_counts_too() {
        let jpx = [&JPX_START[..], &[0, 41, 0, 0], &[0, 1, 0, 0], &[0, 1, 0, 0]].concat();
        assert!(is_too_large(&checked(
            "/Filter/JPXDecode/Width 9/Height 9",
            &jpx
        )));
        let jbig2 = [
            0, 0, 0, 0, 48, 0, 1, 0, 0, 0, 8, 0, 0, 255, 255, 0, 0, 255, 255,
        ];
        let dict = "/Filter/JBIG2Decode/Width 9/Height 9";
        assert!(is_too_large(&checked(dict, &jbig2)));
    }

    #[test]
    fn pictures_between_instructions_are_found() {
        let picture = |size: &str| format!("q BI {size} /BPC 1 /CS /G ID - EI Q");
        assert_eq!(checked("", picture("/W 9 /H 9").as_bytes()), Ok(()));
        let large = checked("", picture("/W 999999 /H 999999").as_bytes());
        assert!(is_too_large(&large));
    }
}
