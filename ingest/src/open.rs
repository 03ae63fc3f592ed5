//! A file's bytes become pages.
//!
//! [`pages`] tells the format by content, and hands out page after page; a page that is broken costs only itself.
//! A page's *picture* is always a PNG or a JPEG: a PNG or JPEG file is proved to decode to its end and is then its own
//! picture, unchanged, and so is a JPEG that fills a page of a PDF; pages of TIFF, BMP and WebP files and all other pages
//! of PDFs are encoded as PNG (bits stay bits, grey stays grey).
//!
//! The decoders are the work of others and the bytes come from anywhere. So decoding runs on a thread of its own with
//! a large stack; a panic there becomes a warning, and a page that takes longer than [`Limits::page_ms`] is given up
//! together with those behind it. The thread of such a page ends when its decoder does: it cannot be stopped from
//! outside. What overflows the stack or asks for more memory than there is ends the whole process: the service opens files in
//! one of their own ([`crate::apart`]); `postbag read`, `eval` and the tests open them in theirs.

mod dpi;
mod ifd;
mod jpeg;
mod pdf;
mod png_file;
mod raster;
mod small;
mod stopwatch;
mod tiff_file;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};

use schemas::reading::Warning;

use crate::bytes::FileBytes;
use crate::fault::Fault;
use crate::format::{Format, PDF_HEADER_WITHIN_BYTES, recognise};
use crate::limits::Limits;

use stopwatch::{Stopwatch, Worker};

/// One page with its picture.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenedPage {
    /// A PNG or JPEG file.
    pub picture: FileBytes,
    /// `image/png` or `image/jpeg`.
    pub media_type: &'static str,
    /// Width.
    pub width_px: u32,
    /// Height.
    pub height_px: u32,
    /// Dots per inch, when the file says so believably.
    pub dpi: Option<f64>,
}

/// Opens a file: recognised by content, page after page.
///
/// # Errors
/// The warning for the clerk, when the file as a whole cannot be opened.
pub fn pages(file: impl Into<FileBytes>, limits: &Limits) -> Result<Pages, Warning> {
    open(file.into(), None, limits, || ())
}

/// As [`pages`]; the warnings mention the file's name where it misleads.
///
/// # Errors
/// As [`pages`].
pub fn pages_named(
    name: &str,
    file: impl Into<FileBytes>,
    limits: &Limits,
) -> Result<Pages, Warning> {
    open(file.into(), Some(name), limits, || ())
}

/// How much of a file from its beginning tells its media type: more than this much of a PDF is not looked at either.
pub(crate) const HEAD_BYTES: usize = PDF_HEADER_WITHIN_BYTES;

/// The media type of `bytes` by content; `application/octet-stream` when it is none that is read here.
pub fn media_type(bytes: &[u8]) -> &'static str {
    recognise(bytes).map_or("application/octet-stream", Format::media_type)
}

/// The pages of a file, in order, decoded as they are asked for.
#[derive(Debug)]
pub struct Pages {
    messages: Receiver<Message>,
    worker: Worker,
    page_ms: u64,
    is_over: bool,
    format: Format,
}

#[derive(Debug)]
enum Message {
    /// Opening a long file comes on: its time begins anew.
    Working,
    Opened,
    Page(Result<OpenedPage, Fault>),
}

impl Iterator for Pages {
    type Item = Result<OpenedPage, Warning>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Message::Page(page) = self.receive()? {
                return Some(page.map_err(|fault| fault.warning(None)));
            }
        }
    }
}

impl Pages {
    /// The format of the file.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The next message; `None` when the thread is done or was given up.
    fn receive(&mut self) -> Option<Message> {
        if self.is_over {
            return None;
        }
        let limit_ms = self.page_ms;
        let stopwatch = Stopwatch::start(&self.worker, limit_ms);
        while let Some(pause) = stopwatch.next_look() {
            match self.messages.recv_timeout(pause) {
                Ok(message) => return Some(message),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    self.is_over = true;
                    return None;
                }
            }
        }
        self.is_over = true;
        Some(Message::Page(Err(Fault::TooSlow { limit_ms })))
    }
}

/// Opens a file; `working` is called while that takes long and comes on.
pub(crate) fn open(
    file: FileBytes,
    name: Option<&str>,
    limits: &Limits,
    mut working: impl FnMut(),
) -> Result<Pages, Warning> {
    let mut pages = start(file, limits).map_err(|fault| fault.warning(name))?;
    loop {
        match pages.receive() {
            Some(Message::Opened) => return Ok(pages),
            Some(Message::Working) => working(),
            Some(Message::Page(Err(fault))) => return Err(fault.warning(name)),
            Some(Message::Page(Ok(_))) | None => {
                let format = pages.format;
                return Err(Fault::Damaged { format }.warning(name));
            }
        }
    }
}

fn start(file: FileBytes, limits: &Limits) -> Result<Pages, Fault> {
    let size_bytes = file.len() as u64;
    if size_bytes > limits.file_size_bytes {
        let limit_bytes = limits.file_size_bytes;
        return Err(Fault::FileTooLarge {
            size_bytes,
            limit_bytes,
        });
    }
    let format = recognise(&file)?;
    let worker = Worker::default();
    Ok(Pages {
        messages: spawn(file, format, limits.clone(), worker.clone())?,
        worker,
        page_ms: limits.page_ms,
        is_over: false,
        format,
    })
}

/// PDF forms may nest; the memory is only used as far as the stack really grows.
const STACK_SIZE_BYTES: usize = 256 << 20;

/// Decodes on a thread. The channel holds nothing: at most one page is decoded ahead.
fn spawn(
    file: FileBytes,
    format: Format,
    limits: Limits,
    worker: Worker,
) -> Result<Receiver<Message>, Fault> {
    let (sender, messages) = sync_channel(0);
    let decode = move || {
        worker.is_this_thread();
        let mut out = Out { sender: &sender };
        let opened = guard(format, || {
            decode_file(&file, format, &limits, &mut out);
            Ok(())
        });
        if let Err(fault) = opened {
            out.fault(fault);
        }
    };
    let thread = std::thread::Builder::new()
        .name("open-file".to_owned())
        .stack_size(STACK_SIZE_BYTES);
    // Beside the file there is no room for the stack.
    thread.spawn(decode).map_err(|_| Fault::TooCostly)?;
    Ok(messages)
}

fn decode_file(file: &FileBytes, format: Format, limits: &Limits, out: &mut Out<'_>) {
    match format {
        Format::Png => out.only(guard(format, || png_file::check(file, limits))),
        Format::Jpeg => out.only(guard(format, || jpeg::check(file, limits))),
        Format::Bmp | Format::WebP => out.only(guard(format, || small::read(file, format, limits))),
        Format::Tiff => tiff_file::read(file, limits, out),
        Format::Pdf => pdf::read(file, limits, out),
    }
}

/// Whether somebody still wants pages.
type Wanted = bool;

/// Where the decoders put what they find.
struct Out<'a> {
    sender: &'a SyncSender<Message>,
}

impl Out<'_> {
    fn working(&mut self) {
        // Nobody there any more shows with the next page.
        let _ = self.sender.send(Message::Working);
    }

    fn opened(&mut self) -> Wanted {
        self.sender.send(Message::Opened).is_ok()
    }

    fn page(&mut self, page: Result<OpenedPage, Fault>) -> Wanted {
        self.sender.send(Message::Page(page)).is_ok()
    }

    /// Before `opened` it stands for the file, after it for a page.
    fn fault(&mut self, fault: Fault) {
        self.page(Err(fault));
    }

    /// The one page of a file that is a single picture: what is wrong with it is wrong with the file.
    fn only(&mut self, page: Result<OpenedPage, Fault>) {
        match page {
            Ok(page) => {
                let _ = self.opened() && self.page(Ok(page));
            }
            Err(fault) => self.fault(fault),
        }
    }
}

/// Runs a decoder; a panic in it is damage to the page and no more.
fn guard<T>(format: Format, decode: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    // The state that the closure leaves half-changed is dropped with it.
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|_| {
        tracing::warn!(file.format = %format, "a decoder panicked; the page counts as damaged");
        Err(Fault::Damaged { format })
    })
}
