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

fn main() -> ExitCode {
    // Before anything else: the process that opens a file needs no threads, no configuration and no log.
    match commands::open_file::asked(std::env::args()) {
        Some(memory_mb) => commands::open_file::open_file(memory_mb),
        None => obey(),
    }
}

#[tokio::main]
async fn obey() -> ExitCode {
    hush_guarded_panics();
    match commands::dispatch(cli::Cli::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("postbag: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A library that stumbles over a picture is caught where it is called; its report would only frighten.
fn hush_guarded_panics() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !ocr_worker::guard::is_guarded() {
            report(panic);
        }
    }));
}
