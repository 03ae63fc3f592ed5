use schemas::record::{AuditKind, Role};
use schemas::{TimeMs, UserId};

use crate::audit::{self, NewAudit};
use crate::database::{Fields, Tx, statements, values};
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
    /// The password's hash; empty while none is chosen, which no password fits.
    pub password_hash: String,
    /// Whether the person may no longer sign in.
    pub disabled: bool,
    /// When the account was made.
    pub created_at: TimeMs,
    /// When the person last signed in.
    pub last_signed_in_at: Option<TimeMs>,
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
        "SELECT id, name, display_name, role, password_hash, disabled, created_at, last_signed_in_at FROM users"
    };
}

statements! {
    INSERT = "INSERT INTO users (id, name, display_name, role, password_hash, disabled, created_at)
        VALUES ($1, $2, $3, $4, $5, 0, $6) ON CONFLICT (name) DO NOTHING";
    BY_NAME = concat!(user_columns!(), " WHERE name = $1");
    LOOKUP = concat!(user_columns!(), " WHERE id = $1");
    LIST = concat!(user_columns!(), " ORDER BY name");
}

impl Store {
    /// Makes an account, from the command line.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.user.add")]
    pub async fn add_user(&self, ctx: &Moment<'_>, user: NewUser) -> Result<AddedUser, StoreError> {
        let mut tx = self.begin().await?;
        let added = add(&mut tx, ctx, &user, None).await?;
        tx.commit().await?;
        Ok(added)
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
}

/// Makes an account, as part of something larger.
pub(crate) async fn add(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    user: &NewUser,
    by: Option<&UserId>,
) -> Result<AddedUser, StoreError> {
    let id = UserId::fresh(ctx.ids, ctx.now);
    let row = values![
        &id,
        &sign_in_name(&user.name),
        &user.display_name,
        user.role.as_str(),
        &user.password_hash,
        ctx.now,
    ];
    if tx.execute(INSERT, row).await? == 0 {
        return Ok(AddedUser::NameTaken);
    }
    let noted = NewAudit {
        by,
        kind: AuditKind::AccountMade,
        subject: id.as_str(),
        detail: user.role.as_str(),
    };
    audit::write(tx, ctx, noted).await?;
    Ok(AddedUser::Added(id))
}

/// Looks up a person as a transaction sees them.
pub(crate) async fn lookup(tx: &mut Tx, user_id: &UserId) -> Result<Option<User>, StoreError> {
    let row = tx.fetch_first(LOOKUP, values![user_id]).await?;
    row.map(|row| User::from_row(row.of("users"))).transpose()
}

impl User {
    /// Whether the person has chosen a password.
    pub fn has_password(&self) -> bool {
        !self.password_hash.is_empty()
    }

    pub(crate) fn from_row(row: Fields<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.parsed("id")?,
            name: row.text("name")?,
            display_name: row.text("display_name")?,
            role: row.one_of("role", Role::parse)?,
            password_hash: row.text("password_hash")?,
            disabled: row.flag("disabled")?,
            created_at: row.time("created_at")?,
            last_signed_in_at: row.int_or_null("last_signed_in_at")?.map(TimeMs),
        })
    }
}

/// The name to sign in with as it is stored: people do not remember how they capitalised it.
fn sign_in_name(name: &str) -> String {
    name.trim().to_lowercase()
}
