use schemas::{TimeMs, UserId};

use crate::database::{Tx, statements, values};
use crate::{Moment, Store, StoreError, User};

/// A session to open.
#[derive(Clone)]
pub struct NewSession {
    /// The hash of the token that the browser keeps; the token itself is stored nowhere.
    pub token_hash: String,
    /// Whose it is.
    pub user_id: UserId,
    /// What every form of the session must carry.
    pub csrf: String,
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

/// A session that is open.
#[derive(Clone)]
pub struct Session {
    /// Whose it is.
    pub user: User,
    /// What every form of the session must carry.
    pub csrf: String,
    /// When it ends.
    pub expires_at: TimeMs,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

statements! {
    FORGET_ENDED = "DELETE FROM sessions WHERE expires_at <= $1";
    INSERT = "INSERT INTO sessions (token_hash, user_id, csrf, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    LOOKUP = "SELECT u.id, u.name, u.display_name, u.role, u.password_hash, u.disabled, u.created_at, s.csrf,
            s.expires_at
        FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.token_hash = $1 AND s.expires_at > $2 AND u.disabled = 0";
    END = "DELETE FROM sessions WHERE token_hash = $1";
    END_ALL = "DELETE FROM sessions WHERE user_id = $1";
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
            ctx.now,
            session.expires_at,
        ];
        let mut tx = self.begin().await?;
        tx.execute(FORGET_ENDED, values![ctx.now]).await?;
        tx.execute(INSERT, row).await?;
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
        Ok(Some(Session {
            user: User::from_row(row.of("users"))?,
            csrf: row.of("sessions").text("csrf")?,
            expires_at: row.of("sessions").time("expires_at")?,
        }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.session.end")]
    pub async fn end_session(&self, token_hash: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.execute(END, values![token_hash]).await?;
        tx.commit().await
    }

    /// Ends every session of a person.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.session.end_all", fields(user.id = %user_id))]
    pub async fn end_sessions_of(&self, user_id: &UserId) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        end_all(&mut tx, user_id).await?;
        tx.commit().await
    }
}

/// Ends every session of a person, as part of something larger.
pub(crate) async fn end_all(tx: &mut Tx, user_id: &UserId) -> Result<(), StoreError> {
    tx.execute(END_ALL, values![user_id]).await?;
    Ok(())
}
