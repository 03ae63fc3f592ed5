//! What is published beyond our own pages: what the webhook was told, and files to download.

mod again;
mod export;
mod page;
mod test;

pub(crate) use again::post as again;
pub(crate) use export::{get_csv as export_csv, get_json as export_json};
pub(crate) use page::get as page;
pub(crate) use test::post as test;
