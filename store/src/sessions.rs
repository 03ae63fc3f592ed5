use schemas::{TimeMs, UserId};

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

impl Store {
    /// Opens a session, and forgets those that have run out.
    ///
    /// # Errors
    /// When the database fails or there is no such person.
    #[tracing::instrument(skip_all, name = "db.session.open", fields(user.id = %session.user_id), err)]
    pub async fn open_session(
        &self,
        ctx: &Moment<'_>,
        session: NewSession,
    ) -> Result<(), StoreError> {
        todo!()
    }

    /// Looks up a session that has not run out, of a person who may sign in.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.session.lookup", err)]
    pub async fn session(
        &self,
        token_hash: &str,
        now: TimeMs,
    ) -> Result<Option<Session>, StoreError> {
        todo!()
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.session.end", err)]
    pub async fn end_session(&self, token_hash: &str) -> Result<(), StoreError> {
        todo!()
    }

    /// Ends every session of a person.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.session.end_all", fields(user.id = %user_id), err)]
    pub async fn end_sessions_of(&self, user_id: &UserId) -> Result<(), StoreError> {
        todo!()
    }
}
