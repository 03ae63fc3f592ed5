use std::time::Duration;

use review_web::webhook::{Webhook, deliver};
use review_web::{App, Outlet};
use schemas::job::{Job, JobKind};
use store::JobError;
use tokio_util::sync::CancellationToken;

use super::job_loop::JobLoop;
use crate::parts::Parts;

/// Tells the webhook what was published and taken down, until the process is stopping.
pub(crate) async fn tell(
    parts: Parts,
    app: App,
    webhook: Webhook,
    heartbeat: Duration,
    stopping: CancellationToken,
) -> anyhow::Result<()> {
    let job_loop = JobLoop {
        queue: parts.queue,
        kind: JobKind::DeliverWebhook,
        heartbeat,
        stopping,
    };
    job_loop.run(|job| deliver_one(&app, &webhook, job)).await
}

async fn deliver_one(app: &App, outlet: &dyn Outlet, job: Job) -> Result<(), JobError> {
    match job {
        Job::DeliverWebhook { delivery_id } => deliver(app, outlet, &delivery_id).await,
        Job::ReadPage { .. } | Job::PublishStory { .. } => {
            Err(JobError::GiveUp("not a job of this queue".to_owned()))
        }
    }
}
