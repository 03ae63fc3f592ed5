use sqlx::{AssertSqlSafe, Row as _};

use super::statements::ALL;
use super::{Engine, Store};
use crate::StoreError;

/// How the database would run a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The statement.
    pub statement: &'static str,
    /// The steps, in the words of the engine.
    pub steps: Vec<String>,
}

/// What PostgreSQL says depends on how full its tables are. A plan for any values, and none that reads a whole table where
/// an index would do, shows whether there is one.
const AS_IF_TABLES_WERE_LARGE: &str = "SET enable_seqscan = off; SET enable_hashjoin = off;
    SET enable_mergejoin = off; SET enable_material = off; SET plan_cache_mode = force_generic_plan";

impl Store {
    /// Has the database explain how it would run every statement of the program, so that a test can look for those that
    /// read a whole table.
    ///
    /// # Errors
    /// When the database refuses one.
    pub async fn explain_statements(&self) -> Result<Vec<Plan>, StoreError> {
        let mut plans = Vec::new();
        for statement in ALL.iter().copied().flatten() {
            let steps = match &self.pools {
                Engine::Sqlite(pool) => explain_sqlite(pool, statement).await?,
                Engine::Postgres(pool) => explain_postgres(pool, statement).await?,
            };
            plans.push(Plan { statement, steps });
        }
        Ok(plans)
    }
}

async fn explain_sqlite(
    pool: &sqlx::SqlitePool,
    statement: &str,
) -> Result<Vec<String>, StoreError> {
    let mut connection = pool.acquire().await?;
    // Explaining runs nothing, and so does not see that somebody else has changed the tables; reading does.
    sqlx::raw_sql("SELECT name FROM sqlite_schema LIMIT 1")
        .fetch_all(&mut *connection)
        .await?;
    let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
    let rows = sqlx::raw_sql(explain).fetch_all(&mut *connection).await?;
    let step = |row: &sqlx::sqlite::SqliteRow| Ok(row.try_get("detail")?);
    rows.iter().map(step).collect()
}

async fn explain_postgres(pool: &sqlx::PgPool, statement: &str) -> Result<Vec<String>, StoreError> {
    let mut connection = pool.acquire().await?;
    let prepare = format!("{AS_IF_TABLES_WERE_LARGE}; PREPARE explained AS {statement}");
    sqlx::raw_sql(AssertSqlSafe(prepare))
        .execute(&mut *connection)
        .await?;
    let explain = AssertSqlSafe(format!("EXPLAIN EXECUTE explained{}", nulls(statement)));
    let rows = sqlx::raw_sql(explain).fetch_all(&mut *connection).await?;
    let after = "DEALLOCATE explained; RESET ALL";
    sqlx::raw_sql(after).execute(&mut *connection).await?;
    let step = |row: &sqlx::postgres::PgRow| Ok(row.try_get(0)?);
    rows.iter().map(step).collect()
}

/// Nothing for each placeholder of a statement.
fn nulls(statement: &str) -> String {
    let is_used = |n: &usize| statement.contains(&format!("${n}"));
    match (1..100).take_while(is_used).count() {
        0 => String::new(),
        n_values => format!("({})", vec!["NULL"; n_values].join(", ")),
    }
}
