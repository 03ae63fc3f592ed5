//! `PUT /drop/{file_name}`: a file from a bureau that scans for us, with its token. No session and no form: a page of
//! another site cannot make a browser send such a header.

mod answer;
mod bureau;
mod receive;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::file_name;
use store::DropAddress;

use self::answer::{Kept, Refusal};
use self::bureau::Bureau;
use crate::app::{Bench, Shared};
use crate::digest::sha256_hex;
use crate::mail_slot::{Pile, SentFile, TakenFile};

/// `PUT /drop/{file_name}`: the body is the file.
pub(crate) async fn put(
    State(bench): State<Shared>,
    Bureau(from): Bureau,
    file_name: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    // A name that cannot be understood is no reason to refuse what was scanned.
    let sent_name = file_name.map(|Path(name)| name).unwrap_or_default();
    if from.left_on_day(bench.now()) == 0 {
        return Err(Refusal::too_many(&from, bench.now()));
    }
    let bytes = receive::file(&bench, &from, &headers, body).await?;
    let name = file_name::for_people(&sent_name);
    let kept = take(&bench, &from, name, bytes).await?;
    note(&bench, &from, &kept).await;
    Ok(kept.answer())
}

/// `PUT /drop/`: the program that sends was not told to add the file's name.
pub(crate) async fn put_without_name(_: Bureau) -> Refusal {
    Refusal::no_name()
}

async fn take(
    bench: &Bench,
    from: &DropAddress,
    name: String,
    bytes: Vec<u8>,
) -> Result<Kept, Refusal> {
    let source = format!("drop {}", from.name);
    let sha256 = sha256_hex(&bytes);
    let file = SentFile {
        origin: format!("{source}: {name}"),
        pile: Pile::From(source.clone()),
        name: name.clone(),
        bytes,
    };
    let taken = bench.app.mail_slot.take(file).await;
    let taken = taken.map_err(|error| Refusal::not_kept(&*error))?;
    Ok(Kept {
        name,
        pile: source,
        sha256,
        taken,
    })
}

/// Counts and logs. The file is in by now, whatever becomes of the count.
async fn note(bench: &Bench, from: &DropAddress, kept: &Kept) {
    let n_new = u32::from(kept.taken != TakenFile::WasIn);
    let noted = bench.store().note_drop_use(&from.id, n_new, bench.now());
    if let Err(error) = noted.await {
        let error: &dyn std::error::Error = &error;
        tracing::warn!(error, drop.id = %from.id, "a file of a drop is in but not counted");
    }
    tracing::info!(
        drop.id = %from.id,
        drop.name = from.name,
        n_new,
        n_to_look_at = kept.to_look_at().len(),
        "a file came through a drop"
    );
}
