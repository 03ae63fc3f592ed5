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

/// Why nothing works at the moment, although nothing is wrong with what was asked. It passes by itself, or when a
/// person sees to the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// The database does not answer, or its files cannot be read.
    Away,
    /// The disk of the database is full.
    DiskFull,
}

impl StoreError {
    /// Whether the database as a whole is away or full, rather than one statement wrong.
    pub fn outage(&self) -> Option<Outage> {
        use sqlx::Error;
        let (Self::Connect(error) | Self::Database(error)) = self else {
            return None;
        };
        match error {
            Error::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => {
                Some(Outage::DiskFull)
            }
            Error::PoolTimedOut
            | Error::PoolClosed
            | Error::WorkerCrashed
            | Error::Io(_)
            | Error::Tls(_) => Some(Outage::Away),
            Error::Database(error) => {
                let code = error.code()?;
                match error.try_downcast_ref::<sqlx::sqlite::SqliteError>() {
                    Some(_) => sqlite_outage(&code),
                    None => postgres_outage(&code),
                }
            }
            _ => None,
        }
    }

    pub(crate) fn missing(what: &'static str, id: &str) -> Self {
        Self::Missing {
            what,
            id: id.to_owned(),
        }
    }
}

/// The first eight bits of SQLite's result codes: FULL; READONLY, IOERR, CANTOPEN.
fn sqlite_outage(code: &str) -> Option<Outage> {
    match code.parse::<u32>().ok()? & 0xff {
        13 => Some(Outage::DiskFull),
        8 | 10 | 14 => Some(Outage::Away),
        _ => None,
    }
}

/// `disk_full`; connection exceptions, too many connections, and a server that stops or starts.
fn postgres_outage(code: &str) -> Option<Outage> {
    const AWAY: [&str; 4] = ["53300", "57P01", "57P02", "57P03"];
    match code {
        "53100" => Some(Outage::DiskFull),
        _ if code.starts_with("08") || AWAY.contains(&code) => Some(Outage::Away),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_told_from_a_statement_that_is_wrong() {
        assert_eq!(sqlite_outage("13"), Some(Outage::DiskFull));
        assert_eq!(
            sqlite_outage("4874"),
            Some(Outage::Away),
            "IOERR with a detail"
        );
        assert_eq!(
            sqlite_outage("2067"),
            None,
            "a constraint, with the same detail bits"
        );
        assert_eq!(postgres_outage("53100"), Some(Outage::DiskFull));
        assert_eq!(postgres_outage("08006"), Some(Outage::Away));
        assert_eq!(postgres_outage("23505"), None);
    }
}
