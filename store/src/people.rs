use schemas::record::Role;
use schemas::{TimeMs, UserId};

use crate::{Moment, Store, StoreError};

/// A person who may sign in.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The person.
    pub id: UserId,
    /// The name to sign in with, in small letters.
    pub name: String,
    /// The name as shown.
    pub display_name: String,
    /// What the person may do.
    pub role: Role,
    /// The password's hash.
    pub password_hash: String,
    /// Whether the person may no longer sign in.
    pub disabled: bool,
    /// When the account was made.
    pub created_at: TimeMs,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// An account to make.
#[derive(Clone)]
pub struct NewUser {
    /// The name to sign in with; large and small letters are the same.
    pub name: String,
    /// The name as shown.
    pub display_name: String,
    /// What the person may do.
    pub role: Role,
    /// The password's hash.
    pub password_hash: String,
}

impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUser")
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// What became of the wish for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddedUser {
    /// It is made.
    Added(UserId),
    /// The name is taken.
    NameTaken,
}

impl Store {
    /// Makes an account.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.user.add", err)]
    pub async fn add_user(&self, ctx: &Moment<'_>, user: NewUser) -> Result<AddedUser, StoreError> {
        todo!()
    }

    /// Looks up a person by the name to sign in with.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.user.lookup_by_name", err)]
    pub async fn user_by_name(&self, name: &str) -> Result<Option<User>, StoreError> {
        todo!()
    }

    /// Looks up a person.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.user.lookup", fields(user.id = %user_id), err)]
    pub async fn user(&self, user_id: &UserId) -> Result<Option<User>, StoreError> {
        todo!()
    }

    /// Lists everybody, by name.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.user.list", err)]
    pub async fn users(&self) -> Result<Vec<User>, StoreError> {
        todo!()
    }

    /// Shuts a person out, and ends the sessions. Says whether there is such a person.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.user.disable", fields(user.id = %user_id), err)]
    pub async fn disable_user(&self, user_id: &UserId) -> Result<bool, StoreError> {
        todo!()
    }

    /// Lets a person in again. Says whether there is such a person.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.user.enable", fields(user.id = %user_id), err)]
    pub async fn enable_user(&self, user_id: &UserId) -> Result<bool, StoreError> {
        todo!()
    }

    /// Sets a person's password and ends the sessions. Says whether there is such a person.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.user.set_password", fields(user.id = %user_id), err)]
    pub async fn set_password_hash(
        &self,
        user_id: &UserId,
        password_hash: &str,
    ) -> Result<bool, StoreError> {
        todo!()
    }
}
