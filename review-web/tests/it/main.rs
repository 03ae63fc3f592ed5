//! The bench through its router, on SQLite in a fresh folder: what a person would notice.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod app;
mod browser;
mod leaflet;

mod account;
mod audit;
mod decide;
mod deliveries;
mod doors;
mod drop;
mod flat_paper;
mod layouts;
mod mail_room;
mod people;
mod pictures;
mod plain_slot;
mod public;
mod queue;
mod roles;
mod security;
mod services;
mod sheets;
mod sign_in;
mod story;
mod troubles;
