use std::error::Error;

use askama::Template;
use axum::extract::multipart::MultipartError;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use store::{BlobError, Outage, StoreError};

use crate::mail_slot::SlotError;
use crate::urls;

/// Why a request was not answered as asked. Every handler fails with this; it becomes a page here and
/// nowhere else.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WebError {
    /// There is nothing at this address, or nothing any more.
    #[error("there is nothing at this address")]
    NotFound,
    /// The address has no such method.
    #[error("the address does not take this method")]
    WrongMethod,
    /// Nobody is signed in; signing in leads back to `next`.
    #[error("nobody is signed in")]
    SignInFirst {
        /// The page that was asked for.
        next: String,
    },
    /// A form was sent after the session had ended.
    #[error("the session has ended")]
    SessionEnded,
    /// The person's role does not include this.
    #[error("the role does not include this")]
    NotYours,
    /// The form did not come from one of our pages, or from one that is too old.
    #[error("the form's token is missing or old")]
    FormToken,
    /// The form is not one that our pages send.
    #[error("the form cannot be understood")]
    BadForm(#[source] Option<serde_urlencoded::de::Error>),
    /// More was sent than any form holds.
    #[error("the form could not be received")]
    Body(#[from] BytesRejection),
    /// A file could not be received.
    #[error("the file could not be received")]
    Upload(#[source] MultipartError),
    /// A file could not be kept.
    #[error("the file could not be taken in")]
    NotKept(#[source] SlotError),
    /// The records failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// The pictures failed.
    #[error("the blobs failed")]
    Blobs(#[from] BlobError),
    /// A page could not be written.
    #[error("a template failed")]
    Template(#[from] askama::Error),
    /// A blocking task failed.
    #[error("a computation failed")]
    Task(#[from] tokio::task::JoinError),
    /// Something that cannot fail has failed.
    #[error("{0}")]
    Internal(&'static str),
}

/// When machines may ask again after an outage, in seconds.
pub(crate) const RETRY_AFTER: HeaderValue = HeaderValue::from_static("30");

#[derive(Template)]
#[template(path = "pages/error.html")]
struct ErrorPage {
    title: &'static str,
    /// What happened, and what to do now.
    words: &'static str,
    links: Vec<(&'static str, &'static str)>,
}

impl WebError {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::SignInFirst { .. } => StatusCode::SEE_OTHER,
            Self::SessionEnded => StatusCode::UNAUTHORIZED,
            Self::NotYours | Self::FormToken => StatusCode::FORBIDDEN,
            Self::BadForm(_) => StatusCode::BAD_REQUEST,
            Self::Body(rejection) => rejection.status(),
            Self::Upload(error) => error.status(),
            Self::NotKept(_) => StatusCode::SERVICE_UNAVAILABLE,
            _ if self.outage().is_some() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(_)
            | Self::Blobs(_)
            | Self::Template(_)
            | Self::Task(_)
            | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What is away or full, when that is all.
    fn outage(&self) -> Option<Outage> {
        match self {
            Self::Store(error) => error.outage(),
            Self::Blobs(error) => error.is_disk_full().then_some(Outage::DiskFull),
            _ => None,
        }
    }

    fn words(&self) -> (&'static str, &'static str) {
        if let Some(outage) = self.outage() {
            return outage_words(outage);
        }
        match self {
            Self::NotFound | Self::SignInFirst { .. } => (
                "There is nothing here",
                "The address may be mistyped, or what was here has been taken down.",
            ),
            Self::WrongMethod => (
                "That does not work here",
                "This address cannot be used in this way. Please use the buttons and links of the pages.",
            ),
            Self::SessionEnded => (
                "You have been signed out",
                "Nothing you typed is lost: it is still in the page before this one. Sign in again in a \
                 new tab, then come back here, press your browser’s Back button and save again.",
            ),
            Self::NotYours => (
                "This is not part of your work",
                "Your account does not include this. If it should, please ask an administrator.",
            ),
            Self::FormToken => (
                "Please try that again",
                "The form was too old, or did not come from one of our pages, so nothing was changed. Go \
                 back, reload the page and try again.",
            ),
            Self::BadForm(_) => (
                "That form could not be understood",
                "Nothing was changed. Go back, reload the page and try again.",
            ),
            Self::Body(_) => (
                "That was too much at once",
                "The form was larger than any story can be. Nothing was changed.",
            ),
            Self::Upload(_) => (
                "The file did not arrive",
                "It was too large, or the connection broke off. Nothing was changed. Scan the form at 300 dpi and \
                 try again.",
            ),
            Self::NotKept(_) => (
                "The file could not be kept",
                "Files that were sent before it are in. It has been written down what is wrong. Send this one again in a \
                 moment: sending a file twice changes nothing.",
            ),
            _ => (
                "Something went wrong on our side",
                "Nothing you did caused it, and it has been written down. Please try again in a moment.",
            ),
        }
    }

    fn links(&self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::SessionEnded => vec![("Sign in again", urls::SIGN_IN)],
            _ => vec![
                ("Published stories", urls::HOME),
                ("The bench", urls::QUEUE),
            ],
        }
    }

    /// Writes down what is our fault; once, and without anything that a person typed.
    fn log(&self) {
        if self.status().is_server_error() {
            tracing::error!(error = %self, error.causes = causes(self), "a request failed");
        }
    }
}

const fn outage_words(outage: Outage) -> (&'static str, &'static str) {
    match outage {
        Outage::Away => (
            "The records cannot be reached",
            "The database does not answer just now. Nothing that was saved is lost, and everything goes on by itself \
             once it is back: please try again in a minute. If you were saving something, press your browser’s Back \
             button: what you typed is still there.",
        ),
        Outage::DiskFull => (
            "The disk is full",
            "Nothing that was saved is lost, but nothing more can be saved until somebody makes room on the disk of \
             Postbag; it then goes on by itself. If you were saving something, press your browser’s Back button: what \
             you typed is still there.",
        ),
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        if let Self::SignInFirst { next } = &self {
            return Redirect::to(&urls::sign_in_then(next)).into_response();
        }
        self.log();
        let (title, words) = self.words();
        let links = self.links();
        let page = ErrorPage {
            title,
            words,
            links,
        };
        let html = page.render().unwrap_or_else(|_| title.to_owned());
        let status = self.status();
        let mut response = (status, Html(html)).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        response
    }
}

/// The chain of causes below `error`.
pub(crate) fn causes(error: &(dyn Error + 'static)) -> String {
    let chain = std::iter::successors(error.source(), |cause: &&dyn Error| (*cause).source());
    let texts: Vec<String> = chain.map(ToString::to_string).collect();
    texts.join(": ")
}
