//! The webhook: an [`Outlet`](crate::Outlet) that is told over HTTP, signed, at least once.
//!
//! [`deliver`] is the job behind a delivery; [`Webhook`] makes the request; [`signature`] is what the other side checks.

mod client;
mod deliver;
mod notice;
pub mod receiver;
pub mod signature;
mod target;
mod tls;

pub use client::{Webhook, WebhookSettings};
pub use deliver::deliver;
pub use target::{Target, TargetError};
