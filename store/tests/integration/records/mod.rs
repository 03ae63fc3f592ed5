//! The conformance suite of the store.

mod approvals;
mod audit;
mod decisions;
mod drops;
mod intake;
mod lane;
mod layouts;
mod leases;
mod ledger;
mod migrations;
mod opinions;
mod outbox;
mod pairs;
mod people;
mod piles;
mod plans;
mod publications;
mod readings;
mod revisions;
mod services;
mod sorting;
mod troubles;
mod twins;
mod webhook;
