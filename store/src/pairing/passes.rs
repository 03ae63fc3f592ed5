use schemas::record::PageState;
use schemas::{BatchId, PageId, UserId};

use super::{JoinSides, Joined, Mismatch, join_locked};
use crate::database::{statements, values};
use crate::{Moment, Store, StoreError, leaflets};

/// A pile that was scanned in two passes: all fronts, and then all backs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinPasses {
    /// The pile.
    pub batch_id: BatchId,
    /// How the second pass lay.
    pub order: PassOrder,
    /// Who says so.
    pub user_id: UserId,
}

/// How the pile lay in the second pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassOrder {
    /// It was turned over as a whole, so that the last back comes first.
    Reversed,
    /// In the order of the first pass.
    Same,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passes {
    /// Fronts and backs are together.
    Done {
        /// How many were put together now.
        n_joined: u32,
        /// How many were together before.
        n_together: u32,
        /// Those of which a side was not read, by their places in the pile; they are put together by hand later.
        unread: Vec<(u32, u32)>,
    },
    /// A side is missing, or one is too many. Nothing was changed.
    Odd {
        /// How many sides there are.
        n_sides: u32,
    },
    /// Sheets are still being read. Nothing was changed.
    StillReading,
    /// These do not belong together, by their places in the pile. Nothing was changed.
    DoNotFit(Vec<(u32, u32, Mismatch)>),
}

statements! {
    LOCK_PAGES = "UPDATE pages SET id = id WHERE batch_id = $1";
    PLACES = "SELECT id, position, state FROM pages WHERE batch_id = $1
        AND (state <> 'discarded' OR role = 'blank-back') ORDER BY position";
}

struct Place {
    page_id: PageId,
    position: u32,
    state: PageState,
}

impl Store {
    /// Puts the fronts and backs of a pile together that was scanned in two passes. When the count is wrong or anything on
    /// the paper contradicts it, nothing is changed, and it is told what does not fit.
    ///
    /// # Errors
    /// When the database fails or there is no such person.
    #[tracing::instrument(skip_all, name = "db.batch.join_passes", fields(batch.id = %join.batch_id, user.id = %join.user_id))]
    pub async fn join_passes(
        &self,
        ctx: &Moment<'_>,
        join: &JoinPasses,
    ) -> Result<Passes, StoreError> {
        let mut tx = self.begin().await?;
        tx.execute(LOCK_PAGES, values![&join.batch_id]).await?;
        leaflets::lock_batch(&mut tx, &join.batch_id).await?;
        let rows = tx.fetch_all(PLACES, values![&join.batch_id]).await?;
        let places = rows.iter().map(place).collect::<Result<Vec<_>, _>>()?;
        if places.len() % 2 == 1 {
            let n_sides = u32::try_from(places.len()).unwrap_or(u32::MAX);
            return Ok(Passes::Odd { n_sides });
        }
        if places
            .iter()
            .any(|place| place.state == PageState::Received)
        {
            return Ok(Passes::StillReading);
        }
        let (mut n_joined, mut n_together) = (0, 0);
        let (mut unread, mut wrong) = (Vec::new(), Vec::new());
        for (front, back) in pairs(&places, join.order) {
            let sides = JoinSides {
                pages: [front.page_id.clone(), back.page_id.clone()],
                user_id: join.user_id.clone(),
            };
            let at = (front.position, back.position);
            match join_locked(&mut tx, ctx, &sides).await? {
                Joined::Done => n_joined += 1,
                Joined::Together => n_together += 1,
                Joined::Mismatch(Mismatch::NotRead) => unread.push(at),
                Joined::Mismatch(why) => wrong.push((at.0, at.1, why)),
            }
        }
        if !wrong.is_empty() {
            return Ok(Passes::DoNotFit(wrong));
        }
        tx.commit().await?;
        Ok(Passes::Done {
            n_joined,
            n_together,
            unread,
        })
    }
}

/// Each front with its back.
fn pairs(places: &[Place], order: PassOrder) -> Vec<(&Place, &Place)> {
    let (fronts, backs) = places.split_at(places.len() / 2);
    match order {
        PassOrder::Same => fronts.iter().zip(backs).collect(),
        PassOrder::Reversed => fronts.iter().zip(backs.iter().rev()).collect(),
    }
}

fn place(row: &crate::database::Row) -> Result<Place, StoreError> {
    let row = row.of("pages");
    Ok(Place {
        page_id: row.parsed("id")?,
        position: row.number("position")?,
        state: row.one_of("state", PageState::parse)?,
    })
}
