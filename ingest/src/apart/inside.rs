//! What the process does that opens a file.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use schemas::reading::Warning;

use super::frames::{Frame, Order, Seen, read_order, write_frame};
use crate::bytes::FileBytes;
use crate::fault::Fault;
use crate::open::{OpenedPage, Pages, open};

/// How many files the process may have open: three it starts with, two copies of them, one to look at its own time.
const MOST_OPEN_FILES: u64 = 16;

/// Opens the file that comes through standard input, and sends its pages to standard output. Takes no more memory than
/// `memory_mb`: beyond that the process ends.
///
/// # Errors
/// When the process cannot be limited, or nobody reads what it says.
pub fn open_file(memory_mb: u64) -> io::Result<()> {
    limit_this_process(memory_mb)?;
    // Not the locked and buffered ones: pictures are large, and a thread of its own waits at the input.
    let mut input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let mut out = Out(File::from(io::stdout().as_fd().try_clone_to_owned()?));
    out.frame(&Frame::Ready)?;
    let order = read_order(&mut input)?;
    let Some(file) = read_file(&mut input, order.size_bytes)? else {
        return out.fault(Fault::TooCostly.warning(Some(&order.name)));
    };
    end_with_intake(input);
    match open_all(file.clone(), &order, &mut out) {
        Ok(pages) => out.pages(&file, pages),
        Err(warning) => out.fault(warning),
    }
}

/// Nothing, when there is no room for it.
fn read_file(input: &mut File, size_bytes: u64) -> io::Result<Option<FileBytes>> {
    let size = usize::try_from(size_bytes).unwrap_or(usize::MAX);
    let mut file = Vec::new();
    if file.try_reserve_exact(size).is_err() {
        return Ok(None);
    }
    input.take(size_bytes).read_to_end(&mut file)?;
    if file.len() == size {
        Ok(Some(file.into()))
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

/// Intake keeps its end of the input open as long as it wants pages. When it is killed, the system closes it.
fn end_with_intake(mut input: File) {
    std::thread::spawn(move || {
        // Nothing more is sent: whatever comes is the end.
        let _ = input.read(&mut [0]);
        std::process::exit(1);
    });
}

fn open_all(file: FileBytes, order: &Order, out: &mut Out) -> Result<Pages, Warning> {
    open(file, Some(&order.name), &order.limits, || {
        // Nobody there any more shows with the next page.
        let _ = out.frame(&Frame::Working);
    })
}

/// Where frames go.
struct Out(File);

impl Out {
    fn frame(&mut self, frame: &Frame) -> io::Result<()> {
        write_frame(&mut self.0, frame, &[])
    }

    /// What is wrong with the file as a whole.
    fn fault(&mut self, warning: Warning) -> io::Result<()> {
        self.frame(&Frame::Fault(warning))?;
        self.frame(&Frame::End)
    }

    fn pages(&mut self, file: &FileBytes, pages: Pages) -> io::Result<()> {
        for page in pages {
            match page {
                Ok(page) => self.page(file, &page)?,
                Err(warning) => self.frame(&Frame::Fault(warning))?,
            }
        }
        self.frame(&Frame::End)
    }

    fn page(&mut self, file: &FileBytes, page: &OpenedPage) -> io::Result<()> {
        let is_file = file.is_same(&page.picture);
        let seen = Seen {
            is_file,
            width_px: page.width_px,
            height_px: page.height_px,
            dpi: page.dpi,
        };
        let picture = if is_file { &[] } else { &page.picture[..] };
        write_frame(&mut self.0, &Frame::Page(seen), picture)
    }
}

/// What a file that has taken the process over could still do: compute, within the memory and time that it is given.
fn limit_this_process(memory_mb: u64) -> io::Result<()> {
    // When the machine has no memory left, this process is the one to go. Where the system does not know that, it is no loss.
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
    limit(Resource::As, memory_mb.saturating_mul(1 << 20))?;
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)?;
    limit(Resource::Nofile, MOST_OPEN_FILES)?;
    Ok(rustix::thread::set_no_new_privs(true)?)
}

/// Never more than it may have already.
fn limit(resource: Resource, most: u64) -> io::Result<()> {
    let most = getrlimit(resource)
        .maximum
        .map_or(most, |may| may.min(most));
    let limit = Rlimit {
        current: Some(most),
        maximum: Some(most),
    };
    Ok(setrlimit(resource, limit)?)
}
