//! The page for whoever stands at the scanner: what just came in, what needs a hand, whether the count is right.

mod days;
mod events;
mod page;
mod view;

pub(crate) use days::get as days;
pub(crate) use events::get as events;
pub(crate) use page::get;
