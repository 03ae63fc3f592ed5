use crate::cli::ConfigCommand;
use crate::config::{Config, show};
use crate::output;

/// `postbag config check|show`. A wrong configuration never gets this far.
pub(crate) fn config(config: &Config, command: &ConfigCommand) -> anyhow::Result<()> {
    match command {
        ConfigCommand::Check => {
            config.database.secret_url()?;
            config.queue.secret_url()?;
            output::line("the configuration is right")
        }
        ConfigCommand::Show => output::line(show(config)?.trim_end()),
    }
}
