use schemas::job::Job;
use schemas::{PageId, StoryId, TimeMs, WebhookDeliveryId};

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
    STRANDED_DELIVERIES = concat!("SELECT t.id FROM webhook_deliveries t WHERE t.state = 'waiting' AND t.enqueued_at <= $1 ",
        nobody_works_on_it!());
    /// Two sweeps at once: the second one waits for the first one's row lock and then changes nothing.
    TOUCH_PAGE = "UPDATE pages SET enqueued_at = $3 WHERE id = $1 AND state = 'received' AND enqueued_at <= $2";
    TOUCH_STORY = "UPDATE stories SET enqueued_at = $3 WHERE id = $1 AND state = 'approved' AND enqueued_at <= $2";
    TOUCH_DELIVERY = "UPDATE webhook_deliveries SET enqueued_at = $3
        WHERE id = $1 AND state = 'waiting' AND enqueued_at <= $2";
}

impl Store {
    /// Finds pages that wait to be read, stories that wait to be published and what waits to be told to the webhook, for
    /// which no job has been made in the last `older_than_ms` milliseconds and none is known here, and makes their jobs
    /// anew. Returns how many. A job that is still in the broker is doubled by this, which is harmless.
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
        let sweep = Sweep { ctx, older_than_ms };
        let mut n_jobs = 0;
        for id in sweep.stranded(&mut tx, STRANDED_PAGES).await? {
            let page_id = PageId::parse(&id).map_err(|_| StoreError::missing("page", &id))?;
            let job = Job::ReadPage { page_id };
            n_jobs += sweep.again(&mut tx, TOUCH_PAGE, &job).await?;
        }
        for id in sweep.stranded(&mut tx, STRANDED_STORIES).await? {
            let story_id = StoryId::parse(&id).map_err(|_| StoreError::missing("story", &id))?;
            let job = Job::PublishStory { story_id };
            n_jobs += sweep.again(&mut tx, TOUCH_STORY, &job).await?;
        }
        if self.has_webhook() {
            n_jobs += sweep.deliveries(&mut tx).await?;
        }
        outbox::forget_sent(&mut tx, ctx.now.plus_ms(-REMEMBER_SENT_MS)).await?;
        tx.commit().await?;
        Ok(n_jobs)
    }
}

/// One look for what fell by the wayside.
struct Sweep<'a> {
    ctx: &'a Moment<'a>,
    older_than_ms: i64,
}

impl Sweep<'_> {
    async fn deliveries(&self, tx: &mut Tx) -> Result<u64, StoreError> {
        let mut n_jobs = 0;
        for id in self.stranded(tx, STRANDED_DELIVERIES).await? {
            let delivery_id =
                WebhookDeliveryId::parse(&id).map_err(|_| StoreError::missing("delivery", &id))?;
            let job = Job::DeliverWebhook { delivery_id };
            n_jobs += self.again(tx, TOUCH_DELIVERY, &job).await?;
        }
        Ok(n_jobs)
    }

    async fn stranded(&self, tx: &mut Tx, sql: &'static str) -> Result<Vec<String>, StoreError> {
        let rows = tx.fetch_all(sql, values![self.last(), SWEEP_JOBS]).await?;
        rows.iter()
            .map(|row| row.of("stranded").text("id"))
            .collect()
    }

    async fn again(&self, tx: &mut Tx, touch: &'static str, job: &Job) -> Result<u64, StoreError> {
        let touched = values![job.subject(), self.last(), self.ctx.now];
        let n_rows = tx.execute(touch, touched).await?;
        if n_rows == 1 {
            outbox::enqueue(tx, self.ctx, job).await?;
        }
        Ok(n_rows)
    }

    /// The latest moment at which a job may have been made.
    fn last(&self) -> TimeMs {
        self.ctx.now.plus_ms(-self.older_than_ms)
    }
}
