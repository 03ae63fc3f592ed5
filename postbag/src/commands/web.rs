use anyhow::Context as _;
use tokio::net::TcpListener;

use crate::config::Config;
use crate::parts::Parts;
use crate::roles::Process;

/// `postbag web`: the bench, the public pages and the publishing of approved stories.
pub(crate) async fn web(config: &Config) -> anyhow::Result<()> {
    let process = Process::new(config, Parts::connect(config).await?);
    let listener = listen(config).await?;
    process.start_relay();
    process.start_web(listener)?;
    process.run_until_stopped().await
}

/// Takes the configured address.
pub(crate) async fn listen(config: &Config) -> anyhow::Result<TcpListener> {
    TcpListener::bind(config.web.listen).await.with_context(|| {
        format!(
            "cannot listen on {}; is another Postbag running? (web.listen)",
            config.web.listen
        )
    })
}
