//! What the data in a PDF unpacks to, counted before anything is kept.
//!
//! The drawing library unpacks a stream to its end, however long that is. The lists of objects are such streams and are
//! unpacked while the file is opened, so that this looks at the bytes of the file and not at its objects.

use std::io::Read;

use flate2::read::ZlibDecoder;
use memchr::memmem;

use crate::fault::Fault;
use crate::limits::Limits;

use super::{DAMAGED, FORMAT};

const STREAM: &[u8] = b"stream";
/// No stream of Deflate data becomes longer than this many times its length (RFC 1951: 258 bytes in two bits).
const MOST_TIMES: usize = 1032;
/// Where the dictionary of a stream is looked for.
const DICT_WITHIN_BYTES: usize = 4096;

/// Refuses a PDF in which a stream is longer unpacked than a page may be, or in which the rows of one are.
/// Calls `working` after each stream that took a while.
pub(super) fn check(file: &[u8], limits: &Limits, mut working: impl FnMut()) -> Result<(), Fault> {
    let most_bytes = most_bytes(limits);
    let mut starts = starts(file).peekable();
    while let Some(start) = starts.next() {
        let dict = dict(file, start);
        check_columns(&dict, most_bytes)?;
        let end = starts.peek().copied().unwrap_or(file.len());
        let data = data(&file[start..end]);
        let most = (data.len() as u64).saturating_mul(MOST_TIMES as u64);
        let is_twice = is_packed_twice(&dict);
        if is_twice && most.saturating_mul(MOST_TIMES as u64) > most_bytes {
            return Err(Fault::Unsupported {
                format: FORMAT,
                what: "what is in it is packed twice".to_owned(),
            });
        }
        if most > most_bytes {
            if is_longer(data, most_bytes) {
                return Err(DAMAGED);
            }
            working();
        }
    }
    Ok(())
}

/// What the largest page unpacks to: four inks a pixel, and a byte a row that says how it was packed.
fn most_bytes(limits: &Limits) -> u64 {
    let four_inks = limits.page_px.saturating_mul(4) + limits.page_px / 16;
    limits.page_decoded_bytes.max(four_inks)
}

/// Where the data of streams begins, with the line end before it.
fn starts(file: &[u8]) -> impl Iterator<Item = usize> {
    let is_start = |at: &usize| !file[..*at].ends_with(b"end");
    memmem::find_iter(file, STREAM)
        .filter(is_start)
        .map(|at| at + STREAM.len())
}

fn data(after: &[u8]) -> &[u8] {
    let after = after.strip_prefix(b"\r").unwrap_or(after);
    after.strip_prefix(b"\n").unwrap_or(after)
}

/// What stands between the beginning of the object and `start`, names without their disguise (`#46` for `F`).
fn dict(file: &[u8], start: usize) -> Vec<u8> {
    let before = &file[start.saturating_sub(DICT_WITHIN_BYTES)..start];
    let from = before
        .windows(3)
        .rposition(|word| word == b"obj")
        .unwrap_or(0);
    let mut dict = Vec::with_capacity(before.len() - from);
    let mut rest = &before[from..];
    while let [byte, tail @ ..] = rest {
        let code = (*byte == b'#').then(|| tail.get(..2)).flatten();
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        let letter = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        dict.push(letter.unwrap_or(*byte));
        rest = if letter.is_some() { &tail[2..] } else { tail };
    }
    dict
}

/// A row is room for `Columns` values, whether there is data for it or not.
fn check_columns(dict: &[u8], most_bytes: u64) -> Result<(), Fault> {
    const NAME: &[u8] = b"/Columns";
    for at in 0..dict.len() {
        let Some(value) = dict[at..].strip_prefix(NAME) else {
            continue;
        };
        let digits: String = value
            .iter()
            .map(|byte| char::from(*byte))
            .skip_while(|letter| letter.is_ascii_whitespace() || *letter == '+')
            .take_while(char::is_ascii_digit)
            .collect();
        // A number elsewhere or an odd one is no row of a scan either, but may be one of another program.
        let columns = digits
            .parse()
            .unwrap_or(if digits.is_empty() { 0 } else { u64::MAX });
        if columns > most_bytes / 64 {
            return Err(DAMAGED);
        }
    }
    Ok(())
}

fn is_packed_twice(dict: &[u8]) -> bool {
    const PACKERS: [&[u8]; 6] = [
        b"/FlateDecode",
        b"/Fl",
        b"/LZWDecode",
        b"/LZW",
        b"/RunLengthDecode",
        b"/RL",
    ];
    let is_packer = |at: usize| {
        PACKERS.iter().any(|name| {
            let after = dict[at..].strip_prefix(*name);
            after.is_some_and(|after| !after.first().is_some_and(u8::is_ascii_alphanumeric))
        })
    };
    (0..dict.len()).filter(|at| is_packer(*at)).count() > 1
}

fn is_longer(data: &[u8], most_bytes: u64) -> bool {
    let mut unpacked = ZlibDecoder::new(data).take(most_bytes + 1);
    let mut part = vec![0; 1 << 16];
    let mut n_bytes = 0;
    while let Ok(n @ 1..) = unpacked.read(&mut part) {
        n_bytes += n as u64;
    }
    n_bytes > most_bytes
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn limits() -> Limits {
        Limits {
            page_decoded_bytes: 1 << 20,
            page_px: 1,
            ..Limits::default()
        }
    }

    fn object(dict: &str, data: &[u8]) -> Vec<u8> {
        let head = format!("1 0 obj <<{dict}>> stream\r\n");
        [head.as_bytes(), data, b"\nendstream endobj"].concat()
    }

    fn packed(n_zeros: usize) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&vec![0; n_zeros]).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_stream_that_becomes_too_long_is_refused() {
        let dict = "/Filter /FlateDecode";
        assert_eq!(
            check(&object(dict, &packed(1 << 20)), &limits(), || ()),
            Ok(())
        );
        let bomb = object(dict, &packed((1 << 20) + 1));
        assert_eq!(check(&bomb, &limits(), || ()), Err(DAMAGED));
        let second = [object("", b"-"), bomb].concat();
        assert_eq!(check(&second, &limits(), || ()), Err(DAMAGED));
    }

    #[test]
    fn the_largest_page_in_four_inks_is_no_bomb() {
        let usual = most_bytes(&Limits::default());
        assert!(usual > 4 * 7_750 * 10_963 && usual < 450_000_000);
    }

    #[test]
    fn what_is_packed_twice_is_refused_also_in_disguise() {
        for filters in [
            "/FlateDecode /FlateDecode",
            "/Fl/LZW",
            "/#46lateDecode /Fl#61teDecode",
        ] {
            let file = object(&format!("/Filter [{filters}]"), &[0; 100]);
            assert!(
                matches!(
                    check(&file, &limits(), || ()),
                    Err(Fault::Unsupported { .. })
                ),
                "{filters}"
            );
        }
        let jpeg = object("/Filter [/FlateDecode /DCTDecode]", &[0; 100]);
        assert_eq!(check(&jpeg, &limits(), || ()), Ok(()));
    }

    #[test]
    fn rows_that_no_memory_holds_are_refused() {
        for (columns, is_fine) in [
            ("5", true),
            ("99999999999", false),
            ("99999999999999999999999", false),
        ] {
            let file = object(&format!("/DecodeParms <</Columns {columns}>>"), b"-");
            assert_eq!(check(&file, &limits(), || ()).is_ok(), is_fine, "{columns}");
        }
    }
}
