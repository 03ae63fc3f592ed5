use schemas::WebhookDeliveryId;
use schemas::record::{WebhookEvent, WebhookState};
use store::{JobError, Moment, Publication, StoreError, WebhookDelivery};

use super::notice::notice;
use crate::app::App;
use crate::outlet::{Answer, Outlet};

/// Tells an outlet one thing. Safe to run twice: what was told is not told again, and if the program dies after the answer
/// and before that is written down, it is told once more with the same key.
///
/// # Errors
/// [`JobError::Retry`] when it was not taken, or the records cannot be reached; [`JobError::GiveUp`] when it is not wanted.
#[tracing::instrument(skip_all, name = "job.deliver", fields(delivery.id = %delivery_id))]
pub async fn deliver(
    app: &App,
    outlet: &dyn Outlet,
    delivery_id: &WebhookDeliveryId,
) -> Result<(), JobError> {
    let delivery = app.store.webhook_delivery(delivery_id).await;
    let Some(delivery) = delivery.map_err(later)? else {
        return Err(JobError::GiveUp("there is no such delivery".to_owned()));
    };
    if delivery.state != WebhookState::Waiting {
        return Ok(());
    }
    let publication = match delivery.number {
        Some(number) => app.store.publication(number).await.map_err(later)?,
        None => None,
    };
    if let Some(publication) = is_overtaken(&delivery, publication.as_ref()) {
        return app
            .store
            .overtake_webhook(&publication.id)
            .await
            .map_err(later);
    }
    let notice = notice(&delivery, publication.as_ref(), &app.settings.public_url)
        .map_err(|_| JobError::GiveUp("what is to be told is not JSON".to_owned()))?;
    let answer = outlet.tell(&notice).await;
    note(app, delivery_id, &answer).await.map_err(later)?;
    match answer {
        Answer::Taken(status) => {
            tracing::info!(http.status = status, webhook.event = %delivery.event, "told the webhook");
            Ok(())
        }
        Answer::NotWanted => Err(JobError::GiveUp(answer.words())),
        Answer::NotTaken(_) | Answer::Nothing(_) => Err(JobError::Retry(answer.words())),
    }
}

/// A process that knows of no webhook may have taken the story down: its words must not leave any more.
fn is_overtaken<'a>(
    delivery: &WebhookDelivery,
    publication: Option<&'a Publication>,
) -> Option<&'a Publication> {
    publication.filter(|story| story.withdrawn && delivery.event != WebhookEvent::Withdrawn)
}

async fn note(
    app: &App,
    delivery_id: &WebhookDeliveryId,
    answer: &Answer,
) -> Result<(), StoreError> {
    let moment = Moment {
        now: app.clock.now(),
        ids: app.ids.as_ref(),
    };
    let (store, words) = (&app.store, answer.words());
    match answer {
        Answer::Taken(_) => {
            store
                .note_webhook_delivered(&moment, delivery_id, &words)
                .await
        }
        _ => {
            store
                .note_webhook_failed(&moment, delivery_id, &words)
                .await
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn later(error: StoreError) -> JobError {
    JobError::Retry(error.to_string())
}
