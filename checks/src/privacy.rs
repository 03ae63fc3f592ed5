//! What could tell who somebody is, and words that are not published.
//!
//! Each kind has a module with one function from the text to its findings; [`find`] calls them all and settles what
//! overlaps. What is looked for comes from the moderation rules of Care Opinion and of nhs.uk: names, numbers, ways to
//! reach somebody, dates and times, addresses, obscene and discriminatory words, and texts in capitals.

mod address;
mod capitals;
mod date;
mod email;
mod names;
mod number;
mod patterns;
mod phone;
mod postcode;
mod swearing;
mod time;
mod url;

use crate::finding::{Finding, settle};
use crate::text::words;

/// What is known of a story that changes what may stay in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// Whether the story is praise: then the first name of a member of staff may stay.
    pub is_positive: bool,
}

/// Where the e-mail and web addresses of a text are.
pub(crate) fn addresses_on_the_net(text: &str) -> Vec<(usize, usize)> {
    let mut findings = Vec::new();
    email::find(text, &mut findings);
    url::find(text, &mut findings);
    findings
        .iter()
        .map(|finding| (finding.start, finding.end))
        .collect()
}

/// What a moderator should look at, sorted by place, never overlapping.
pub fn find(text: &str, about: &About) -> Vec<Finding> {
    let words = words(text);
    let mut findings = Vec::new();
    email::find(text, &mut findings);
    url::find(text, &mut findings);
    postcode::find(text, &mut findings);
    number::find(text, &mut findings);
    date::find(text, &mut findings);
    phone::find(text, &words, &mut findings);
    address::find(text, &mut findings);
    time::find(text, &mut findings);
    swearing::find(text, &words, &mut findings);
    names::find(text, &words, *about, &mut findings);
    let settled = settle(findings);
    capitals::add(text, &words, settled)
}
