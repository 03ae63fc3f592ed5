/// Why the database could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The address of the database is of no kind that is known here.
    #[error("the database address {url:?} starts with neither sqlite:// nor postgres://")]
    UnknownUrl {
        /// The address, without its password.
        url: String,
    },
    /// The database could not be reached or opened.
    #[error("could not connect to the database")]
    Connect(#[source] sqlx::Error),
    /// A statement failed.
    #[error("the database refused a statement")]
    Database(#[from] sqlx::Error),
    /// A migration failed; nothing of it was kept.
    #[error("migration {name} failed")]
    Migration {
        /// The migration's file name.
        name: &'static str,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// A migration that the database has seen differs from the program's.
    #[error("migration {version} in the database is not the one of this program")]
    MigrationChanged {
        /// The migration's number.
        version: i64,
    },
    /// The database is of a later program.
    #[error("the database has version {database}, this program knows up to {program}")]
    TooNew {
        /// The version of the database.
        database: i64,
        /// The latest version that the program knows.
        program: i64,
    },
    /// A row does not hold what it should.
    #[error("row {id:?} of table {table} has a bad {column}")]
    BadRow {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's id.
        id: String,
    },
    /// Something could not be written as JSON.
    #[error("could not write a value as JSON")]
    Json(#[from] serde_json::Error),
    /// A file without pages would be lost from the ledger; one that cannot be opened has a quarantined page.
    #[error("a file must have at least one page")]
    NoPages,
    /// Something that must exist does not.
    #[error("there is no {what} {id}")]
    Missing {
        /// What it should be.
        what: &'static str,
        /// Its id.
        id: String,
    },
}

impl StoreError {
    pub(crate) fn missing(what: &'static str, id: &str) -> Self {
        Self::Missing {
            what,
            id: id.to_owned(),
        }
    }
}
