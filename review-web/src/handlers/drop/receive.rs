use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use futures_util::StreamExt as _;
use store::DropAddress;

use super::answer::Refusal;
use crate::app::Bench;

/// How long nothing may arrive before a file is given up: a mobile connection pauses for seconds.
const LONGEST_SILENCE: Duration = Duration::from_mins(1);

/// The file that is sent, unless it is larger than this drop takes. Of a larger one no more is read than that.
pub(super) async fn file(
    bench: &Bench,
    from: &DropAddress,
    headers: &HeaderMap,
    body: Body,
) -> Result<Vec<u8>, Refusal> {
    let limit_bytes = from.max_bytes.min(bench.app.mail_slot.max_file_bytes());
    let announced = announced_bytes(headers).unwrap_or(0);
    if announced > limit_bytes {
        return Err(Refusal::too_large(limit_bytes));
    }
    let turn = bench.drop_turns.acquire().await;
    let _turn = turn.map_err(|_| Refusal::broke_off())?;
    read(body, limit_bytes).await
}

fn announced_bytes(headers: &HeaderMap) -> Option<u64> {
    let value = headers.get(header::CONTENT_LENGTH)?;
    value.to_str().ok()?.parse().ok()
}

async fn read(body: Body, limit_bytes: u64) -> Result<Vec<u8>, Refusal> {
    let (mut chunks, mut bytes) = (body.into_data_stream(), Vec::new());
    loop {
        let next = tokio::time::timeout(LONGEST_SILENCE, chunks.next()).await;
        match next.map_err(|_| Refusal::broke_off())? {
            None => return Ok(bytes),
            Some(Err(_)) => return Err(Refusal::broke_off()),
            Some(Ok(chunk)) => bytes.extend_from_slice(&chunk),
        }
        if bytes.len() as u64 > limit_bytes {
            return Err(Refusal::too_large(limit_bytes));
        }
    }
}
