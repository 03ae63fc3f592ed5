use std::error::Error;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemas::TimeMs;
use serde::Serialize;
use store::DropAddress;

use crate::error::{RETRY_AFTER, causes};
use crate::mail_slot::{PageToLookAt, TakenFile};
use crate::words;

/// A file that is in.
pub(super) struct Kept {
    pub(super) name: String,
    /// What its pile is called.
    pub(super) pile: String,
    pub(super) sha256: String,
    pub(super) taken: TakenFile,
}

/// What is answered about it.
#[derive(Serialize)]
struct Told<'a> {
    file: &'a str,
    what: &'static str,
    words: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    look_at: Vec<ToldPage<'a>>,
    pile: &'a str,
    sha256: &'a str,
}

#[derive(Serialize)]
struct ToldPage<'a> {
    page: u32,
    cause: &'a str,
    next_action: &'a str,
}

impl Kept {
    pub(super) fn answer(&self) -> Response {
        let (status, what, words) = self.told();
        let told = Told {
            file: &self.name,
            what,
            words,
            look_at: self.to_look_at().iter().map(ToldPage::of).collect(),
            pile: &self.pile,
            sha256: &self.sha256,
        };
        json(status, &told)
    }

    /// The pages that a person must look at.
    pub(super) fn to_look_at(&self) -> &[PageToLookAt] {
        match &self.taken {
            TakenFile::In { to_look_at, .. } => to_look_at,
            TakenFile::WasIn | TakenFile::SameAsAnother => &[],
        }
    }

    fn told(&self) -> (StatusCode, &'static str, String) {
        let n_to_look_at = self.to_look_at().len();
        match self.taken {
            TakenFile::WasIn => (
                StatusCode::OK,
                "was-in",
                "This file was in already; nothing was changed.".to_owned(),
            ),
            TakenFile::SameAsAnother => (
                StatusCode::OK,
                "same-as-another",
                "The same as a file that came in before; noted, not read again.".to_owned(),
            ),
            TakenFile::In { n_pages, .. } if n_to_look_at == n_pages => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "unreadable",
                "The file is kept, but no page of it could be opened; a person will look at it."
                    .to_owned(),
            ),
            TakenFile::In { n_pages, .. } => {
                let pages = words::count(n_pages as u64, "page", "pages");
                let but = match n_to_look_at {
                    0 => String::new(),
                    n => format!(", of which a person will look at {n}"),
                };
                (StatusCode::CREATED, "in", format!("{pages} in{but}."))
            }
        }
    }
}

impl<'a> ToldPage<'a> {
    fn of(page: &'a PageToLookAt) -> Self {
        Self {
            page: page.number,
            cause: &page.warning.cause,
            next_action: &page.warning.next_action,
        }
    }
}

/// Why a file was not taken, in plain words for whoever reads the log of the program that sent it.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    what: &'static str,
    words: String,
    next_action: &'static str,
    retry_after: Option<HeaderValue>,
}

/// What is answered about a file that was not taken.
#[derive(Serialize)]
struct ToldRefusal<'a> {
    what: &'a str,
    words: &'a str,
    next_action: &'a str,
}

impl Refusal {
    fn new(
        status: StatusCode,
        what: &'static str,
        words: impl Into<String>,
        next_action: &'static str,
    ) -> Self {
        Self {
            status,
            what,
            words: words.into(),
            next_action,
            retry_after: None,
        }
    }

    fn after_s(self, seconds: i64) -> Self {
        Self {
            retry_after: Some(HeaderValue::from(seconds)),
            ..self
        }
    }

    pub(super) fn no_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unknown-token",
            "Nothing was taken: the token is missing, or nobody knows it.",
            "Send the header “Authorization: Bearer TOKEN” with the token that was given to you.",
        )
    }

    pub(super) fn revoked() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "revoked-token",
            "Nothing was taken: this address has been closed.",
            "Keep the scans, and ask the people whom you scan for.",
        )
    }

    pub(super) fn too_many_guesses(wait_ms: i64) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "unknown-token",
            "Nothing was taken: too many tokens that nobody knows came from this machine.",
            "Put the token right, and wait some minutes.",
        )
        .after_s(wait_ms / 1000 + 1)
    }

    pub(super) fn no_name() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "no-name",
            "Nothing was taken: the file's name is missing.",
            "Put it behind the address: …/drop/scan.pdf. With curl, end the address with a slash.",
        )
    }

    pub(super) fn too_large(limit_bytes: u64) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            format!(
                "Nothing was taken: a file may have {} MiB here.",
                limit_bytes >> 20
            ),
            "Send the pages in several files, or ask for a larger limit.",
        )
    }

    pub(super) fn too_many(from: &DropAddress, now: TimeMs) -> Self {
        let files = words::count(from.files_per_day.into(), "file", "files");
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many",
            format!("Nothing was taken: {files} came today, and that is the limit."),
            "Send it again after midnight (UTC), or ask for a larger limit.",
        )
        .after_s(DropAddress::until_next_day_ms(now) / 1000 + 1)
    }

    pub(super) fn broke_off() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "broke-off",
            "Nothing was taken: the file did not arrive to its end.",
            SEND_AGAIN,
        )
    }

    /// Logged here, once.
    pub(super) fn not_kept(error: &(dyn Error + 'static)) -> Self {
        tracing::error!(%error, error.causes = causes(error), "a file of a drop could not be kept");
        let refusal = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not-kept",
            "Nothing was taken: the file could not be kept just now. It has been written down what is wrong.",
            SEND_AGAIN,
        );
        Self {
            retry_after: Some(RETRY_AFTER),
            ..refusal
        }
    }
}

const SEND_AGAIN: &str = "Send it again in a moment: sending a file twice changes nothing.";

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let told = ToldRefusal {
            what: self.what,
            words: &self.words,
            next_action: self.next_action,
        };
        let mut response = json(self.status, &told);
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            let bearer = HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, bearer);
        }
        if let Some(after) = self.retry_after {
            headers.insert(header::RETRY_AFTER, after);
        }
        response
    }
}

/// In lines, and with a last line end: it is read in terminals and logs.
fn json(status: StatusCode, told: &impl Serialize) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    match serde_json::to_string_pretty(told) {
        Ok(text) => (status, kind, text + "\n").into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
