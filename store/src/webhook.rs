use schemas::job::Job;
use schemas::record::{WebhookEvent, WebhookState};
use schemas::{PublicationId, TimeMs, WebhookDeliveryId};

use crate::database::{Fields, Tx, statements, values};
use crate::queue::dead;
use crate::{Moment, Store, StoreError, outbox};

/// Something that the webhook is told, and how far that went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookDelivery {
    /// The delivery; what is sent again keeps it, so that the other side knows what it has already.
    pub id: WebhookDeliveryId,
    /// What is told.
    pub event: WebhookEvent,
    /// The public number of the story; a test has none.
    pub number: Option<i64>,
    /// How far it went.
    pub state: WebhookState,
    /// How often it was tried.
    pub n_attempts: u32,
    /// What came back last: a status or a plain reason.
    pub last_answer: Option<String>,
    /// When it was tried last.
    pub last_attempt_at: Option<TimeMs>,
    /// When it happened.
    pub created_at: TimeMs,
}

macro_rules! delivery_columns {
    () => {
        "SELECT d.id, d.event, d.state, d.n_attempts, d.last_answer, d.last_attempt_at, d.created_at, n.number
        FROM webhook_deliveries d LEFT JOIN publications n ON n.id = d.publication_id"
    };
}

statements! {
    INSERT = "INSERT INTO webhook_deliveries (id, publication_id, event, state, n_attempts, enqueued_at, created_at)
        VALUES ($1, $2, $3, 'waiting', 0, $4, $4)";
    /// What is not told yet of a story that was taken down is not told any more.
    OVERTAKE = "UPDATE webhook_deliveries SET state = 'overtaken'
        WHERE publication_id = $1 AND event IN ('published', 'corrected') AND state IN ('waiting', 'given-up')";
    LOOKUP = concat!(delivery_columns!(), " WHERE d.id = $1");
    LIST = concat!(delivery_columns!(), " ORDER BY d.id DESC LIMIT $1");
    COUNT = "SELECT state, COUNT(*) AS n_deliveries FROM webhook_deliveries WHERE state = $1 GROUP BY state";
    NOTE = "UPDATE webhook_deliveries SET n_attempts = n_attempts + 1, last_answer = $2, last_attempt_at = $3
        WHERE id = $1";
    SET_DELIVERED = "UPDATE webhook_deliveries SET state = 'delivered' WHERE id = $1";
    GIVE_UP = "UPDATE webhook_deliveries SET state = 'given-up' WHERE id = $1 AND state = 'waiting'";
    /// Also locks the row: of two people who send again at once, one does.
    WAIT_AGAIN = "UPDATE webhook_deliveries SET state = 'waiting', enqueued_at = $2
        WHERE id = $1 AND state = 'given-up'";
}

/// Writes down what the webhook is told, with its job, beside the change that it tells of.
pub(crate) async fn announce(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    publication_id: &PublicationId,
    event: WebhookEvent,
) -> Result<(), StoreError> {
    if event == WebhookEvent::Withdrawn {
        tx.execute(OVERTAKE, values![publication_id]).await?;
    }
    insert(tx, ctx, Some(publication_id), event).await?;
    Ok(())
}

/// The job of this delivery gave up.
pub(crate) async fn give_up(tx: &mut Tx, subject: &str) -> Result<(), StoreError> {
    tx.execute(GIVE_UP, values![subject]).await?;
    Ok(())
}

/// The job of this delivery runs again; whether it had given up.
pub(crate) async fn wait_again(
    tx: &mut Tx,
    delivery_id: &WebhookDeliveryId,
    now: TimeMs,
) -> Result<bool, StoreError> {
    let n_rows = tx.execute(WAIT_AGAIN, values![delivery_id, now]).await?;
    Ok(n_rows == 1)
}

async fn insert(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    publication_id: Option<&PublicationId>,
    event: WebhookEvent,
) -> Result<WebhookDeliveryId, StoreError> {
    let delivery_id = WebhookDeliveryId::fresh(ctx.ids, ctx.now);
    let of = publication_id.map(PublicationId::as_str);
    let row = values![&delivery_id, of, event.as_str(), ctx.now];
    tx.execute(INSERT, row).await?;
    enqueue(tx, ctx, &delivery_id).await?;
    Ok(delivery_id)
}

async fn enqueue(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    delivery_id: &WebhookDeliveryId,
) -> Result<(), StoreError> {
    let delivery_id = delivery_id.clone();
    outbox::enqueue(tx, ctx, &Job::DeliverWebhook { delivery_id }).await?;
    Ok(())
}

impl Store {
    /// Tells the webhook nothing but that it can be told.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.webhook.test")]
    pub async fn test_webhook(&self, ctx: &Moment<'_>) -> Result<WebhookDeliveryId, StoreError> {
        let mut tx = self.begin().await?;
        let delivery_id = insert(&mut tx, ctx, None, WebhookEvent::Test).await?;
        tx.commit().await?;
        Ok(delivery_id)
    }

    /// Looks up a delivery.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.webhook.lookup", fields(delivery.id = %delivery_id))]
    pub async fn webhook_delivery(
        &self,
        delivery_id: &WebhookDeliveryId,
    ) -> Result<Option<WebhookDelivery>, StoreError> {
        let row = self.fetch_first(LOOKUP, values![delivery_id]).await?;
        row.map(|row| delivery(row.of("webhook_deliveries")))
            .transpose()
    }

    /// Lists deliveries, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.webhook.list")]
    pub async fn webhook_deliveries(&self, limit: u32) -> Result<Vec<WebhookDelivery>, StoreError> {
        let rows = self.fetch_all(LIST, values![limit]).await?;
        rows.iter()
            .map(|row| delivery(row.of("webhook_deliveries")))
            .collect()
    }

    /// Counts the deliveries in a state.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.webhook.count")]
    pub async fn count_webhook_deliveries(&self, state: WebhookState) -> Result<u64, StoreError> {
        let row = self.fetch_first(COUNT, values![state.as_str()]).await?;
        let count = |row: crate::database::Row| row.of("webhook_deliveries").number("n_deliveries");
        row.map_or(Ok(0), count)
    }

    /// Notes that a delivery was tried in vain. Its job says what comes next.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.webhook.note_failed", fields(delivery.id = %delivery_id))]
    pub async fn note_webhook_failed(
        &self,
        ctx: &Moment<'_>,
        delivery_id: &WebhookDeliveryId,
        answer: &str,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.execute(NOTE, values![delivery_id, answer, ctx.now])
            .await?;
        tx.commit().await
    }

    /// Notes that the other side has it.
    ///
    /// # Errors
    /// When the database fails; it is then told again, with the same key.
    #[tracing::instrument(skip_all, name = "db.webhook.note_delivered", fields(delivery.id = %delivery_id))]
    pub async fn note_webhook_delivered(
        &self,
        ctx: &Moment<'_>,
        delivery_id: &WebhookDeliveryId,
        answer: &str,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.execute(NOTE, values![delivery_id, answer, ctx.now])
            .await?;
        tx.execute(SET_DELIVERED, values![delivery_id]).await?;
        tx.commit().await
    }

    /// Lets the webhook never be told of a story what is not true any more: it was taken down.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.webhook.overtake", fields(publication.id = %publication_id))]
    pub async fn overtake_webhook(&self, publication_id: &PublicationId) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.execute(OVERTAKE, values![publication_id]).await?;
        tx.commit().await
    }

    /// Sends again, from the first attempt and with the same key, what was given up. Says whether it had been.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.webhook.send_again", fields(delivery.id = %delivery_id))]
    pub async fn send_webhook_again(
        &self,
        ctx: &Moment<'_>,
        delivery_id: &WebhookDeliveryId,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        if !wait_again(&mut tx, delivery_id, ctx.now).await? {
            return Ok(false);
        }
        // Its dead job is what was to be done; somebody may have dropped it from the list.
        dead::forget_about(&mut tx, delivery_id.as_str()).await?;
        enqueue(&mut tx, ctx, delivery_id).await?;
        tx.commit().await?;
        Ok(true)
    }
}

fn delivery(row: Fields<'_>) -> Result<WebhookDelivery, StoreError> {
    Ok(WebhookDelivery {
        id: row.parsed("id")?,
        event: row.one_of("event", WebhookEvent::parse)?,
        number: row.int_or_null("number")?,
        state: row.one_of("state", WebhookState::parse)?,
        n_attempts: row.number("n_attempts")?,
        last_answer: row.text_or_null("last_answer")?,
        last_attempt_at: row.int_or_null("last_attempt_at")?.map(TimeMs),
        created_at: row.time("created_at")?,
    })
}
