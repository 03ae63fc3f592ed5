//! Postbag: hand-written leaflets about health care become published stories.
//!
//! `main` parses and dispatches; [`parts`] builds the parts; [`roles`] are the long-running jobs of a
//! process; [`commands`] holds one file a subcommand.

mod cli;
mod commands;
mod config;
mod html;
mod lifecycle;
mod logging;
mod output;
mod parts;
mod roles;

use std::process::ExitCode;

use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    match commands::dispatch(cli::Cli::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("postbag: {error:#}");
            ExitCode::FAILURE
        }
    }
}
