//! The own account: password and sessions.

mod page;
mod password;
mod sessions;

pub(crate) use page::get as page;
pub(crate) use password::post as change_password;
pub(crate) use sessions::{Named, SessionRow, end, end_others, session_rows};
