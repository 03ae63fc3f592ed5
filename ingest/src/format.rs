//! Formats are recognised by their first bytes, never by the name.

use std::fmt;

use crate::fault::Fault;

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// TIFF, classic or big; one or many pages.
    Tiff,
    /// PDF; one or many pages.
    Pdf,
    /// Windows bitmap.
    Bmp,
    /// WebP.
    WebP,
}

impl Format {
    /// The media type, for example `image/png`.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Tiff => "image/tiff",
            Self::Pdf => "application/pdf",
            Self::Bmp => "image/bmp",
            Self::WebP => "image/webp",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Png => "PNG picture",
            Self::Jpeg => "JPEG picture",
            Self::Tiff => "TIFF file",
            Self::Pdf => "PDF",
            Self::Bmp => "BMP picture",
            Self::WebP => "WebP picture",
        })
    }
}

/// How far from the start a PDF may begin: readers allow mail headers and the like in front of it.
pub(crate) const PDF_HEADER_WITHIN_BYTES: usize = 1024;

/// Which format `bytes` are in, by their content alone.
pub(crate) fn recognise(bytes: &[u8]) -> Result<Format, Fault> {
    if bytes.is_empty() {
        return Err(Fault::Empty);
    }
    known(bytes).ok_or_else(|| what_else(bytes))
}

fn known(bytes: &[u8]) -> Option<Format> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some(Format::Png),
        [0xFF, 0xD8, 0xFF, ..] => Some(Format::Jpeg),
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Some(Format::Tiff),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some(Format::WebP),
        _ if is_bmp(bytes) => Some(Format::Bmp),
        _ if has_pdf_header(bytes) => Some(Format::Pdf),
        _ => None,
    }
}

/// "BM" alone would make a bitmap of any text that begins so; the size of the second header settles it.
fn is_bmp(bytes: &[u8]) -> bool {
    const HEADER_SIZES: [u8; 7] = [12, 40, 52, 56, 64, 108, 124];
    bytes.starts_with(b"BM")
        && bytes
            .get(14..18)
            .is_some_and(|size| HEADER_SIZES.contains(&size[0]) && size[1..] == [0, 0, 0])
}

fn has_pdf_header(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(PDF_HEADER_WITHIN_BYTES)];
    head.windows(5).any(|window| window == b"%PDF-")
}

fn what_else(bytes: &[u8]) -> Fault {
    match bytes {
        [b'G', b'I', b'F', b'8', ..] => Fault::OtherPicture {
            what: "a GIF picture",
        },
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Fault::OtherPicture {
            what: "a telephone's photograph or film (HEIC, AVIF, MP4)",
        },
        [0, 0, 0, 12, b'j', b'P', ..] => Fault::OtherPicture {
            what: "a JPEG 2000 picture",
        },
        [b'P', b'K', 3 | 5, 4 | 6, ..] => Fault::NotAPicture {
            what: "a ZIP archive or an office document",
        },
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Fault::NotAPicture {
            what: "an old office document",
        },
        [b'M', b'Z', ..] => Fault::NotAPicture { what: "a program" },
        _ if bytes.iter().all(|&byte| byte == 0) => Fault::OnlyZeros,
        _ if looks_like_text(bytes) => Fault::NotAPicture {
            what: "a text file",
        },
        _ => Fault::NotAPicture {
            what: "of a kind that Postbag does not know",
        },
    }
}

/// Whether the first 4 KiB hold no control characters but line ends and tabs.
fn looks_like_text(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    let control = |byte: u8| byte < 0x20 && !matches!(byte, b'\n' | b'\r' | b'\t' | 0x0C);
    !head.iter().any(|&byte| control(byte) || byte == 0x7F)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_content() {
        assert_eq!(recognise(b"\x89PNG\r\n\x1a\n"), Ok(Format::Png));
        assert_eq!(recognise(b"II*\0\x08\0\0\0"), Ok(Format::Tiff));
        assert_eq!(recognise(b"\n\n%PDF-1.4\n"), Ok(Format::Pdf));
    }

    #[test]
    fn a_text_that_begins_with_bm_is_a_text() {
        let fault = recognise(b"BMA House, Tavistock Square, London").unwrap_err();
        assert_eq!(
            fault,
            Fault::NotAPicture {
                what: "a text file"
            }
        );
    }

    #[test]
    fn nothing_and_zeros_are_told_apart() {
        assert_eq!(recognise(b""), Err(Fault::Empty));
        let zeros = recognise(&[0; 64]).unwrap_err();
        assert_eq!(zeros, Fault::OnlyZeros);
    }
}
