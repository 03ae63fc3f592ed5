//! The whole of Postbag, tried from outside.
#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]
#![expect(
    clippy::print_stdout,
    reason = "figures are printed for the person who runs the tests"
)]

mod browser;
mod dependencies;
mod drop;
mod eval;
mod formats;
mod hostile;
mod intake_killed;
mod mailbox;
mod opened_apart;
mod outages;
mod printed;
mod readings;
mod replay;
mod spread_out;
mod support;
mod webhook;
