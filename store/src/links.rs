use std::collections::BTreeMap;

use schemas::record::Role;
use schemas::{TimeMs, UserId};

use crate::accounts::{self, SetPassword};
use crate::database::{Row, Tx, statements, values};
use crate::{AddedUser, Moment, NewUser, Store, StoreError, User, people};

/// A link with which a person chooses a password, once.
#[derive(Clone)]
pub struct NewLink {
    /// The hash of the token in it; the token itself is stored nowhere.
    pub token_hash: String,
    /// When it ends.
    pub expires_at: TimeMs,
}

impl std::fmt::Debug for NewLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewLink")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A person to invite.
#[derive(Clone)]
pub struct Invite {
    /// The name to sign in with; large and small letters are the same.
    pub name: String,
    /// The name as shown.
    pub display_name: String,
    /// What the person may do.
    pub role: Role,
    /// Who invites.
    pub by: UserId,
    /// What the person is handed.
    pub link: NewLink,
}

impl std::fmt::Debug for Invite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invite")
            .field("role", &self.role)
            .field("by", &self.by)
            .finish_non_exhaustive()
    }
}

statements! {
    FORGET_ENDED = "DELETE FROM password_links WHERE expires_at <= $1";
    INSERT = "INSERT INTO password_links (user_id, token_hash, created_at, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (user_id) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at,
            expires_at = excluded.expires_at";
    OWNER = "SELECT u.id, u.name, u.display_name, u.role, u.password_hash, u.disabled, u.created_at,
            u.last_signed_in_at
        FROM password_links l JOIN users u ON u.id = l.user_id
        WHERE l.token_hash = $1 AND l.expires_at > $2 AND u.disabled = 0";
    USE = "DELETE FROM password_links WHERE token_hash = $1 AND expires_at > $2 RETURNING user_id";
    END = "DELETE FROM password_links WHERE user_id = $1";
    OPEN = "SELECT user_id, expires_at FROM password_links WHERE expires_at > $1";
}

impl Store {
    /// Makes an account without a password, and the link to choose one.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.user.invite")]
    pub async fn invite_user(
        &self,
        ctx: &Moment<'_>,
        invite: Invite,
    ) -> Result<AddedUser, StoreError> {
        let new = NewUser {
            name: invite.name,
            display_name: invite.display_name,
            role: invite.role,
            password_hash: String::new(),
        };
        let mut tx = self.begin().await?;
        let added = people::add(&mut tx, ctx, &new, Some(&invite.by)).await?;
        if let AddedUser::Added(user_id) = &added {
            make(&mut tx, ctx, user_id, &invite.link).await?;
        }
        tx.commit().await?;
        Ok(added)
    }

    /// Looks up whose link it is; nobody's when it has run out, was used, or the person is shut out.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.link.owner")]
    pub async fn link_owner(
        &self,
        token_hash: &str,
        now: TimeMs,
    ) -> Result<Option<User>, StoreError> {
        let row = self.fetch_first(OWNER, values![token_hash, now]).await?;
        row.map(|row| User::from_row(row.of("users"))).transpose()
    }

    /// Lists who has a link that can be used, and until when.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.link.list")]
    pub async fn open_links(&self, now: TimeMs) -> Result<BTreeMap<UserId, TimeMs>, StoreError> {
        let rows = self.fetch_all(OPEN, values![now]).await?;
        let link = |row: &Row| {
            let row = row.of("password_links");
            Ok((row.parsed("user_id")?, row.time("expires_at")?))
        };
        rows.iter().map(link).collect()
    }

    /// Sets the password with a link, which ends with it as every session does. Says whether the link was good.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.link.use")]
    pub async fn use_link(
        &self,
        ctx: &Moment<'_>,
        token_hash: &str,
        password_hash: &str,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let used = tx.fetch_first(USE, values![token_hash, ctx.now]).await?;
        let Some(used) = used else {
            return Ok(false);
        };
        let user_id: UserId = used.of("password_links").parsed("user_id")?;
        let set = SetPassword {
            by: Some(user_id.clone()),
            user_id,
            password_hash: password_hash.to_owned(),
            keep_session: None,
        };
        accounts::set_password(&mut tx, ctx, &set).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Makes a person's link, in place of the one before.
pub(crate) async fn make(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    user_id: &UserId,
    link: &NewLink,
) -> Result<(), StoreError> {
    tx.execute(FORGET_ENDED, values![ctx.now]).await?;
    let row = values![user_id, &link.token_hash, ctx.now, link.expires_at];
    tx.execute(INSERT, row).await?;
    Ok(())
}

/// Makes a link void that was handed out.
pub(crate) async fn end(tx: &mut Tx, user_id: &UserId) -> Result<(), StoreError> {
    tx.execute(END, values![user_id]).await?;
    Ok(())
}
