//! Files that are sent from a browser. Each is kept before the next one is received, so that a connection that breaks off
//! loses none of those before; sending them again changes nothing.

use axum::Json;
use axum::extract::multipart::Multipart;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use schemas::BatchId;
use serde::Serialize;
use store::CountBatch;

use super::{load, numbers, pile_name};
use crate::app::Shared;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::mail_slot::{Pile, SentFile, TakenFile};
use crate::session::{Duty, SignedIn, check_token};
use crate::upload::value_of;
use crate::{urls, words};

/// What a pile is called that nobody gave a name.
const UNNAMED: &str = "Sent in the bench";

/// The answer for scripts.
#[derive(Serialize)]
struct Sent {
    /// The page of the pile.
    page: String,
    /// Where more files of the pile go.
    files: String,
    taken: Vec<Told>,
    /// What was typed about the pile and not understood; the files are in all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    slip: Option<&'static str>,
}

/// What became of one file, in words.
#[derive(Serialize)]
struct Told {
    name: String,
    /// Whether somebody has to look at it.
    look: bool,
    words: String,
}

/// `POST /batches`: begins a pile, and takes files into it.
pub(crate) async fn post(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    form: Multipart,
) -> Result<Response, WebError> {
    Sending::new(&bench, who, &headers, None)?
        .receive(form)
        .await
}

/// `POST /batches/{id}/files`: takes more files into a pile.
pub(crate) async fn add(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path(id): Path<String>,
    form: Multipart,
) -> Result<Response, WebError> {
    let batch = load(&bench, &id).await?;
    Sending::new(&bench, who, &headers, Some(batch.id))?
        .receive(form)
        .await
}

/// A form on its way in.
struct Sending<'a> {
    bench: &'a Shared,
    who: SignedIn,
    headers: &'a HeaderMap,
    batch_id: Option<BatchId>,
    fields: Vec<(String, String)>,
    taken: Vec<Told>,
    slip: Option<&'static str>,
}

impl<'a> Sending<'a> {
    fn new(
        bench: &'a Shared,
        who: SignedIn,
        headers: &'a HeaderMap,
        batch_id: Option<BatchId>,
    ) -> Result<Self, WebError> {
        who.must(Duty::PlaceSheets)?;
        Ok(Self {
            bench,
            who,
            headers,
            batch_id,
            fields: Vec::new(),
            taken: Vec::new(),
            slip: None,
        })
    }

    /// The fields of the form stand before its files.
    async fn receive(mut self, mut form: Multipart) -> Result<Response, WebError> {
        while let Some(field) = form.next_field().await.map_err(WebError::Upload)? {
            let name = field.name().unwrap_or_default().to_owned();
            let Some(file_name) = field.file_name().map(str::to_owned) else {
                let value = field.text().await.map_err(WebError::Upload)?;
                self.fields.push((name, value));
                continue;
            };
            self.check()?;
            let turns = &self.bench.sending_turns;
            let turn = turns.acquire().await;
            let _turn = turn.map_err(|_| WebError::Internal("the turns are never closed"))?;
            let bytes = field.bytes().await.map_err(WebError::Upload)?;
            // A form in which no file was chosen has one without a name.
            if !file_name.is_empty() {
                self.take(file_name, bytes.into()).await?;
            }
        }
        self.check()?;
        self.answer().await
    }

    fn check(&self) -> Result<(), WebError> {
        check_token(self.headers, self.field("csrf"), &self.who.form_token)
    }

    fn field(&self, name: &str) -> &str {
        value_of(&self.fields, name)
    }

    async fn take(&mut self, name: String, bytes: Vec<u8>) -> Result<(), WebError> {
        let batch_id = self.batch().await?;
        let file = SentFile {
            origin: format!("sent into {batch_id}: {name}"),
            pile: Pile::Opened(batch_id),
            name: name.clone(),
            bytes,
        };
        let taken = self.bench.app.mail_slot.take(file).await;
        let (look, words) = told(&taken.map_err(WebError::NotKept)?);
        self.taken.push(Told { name, look, words });
        Ok(())
    }

    /// The pile; begun when the first file has arrived.
    async fn batch(&mut self) -> Result<BatchId, WebError> {
        if let Some(id) = &self.batch_id {
            return Ok(id.clone());
        }
        let (store, moment) = (self.bench.store(), self.bench.moment());
        let named = pile_name(self.field("name"));
        let source = if named.is_empty() { UNNAMED } else { &named };
        let n_sides = numbers::sides(self.field("sides"));
        let separation =
            numbers::separation(self.field("separation"), self.field("every"), n_sides);
        let n_papers = numbers::papers(self.field("papers"));
        // No sheet waits for a number.
        self.slip = separation.err().or(n_papers.err());
        let separation = separation.unwrap_or_default();
        let batch_id = store.open_batch(&moment, source, separation).await?;
        if let Ok(Some(n_papers)) = n_papers {
            let count = CountBatch {
                batch_id: batch_id.clone(),
                user_id: self.who.user.id.clone(),
                n_papers,
                n_sides,
            };
            store.count_batch(&moment, &count).await?;
        }
        self.batch_id = Some(batch_id.clone());
        Ok(batch_id)
    }

    async fn answer(mut self) -> Result<Response, WebError> {
        let settings = self.bench.settings();
        if self.is_script() {
            let batch_id = self.batch().await?;
            return Ok(Json(Sent {
                page: urls::batch(&batch_id),
                files: urls::batch_step(&batch_id, "files"),
                taken: self.taken,
                slip: self.slip,
            })
            .into_response());
        }
        let (what, page) = match (&self.batch_id, self.taken.is_empty()) {
            (Some(id), false) if self.slip.is_some() => (Happened::FilesNoNumber, urls::batch(id)),
            (Some(id), false) => (Happened::FilesTaken, urls::batch(id)),
            (Some(id), true) => (Happened::NoFile, urls::batch(id)),
            (None, _) => (Happened::NoFile, urls::MAIL_ROOM.to_owned()),
        };
        Ok(Flash::new(what).then(&page, settings))
    }

    fn is_script(&self) -> bool {
        let accepts = self.headers.get(header::ACCEPT);
        accepts.is_some_and(|value| value == "application/json")
    }
}

/// Whether somebody has to look, and what is told about a file.
fn told(taken: &TakenFile) -> (bool, String) {
    let pages = |n: usize| words::count(n as u64, "page", "pages");
    match taken {
        TakenFile::In {
            n_pages,
            to_look_at,
        } if to_look_at.is_empty() => (false, format!("{} in", pages(*n_pages))),
        TakenFile::In {
            n_pages,
            to_look_at,
        } => {
            let n_to_look_at = to_look_at.len();
            let words = format!("{} in, {n_to_look_at} to be looked at", pages(*n_pages));
            (true, words)
        }
        TakenFile::WasIn => (false, "was in already".to_owned()),
        TakenFile::SameAsAnother => (
            true,
            "the same as a file that came in before; noted, not read again".to_owned(),
        ),
    }
}
