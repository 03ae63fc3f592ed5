//! Who is signed in, what they may do, and forms that are known to be theirs.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use schemas::record::Role;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use store::{Offer, Trouble, User};

use crate::app::Shared;
use crate::cookies::Cookie;
use crate::digest::{same_secret, sha256_hex};
use crate::error::WebError;

/// The person behind a request.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) user: User,
    /// What every form of this session repeats.
    pub(crate) form_token: String,
    /// Names the session in the records.
    pub(crate) token_hash: String,
    /// What is wrong right now, for the top of every page.
    pub(crate) troubles: Vec<Trouble>,
}

/// The parts of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duty {
    /// See batches, the ledger and quarantined sheets.
    SeeSheets,
    /// Bring sheets in and count them; say what a sheet is that could not be read, or throw it away.
    PlaceSheets,
    /// Read stories and their history.
    SeeStories,
    /// Correct stories and decide.
    WorkStories,
    /// Give a second opinion, and say that nobody is in danger.
    GiveOpinions,
    /// Look at the layouts.
    SeeLayouts,
    /// Draw layouts and put them in use.
    DrawLayouts,
    /// See what was sent to others.
    SeeDeliveries,
    /// Send what is published to others, again, as a test or as a file.
    SendDeliveries,
    /// Look after the own account: password and sessions.
    KeepAccount,
    /// See who has an account.
    SeePeople,
    /// Invite people, shut them out, and give them other work.
    ManagePeople,
    /// See who saw and changed what.
    SeeAudit,
}

impl Duty {
    /// Whether it belongs to `role`.
    pub(crate) const fn belongs_to(self, role: Role) -> bool {
        match self {
            Self::SeeSheets | Self::KeepAccount => true,
            Self::PlaceSheets => !matches!(role, Role::Auditor),
            Self::SeeStories => !matches!(role, Role::MailRoom),
            Self::WorkStories => {
                matches!(role, Role::Moderator | Role::Senior | Role::Administrator)
            }
            Self::GiveOpinions => matches!(role, Role::Senior | Role::Administrator),
            Self::SendDeliveries => matches!(role, Role::Senior | Role::Administrator),
            Self::SeeLayouts | Self::SeeDeliveries => {
                matches!(role, Role::Senior | Role::Administrator | Role::Auditor)
            }
            Self::SeePeople | Self::SeeAudit => {
                matches!(role, Role::Administrator | Role::Auditor)
            }
            Self::DrawLayouts | Self::ManagePeople => matches!(role, Role::Administrator),
        }
    }
}

impl SignedIn {
    pub(crate) fn may(&self, duty: Duty) -> bool {
        duty.belongs_to(self.user.role)
    }

    /// Which stories `Next story` offers.
    pub(crate) fn offer(&self) -> Offer {
        if self.may(Duty::GiveOpinions) {
            Offer::Senior
        } else {
            Offer::Ordinary
        }
    }

    /// # Errors
    /// [`WebError::NotYours`] when the duty does not belong to the person's role.
    pub(crate) fn must(&self, duty: Duty) -> Result<(), WebError> {
        if self.may(duty) {
            Ok(())
        } else {
            Err(WebError::NotYours)
        }
    }

    /// Finds out who sent these headers.
    pub(crate) async fn find(
        headers: &HeaderMap,
        bench: &Shared,
    ) -> Result<Option<Self>, WebError> {
        let Some(token) = Cookie::Session.read(headers, bench.settings()) else {
            return Ok(None);
        };
        let token_hash = sha256_hex(token.as_bytes());
        let now = bench.now();
        let Some(session) = bench.store().session(&token_hash, now).await? else {
            return Ok(None);
        };
        if session.is_seen_anew(now) {
            note_seen(bench, &token_hash).await;
        }
        Ok(Some(Self {
            user: session.user,
            form_token: session.csrf,
            token_hash,
            troubles: bench.store().troubles(now).await,
        }))
    }
}

/// Nobody is kept from their work because this could not be written.
async fn note_seen(bench: &Shared, token_hash: &str) {
    let noted = bench
        .store()
        .note_session_seen(token_hash, bench.now())
        .await;
    if let Err(error) = noted {
        tracing::warn!(error = %error, "it was not noted that a session was seen");
    }
}

impl FromRequestParts<Shared> for SignedIn {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, bench: &Shared) -> Result<Self, WebError> {
        if let Some(found) = Self::find(&parts.headers, bench).await? {
            return Ok(found);
        }
        if parts.method != Method::GET && parts.method != Method::HEAD {
            return Err(WebError::SessionEnded);
        }
        let next = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        Err(WebError::SignInFirst {
            next: next.to_owned(),
        })
    }
}

/// A form that a signed-in person sent from one of our pages.
#[derive(Debug)]
pub(crate) struct Posted<T> {
    pub(crate) who: SignedIn,
    pub(crate) form: T,
}

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    csrf: String,
}

impl<T: DeserializeOwned> FromRequest<Shared> for Posted<T> {
    type Rejection = WebError;

    async fn from_request(request: Request, bench: &Shared) -> Result<Self, WebError> {
        let (mut parts, body) = request.into_parts();
        let who = SignedIn::from_request_parts(&mut parts, bench).await?;
        let headers = parts.headers.clone();
        let bytes = Bytes::from_request(Request::from_parts(parts, body), bench).await?;
        check_form_token(&headers, &bytes, &who.form_token)?;
        let form = parse(&bytes)?;
        Ok(Self { who, form })
    }
}

/// Reads a form.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WebError> {
    serde_urlencoded::from_bytes(bytes).map_err(|error| WebError::BadForm(Some(error)))
}

/// Makes sure that a form comes from one of our pages.
///
/// # Errors
/// [`WebError::FormToken`] when it does not repeat `expected`, or the browser says that another site sent it.
pub(crate) fn check_form_token(
    headers: &HeaderMap,
    form: &[u8],
    expected: &str,
) -> Result<(), WebError> {
    let sent: Token = parse(form)?;
    check_token(headers, &sent.csrf, expected)
}

/// The same for a form that was read already.
///
/// # Errors
/// As [`check_form_token`].
pub(crate) fn check_token(headers: &HeaderMap, sent: &str, expected: &str) -> Result<(), WebError> {
    let site = headers
        .get("sec-fetch-site")
        .map(axum::http::HeaderValue::as_bytes);
    let from_here = matches!(site, None | Some(b"same-origin" | b"none"));
    if from_here && same_secret(sent, expected) {
        Ok(())
    } else {
        Err(WebError::FormToken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mail_room_sees_sheets_and_the_auditor_changes_nothing() {
        assert!(Duty::SeeSheets.belongs_to(Role::MailRoom));
        assert!(!Duty::SeeStories.belongs_to(Role::MailRoom));
        assert!(Duty::SeeStories.belongs_to(Role::Auditor));
        assert!(!Duty::WorkStories.belongs_to(Role::Auditor));
        assert!(Duty::PlaceSheets.belongs_to(Role::MailRoom));
        assert!(!Duty::PlaceSheets.belongs_to(Role::Auditor));
        assert!(Duty::WorkStories.belongs_to(Role::Moderator));
        assert!(!Duty::DrawLayouts.belongs_to(Role::Moderator));
        assert!(!Duty::DrawLayouts.belongs_to(Role::Auditor));
        assert!(Duty::SeePeople.belongs_to(Role::Auditor));
        assert!(!Duty::ManagePeople.belongs_to(Role::Auditor));
        assert!(!Duty::SeeAudit.belongs_to(Role::Senior));
        assert!(Duty::KeepAccount.belongs_to(Role::MailRoom));
    }

    #[test]
    fn a_form_from_another_site_is_refused_even_with_the_right_token() {
        let mut headers = HeaderMap::new();
        assert!(check_form_token(&headers, b"csrf=abc", "abc").is_ok());
        headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
        assert!(check_form_token(&headers, b"csrf=abc", "abc").is_err());
    }
}
