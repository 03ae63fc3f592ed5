//! The words of every warning: what happened and what to do next, for the people of a mail room.

use schemas::layout::{Layout, Side};
use schemas::payload::CodePayload;
use schemas::placement::Placement;
use schemas::reading::{Warning, WarningCode};

use crate::engine::EngineError;
use crate::stages::decode::DecodeError;
use crate::stages::register::RegisterError;
use crate::thresholds::Unclear;

pub(crate) fn maybe_danger(phrases: &[String]) -> Warning {
    let named: Vec<String> = phrases.iter().map(|phrase| format!("“{phrase}”")).collect();
    new(
        WarningCode::MaybeDanger,
        format!(
            "Words on this sheet may say that somebody is in danger: {}.",
            named.join(", ")
        ),
        "Read it now. If somebody may be in danger, tell a senior moderator at once; the story is flagged for them.",
    )
}

pub(crate) fn of_decode(error: &DecodeError) -> Warning {
    match error {
        DecodeError::Empty => new(
            WarningCode::EmptyFile,
            "The picture of this page is empty.",
            "Scan the sheet again.",
        ),
        DecodeError::Format => new(
            WarningCode::UnknownFormat,
            "The picture of this page is neither PNG nor JPEG.",
            "Scan the sheet again as PNG, JPEG, TIFF or PDF.",
        ),
        DecodeError::TooLarge {
            width_px,
            height_px,
        } => new(
            WarningCode::TooLarge,
            format!("The picture has {width_px} × {height_px} pixels, more than can be read."),
            "Scan the sheet again at 300 dpi.",
        ),
        DecodeError::Damaged(_) => new(
            WarningCode::DamagedFile,
            "The picture of this page is damaged or ends too early.",
            "Scan the sheet again.",
        ),
    }
}

pub(crate) fn no_code() -> Warning {
    new(
        WarningCode::NoCode,
        "No leaflet code was found on this page. It may be a blank back, another paper, or the code may be \
         covered, torn or too faint.",
        "Look at the sheet. If it is a leaflet, flatten it and scan it again at 300 dpi; if it is a letter, take it \
         as one; put a blank back or another paper aside.",
    )
}

pub(crate) fn cover() -> Warning {
    new(
        WarningCode::CoverSheet,
        "This is a cover sheet: a pile begins here.",
        "Nothing to do.",
    )
}

pub(crate) fn blank_page() -> Warning {
    new(
        WarningCode::BlankPage,
        "Nothing is on this page: no writing, no drawing, no print.",
        "Look at the sheet. If it is empty, discard it; if something faint is on it, scan it again, darker.",
    )
}

pub(crate) fn foreign(n_codes: usize) -> Warning {
    let cause = if n_codes == 1 {
        "A code that is not ours is on the page; it was ignored.".to_owned()
    } else {
        format!("{n_codes} codes that are not ours are on the page; they were ignored.")
    };
    new(
        WarningCode::ForeignCode,
        cause,
        "Nothing to do, unless a sticker covers something that was written.",
    )
}

pub(crate) fn malformed() -> Warning {
    new(
        WarningCode::UnknownLayout,
        "The leaflet's code begins like ours but does not name a leaflet.",
        "Look at the sheet: it may be a test print. Put it aside and tell the administrator.",
    )
}

pub(crate) fn unknown_layout(payload: &CodePayload) -> Warning {
    new(
        WarningCode::UnknownLayout,
        format!(
            "The code names the leaflet {} version {} side {}, which is not known here.",
            payload.layout, payload.version, payload.side
        ),
        "Ask the administrator to install this leaflet's layout, then read the page again.",
    )
}

pub(crate) fn not_registered(error: &RegisterError) -> Warning {
    let cause = match error {
        RegisterError::TooFewPlaces { found: 0, .. } => {
            "The code could be read, but nothing else of the leaflet is where it should be."
                .to_owned()
        }
        error => why_not_registered(error),
    };
    new(WarningCode::NotRegistered, cause, LAY_FLAT)
}

/// The page has no code that can be read, and its print says what it is but not how it lies.
pub(crate) fn looks_like(layout: &Layout, side: &Side, error: &RegisterError) -> Warning {
    let cause = format!(
        "No leaflet code was found; by its print this is \"{}\", side {}. {}",
        layout.title,
        side.side,
        why_not_registered(error)
    );
    new(WarningCode::NotRegistered, cause, LAY_FLAT)
}

/// What to do with a page that does not lie as its layout says.
const LAY_FLAT: &str = "Flatten the sheet, make sure all four corners are inside the picture, and scan it again; or \
                        place it by hand.";

fn why_not_registered(error: &RegisterError) -> String {
    match error {
        RegisterError::TooFewPlaces { found, printed } => format!(
            "Only {found} of {printed} printed places of the leaflet are where they should be: something covers \
             it, or too much of it is missing."
        ),
        RegisterError::Uneven { .. } => {
            "Parts of the page lie askew to each other: the sheet is folded or was pulled crooked."
                .to_owned()
        }
        RegisterError::Unsteady { .. } => {
            "Too little of the page can be seen to be sure where its corners are.".to_owned()
        }
        RegisterError::Stretched { percent } => format!(
            "The picture is stretched by {percent:.0} percent: the sheet slipped while it was scanned."
        ),
    }
}

pub(crate) fn lost_mark(lost: &[String]) -> Warning {
    new(
        WarningCode::LostMark,
        format!(
            "The black dot at {} was not found; the others fit.",
            lost.join(", ")
        ),
        "Check that nothing near that corner is missing from the picture.",
    )
}

pub(crate) fn low_resolution(scan_dpi: f64) -> Warning {
    new(
        WarningCode::LowResolution,
        format!("The page was scanned at about {scan_dpi:.0} dpi; handwriting needs 200 or more."),
        "Set the scanner to 300 dpi and scan the sheet again if it is hard to read.",
    )
}

pub(crate) fn drawing_over_text(label: &str) -> Warning {
    new(
        WarningCode::DrawingOverText,
        format!("Something is drawn where there should be writing, under \"{label}\"."),
        "Read that part from the picture: words under the drawing may be missing from the text.",
    )
}

pub(crate) fn unclear_mark(label: &str, unclear: Unclear) -> Warning {
    let place = if label.is_empty() {
        "a group of boxes".to_owned()
    } else {
        format!("\"{label}\"")
    };
    let cause = match unclear {
        Unclear::TooMany => {
            format!("More than one box is ticked at {place}, where one is allowed.")
        }
        Unclear::Unsure => format!("It is not clear whether a box at {place} is ticked."),
    };
    new(
        WarningCode::UnclearMark,
        cause,
        "Look at the boxes in the picture and choose.",
    )
}

pub(crate) fn text_not_read(error: &EngineError) -> Warning {
    let next_action = match error {
        EngineError::Missing { .. } => {
            "Type the text from the picture. The administrator can install the text engine: \
             apt install tesseract-ocr tesseract-ocr-eng."
        }
        _ => "Type the text from the picture, or read the page again.",
    };
    let cause = match error {
        EngineError::Missing { .. } => "The text was not read: the text engine is not installed.",
        EngineError::TooSlow { .. } => {
            "The text was not read: the text engine took too long and was ended."
        }
        EngineError::Failed { .. } | EngineError::Io(_) => {
            "The text was not read: the text engine failed."
        }
    };
    new(WarningCode::TextNotRead, cause, next_action)
}

pub(crate) fn recognised_by_print() -> Warning {
    new(
        WarningCode::RecognisedByPrint,
        "The code could not be read; the leaflet was recognised by its print.",
        "Compare the picture with the fields once: they should lie on each other.",
    )
}

pub(crate) fn serial_not_read() -> Warning {
    new(
        WarningCode::SerialNotRead,
        "The number of the leaflet could not be read: neither from the code nor from the print.",
        "If the leaflet has two sides, check that both are together.",
    )
}

pub(crate) fn placed_on_unknown(placement: &Placement) -> Warning {
    new(
        WarningCode::UnknownLayout,
        format!(
            "Somebody chose the leaflet {} version {} side {} for this page, which is not known here any more.",
            placement.layout, placement.version, placement.side
        ),
        "Choose another leaflet, or ask the administrator to put this one back in use.",
    )
}

pub(crate) fn not_placed() -> Warning {
    new(
        WarningCode::NotRegistered,
        "The print of the chosen leaflet was not found on this page.",
        "Choose another leaflet, or drag the four corners of the page onto the picture.",
    )
}

pub(crate) fn several_leaflets() -> Warning {
    new(
        WarningCode::SeveralSheets,
        "Codes of more than one leaflet are in the picture.",
        "Fetch the sheets and scan each by itself; or say which leaflet this is.",
    )
}

pub(crate) fn covered(places: &[&str]) -> Warning {
    new(
        WarningCode::SeveralSheets,
        format!(
            "The print cannot be seen at {}: another sheet, a fold or a stain may cover it.",
            places.join(", ")
        ),
        "Look at the picture. If a second sheet lies over this one, scan both again, each by itself.",
    )
}

pub(crate) fn cut_off(corners: &[&str]) -> Warning {
    new(
        WarningCode::CutOff,
        format!(
            "The page is cut off at {}: that corner is outside of the picture.",
            corners.join(", ")
        ),
        "Scan the sheet again if something was written there.",
    )
}

pub(crate) fn stretched(percent: f64) -> Warning {
    new(
        WarningCode::Stretched,
        format!(
            "The picture is stretched by {percent:.0} percent: the sheet slipped while it was scanned."
        ),
        "Compare the picture with the fields. Clean the scanner's rollers if this happens often.",
    )
}

pub(crate) fn uneven() -> Warning {
    new(
        WarningCode::Stretched,
        "The sheet was not flat or not fed evenly: its print lies a little off in places.",
        "Compare the picture with the fields. Flatten the sheet and scan it again if they do not fit.",
    )
}

pub(crate) fn dirty_glass(n_streaks: usize) -> Warning {
    let cause = if n_streaks == 1 {
        "A streak runs over the whole page: there is dirt on the scanner's glass.".to_owned()
    } else {
        format!(
            "{n_streaks} streaks run over the whole page: there is dirt on the scanner's glass."
        )
    };
    new(
        WarningCode::DirtyGlass,
        cause,
        "Clean the glass of the scanner, above all the narrow strip beside the large one.",
    )
}

pub(crate) fn writing_in_margin(n_places: usize) -> Warning {
    let cause = if n_places == 1 {
        "Something is written or drawn outside of the boxes.".to_owned()
    } else {
        format!("Something is written or drawn outside of the boxes, in {n_places} places.")
    };
    new(
        WarningCode::WritingInMargin,
        cause,
        "Look at the whole page and add what belongs to the story.",
    )
}

fn new(code: WarningCode, cause: impl Into<String>, next_action: impl Into<String>) -> Warning {
    Warning {
        code,
        cause: cause.into(),
        next_action: next_action.into(),
    }
}
