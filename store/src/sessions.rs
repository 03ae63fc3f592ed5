use schemas::record::AuditKind;
use schemas::{TimeMs, UserId};

use crate::audit::{self, NewAudit};
use crate::database::{Fields, Tx, statements, values};
use crate::{Moment, Store, StoreError, User};

/// How exactly it is known when a session was last seen: writing that with every picture would cost more than the picture.
const SEEN_EVERY_MS: i64 = 60_000;

/// A session to open.
#[derive(Clone)]
pub struct NewSession {
    /// The hash of the token that the browser keeps; the token itself is stored nowhere.
    pub token_hash: String,
    /// Whose it is.
    pub user_id: UserId,
    /// What every form of the session must carry.
    pub csrf: String,
    /// What the browser calls itself, in a few words.
    pub browser: String,
    /// When it ends.
    pub expires_at: TimeMs,
}

impl std::fmt::Debug for NewSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSession")
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}

/// The session of a request.
#[derive(Clone)]
pub struct Session {
    /// Whose it is.
    pub user: User,
    /// What every form of the session must carry.
    pub csrf: String,
    /// When it ends.
    pub expires_at: TimeMs,
    /// When it was last seen, to the minute.
    pub last_seen_at: TimeMs,
}

impl Session {
    /// Whether it should be noted that it was seen.
    pub fn is_seen_anew(&self, now: TimeMs) -> bool {
        now.0 - self.last_seen_at.0 >= SEEN_EVERY_MS
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// A session as its owner tells it from others.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// The hash of its token, which names it and opens nothing.
    pub token_hash: String,
    /// What the browser calls itself, in a few words.
    pub browser: String,
    /// Since when it is open.
    pub created_at: TimeMs,
    /// When it was last seen, to the minute.
    pub last_seen_at: TimeMs,
}

impl std::fmt::Debug for OpenSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenSession")
            .field("browser", &self.browser)
            .finish_non_exhaustive()
    }
}

statements! {
    FORGET_ENDED = "DELETE FROM sessions WHERE expires_at <= $1";
    INSERT = "INSERT INTO sessions (token_hash, user_id, csrf, browser, created_at, last_seen_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $5, $6)";
    NOTE_SIGN_IN = "UPDATE users SET last_signed_in_at = $2 WHERE id = $1";
    LOOKUP = "SELECT u.id, u.name, u.display_name, u.role, u.password_hash, u.disabled, u.created_at,
            u.last_signed_in_at, s.csrf, s.expires_at, s.last_seen_at
        FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.token_hash = $1 AND s.expires_at > $2 AND u.disabled = 0";
    LIST = "SELECT token_hash, browser, created_at, last_seen_at FROM sessions
        WHERE user_id = $1 AND expires_at > $2 ORDER BY last_seen_at DESC, created_at DESC, token_hash";
    NOTE_SEEN = "UPDATE sessions SET last_seen_at = $2 WHERE token_hash = $1";
    END = "DELETE FROM sessions WHERE token_hash = $1 AND user_id = $2";
    END_OTHERS = "DELETE FROM sessions WHERE user_id = $1 AND token_hash <> $2";
}

impl Store {
    /// Opens a session, and forgets those that have run out.
    ///
    /// # Errors
    /// When the database fails or there is no such person.
    #[tracing::instrument(skip_all, name = "db.session.open", fields(user.id = %session.user_id))]
    pub async fn open_session(
        &self,
        ctx: &Moment<'_>,
        session: NewSession,
    ) -> Result<(), StoreError> {
        let row = values![
            &session.token_hash,
            &session.user_id,
            &session.csrf,
            &session.browser,
            ctx.now,
            session.expires_at,
        ];
        let mut tx = self.begin().await?;
        tx.execute(FORGET_ENDED, values![ctx.now]).await?;
        tx.execute(INSERT, row).await?;
        tx.execute(NOTE_SIGN_IN, values![&session.user_id, ctx.now])
            .await?;
        let own = about(&session.user_id, &session.user_id, AuditKind::SignedIn);
        audit::write(&mut tx, ctx, own).await?;
        tx.commit().await
    }

    /// Looks up a session that has not run out, of a person who may sign in.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.session.lookup")]
    pub async fn session(
        &self,
        token_hash: &str,
        now: TimeMs,
    ) -> Result<Option<Session>, StoreError> {
        let Some(row) = self.fetch_first(LOOKUP, values![token_hash, now]).await? else {
            return Ok(None);
        };
        let fields = row.of("sessions");
        Ok(Some(Session {
            user: User::from_row(row.of("users"))?,
            csrf: fields.text("csrf")?,
            expires_at: fields.time("expires_at")?,
            last_seen_at: fields.time("last_seen_at")?,
        }))
    }

    /// Lists a person's open sessions, the one that was seen last first.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.session.list", fields(user.id = %user_id))]
    pub async fn sessions_of(
        &self,
        user_id: &UserId,
        now: TimeMs,
    ) -> Result<Vec<OpenSession>, StoreError> {
        let rows = self.fetch_all(LIST, values![user_id, now]).await?;
        rows.iter()
            .map(|row| open_session(row.of("sessions")))
            .collect()
    }

    /// Notes that a session was seen.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.session.note_seen")]
    pub async fn note_session_seen(&self, token_hash: &str, now: TimeMs) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.execute(NOTE_SEEN, values![token_hash, now]).await?;
        tx.commit().await
    }

    /// Ends the session of somebody who signs out.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.session.sign_out", fields(user.id = %user_id))]
    pub async fn sign_out(
        &self,
        ctx: &Moment<'_>,
        user_id: &UserId,
        token_hash: &str,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.execute(END, values![token_hash, user_id]).await?;
        audit::write(&mut tx, ctx, about(user_id, user_id, AuditKind::SignedOut)).await?;
        tx.commit().await
    }

    /// Ends one session of a person. Says whether it was open.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.session.end", fields(user.id = %user_id))]
    pub async fn end_session(
        &self,
        ctx: &Moment<'_>,
        by: &UserId,
        user_id: &UserId,
        token_hash: &str,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let n_ended = tx.execute(END, values![token_hash, user_id]).await?;
        if n_ended > 0 {
            audit::write(&mut tx, ctx, about(by, user_id, AuditKind::SessionsEnded)).await?;
        }
        tx.commit().await?;
        Ok(n_ended > 0)
    }

    /// Ends every session of a person, except perhaps one. How many there were.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.session.end_others", fields(user.id = %user_id))]
    pub async fn end_sessions_of(
        &self,
        ctx: &Moment<'_>,
        by: &UserId,
        user_id: &UserId,
        keep: Option<&str>,
    ) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let n_ended = end_others(&mut tx, user_id, keep).await?;
        if n_ended > 0 {
            audit::write(&mut tx, ctx, about(by, user_id, AuditKind::SessionsEnded)).await?;
        }
        tx.commit().await?;
        Ok(n_ended)
    }
}

/// Ends every session of a person but `keep`, as part of something larger. How many there were.
pub(crate) async fn end_others(
    tx: &mut Tx,
    user_id: &UserId,
    keep: Option<&str>,
) -> Result<u64, StoreError> {
    tx.execute(END_OTHERS, values![user_id, keep.unwrap_or_default()])
        .await
}

fn about<'a>(by: &'a UserId, user_id: &'a UserId, kind: AuditKind) -> NewAudit<'a> {
    NewAudit {
        by: Some(by),
        kind,
        subject: user_id.as_str(),
        detail: "",
    }
}

fn open_session(row: Fields<'_>) -> Result<OpenSession, StoreError> {
    Ok(OpenSession {
        token_hash: row.text("token_hash")?,
        browser: row.text("browser")?,
        created_at: row.time("created_at")?,
        last_seen_at: row.time("last_seen_at")?,
    })
}
