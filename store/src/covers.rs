use schemas::payload::Serial;

use crate::database::{statements, values};
use crate::{Moment, Store, StoreError};

/// What is printed on a cover sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCover {
    /// What the pile is called.
    pub name: String,
    /// How many sheets of paper lie under it, when somebody counted.
    pub n_papers: Option<u32>,
    /// How many sides of each will be scanned, 1 or 2.
    pub n_sides: u32,
}

statements! {
    INSERT = "INSERT INTO covers (id, name, n_papers, n_sides, created_at) VALUES ($1, $2, $3, $4, $5)";
}

impl Store {
    /// Notes a cover sheet that is about to be printed; its number.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.cover.add")]
    pub async fn add_cover(
        &self,
        ctx: &Moment<'_>,
        cover: &NewCover,
    ) -> Result<Serial, StoreError> {
        let number = fresh_number(ctx);
        let n_papers = cover.n_papers.map(i64::from);
        let row = values![
            number.as_str(),
            &cover.name,
            n_papers,
            cover.n_sides,
            ctx.now
        ];
        let mut tx = self.begin().await?;
        tx.execute(INSERT, row).await?;
        tx.commit().await?;
        Ok(number)
    }
}

/// The random end of a fresh id: its alphabet is that of printed numbers.
fn fresh_number(ctx: &Moment<'_>) -> Serial {
    const CHARS: usize = 12;
    let id = ctx.ids.ulid(ctx.now).to_string();
    Serial::parse(&id[id.len() - CHARS..]).expect("an id is made of capitals and digits")
}
