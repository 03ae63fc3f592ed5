use schemas::record::Role;
use schemas::{TimeMs, UserId};

use crate::database::{Fields, Value, statements, values};
use crate::{Moment, Store, StoreError, sessions};

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

macro_rules! user_columns {
    () => {
        "SELECT id, name, display_name, role, password_hash, disabled, created_at FROM users"
    };
}

statements! {
    INSERT = "INSERT INTO users (id, name, display_name, role, password_hash, disabled, created_at)
        VALUES ($1, $2, $3, $4, $5, 0, $6) ON CONFLICT (name) DO NOTHING";
    BY_NAME = concat!(user_columns!(), " WHERE name = $1");
    LOOKUP = concat!(user_columns!(), " WHERE id = $1");
    LIST = concat!(user_columns!(), " ORDER BY name");
    SET_DISABLED = "UPDATE users SET disabled = $2 WHERE id = $1";
    SET_PASSWORD = "UPDATE users SET password_hash = $2 WHERE id = $1";
}

impl Store {
    /// Makes an account.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.user.add")]
    pub async fn add_user(&self, ctx: &Moment<'_>, user: NewUser) -> Result<AddedUser, StoreError> {
        let id = UserId::fresh(ctx.ids, ctx.now);
        let row = values![
            &id,
            &sign_in_name(&user.name),
            &user.display_name,
            user.role.as_str(),
            &user.password_hash,
            ctx.now,
        ];
        let mut tx = self.begin().await?;
        let n_users = tx.execute(INSERT, row).await?;
        tx.commit().await?;
        Ok(match n_users {
            0 => AddedUser::NameTaken,
            _ => AddedUser::Added(id),
        })
    }

    /// Looks up a person by the name to sign in with.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.user.lookup_by_name")]
    pub async fn user_by_name(&self, name: &str) -> Result<Option<User>, StoreError> {
        let row = self
            .fetch_first(BY_NAME, values![&sign_in_name(name)])
            .await?;
        row.map(|row| User::from_row(row.of("users"))).transpose()
    }

    /// Looks up a person.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.user.lookup", fields(user.id = %user_id))]
    pub async fn user(&self, user_id: &UserId) -> Result<Option<User>, StoreError> {
        let row = self.fetch_first(LOOKUP, values![user_id]).await?;
        row.map(|row| User::from_row(row.of("users"))).transpose()
    }

    /// Lists everybody, by name.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.user.list")]
    pub async fn users(&self) -> Result<Vec<User>, StoreError> {
        let rows = self.fetch_all(LIST, values![]).await?;
        rows.iter()
            .map(|row| User::from_row(row.of("users")))
            .collect()
    }

    /// Shuts a person out, and ends the sessions. Says whether there is such a person.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.user.disable", fields(user.id = %user_id))]
    pub async fn disable_user(&self, user_id: &UserId) -> Result<bool, StoreError> {
        self.change_user(SET_DISABLED, user_id, values![user_id, true])
            .await
    }

    /// Lets a person in again. Says whether there is such a person.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.user.enable", fields(user.id = %user_id))]
    pub async fn enable_user(&self, user_id: &UserId) -> Result<bool, StoreError> {
        self.change_user(SET_DISABLED, user_id, values![user_id, false])
            .await
    }

    /// Sets a person's password and ends the sessions. Says whether there is such a person.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.user.set_password", fields(user.id = %user_id))]
    pub async fn set_password_hash(
        &self,
        user_id: &UserId,
        password_hash: &str,
    ) -> Result<bool, StoreError> {
        self.change_user(SET_PASSWORD, user_id, values![user_id, password_hash])
            .await
    }

    /// Changes how a person may sign in, and ends what the old way had opened.
    async fn change_user(
        &self,
        sql: &'static str,
        user_id: &UserId,
        values: Vec<Value>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let n_users = tx.execute(sql, values).await?;
        sessions::end_all(&mut tx, user_id).await?;
        tx.commit().await?;
        Ok(n_users == 1)
    }
}

impl User {
    pub(crate) fn from_row(row: Fields<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.parsed("id")?,
            name: row.text("name")?,
            display_name: row.text("display_name")?,
            role: row.one_of("role", Role::parse)?,
            password_hash: row.text("password_hash")?,
            disabled: row.flag("disabled")?,
            created_at: row.time("created_at")?,
        })
    }
}

/// The name to sign in with as it is stored: people do not remember how they capitalised it.
fn sign_in_name(name: &str) -> String {
    name.trim().to_lowercase()
}
