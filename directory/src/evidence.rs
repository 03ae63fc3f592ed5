//! Why a service is offered, in plain words.

use crate::alike::n_differing;
use crate::postal::Nearness;
use crate::resolve::{Query, Scored};
use crate::words::words;

/// The evidence for one service: what its name has to do with what was read, and what its postcode.
pub(crate) fn of(scored: &Scored<'_>, query: &Query<'_>) -> String {
    let mut parts = Vec::new();
    if !query.name.trim().is_empty() {
        parts.push(of_name(scored, query.name));
    }
    parts.extend(of_postcode(scored, query));
    let service = &scored.entry.service;
    if query
        .origin
        .is_some_and(|code| service.code == code || service.parent == code)
    {
        parts.push("these leaflets were handed out there".to_owned());
    }
    parts.join("; ")
}

fn of_name(scored: &Scored<'_>, read: &str) -> String {
    let name = &scored.entry.names[scored.name_idx];
    let read = read.split_whitespace().collect::<Vec<_>>().join(" ");
    if words(&read) == words(&name.text) {
        return if scored.name_idx == 0 {
            "name: as in the directory".to_owned()
        } else {
            format!("name: also known as '{}'", name.text)
        };
    }
    let (n_letters, n_words) = differences(&words(&read), &words(&name.text));
    let mut what = Vec::new();
    if n_letters > 0 {
        what.push(counted(n_letters, "letter differs", "letters differ"));
    }
    if n_words > 0 {
        what.push(counted(
            n_words,
            "word is on one side only",
            "words are on one side only",
        ));
    }
    format!("name: '{read}' ~ '{}' ({})", name.text, what.join(", "))
}

/// How many letters differ in words that are alike, and how many words have no fellow.
fn differences(read: &[String], own: &[String]) -> (usize, usize) {
    let mut left: Vec<&String> = read.iter().collect();
    let (mut n_letters, mut n_words) = (0, 0);
    for word in own {
        let apart = |(i, other): (usize, &&String)| (n_differing(other, word), i);
        match left.iter().enumerate().map(apart).min() {
            Some((n, i)) if 2 * n <= word.len() => {
                n_letters += n;
                left.remove(i);
            }
            _ => n_words += 1,
        }
    }
    (n_letters, n_words + left.len())
}

fn of_postcode(scored: &Scored<'_>, query: &Query<'_>) -> Option<String> {
    let read = &query.postcodes.first()?.text;
    let own = &scored.entry.service.postcode;
    let words = match scored.nearness {
        Nearness::Own if read.replace(' ', "") == scored.entry.postcode => {
            format!("postcode: {own} is its own")
        }
        Nearness::Own => format!("postcode: '{read}' ~ {own}, its own"),
        Nearness::Sector => format!("postcode: '{read}' is next to its own, {own}"),
        Nearness::District => format!("postcode: '{read}' is in the district of its own, {own}"),
        Nearness::Area => format!("postcode: '{read}' is in the same area as its own, {own}"),
        Nearness::Elsewhere => format!("postcode: '{read}' is not near its own, {own}"),
        Nearness::Unknown => "postcode: the directory has none for it".to_owned(),
    };
    Some(words)
}

fn counted(n: usize, one: &str, several: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { several })
}
