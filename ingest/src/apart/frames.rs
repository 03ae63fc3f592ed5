//! What goes through the pipes between intake and the process that opens a file.
//!
//! To the process: an [`Order`], then the file. From it: [`Frame`]s. Both begin with the lengths of what follows, little
//! endian, and both ends refuse lengths that nothing real has: the other end may have been taken over by the file.

use std::io::{self, Read, Write};

use schemas::reading::Warning;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::limits::Limits;

/// How long an order, or a frame without its picture, may be.
///
/// 64 KiB: a warning has some hundred bytes, limits have less.
const LONGEST_HEAD_BYTES: u32 = 1 << 16;

/// What is to be opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Order {
    /// What it may cost.
    pub(crate) limits: Limits,
    /// Its name, or the end of it, for warnings about names that mislead.
    pub(crate) name: String,
    /// How many bytes of the file follow.
    pub(crate) size_bytes: u64,
}

/// What the process says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Frame {
    /// It has started and limited itself; nothing of the file has been looked at.
    Ready,
    /// Opening a long file comes on.
    Working,
    /// A page.
    Page(Seen),
    /// A page that is no picture, or a file that cannot be opened.
    Fault(Warning),
    /// There are no more pages.
    End,
}

/// What is known of a page beside its picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Seen {
    /// The file is the picture; no bytes follow.
    pub(super) is_file: bool,
    pub(super) width_px: u32,
    pub(super) height_px: u32,
    pub(super) dpi: Option<f64>,
}

/// Why there is no frame.
#[derive(Debug, thiserror::Error)]
pub(super) enum FrameError {
    /// Nothing comes any more.
    #[error("the process that opens files has ended")]
    Ended(#[source] io::Error),
    /// What comes is no frame.
    #[error("the process that opens files sent what nobody understands")]
    Garbled(#[source] io::Error),
}

/// An order as it goes through the pipe.
pub(super) fn encode_order(order: &Order) -> io::Result<Vec<u8>> {
    let text = serde_json::to_vec(order)?;
    let head = length_of_head(&text)?.to_le_bytes();
    Ok([&head[..], &text].concat())
}

/// The order at the beginning of the pipe.
pub(super) fn read_order(from: &mut impl Read) -> io::Result<Order> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let mut text = vec![0; check_head(u32::from_le_bytes(length))?];
    from.read_exact(&mut text)?;
    parse(&text)
}

/// Writes a frame, with the picture of a page.
pub(super) fn write_frame(to: &mut impl Write, frame: &Frame, picture: &[u8]) -> io::Result<()> {
    let text = serde_json::to_vec(frame)?;
    let mut head = Vec::with_capacity(12 + text.len());
    head.extend(length_of_head(&text)?.to_le_bytes());
    head.extend((picture.len() as u64).to_le_bytes());
    head.extend(&text);
    to.write_all(&head)?;
    to.write_all(picture)
}

/// The next frame and its picture, which has at most `longest_picture` bytes.
pub(super) async fn read_frame(
    from: &mut (impl AsyncRead + Unpin + Send),
    longest_picture: u64,
) -> Result<(Frame, Vec<u8>), FrameError> {
    let text_bytes = from.read_u32_le().await.map_err(FrameError::Ended)?;
    let picture_bytes = from.read_u64_le().await.map_err(FrameError::Ended)?;
    if picture_bytes > longest_picture {
        return Err(FrameError::Garbled(too_long()));
    }
    let mut text = vec![0; check_head(text_bytes).map_err(FrameError::Garbled)?];
    from.read_exact(&mut text)
        .await
        .map_err(FrameError::Ended)?;
    let frame = parse(&text).map_err(FrameError::Garbled)?;
    // Memory that nobody has written to yet costs nothing: what is only claimed is not taken.
    let mut picture = vec![0; usize::try_from(picture_bytes).unwrap_or(0)];
    from.read_exact(&mut picture)
        .await
        .map_err(FrameError::Ended)?;
    Ok((frame, picture))
}

fn parse<T: DeserializeOwned>(text: &[u8]) -> io::Result<T> {
    Ok(serde_json::from_slice(text)?)
}

fn length_of_head(text: &[u8]) -> io::Result<u32> {
    let length = u32::try_from(text.len()).map_err(|_| too_long())?;
    check_head(length)?;
    Ok(length)
}

fn check_head(length: u32) -> io::Result<usize> {
    if length > LONGEST_HEAD_BYTES {
        return Err(too_long());
    }
    usize::try_from(length).map_err(|_| too_long())
}

fn too_long() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "it claims to be longer than anything real",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(picture: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let seen = Seen {
            is_file: false,
            width_px: 2480,
            height_px: 3508,
            dpi: Some(299.999_4),
        };
        write_frame(&mut bytes, &Frame::Page(seen), picture).unwrap();
        bytes
    }

    async fn read(mut bytes: &[u8]) -> Result<(Frame, Vec<u8>), FrameError> {
        read_frame(&mut bytes, 1000).await
    }

    #[tokio::test]
    async fn frames_come_out_as_they_went_in_one_after_the_other() {
        let mut bytes = page(b"a picture");
        write_frame(&mut bytes, &Frame::End, &[]).unwrap();
        let mut rest = &bytes[..];
        let (frame, picture) = read_frame(&mut rest, 9).await.unwrap();
        assert!(matches!(frame, Frame::Page(seen) if seen.dpi == Some(299.999_4)));
        assert_eq!(picture, b"a picture");
        assert_eq!(read_frame(&mut rest, 9).await.unwrap().0, Frame::End);
        let ended = read_frame(&mut rest, 9).await;
        assert!(matches!(ended, Err(FrameError::Ended(_))));
    }

    #[tokio::test]
    async fn a_frame_that_breaks_off_anywhere_has_ended() {
        let whole = page(b"a picture");
        for length in 0..whole.len() {
            let read = read(&whole[..length]).await;
            assert!(matches!(read, Err(FrameError::Ended(_))), "{length}");
        }
    }

    #[tokio::test]
    async fn lengths_that_nothing_real_has_are_refused_before_there_is_room_for_them() {
        let mut long_text = page(b"");
        long_text[..4].copy_from_slice(&u32::MAX.to_le_bytes());
        let mut long_picture = page(b"");
        long_picture[4..12].copy_from_slice(&u64::MAX.to_le_bytes());
        for bytes in [long_text, long_picture, page(&[0; 1001])] {
            assert!(matches!(read(&bytes).await, Err(FrameError::Garbled(_))));
        }
    }

    #[tokio::test]
    async fn what_is_no_frame_is_garbled() {
        let mut bytes = page(b"");
        bytes[12] = b'?';
        assert!(matches!(read(&bytes).await, Err(FrameError::Garbled(_))));
    }

    #[test]
    fn an_order_comes_out_as_it_went_in_and_a_long_or_cut_one_does_not() {
        let order = Order {
            limits: Limits::default(),
            name: "scan \u{201c}7\u{201d}.pdf".to_owned(),
            size_bytes: 77,
        };
        let bytes = encode_order(&order).unwrap();
        assert_eq!(read_order(&mut &bytes[..]).unwrap(), order);
        assert!(read_order(&mut &bytes[..bytes.len() - 1]).is_err());
        let long = Order {
            name: "n".repeat(1 << 17),
            ..order
        };
        assert!(encode_order(&long).is_err());
        assert!(read_order(&mut &u32::MAX.to_le_bytes()[..]).is_err());
    }
}
