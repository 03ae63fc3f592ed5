use schemas::job::Job;
use schemas::{PageId, StoryId};

use crate::database::{Tx, statements, values};
use crate::{Moment, Store, StoreError, outbox};

/// How many jobs one sweep makes anew; the next one takes the rest.
const SWEEP_JOBS: i64 = 1_000;
/// How long a sent job is remembered in the outbox, for people who look into a problem.
const REMEMBER_SENT_MS: i64 = 7 * 24 * 3_600_000;

/// No job that this database knows of stands for the row.
macro_rules! nobody_works_on_it {
    () => {
        "AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.subject = t.id AND o.sent_at IS NULL)
        AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.subject = t.id)
        AND NOT EXISTS (SELECT 1 FROM dead_jobs d WHERE d.subject = t.id)
        ORDER BY t.id LIMIT $2"
    };
}

statements! {
    STRANDED_PAGES = concat!("SELECT t.id FROM pages t WHERE t.state = 'received' AND t.enqueued_at <= $1 ",
        nobody_works_on_it!());
    STRANDED_STORIES = concat!("SELECT t.id FROM stories t WHERE t.state = 'approved' AND t.enqueued_at <= $1 ",
        nobody_works_on_it!());
    /// Two sweeps at once: the second one waits for the first one's row lock and then changes nothing.
    TOUCH_PAGE = "UPDATE pages SET enqueued_at = $3 WHERE id = $1 AND state = 'received' AND enqueued_at <= $2";
    TOUCH_STORY = "UPDATE stories SET enqueued_at = $3 WHERE id = $1 AND state = 'approved' AND enqueued_at <= $2";
}

impl Store {
    /// Finds pages that wait to be read and stories that wait to be published, for which no job has been made in
    /// the last `older_than_ms` milliseconds and none is known here, and makes their jobs anew. Returns how many.
    /// A job that is still in the broker is doubled by this, which is harmless.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.sweep")]
    pub async fn requeue_stranded(
        &self,
        ctx: &Moment<'_>,
        older_than_ms: i64,
    ) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let mut n_jobs = 0;
        for id in stranded(&mut tx, ctx, STRANDED_PAGES, older_than_ms).await? {
            let page_id = PageId::parse(&id).map_err(|_| StoreError::missing("page", &id))?;
            n_jobs += again(
                &mut tx,
                ctx,
                TOUCH_PAGE,
                older_than_ms,
                &Job::ReadPage { page_id },
            )
            .await?;
        }
        for id in stranded(&mut tx, ctx, STRANDED_STORIES, older_than_ms).await? {
            let story_id = StoryId::parse(&id).map_err(|_| StoreError::missing("story", &id))?;
            n_jobs += again(
                &mut tx,
                ctx,
                TOUCH_STORY,
                older_than_ms,
                &Job::PublishStory { story_id },
            )
            .await?;
        }
        outbox::forget_sent(&mut tx, ctx.now.plus_ms(-REMEMBER_SENT_MS)).await?;
        tx.commit().await?;
        Ok(n_jobs)
    }
}

async fn stranded(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    sql: &'static str,
    older_than_ms: i64,
) -> Result<Vec<String>, StoreError> {
    let last = ctx.now.plus_ms(-older_than_ms);
    let rows = tx.fetch_all(sql, values![last, SWEEP_JOBS]).await?;
    rows.iter()
        .map(|row| row.of("stranded").text("id"))
        .collect()
}

async fn again(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    touch: &'static str,
    older_than_ms: i64,
    job: &Job,
) -> Result<u64, StoreError> {
    let last = ctx.now.plus_ms(-older_than_ms);
    let n_rows = tx
        .execute(touch, values![job.subject(), last, ctx.now])
        .await?;
    if n_rows == 1 {
        outbox::enqueue(tx, ctx, job).await?;
    }
    Ok(n_rows)
}
