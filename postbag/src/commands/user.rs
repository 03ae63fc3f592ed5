use anyhow::{Context as _, bail};
use review_web::{SystemRandomness, password};
use schemas::record::Role;
use store::{
    AccountChange, AddedUser, ChangeAccount, ChangedAccount, NewUser, SetPassword, Store, User,
};

use crate::cli::{RoleName, User as UserCommand};
use crate::config::Config;
use crate::output;
use crate::parts::Parts;

/// `postbag user add|list|disable|enable|reset`.
pub(crate) async fn user(config: &Config, command: UserCommand) -> anyhow::Result<()> {
    let parts = Parts::connect(config).await?;
    let store = &parts.store;
    match command {
        UserCommand::Add {
            name,
            role,
            display_name,
        } => {
            let display_name = display_name.unwrap_or_else(|| name.clone());
            let password_hash = password_from_stdin()?;
            let user = NewUser {
                name,
                display_name,
                role: role.into(),
                password_hash,
            };
            add(&parts, user).await
        }
        UserCommand::List => list(store).await,
        UserCommand::Disable { name } => {
            change(&parts, &name, AccountChange::Disable).await?;
            output::line(&format!("{name} can no longer sign in"))
        }
        UserCommand::Enable { name } => {
            change(&parts, &name, AccountChange::Enable).await?;
            output::line(&format!("{name} can sign in again"))
        }
        UserCommand::Reset { name } => {
            let set = SetPassword {
                user_id: find(store, &name).await?.id,
                by: None,
                password_hash: password_from_stdin()?,
                keep_session: None,
            };
            store.set_password(&parts.moment(), set).await?;
            output::line(&format!("{name} has a new password"))
        }
    }
}

async fn change(parts: &Parts, name: &str, change: AccountChange) -> anyhow::Result<()> {
    let what = ChangeAccount {
        user_id: find(&parts.store, name).await?.id,
        by: None,
        change,
    };
    match parts.store.change_account(&parts.moment(), what).await? {
        ChangedAccount::LastAdministrator => {
            bail!("{name} is the last administrator; make somebody else one first")
        }
        ChangedAccount::Changed
        | ChangedAccount::Unchanged
        | ChangedAccount::OwnAccount
        | ChangedAccount::Missing => Ok(()),
    }
}

async fn add(parts: &Parts, user: NewUser) -> anyhow::Result<()> {
    let name = user.name.clone();
    add_quietly(parts, user).await?;
    output::line(&format!("{name} can sign in"))
}

/// Adds an account; a name that is taken is an error.
pub(crate) async fn add_quietly(parts: &Parts, user: NewUser) -> anyhow::Result<()> {
    let name = user.name.clone();
    match parts.store.add_user(&parts.moment(), user).await? {
        AddedUser::Added(_) => Ok(()),
        AddedUser::NameTaken => bail!("there is a {name} already; see `postbag user list`"),
    }
}

async fn list(store: &Store) -> anyhow::Result<()> {
    let mut rows = vec![["NAME", "ROLE", "SHOWN AS", ""].map(str::to_owned).to_vec()];
    for user in store.users().await? {
        let state = match () {
            () if user.disabled => "disabled",
            () if !user.has_password() => "no password yet",
            () => "",
        };
        rows.push(vec![
            user.name,
            user.role.to_string(),
            user.display_name,
            state.to_owned(),
        ]);
    }
    output::table(&rows)
}

async fn find(store: &Store, name: &str) -> anyhow::Result<User> {
    store
        .user_by_name(name)
        .await?
        .with_context(|| format!("there is no user {name:?}; see `postbag user list`"))
}

/// The first line of standard input, so that no password stands in the process list or the shell's history.
fn password_from_stdin() -> anyhow::Result<String> {
    use std::io::IsTerminal as _;
    if std::io::stdin().is_terminal() {
        eprint!(
            "Password (at least {} characters, shown as typed): ",
            password::MIN_LENGTH
        );
    }
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::stdin().lock(), &mut line)
        .context("cannot read the password from standard input")?;
    let hash = password::hash(line.trim_end_matches(['\r', '\n']), &SystemRandomness)?;
    Ok(hash)
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::MailRoom => Self::MailRoom,
            RoleName::Moderator => Self::Moderator,
            RoleName::Senior => Self::Senior,
            RoleName::Administrator => Self::Administrator,
            RoleName::Auditor => Self::Auditor,
        }
    }
}
