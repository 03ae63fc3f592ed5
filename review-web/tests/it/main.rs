//! The bench through its router, on SQLite in a fresh folder: what a person would notice.

mod app;
mod browser;
mod leaflet;

mod decide;
mod pictures;
mod public;
mod queue;
mod roles;
mod security;
mod sign_in;
mod story;
