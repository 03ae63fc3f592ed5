//! What can be wrong with a file or a page, and the words in which the clerk is told.

use schemas::reading::{Warning, WarningCode};

use crate::format::Format;

/// Why a file or a page is no picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No bytes at all.
    Empty,
    /// Room for a file that was never written.
    OnlyZeros,
    /// Not a picture; `what` says what it is, with its article: "a text file".
    NotAPicture { what: &'static str },
    /// A picture of a kind that is not read here; `what` as above.
    OtherPicture { what: &'static str },
    /// A file of this format that cannot be read to its end.
    Damaged { format: Format },
    /// The file goes on after the last page that could be found.
    BreaksOff { format: Format, n_pages: usize },
    /// A form of the format that is not read here; `what` names it.
    Unsupported { format: Format, what: String },
    /// Too many bytes.
    FileTooLarge { size_bytes: u64, limit_bytes: u64 },
    /// Too many pixels.
    PageTooLarge { width_px: u32, height_px: u32 },
    /// Too many pages.
    TooManyPages { limit: u32 },
    /// Locked with a password.
    Encrypted,
    /// Decoding does not come to an end.
    TooSlow { limit_ms: u64 },
    /// Decoding takes more memory than it may have, or breaks the process that does it.
    TooCostly,
}

const SCAN_AGAIN: &str = "Find the sheet and scan it again, as PNG, JPEG, TIFF or PDF.";
const CHECK_AND_SCAN_AGAIN: &str =
    "Check that the disk of the scanner's PC is not full, then find the sheet and scan it again.";

impl Fault {
    /// The warning that the clerk sees. `name` is the file's name.
    pub(crate) fn warning(&self, name: Option<&str>) -> Warning {
        Warning {
            code: self.code(),
            cause: self.cause(name),
            next_action: self.next_action(),
        }
    }

    const fn code(&self) -> WarningCode {
        match self {
            Self::Empty => WarningCode::EmptyFile,
            Self::NotAPicture { .. } | Self::OtherPicture { .. } | Self::Unsupported { .. } => {
                WarningCode::UnknownFormat
            }
            Self::OnlyZeros
            | Self::Damaged { .. }
            | Self::BreaksOff { .. }
            | Self::TooSlow { .. } => WarningCode::DamagedFile,
            Self::FileTooLarge { .. }
            | Self::PageTooLarge { .. }
            | Self::TooManyPages { .. }
            | Self::TooCostly => WarningCode::TooLarge,
            Self::Encrypted => WarningCode::Encrypted,
        }
    }

    fn cause(&self, name: Option<&str>) -> String {
        match self {
            Self::Empty => {
                "The file is empty: the scanner made it but wrote nothing into it.".into()
            }
            Self::OnlyZeros => {
                "The file holds nothing but zeros: copying it was interrupted.".into()
            }
            Self::NotAPicture { what } => {
                format!("The file is {what}, not a picture{}.", although_named(name))
            }
            Self::OtherPicture { what } => {
                format!(
                    "The file is {what}, which Postbag does not read{}.",
                    although_named(name)
                )
            }
            Self::Damaged { format } => {
                format!("The {format} is damaged or cut off: it cannot be read to its end.")
            }
            Self::BreaksOff { format, n_pages } => format!(
                "The {format} breaks off: {n_pages} of its pages were found, and more may be missing."
            ),
            Self::Unsupported { format, what } => {
                format!("The {format} is of a kind that Postbag does not read: {what}.")
            }
            Self::FileTooLarge {
                size_bytes,
                limit_bytes,
            } => format!(
                "The file has {} MB; at most {} MB are taken.",
                size_bytes >> 20,
                limit_bytes >> 20
            ),
            Self::PageTooLarge {
                width_px,
                height_px,
            } => format!(
                "The picture claims to be {width_px} × {height_px} pixels, far more than any scan of a leaflet."
            ),
            Self::TooManyPages { limit } => {
                format!("The file has more than {limit} pages; those behind were not taken.")
            }
            Self::Encrypted => "The PDF is locked with a password.".into(),
            Self::TooSlow { limit_ms } => format!(
                "The page took longer than {} seconds to decode; it and the pages behind it were not taken.",
                limit_ms / 1000
            ),
            Self::TooCostly => "The page takes far more memory to open than any scan of a leaflet, or breaks what opens it; \
                it and the pages behind it were not taken."
                .into(),
        }
    }

    fn next_action(&self) -> String {
        match self {
            Self::NotAPicture { .. } => {
                "If a sheet belongs to it, find the sheet and scan it; otherwise discard this entry."
            }
            Self::OtherPicture { .. } | Self::Unsupported { .. } => SCAN_AGAIN,
            Self::Empty | Self::OnlyZeros | Self::Damaged { .. } | Self::TooSlow { .. } => CHECK_AND_SCAN_AGAIN,
            Self::BreaksOff { .. } => {
                "Count the sheets of this file, and scan those again that are missing."
            }
            Self::FileTooLarge { .. } | Self::TooManyPages { .. } => {
                "Scan the pile again in smaller parts."
            }
            Self::PageTooLarge { .. } => {
                "Scan the sheet again at 300 dots per inch, on paper of A3 or less."
            }
            Self::Encrypted => "Save the PDF without a password, or scan the sheets again.",
            Self::TooCostly => {
                "Find the sheet and scan it again. If there is no sheet, print the file and scan what was printed."
            }
        }
        .to_owned()
    }
}

/// The half sentence about a name that says picture where there is none.
fn although_named(name: Option<&str>) -> String {
    const PICTURES: &[&str] = &["png", "jpg", "jpeg", "tif", "tiff", "pdf", "bmp", "webp"];
    let extension = name
        .and_then(|name| name.rsplit_once('.'))
        .map(|(_, extension)| extension.to_ascii_lowercase())
        .filter(|extension| PICTURES.contains(&extension.as_str()));
    extension.map_or_else(String::new, |extension| {
        format!(", although it is named .{extension}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_file_named_png_is_called_what_it_is() {
        let fault = Fault::NotAPicture {
            what: "a text file",
        };
        assert_eq!(
            fault.warning(Some("Scan 7.PNG")).cause,
            "The file is a text file, not a picture, although it is named .png."
        );
        assert_eq!(
            fault.warning(Some("notes.txt")).cause,
            "The file is a text file, not a picture."
        );
    }
}
