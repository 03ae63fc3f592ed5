use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use schemas::BlobHash;
use schemas::reading::Warning;
use store::Hashing;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::time::timeout;

use super::frames::{Frame, FrameError, Order, encode_order, read_frame};
use super::{Apart, End, OpenerError};
use crate::fault::Fault;
use crate::format::{Format, recognise};
use crate::intake::{Arrived, IntakeError, changed};
use crate::limits::Limits;

/// How long a process may take to start, on a machine that does other things.
const STARTS_WITHIN: Duration = Duration::from_secs(30);
/// Whatever the process does about pages that take too long: after so many times [`Limits::page_ms`] without a word from
/// it, it is killed.
const PATIENCE: u64 = 10;
/// How long a process may take to end that has closed its output.
const ENDS_WITHIN: Duration = Duration::from_secs(10);
/// How much of a file is read at once.
const PART_BYTES: usize = 1 << 16;

/// A file while it is opened.
#[derive(Debug)]
pub(crate) struct Opening {
    apart: Apart,
    origin: String,
    limits: Limits,
    process: Child,
    /// Kept open: its end is the end of the process.
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    format: Option<Format>,
    hash: Option<BlobHash>,
    is_over: bool,
}

/// Why the next frame does not come.
enum Stop {
    Ended,
    Garbled,
    Silent,
}

impl Apart {
    /// Has a file opened that lay at `origin`; `file` holds its bytes.
    pub(crate) async fn open(
        &self,
        origin: &str,
        order: &Order,
        file: impl AsyncRead + Unpin + Send,
    ) -> Result<Opening, IntakeError> {
        let mut opening = Opening::start(self, origin.to_owned(), order.limits.clone()).await?;
        opening.feed(order, file).await?;
        Ok(opening)
    }
}

impl Opening {
    /// Starts a process and waits until it is ready for a file.
    pub(super) async fn start(
        apart: &Apart,
        origin: String,
        limits: Limits,
    ) -> Result<Self, OpenerError> {
        let mut process = apart.start()?;
        let (to, from) = (process.stdin.take(), process.stdout.take());
        let mut opening = Self {
            apart: apart.clone(),
            origin,
            limits,
            process,
            to: to.expect("its input is a pipe"),
            from: BufReader::with_capacity(PART_BYTES, from.expect("its output is a pipe")),
            format: None,
            hash: None,
            is_over: false,
        };
        opening.wait_until_ready().await?;
        Ok(opening)
    }

    /// The process, while there is one.
    #[cfg(test)]
    pub(super) fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// The hash of the file that was opened.
    pub(crate) fn hash(&self) -> Option<&BlobHash> {
        self.hash.as_ref()
    }

    /// The next page; nothing when there are no more.
    pub(crate) async fn next(&mut self) -> Result<Option<Result<Arrived, Warning>>, OpenerError> {
        while !self.is_over {
            match self.frame(self.patience()).await {
                Ok((Frame::Page(seen), picture)) => {
                    return Ok(Some(Ok(Arrived {
                        picture: (!seen.is_file).then(|| picture.into()),
                        width_px: seen.width_px,
                        height_px: seen.height_px,
                        dpi: seen.dpi,
                    })));
                }
                Ok((Frame::Fault(warning), _)) => return Ok(Some(Err(warning))),
                Ok((Frame::Ready | Frame::Working, _)) => {}
                Ok((Frame::End, _)) => {
                    self.kill().await;
                    self.apart.forget(&self.origin);
                }
                Err(stop) => {
                    let fault = self.fault_of(stop).await?;
                    self.apart.forget(&self.origin);
                    return Ok(Some(Err(fault.warning(None))));
                }
            }
        }
        Ok(None)
    }

    async fn frame(&mut self, patience: Duration) -> Result<(Frame, Vec<u8>), Stop> {
        let longest = longest_picture(&self.limits);
        match timeout(patience, read_frame(&mut self.from, longest)).await {
            Ok(Ok(frame)) => Ok(frame),
            Ok(Err(FrameError::Ended(_))) => Err(Stop::Ended),
            Ok(Err(FrameError::Garbled(_))) => Err(Stop::Garbled),
            Err(_) => Err(Stop::Silent),
        }
    }

    async fn wait_until_ready(&mut self) -> Result<(), OpenerError> {
        let why = match self.frame(STARTS_WITHIN).await {
            Ok((Frame::Ready, _)) => return Ok(()),
            Err(Stop::Ended) => match self.status().await {
                Some(status) => match End::of(status) {
                    End::FromOutside { signal } => return Err(OpenerError::Ended { signal }),
                    End::Costly | End::Broken => status.to_string(),
                },
                None => "it closed its output".to_owned(),
            },
            Err(Stop::Silent) => "it says nothing".to_owned(),
            Ok(_) | Err(Stop::Garbled) => "it says what nobody understands".to_owned(),
        };
        self.kill().await;
        Err(OpenerError::NotReady { why })
    }

    /// Sends the file. A process that ends meanwhile is met at the next frame.
    async fn feed(
        &mut self,
        order: &Order,
        mut file: impl AsyncRead + Unpin + Send,
    ) -> Result<(), IntakeError> {
        let head = encode_order(order).map_err(IntakeError::File)?;
        let (mut hashing, mut n_bytes) = (Hashing::default(), 0);
        let mut part = vec![0; PART_BYTES];
        let mut n = file.read(&mut part).await.map_err(IntakeError::File)?;
        self.format = recognise(&part[..n]).ok();
        let mut is_there = self.send(&head).await;
        while is_there && n > 0 {
            n_bytes += n as u64;
            hashing.update(&part[..n]);
            is_there = self.send(&part[..n]).await;
            n = file.read(&mut part).await.map_err(IntakeError::File)?;
        }
        if is_there && n_bytes != order.size_bytes {
            return Err(IntakeError::File(changed()));
        }
        self.hash = is_there.then(|| hashing.finish());
        Ok(())
    }

    /// Whether the process takes it.
    async fn send(&mut self, part: &[u8]) -> bool {
        let sent = timeout(self.patience(), self.to.write_all(part)).await;
        matches!(sent, Ok(Ok(())))
    }

    /// What a frame that does not come means for the page that it would have been.
    async fn fault_of(&mut self, stop: Stop) -> Result<Fault, OpenerError> {
        let status = match stop {
            Stop::Ended => self.status().await,
            Stop::Garbled | Stop::Silent => None,
        };
        self.kill().await;
        let fault = match (stop, status.map_or(End::Broken, End::of)) {
            (Stop::Silent, _) => Fault::TooSlow {
                limit_ms: self.limits.page_ms,
            },
            (_, End::FromOutside { signal }) => self.ended_from_outside(signal)?,
            (_, End::Costly) => Fault::TooCostly,
            (_, End::Broken) => self
                .format
                .map_or(Fault::TooCostly, |format| Fault::Damaged { format }),
        };
        let status = status.map(|status| status.to_string());
        tracing::warn!(
            status,
            "the process that opened a file broke; a person must look"
        );
        Ok(fault)
    }

    /// Nobody is to blame, but for a file at which it happens again and again.
    fn ended_from_outside(&self, signal: i32) -> Result<Fault, OpenerError> {
        if signal == libc::SIGKILL && self.apart.is_killed_too_often(&self.origin) {
            Ok(Fault::TooCostly)
        } else {
            Err(OpenerError::Ended { signal })
        }
    }

    /// How the process has ended; nothing when it goes on without a word.
    async fn status(&mut self) -> Option<ExitStatus> {
        let ended: Result<io::Result<ExitStatus>, _> =
            timeout(ENDS_WITHIN, self.process.wait()).await;
        ended.ok()?.ok()
    }

    async fn kill(&mut self) {
        self.is_over = true;
        // One that has ended by itself is only waited for.
        let _ = self.process.kill().await;
    }

    fn patience(&self) -> Duration {
        let of_page = Duration::from_millis(self.limits.page_ms.saturating_mul(PATIENCE));
        of_page.max(self.apart.least_patience)
    }
}

/// No picture is longer: pixels that cannot be packed take a little more room packed; a picture out of a PDF is part of it.
fn longest_picture(limits: &Limits) -> u64 {
    let packed = limits
        .page_decoded_bytes
        .saturating_add(limits.page_decoded_bytes / 4);
    packed.saturating_add(1 << 20).max(limits.file_size_bytes)
}
