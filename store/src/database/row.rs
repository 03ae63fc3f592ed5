use schemas::TimeMs;
use serde::de::DeserializeOwned;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use super::{Engine, on_engine};
use crate::StoreError;

/// One row of either engine.
#[derive(Debug)]
pub(crate) struct Row(Engine<SqliteRow, PgRow>);

impl std::fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fields")
            .field("table", &self.table)
            .finish_non_exhaustive()
    }
}

impl Row {
    pub(super) fn all_sqlite(rows: Vec<SqliteRow>) -> Vec<Self> {
        rows.into_iter()
            .map(|row| Self(Engine::Sqlite(row)))
            .collect()
    }

    pub(super) fn all_postgres(rows: Vec<PgRow>) -> Vec<Self> {
        rows.into_iter()
            .map(|row| Self(Engine::Postgres(row)))
            .collect()
    }

    /// The columns, as those of `table`.
    pub(crate) fn of(&self, table: &'static str) -> Fields<'_> {
        Fields { table, row: self }
    }
}

/// The columns of a row. What does not convert becomes an error that names table, column and id; the id is the
/// first column.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'r> {
    table: &'static str,
    row: &'r Row,
}

impl Fields<'_> {
    pub(crate) fn text(&self, column: &'static str) -> Result<String, StoreError> {
        self.text_or_null(column)?.ok_or_else(|| self.bad(column))
    }

    pub(crate) fn text_or_null(&self, column: &'static str) -> Result<Option<String>, StoreError> {
        on_engine!(&self.row.0, row => row.try_get::<Option<String>, _>(column))
            .map_err(|_| self.bad(column))
    }

    pub(crate) fn int(&self, column: &'static str) -> Result<i64, StoreError> {
        self.int_or_null(column)?.ok_or_else(|| self.bad(column))
    }

    pub(crate) fn int_or_null(&self, column: &'static str) -> Result<Option<i64>, StoreError> {
        on_engine!(&self.row.0, row => row.try_get::<Option<i64>, _>(column))
            .map_err(|_| self.bad(column))
    }

    pub(crate) fn real_or_null(&self, column: &'static str) -> Result<Option<f64>, StoreError> {
        on_engine!(&self.row.0, row => row.try_get::<Option<f64>, _>(column))
            .map_err(|_| self.bad(column))
    }

    pub(crate) fn flag(&self, column: &'static str) -> Result<bool, StoreError> {
        Ok(self.int(column)? != 0)
    }

    pub(crate) fn time(&self, column: &'static str) -> Result<TimeMs, StoreError> {
        self.int(column).map(TimeMs)
    }

    /// A whole number of a smaller type.
    pub(crate) fn number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T, StoreError> {
        T::try_from(self.int(column)?).map_err(|_| self.bad(column))
    }

    /// An id, a hash or another text with rules.
    pub(crate) fn parsed<T: TryFrom<String>>(&self, column: &'static str) -> Result<T, StoreError> {
        T::try_from(self.text(column)?).map_err(|_| self.bad(column))
    }

    /// The same, where there may be none.
    pub(crate) fn parsed_or_null<T: TryFrom<String>>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let parse = |text| T::try_from(text).map_err(|_| self.bad(column));
        self.text_or_null(column)?.map(parse).transpose()
    }

    /// One of the values of an enumeration.
    pub(crate) fn one_of<T>(
        &self,
        column: &'static str,
        parse: fn(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        parse(&self.text(column)?).ok_or_else(|| self.bad(column))
    }

    /// The same, where there may be none.
    pub(crate) fn one_of_or_null<T>(
        &self,
        column: &'static str,
        parse: fn(&str) -> Option<T>,
    ) -> Result<Option<T>, StoreError> {
        let parse = |text: String| parse(&text).ok_or_else(|| self.bad(column));
        self.text_or_null(column)?.map(parse).transpose()
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError> {
        serde_json::from_str(&self.text(column)?).map_err(|_| self.bad(column))
    }

    pub(crate) fn json_or_null<T: DeserializeOwned>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let parse = |text: String| serde_json::from_str(&text).map_err(|_| self.bad(column));
        self.text_or_null(column)?.map(parse).transpose()
    }

    /// The error that says which value is not what it should be.
    pub(crate) fn bad(&self, column: &'static str) -> StoreError {
        let id = on_engine!(&self.row.0, row => row.try_get::<String, _>(0));
        StoreError::BadRow {
            table: self.table,
            column,
            id: id.unwrap_or_default(),
        }
    }
}
