//! One file a subcommand.

mod batch;
mod config;
mod dead;
mod demo;
mod doctor;
mod drop;
mod eval;
mod export;
mod ingest;
mod layout;
mod marks;
mod migrate;
pub(crate) mod open_file;
mod read;
mod replay;
mod run;
mod samples;
mod services;
mod user;
mod web;
mod webhook_receiver;
mod worker;

use std::process::ExitCode;

use crate::cli::{Cli, Command, Samples};
use crate::config::{Config, Log};
use crate::logging;

/// Runs the subcommand.
pub(crate) async fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    let mut config = Config::load(cli.config.as_deref())?;
    if matches!(cli.command, Command::Demo(_)) && config.log == Log::default() {
        // The accounts must not drown in messages.
        "warn".clone_into(&mut config.log.filter);
    }
    logging::start(&config.log)?;
    match cli.command {
        Command::Run => run::run(&config).await?,
        Command::Demo(args) => demo::demo(config, args).await?,
        Command::Ingest(args) => return ingest::ingest(&config, args).await,
        Command::Worker => worker::worker(&config).await?,
        Command::Web => web::web(&config).await?,
        Command::Read(args) => return read::read(&config, args).await,
        Command::Replay(args) => return replay::replay(&config, args).await,
        Command::Eval(args) => return eval::eval(&config, args).await,
        Command::Samples(Samples::Make(args)) => return samples::make(args).await,
        Command::Marks(command) => return marks::marks(&config, command).await,
        Command::Layout(command) => return layout::layout(&config, command).await,
        Command::Services(command) => services::services(&config, command).await?,
        Command::Postcodes(command) => services::postcodes(&config, command).await?,
        Command::User(command) => user::user(&config, command).await?,
        Command::Drop(command) => drop::drop_address(&config, command).await?,
        Command::Batch(command) => batch::batch(&config, command).await?,
        Command::Dead(command) => dead::dead(&config, command).await?,
        Command::Export(args) => export::export(&config, args).await?,
        Command::WebhookReceiver(args) => webhook_receiver::webhook_receiver(args).await?,
        Command::Config(command) => config::config(&config, &command)?,
        Command::Migrate => migrate::migrate(&config).await?,
        Command::Doctor => return doctor::doctor(&config).await,
    }
    Ok(ExitCode::SUCCESS)
}
