use crate::{Moment, Store, StoreError};

impl Store {
    /// Finds pages that wait to be read and stories that wait to be published, for which no job has been made in
    /// the last `older_than_ms` milliseconds and none is known here, and makes their jobs anew. Returns how many.
    /// A job that is still in the broker is doubled by this, which is harmless.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.sweep", err)]
    pub async fn requeue_stranded(
        &self,
        ctx: &Moment<'_>,
        older_than_ms: i64,
    ) -> Result<u64, StoreError> {
        todo!()
    }
}
