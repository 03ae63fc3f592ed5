//! What a mail room does with Postbag, with real files.
#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

mod files;
mod found;
mod hostile;
mod inbox;
mod intake;
mod open_pdf;
mod open_single;
mod open_tiff;
mod postbag_desk;
mod troubles;
