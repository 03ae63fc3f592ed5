//! The bench: where people correct, decide and publish, and the public pages of what they published.
//!
//! Pages are written on the server, work without JavaScript and ask nothing of any other machine.
//!
//! - [`router`] builds everything from an [`App`]; [`serve`] answers with it until it is told to stop;
//! - [`publish::publish_story`] is the job behind an approval;
//! - [`webhook::deliver`] tells an [`Outlet`] what was published or taken down; [`export`] writes all that is public;
//! - [`password`] keeps passwords.
//!
//! How it is laid out: one endpoint a file below `handlers`, its page a template beside it; `templates/`
//! holds `layouts/`, `components/` (macros) and `pages/`; every address is a function in `urls`; every
//! failure is a `WebError` and becomes a page in one place; files below `static/` are compiled in.
//!
//! To add a page: a template in `templates/pages/`, a file in `handlers` with its struct and its `get`, an
//! address in `urls`, a line in `routes`.

mod app;
mod assets;
mod audit;
mod browser_words;
mod chrome;
mod cookies;
mod digest;
mod error;
mod export;
mod flash;
mod handlers;
mod ledger;
mod mail_slot;
mod office_hours;
mod opinion;
mod outlet;
mod paper;
mod password_turn;
mod picture;
mod random;
mod routes;
mod security;
mod serve;
mod session;
mod sheet;
mod stranger;
mod text;
mod throttle;
mod upload;
mod urls;
mod when;
mod words;

pub mod drop_token;
pub mod password;
pub mod publish;
pub mod webhook;

pub use app::{App, WebSettings};
pub use export::{Export, ExportError, ExportFormat, ExportParts, export};
pub use mail_slot::{MailSlot, PageToLookAt, Pile, SentFile, SlotError, TakenFile, Taking};
pub use office_hours::{NoOfficeHours, OfficeHours};
pub use outlet::{Answer, Notice, Outlet, Telling};
pub use paper::{Paper, PaperPicture};
pub use random::{Randomness, SystemRandomness};
pub use routes::{addresses, router};
pub use serve::serve;
