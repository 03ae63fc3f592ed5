use crate::StoreError;

/// The database. Cheap to clone; the clones share their connections.
#[derive(Clone, Debug)]
pub struct Store;

/// What a migration run did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationReport {
    /// The migrations that were applied now, in order; empty when there was nothing to do.
    pub applied: Vec<String>,
    /// The version of the database afterwards.
    pub version: i64,
}

/// How old the database is beside the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchemaVersion {
    /// The last migration of the database; 0 when it is empty.
    pub database: i64,
    /// The last migration that the program knows.
    pub program: i64,
}

impl Store {
    /// Connects to `sqlite://path` (the file is made when missing) or `postgres://…`.
    ///
    /// # Errors
    /// When the address is of another kind or the database cannot be reached.
    pub async fn connect(url: &str, max_connections: u32) -> Result<Self, StoreError> {
        todo!()
    }

    /// Brings the tables to the version of this program. Safe to run from several processes at once.
    ///
    /// # Errors
    /// When a statement fails (nothing is kept then), or the database is of a later program.
    pub async fn migrate(&self) -> Result<MigrationReport, StoreError> {
        todo!()
    }

    /// Looks up the version of the tables.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn schema_version(&self) -> Result<SchemaVersion, StoreError> {
        todo!()
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// When there is none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        todo!()
    }

    /// Closes the connections, after the statements that are under way.
    pub async fn close(&self) {
        todo!()
    }
}
