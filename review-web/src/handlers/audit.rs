//! Who saw and changed what: the list, and a part of it as a file.

mod asked;
mod export;
mod page;

pub(crate) use export::get as export;
pub(crate) use page::get as page;
