//! The directory as it is kept in memory by whoever looks services up.

use std::sync::Arc;

use directory::Index;
use tokio::sync::Mutex;

use crate::{Store, StoreError};

/// The directory in memory, made anew when the records say that it has changed. One for a process.
#[derive(Debug, Default)]
pub struct ServiceDirectory {
    made: Mutex<Option<(i64, Arc<Index>)>>,
}

impl ServiceDirectory {
    /// The directory as the records have it now, and the number of its state. Costs one small look when nothing has
    /// changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn current(&self, store: &Store) -> Result<(i64, Arc<Index>), StoreError> {
        let mut made = self.made.lock().await;
        let generation = store.services_generation().await?;
        if let Some((known, index)) = &*made
            && *known == generation
        {
            return Ok((generation, index.clone()));
        }
        let services = store.services().await?;
        let districts = store.postcode_districts().await?;
        // Half a second at 60,000 services.
        let making = tokio::task::spawn_blocking(move || Index::new(services, districts));
        let index = Arc::new(making.await.unwrap_or_default());
        *made = Some((generation, index.clone()));
        Ok((generation, index))
    }
}
