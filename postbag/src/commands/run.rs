use crate::commands::web::listen;
use crate::config::Config;
use crate::parts::Parts;
use crate::roles::Process;

/// `postbag run`: everything in one process.
pub(crate) async fn run(config: &Config) -> anyhow::Result<()> {
    let process = Process::new(config, Parts::connect(config).await?);
    let listener = listen(config).await?;
    process.start_relay();
    process.start_reading();
    process.start_watching(&config.ingest.inbox)?;
    process.start_mailbox()?;
    process.start_web(listener)?;
    process.run_until_stopped().await
}
