use std::time::Duration;

use review_web::App;
use review_web::publish::publish_story;
use schemas::job::{Job, JobKind};
use store::JobError;
use tokio_util::sync::CancellationToken;

use super::job_loop::JobLoop;
use crate::parts::Parts;

/// Publishes approved stories until the process is stopping.
pub(crate) async fn publish(
    parts: Parts,
    app: App,
    heartbeat: Duration,
    stopping: CancellationToken,
) -> anyhow::Result<()> {
    let job_loop = JobLoop {
        queue: parts.queue,
        kind: JobKind::PublishStory,
        heartbeat,
        stopping,
    };
    job_loop.run(|job| publish_one(&app, job)).await
}

async fn publish_one(app: &App, job: Job) -> Result<(), JobError> {
    match job {
        Job::PublishStory { story_id } => publish_story(app, &story_id).await,
        Job::ReadPage { .. } | Job::DeliverWebhook { .. } => {
            Err(JobError::GiveUp("not a job of this queue".to_owned()))
        }
    }
}
