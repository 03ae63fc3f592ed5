use crate::config::Config;
use crate::parts::Parts;
use crate::roles::Process;

/// `postbag worker`: reads the pages in the queue.
pub(crate) async fn worker(config: &Config) -> anyhow::Result<()> {
    let process = Process::new(config, Parts::connect(config).await?);
    process.start_relay();
    process.start_reading();
    process.run_until_stopped().await
}
