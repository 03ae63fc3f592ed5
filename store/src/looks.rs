//! Sheets that look alike are found when they are read.

use std::collections::HashMap;

use schemas::looks::Looks;
use schemas::reading::{Reading, Status};
use schemas::{PageId, fnv1a};

use crate::database::{Tx, Value, statements, values};
use crate::{Store, StoreError};

/// So many pages that share the most keys are compared.
const COMPARED: u32 = 12;

statements! {
    FORGET_KEYS = "DELETE FROM page_look_keys WHERE page_id = $1";
    KEEP = "INSERT INTO page_looks (page_id, form, cells) VALUES ($1, $2, $3)
        ON CONFLICT (page_id) DO UPDATE SET form = excluded.form, cells = excluded.cells";
    KEEP_KEY = "INSERT INTO page_look_keys (look_key, page_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    /// A placeholder for each key of a page, behind its own id and how many pages are wanted.
    FOUND_BY = "SELECT page_id, COUNT(*) AS n_keys FROM page_look_keys WHERE page_id <> $1 AND look_key IN
        ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)
        GROUP BY page_id ORDER BY n_keys DESC, page_id LIMIT $2";
    CELLS_OF = "SELECT cells FROM page_looks WHERE page_id = $1 AND form = $2";
    LINK = "INSERT INTO page_twins (page_id, other_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
}

/// Keeps what a page looks like, in place of what an earlier reader saw.
pub(crate) async fn keep(
    tx: &mut Tx,
    page_id: &PageId,
    reading: &Reading,
    looks: &Looks,
) -> Result<(), StoreError> {
    let form = form_of(reading);
    tx.execute(FORGET_KEYS, values![page_id]).await?;
    tx.execute(KEEP, values![page_id, &form, &looks.to_text()])
        .await?;
    for key in looks.keys() {
        tx.execute(KEEP_KEY, values![of_form(&form, key), page_id])
            .await?;
    }
    Ok(())
}

impl Store {
    /// Notes the pages that look like this one as its twins. Once its own looks are committed: of two pages that are
    /// read at the same time the later one finds the other.
    pub(crate) async fn link_alike(
        &self,
        page_id: &PageId,
        reading: &Reading,
        looks: &Looks,
    ) -> Result<(), StoreError> {
        let form = form_of(reading);
        for other_id in self.likely(page_id, &form, looks).await? {
            let row = self
                .fetch_first(CELLS_OF, values![&other_id, &form])
                .await?;
            let cells = row.map(|row| row.of("page_looks").text("cells"));
            let other = cells.transpose()?.and_then(|cells| Looks::parse(&cells));
            if other.is_some_and(|other| looks.compared(&other).is_same_sheet()) {
                self.link(page_id.min(&other_id), page_id.max(&other_id))
                    .await?;
            }
        }
        Ok(())
    }

    /// Always in one order: two that find each other at the same moment would else wait for each other.
    async fn link(&self, earlier: &PageId, later: &PageId) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.execute(LINK, values![earlier, later]).await?;
        tx.execute(LINK, values![later, earlier]).await?;
        tx.commit().await
    }

    /// The pages that share the most keys with this one, however it lay in the scanner; the likeliest first.
    async fn likely(
        &self,
        page_id: &PageId,
        form: &str,
        looks: &Looks,
    ) -> Result<Vec<PageId>, StoreError> {
        let mut shared: HashMap<PageId, u32> = HashMap::new();
        for keys in looks.probes() {
            let mut wanted = values![page_id, COMPARED];
            wanted.extend(keys.iter().map(|key| Value::from(of_form(form, *key))));
            for row in self.fetch_all(FOUND_BY, wanted).await? {
                let row = row.of("page_look_keys");
                let n_keys: u32 = row.number("n_keys")?;
                let most = shared.entry(row.parsed("page_id")?).or_default();
                *most = n_keys.max(*most);
            }
        }
        let mut likely: Vec<(PageId, u32)> = shared.into_iter().collect();
        likely.sort_by(|(a_id, a), (b_id, b)| b.cmp(a).then_with(|| a_id.cmp(b_id)));
        likely.truncate(COMPARED as usize);
        Ok(likely.into_iter().map(|(id, _)| id).collect())
    }
}

/// The side of the layout that the page lies on; nothing when that is not known.
fn form_of(reading: &Reading) -> String {
    match (
        reading.status,
        &reading.layout,
        reading.version,
        reading.side,
    ) {
        (Status::Read, Some(layout), Some(version), Some(side)) => {
            format!("{layout}.{version}.{side}")
        }
        _ => String::new(),
    }
}

/// A key of a page as the database has it: those of different forms differ.
fn of_form(form: &str, key: u64) -> i64 {
    fnv1a(form.bytes().chain(key.to_le_bytes())).cast_signed()
}
