//! The pages of a file on its way in, whoever opens it.

use schemas::BlobHash;
use schemas::reading::Warning;
use store::Blobs;
use tokio::sync::mpsc;

use super::content::{Content, OnDisk};
use super::{IncomingFile, Intake, IntakeError};
use crate::apart::{self, Apart, Order};
use crate::bytes::FileBytes;
use crate::fault::Fault;
use crate::limits::Limits;
use crate::open;

/// A page with its picture.
#[derive(Debug)]
pub(crate) struct Arrived {
    /// None when the file itself is the picture.
    pub(crate) picture: Option<FileBytes>,
    pub(crate) width_px: u32,
    pub(crate) height_px: u32,
    pub(crate) dpi: Option<f64>,
}

type Page = Result<Arrived, Warning>;

/// A file while it is opened.
pub(super) enum Opening {
    /// It is not opened at all: why.
    Refused(Option<Warning>),
    /// In this process; with the hash of a file on the disk.
    Here(mpsc::Receiver<Page>, Option<BlobHash>),
    /// In a process of its own.
    Apart(Box<apart::Opening>),
}

impl Opening {
    pub(super) async fn start(ctx: &Intake, file: &IncomingFile) -> Result<Self, IntakeError> {
        match (&file.content, &ctx.apart) {
            (Content::Bytes(bytes), None) => Ok(Self::Here(here(ctx, file, bytes.clone()), None)),
            (Content::File(on_disk), None) => {
                let (bytes, hash) = read(on_disk.clone()).await?;
                Ok(Self::Here(here(ctx, file, bytes), Some(hash)))
            }
            (Content::Bytes(bytes), Some(apart)) => start_apart(ctx, apart, file, &bytes[..]).await,
            (Content::File(on_disk), Some(apart)) => {
                let bytes = on_disk.async_reader().map_err(IntakeError::File)?;
                start_apart(ctx, apart, file, bytes).await
            }
            (content, _) => Ok(Self::Refused(refused(content, &file.name, &ctx.limits))),
        }
    }

    /// The next page; nothing when there are no more.
    pub(super) async fn next(&mut self) -> Result<Option<Page>, IntakeError> {
        match self {
            Self::Refused(warning) => Ok(warning.take().map(Err)),
            Self::Here(pages, _) => Ok(pages.recv().await),
            Self::Apart(opening) => Ok(opening.next().await?),
        }
    }

    /// The hash of what was opened, when it was read from the disk.
    pub(super) fn hash(&self) -> Option<&BlobHash> {
        match self {
            Self::Refused(_) => None,
            Self::Here(_, hash) => hash.as_ref(),
            Self::Apart(opening) => opening.hash(),
        }
    }
}

async fn start_apart(
    ctx: &Intake,
    apart: &Apart,
    file: &IncomingFile,
    bytes: impl tokio::io::AsyncRead + Unpin + Send,
) -> Result<Opening, IntakeError> {
    let order = Order {
        limits: ctx.limits.clone(),
        name: ending(&file.name).to_owned(),
        size_bytes: file.content.size_bytes(),
    };
    let opening = apart.open(&file.origin, &order, bytes).await?;
    Ok(Opening::Apart(Box::new(opening)))
}

/// What stands behind the last dot, with the dot: more is not asked about a name.
fn ending(name: &str) -> &str {
    const LONGEST_BYTES: usize = 16;
    let ending = name.rfind('.').map_or("", |at| &name[at..]);
    if ending.len() > LONGEST_BYTES {
        ""
    } else {
        ending
    }
}

/// Decodes beside the async threads; at most one page waits.
fn here(ctx: &Intake, file: &IncomingFile, bytes: FileBytes) -> mpsc::Receiver<Page> {
    let (sender, arriving) = mpsc::channel(1);
    let (limits, name) = (ctx.limits.clone(), file.name.clone());
    tokio::task::spawn_blocking(
        move || match open::pages_named(&name, bytes.clone(), &limits) {
            Err(warning) => drop(sender.blocking_send(Err(warning))),
            Ok(mut pages) => {
                let arrived = |page| arrived(page, &bytes);
                while pages
                    .next()
                    .is_some_and(|page| sender.blocking_send(page.map(arrived)).is_ok())
                {
                }
            }
        },
    );
    arriving
}

fn arrived(page: open::OpenedPage, file: &FileBytes) -> Arrived {
    Arrived {
        picture: (!page.picture.is_same(file)).then_some(page.picture),
        width_px: page.width_px,
        height_px: page.height_px,
        dpi: page.dpi,
    }
}

async fn read(on_disk: OnDisk) -> Result<(FileBytes, BlobHash), IntakeError> {
    let reading = tokio::task::spawn_blocking(move || {
        let bytes = on_disk.read()?;
        let hash = Blobs::hash(&bytes);
        Ok((bytes, hash))
    });
    reading
        .await
        .map_err(|_| IntakeError::Stopping)?
        .map_err(IntakeError::File)
}

fn refused(content: &Content, name: &str, limits: &Limits) -> Option<Warning> {
    match content {
        Content::Bytes(_) | Content::File(_) => None,
        Content::NoScan { warning, .. } | Content::NotRead { warning, .. } => Some(warning.clone()),
        Content::TooLarge { size_bytes } => {
            let fault = Fault::FileTooLarge {
                size_bytes: *size_bytes,
                limit_bytes: limits.file_size_bytes,
            };
            Some(fault.warning(Some(name)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_ending_of_a_name_is_told() {
        for (name, told) in [
            ("Ann Smith, ward 4.PDF", ".PDF"),
            ("scan.old.png", ".png"),
            ("scan", ""),
            ("a.very long word that is no ending", ""),
        ] {
            assert_eq!(ending(name), told);
        }
    }
}
