use atom_syndication::{Category, Content, Entry, Feed, FixedDateTime, Link, Person, Text};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::TimeMs;
use store::Publication;

use super::{cached, title};
use crate::app::{Shared, WebSettings};
use crate::error::WebError;
use crate::{urls, when, words};

const ATOM: &str = "application/atom+xml; charset=utf-8";
/// Entries in the feed; readers that call daily miss none below this many a day.
const ENTRIES: u32 = 50;

/// `GET /feed.atom`: the newest stories.
pub(crate) async fn get(
    State(bench): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let publications = bench.store().publications(ENTRIES, None).await?;
    let xml = feed(&publications, bench.settings()).to_string();
    Ok(cached(&headers, ATOM, xml))
}

fn feed(publications: &[Publication], settings: &WebSettings) -> Feed {
    let base = &settings.public_url;
    let mut feed = Feed::default();
    feed.set_id(format!("{base}{}", urls::HOME));
    feed.set_title(Text::plain(format!(
        "{}: stories about care",
        settings.site_name
    )));
    feed.set_updated(moment(
        publications
            .first()
            .map_or(TimeMs(0), |newest| newest.published_at),
    ));
    feed.set_lang(Some("en-GB".to_owned()));
    feed.set_links(vec![
        link("self", &format!("{base}{}", urls::FEED)),
        link("alternate", &format!("{base}{}", urls::HOME)),
    ]);
    feed.set_entries(
        publications
            .iter()
            .map(|story| entry(story, base))
            .collect::<Vec<_>>(),
    );
    feed
}

fn entry(publication: &Publication, base: &str) -> Entry {
    let url = format!("{base}{}", urls::opinion(publication.number));
    let published = moment(publication.published_at);
    let mut entry = Entry::default();
    entry.set_id(url.clone());
    entry.set_title(Text::plain(title(publication)));
    entry.set_published(published);
    entry.set_updated(published);
    entry.set_links(vec![link("alternate", &url)]);
    entry.set_authors(vec![author(publication)]);
    if !publication.service.is_empty() {
        entry.set_categories(vec![Category {
            term: publication.service.clone(),
            ..Category::default()
        }]);
    }
    entry.set_content(Content {
        value: Some(publication.body.clone()),
        content_type: Some("text".to_owned()),
        ..Content::default()
    });
    entry
}

/// Atom asks for an author; a story's has no name.
fn author(publication: &Publication) -> Person {
    let name = match publication.relationship.as_str() {
        "" => "the author",
        value => words::relationship(value),
    };
    Person {
        name: name.to_owned(),
        ..Person::default()
    }
}

fn link(rel: &str, href: &str) -> Link {
    Link {
        rel: rel.to_owned(),
        href: href.to_owned(),
        ..Link::default()
    }
}

fn moment(at: TimeMs) -> FixedDateTime {
    when::utc(at).fixed_offset()
}
