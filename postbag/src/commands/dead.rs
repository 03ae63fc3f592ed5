use anyhow::bail;
use schemas::JobId;
use store::DeadJob;

use crate::cli::Dead;
use crate::config::Config;
use crate::output;
use crate::parts::Parts;

const NEWEST: u32 = 1_000;

/// `postbag dead list|retry|drop`.
pub(crate) async fn dead(config: &Config, command: Dead) -> anyhow::Result<()> {
    let parts = Parts::connect(config).await?;
    match command {
        Dead::List => list(&parts).await,
        Dead::Retry { id } if id == "all" => retry_all(&parts).await,
        Dead::Retry { id } => retry(&parts, &JobId::parse(&id)?).await,
        Dead::Drop { id } => drop_one(&parts, &JobId::parse(&id)?).await,
    }
}

async fn list(parts: &Parts) -> anyhow::Result<()> {
    let jobs = parts.queue.dead(NEWEST).await?;
    if jobs.is_empty() {
        return output::line("no job has given up");
    }
    let mut rows = vec![
        ["JOB", "KIND", "ABOUT", "TRIED", "CAUSE"]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(jobs.iter().map(row));
    output::table(&rows)
}

fn row(dead: &DeadJob) -> Vec<String> {
    let (kind, subject) = dead
        .job
        .as_ref()
        .map_or(("unknown", ""), |job| (job.kind().as_str(), job.subject()));
    vec![
        dead.job_id.to_string(),
        kind.to_owned(),
        subject.to_owned(),
        dead.attempts.to_string(),
        dead.cause.clone(),
    ]
}

async fn retry(parts: &Parts, id: &JobId) -> anyhow::Result<()> {
    if !parts.queue.retry_dead(id).await? {
        bail!("no job {id} has given up; see `postbag dead list`");
    }
    output::line(&format!("job {id} runs again"))
}

async fn retry_all(parts: &Parts) -> anyhow::Result<()> {
    let mut n_jobs = 0;
    for job in parts.queue.dead(NEWEST).await? {
        n_jobs += u32::from(parts.queue.retry_dead(&job.job_id).await?);
    }
    output::line(&format!("{n_jobs} job(s) run again"))
}

async fn drop_one(parts: &Parts, id: &JobId) -> anyhow::Result<()> {
    if !parts.queue.drop_dead(id).await? {
        bail!("no job {id} has given up; see `postbag dead list`");
    }
    output::line(&format!("job {id} is forgotten"))
}
