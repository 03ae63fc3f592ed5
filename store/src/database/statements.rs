use sqlx::{Executor, SqlSafeStr};

use super::{Store, on_engine};
use crate::StoreError;

/// Names a module's statements and lists them, so that a test can prepare every one on both engines.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: &str = $sql;)*
        pub(crate) const STATEMENTS: &[&str] = &[$($name),*];
    };
}
pub(crate) use statements;

/// Every statement of the crate.
pub(super) const ALL: &[&[&str]] = &[
    super::migrate::STATEMENTS,
    crate::accounts::STATEMENTS,
    crate::approvals::STATEMENTS,
    crate::audit::STATEMENTS,
    crate::counts::STATEMENTS,
    crate::covers::STATEMENTS,
    crate::decisions::STATEMENTS,
    crate::drafts::STATEMENTS,
    crate::drops::STATEMENTS,
    crate::history::STATEMENTS,
    crate::intake::STATEMENTS,
    crate::leaflets::STATEMENTS,
    crate::leaflets::PARTNER_STATEMENTS,
    crate::layouts::STATEMENTS,
    crate::layouts::IN_USE_STATEMENTS,
    crate::leases::STATEMENTS,
    crate::ledger::STATEMENTS,
    crate::letters::STATEMENTS,
    crate::links::STATEMENTS,
    crate::looks::STATEMENTS,
    crate::opinions::STATEMENTS,
    crate::outbox::STATEMENTS,
    crate::page_decisions::STATEMENTS,
    crate::page_events::STATEMENTS,
    crate::pages::STATEMENTS,
    crate::pairing::STATEMENTS,
    crate::pairing::PASSES_STATEMENTS,
    crate::people::STATEMENTS,
    crate::piles::STATEMENTS,
    crate::placements::STATEMENTS,
    crate::publications::STATEMENTS,
    crate::queue::dead::STATEMENTS,
    crate::queue::embedded::STATEMENTS,
    crate::readings::STATEMENTS,
    crate::revisions::STATEMENTS,
    crate::services::STATEMENTS,
    crate::services::ALIAS_STATEMENTS,
    crate::sessions::STATEMENTS,
    crate::sorting::STATEMENTS,
    crate::stories::STATEMENTS,
    crate::sweep::STATEMENTS,
    crate::tallies::STATEMENTS,
    crate::told::STATEMENTS,
    crate::troubles::STATEMENTS,
    crate::twins::STATEMENTS,
    crate::webhook::STATEMENTS,
];

impl Store {
    /// Has the database prepare every statement of the program without running it, which proves that tables and
    /// program fit. Returns how many there are.
    ///
    /// # Errors
    /// When the database refuses one.
    pub async fn check_statements(&self) -> Result<usize, StoreError> {
        on_engine!(&self.pools, pool => {
            let mut connection = pool.acquire().await?;
            for sql in ALL.iter().copied().flatten() {
                (&mut *connection).prepare(sql.into_sql_str()).await?;
            }
        });
        Ok(ALL.iter().map(|module| module.len()).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::ALL;

    /// Readings, revisions, decisions and what people say about pages are only ever added to.
    #[test]
    fn no_statement_changes_or_deletes_history() {
        for sql in ALL.iter().copied().flatten() {
            for table in [
                "readings",
                "reading_pictures",
                "revisions",
                "decisions",
                "layout_decisions",
                "service_aliases",
                "publications",
                "placements",
                "page_decisions",
                "audit",
            ] {
                assert!(!sql.contains(&format!("UPDATE {table} ")), "{sql}");
                assert!(!sql.contains(&format!("DELETE FROM {table} ")), "{sql}");
            }
        }
    }
}
