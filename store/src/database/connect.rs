use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, PgPool, SqlitePool};

use super::Engine;
use crate::StoreError;

/// How long another process may write before a statement gives up; a migration of a large file is the longest.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// How long to wait for a free connection; longer than the slowest statement, shorter than a person's patience.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(30);
/// The same for PostgreSQL, where a server that is away shows in no other way. Whoever asked for a page then should
/// hear of it before the browser is closed.
const POSTGRES_ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a program that starts waits for a server that starts as well.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// Connects to whatever the address names.
pub(super) async fn pools(
    url: &str,
    max_connections: u32,
) -> Result<Engine<SqlitePool, PgPool>, StoreError> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => sqlite(url, max_connections).await.map(Engine::Sqlite),
        Some("postgres" | "postgresql") => {
            postgres(url, max_connections).await.map(Engine::Postgres)
        }
        _ => Err(StoreError::UnknownUrl {
            url: without_password(url),
        }),
    }
}

async fn sqlite(url: &str, max_connections: u32) -> Result<SqlitePool, StoreError> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(StoreError::Connect)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // With NORMAL the last commits may be gone after a power cut, and with them a sheet.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT);
    SqlitePoolOptions::new()
        .max_connections(max_connections.max(1))
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // SQLite takes back a commit that found the disk full by itself; the connection's count of transactions is wrong
        // from then on, and it would refuse to begin another one for ever.
        .before_acquire(|connection, _| {
            let is_usable = !connection.is_in_transaction();
            Box::pin(async move { Ok(is_usable) })
        })
        .connect_with(options)
        .await
        .map_err(StoreError::Connect)
}

async fn postgres(url: &str, max_connections: u32) -> Result<PgPool, StoreError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(StoreError::Connect)?
        .application_name("postbag");
    let pool = PgPoolOptions::new()
        .max_connections(max_connections.max(1))
        .acquire_timeout(POSTGRES_ACQUIRE_TIMEOUT)
        .connect_lazy_with(options);
    let answered = tokio::time::timeout(START_TIMEOUT, first_answer(&pool)).await;
    answered
        .unwrap_or(Err(sqlx::Error::PoolTimedOut))
        .map_err(StoreError::Connect)?;
    Ok(pool)
}

/// Asks again while nothing answers.
async fn first_answer(pool: &PgPool) -> Result<(), sqlx::Error> {
    loop {
        match pool.acquire().await {
            Err(sqlx::Error::PoolTimedOut) => {}
            answer => return answer.map(drop),
        }
    }
}

/// The address with what stands between `://` and `@` left out.
pub(crate) fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 <= at => {
            format!("{}…{}", &url[..scheme + 3], &url[at..])
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_left_out_of_addresses() {
        assert_eq!(
            without_password("mysql://me:s3cret@host/db"),
            "mysql://…@host/db"
        );
        assert_eq!(without_password("embeded"), "embeded");
    }
}
