use crate::config::Config;
use crate::output;
use crate::parts;

/// `postbag migrate`.
pub(crate) async fn migrate(config: &Config) -> anyhow::Result<()> {
    let report = parts::connect_store(config).await?.migrate().await?;
    for name in &report.applied {
        output::line(&format!("applied {name}"))?;
    }
    output::line(&format!("the database is at version {}", report.version))
}
