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
//! outside.

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
use crate::format::{Format, recognise};
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
    open(file.into(), None, limits)
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
    open(file.into(), Some(name), limits)
}

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
        if self.is_over {
            return None;
        }
        match self.receive() {
            Some(Ok(Message::Page(page))) => Some(page.map_err(|fault| fault.warning(None))),
            Some(Ok(Message::Opened | Message::Working)) => self.next(),
            Some(Err(fault)) => {
                self.is_over = true;
                Some(Err(fault.warning(None)))
            }
            None => {
                self.is_over = true;
                None
            }
        }
    }
}

impl Pages {
    /// The format of the file.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The next message that says something; `None` when the thread is done.
    fn receive(&self) -> Option<Result<Message, Fault>> {
        let limit_ms = self.page_ms;
        let mut stopwatch = Stopwatch::start(&self.worker, limit_ms);
        while let Some(pause) = stopwatch.next_look() {
            match self.messages.recv_timeout(pause) {
                Ok(Message::Working) => stopwatch = Stopwatch::start(&self.worker, limit_ms),
                Ok(message) => return Some(Ok(message)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
        Some(Err(Fault::TooSlow { limit_ms }))
    }
}

fn open(file: FileBytes, name: Option<&str>, limits: &Limits) -> Result<Pages, Warning> {
    let size_bytes = file.len() as u64;
    if size_bytes > limits.file_size_bytes {
        let limit_bytes = limits.file_size_bytes;
        return Err(Fault::FileTooLarge {
            size_bytes,
            limit_bytes,
        }
        .warning(name));
    }
    let format = recognise(&file).map_err(|fault| fault.warning(name))?;
    let worker = Worker::default();
    let pages = Pages {
        messages: spawn(file, format, limits.clone(), worker.clone()),
        worker,
        page_ms: limits.page_ms,
        is_over: false,
        format,
    };
    match pages.receive() {
        Some(Ok(Message::Opened)) => Ok(pages),
        Some(Ok(Message::Page(Err(fault))) | Err(fault)) => Err(fault.warning(name)),
        Some(Ok(Message::Page(Ok(_)) | Message::Working)) | None => {
            Err(Fault::Damaged { format }.warning(name))
        }
    }
}

/// PDF forms may nest; the memory is only used as far as the stack really grows.
const STACK_SIZE_BYTES: usize = 256 << 20;

/// Decodes on a thread. The channel holds nothing: at most one page is decoded ahead.
fn spawn(file: FileBytes, format: Format, limits: Limits, worker: Worker) -> Receiver<Message> {
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
    // Without a thread the sender is dropped, and the file is reported as one that cannot be opened.
    drop(
        std::thread::Builder::new()
            .name("open-file".to_owned())
            .stack_size(STACK_SIZE_BYTES)
            .spawn(decode),
    );
    messages
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
