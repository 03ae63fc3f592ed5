use schemas::UserId;
use schemas::record::{AuditKind, Role};

use crate::audit::{self, NewAudit};
use crate::database::{Tx, statements, values};
use crate::{Moment, NewLink, Store, StoreError, User, links, people, sessions};

/// A change of somebody's account.
#[derive(Clone, Debug)]
pub struct ChangeAccount {
    /// Whose account it is.
    pub user_id: UserId,
    /// Who changes it; nobody for the command line.
    pub by: Option<UserId>,
    /// What changes.
    pub change: AccountChange,
}

/// What can change. The person's sessions end with it.
#[derive(Clone, Debug)]
pub enum AccountChange {
    /// The person can no longer sign in, and a link that was handed out opens nothing.
    Disable,
    /// The person can sign in again.
    Enable,
    /// The person does other work.
    Role(Role),
    /// The password is forgotten; the person chooses a new one with this link.
    Reset(NewLink),
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangedAccount {
    /// It is so now.
    Changed,
    /// It was so before.
    Unchanged,
    /// Nobody changes their own account in this way: a slip would shut them out.
    OwnAccount,
    /// Nobody would be left who looks after accounts.
    LastAdministrator,
    /// There is no such person.
    Missing,
}

/// A password to set.
#[derive(Clone)]
pub struct SetPassword {
    /// Whose it is.
    pub user_id: UserId,
    /// Who sets it; nobody for the command line.
    pub by: Option<UserId>,
    /// Its hash.
    pub password_hash: String,
    /// The session that goes on, by the hash of its token; every other one ends.
    pub keep_session: Option<String>,
}

impl std::fmt::Debug for SetPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SetPassword")
            .field("user_id", &self.user_id)
            .field("by", &self.by)
            .finish_non_exhaustive()
    }
}

statements! {
    /// Whoever changes an account waits here, so that two administrators cannot shut each other out at the same moment.
    LOCK = "UPDATE users SET role = role WHERE role = 'administrator' OR id = $1";
    OTHER_ADMINISTRATORS = "SELECT id FROM users
        WHERE role = 'administrator' AND disabled = 0 AND password_hash <> '' AND id <> $1 LIMIT 1";
    SET_DISABLED = "UPDATE users SET disabled = $2 WHERE id = $1";
    SET_ROLE = "UPDATE users SET role = $2 WHERE id = $1";
    SET_PASSWORD = "UPDATE users SET password_hash = $2 WHERE id = $1";
}

impl Store {
    /// Changes an account, unless nobody could undo it then.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.account.change", fields(user.id = %what.user_id))]
    pub async fn change_account(
        &self,
        ctx: &Moment<'_>,
        what: ChangeAccount,
    ) -> Result<ChangedAccount, StoreError> {
        let mut tx = self.begin().await?;
        tx.execute(LOCK, values![&what.user_id]).await?;
        let Some(user) = people::lookup(&mut tx, &what.user_id).await? else {
            return Ok(ChangedAccount::Missing);
        };
        if let Some(refusal) = what.refusal(&mut tx, &user).await? {
            return Ok(refusal);
        }
        what.apply(&mut tx, ctx).await?;
        tx.commit().await?;
        Ok(ChangedAccount::Changed)
    }

    /// Sets a password and ends the sessions of the old one. Says whether there is such a person.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.account.set_password", fields(user.id = %set.user_id))]
    pub async fn set_password(
        &self,
        ctx: &Moment<'_>,
        set: SetPassword,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let is_set = set_password(&mut tx, ctx, &set).await?;
        tx.commit().await?;
        Ok(is_set)
    }
}

/// Sets a password, as part of something larger. A link that was handed out opens nothing any more.
pub(crate) async fn set_password(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    set: &SetPassword,
) -> Result<bool, StoreError> {
    let n_users = tx
        .execute(SET_PASSWORD, values![&set.user_id, &set.password_hash])
        .await?;
    if n_users == 0 {
        return Ok(false);
    }
    let keep = set.keep_session.as_deref();
    sessions::end_others(tx, &set.user_id, keep).await?;
    links::end(tx, &set.user_id).await?;
    let noted = NewAudit {
        by: set.by.as_ref(),
        kind: AuditKind::PasswordSet,
        subject: set.user_id.as_str(),
        detail: "",
    };
    audit::write(tx, ctx, noted).await?;
    Ok(true)
}

impl ChangeAccount {
    async fn refusal(
        &self,
        tx: &mut Tx,
        user: &User,
    ) -> Result<Option<ChangedAccount>, StoreError> {
        if self.by.as_ref() == Some(&self.user_id) {
            return Ok(Some(ChangedAccount::OwnAccount));
        }
        if self.change.is_so(user) {
            return Ok(Some(ChangedAccount::Unchanged));
        }
        let ends_one = user.looks_after_accounts() && self.change.ends_an_administrator();
        let is_last = ends_one
            && tx
                .fetch_first(OTHER_ADMINISTRATORS, values![&self.user_id])
                .await?
                .is_none();
        Ok(is_last.then_some(ChangedAccount::LastAdministrator))
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Moment<'_>) -> Result<(), StoreError> {
        let user_id = &self.user_id;
        match &self.change {
            AccountChange::Disable => {
                tx.execute(SET_DISABLED, values![user_id, true]).await?;
                links::end(tx, user_id).await?;
            }
            AccountChange::Enable => {
                tx.execute(SET_DISABLED, values![user_id, false]).await?;
            }
            AccountChange::Role(role) => {
                tx.execute(SET_ROLE, values![user_id, role.as_str()])
                    .await?;
            }
            AccountChange::Reset(link) => {
                tx.execute(SET_PASSWORD, values![user_id, ""]).await?;
                links::make(tx, ctx, user_id, link).await?;
            }
        }
        sessions::end_others(tx, user_id, None).await?;
        audit::write(tx, ctx, self.noted()).await
    }

    fn noted(&self) -> NewAudit<'_> {
        let (kind, detail) = match &self.change {
            AccountChange::Disable => (AuditKind::Disabled, ""),
            AccountChange::Enable => (AuditKind::Enabled, ""),
            AccountChange::Role(role) => (AuditKind::RoleChanged, role.as_str()),
            AccountChange::Reset(_) => (AuditKind::LinkMade, ""),
        };
        NewAudit {
            by: self.by.as_ref(),
            kind,
            subject: self.user_id.as_str(),
            detail,
        }
    }
}

impl AccountChange {
    fn is_so(&self, user: &User) -> bool {
        match self {
            Self::Disable => user.disabled,
            Self::Enable => !user.disabled,
            Self::Role(role) => user.role == *role,
            Self::Reset(_) => false,
        }
    }

    fn ends_an_administrator(&self) -> bool {
        match self {
            Self::Disable | Self::Reset(_) => true,
            Self::Enable => false,
            Self::Role(role) => *role != Role::Administrator,
        }
    }
}

impl User {
    fn looks_after_accounts(&self) -> bool {
        self.role == Role::Administrator && !self.disabled && self.has_password()
    }
}
