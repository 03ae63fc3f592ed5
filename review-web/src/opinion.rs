//! A published story as other programs read it, the same wherever it is given out.

use serde::Serialize;
use store::Publication;

use crate::{text, urls, when, words};

/// A story in the shape of the Care Opinion API v2, and what that keeps in documents of their own: services and tags. What Postbag does not know is `null`:
/// how critical a story is stays with the staff, and the author's age is not asked for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Opinion {
    id: i64,
    title: String,
    /// Markdown.
    body: String,
    date_of_submission: String,
    date_of_publication: String,
    criticality: Option<u8>,
    progress: Option<String>,
    author_role: Option<String>,
    author_age_group: Option<String>,
    submission_route: &'static str,
    /// Ours: Care Opinion's has a document of its own for each service.
    service: Option<String>,
    /// Ours: further services that it is about.
    further_services: Vec<String>,
    /// Ours: the month in which it happened, as `2026-03`.
    happened: Option<String>,
    /// Ours: Care Opinion's has a document of its own for the tags.
    tags: Vec<Tag>,
    links: Vec<Link>,
}

/// A tag as the Care Opinion API v2 has it.
#[derive(Serialize)]
struct Tag {
    name: String,
    /// Which question it answers.
    group: &'static str,
    /// What it says of the care: `positive`, `negative`, or nothing for a feeling.
    polarity: Option<&'static str>,
}

#[derive(Serialize)]
struct Link {
    rel: &'static str,
    href: String,
}

impl Opinion {
    /// `base` is where readers find the public pages.
    pub(crate) fn of(publication: &Publication, base: &str) -> Self {
        let service = publication.service.as_str();
        Self {
            id: publication.number,
            title: text::title_or_untitled(&publication.title),
            body: text::markdown(&publication.body),
            date_of_submission: when::machine(publication.submitted_at),
            date_of_publication: when::machine(publication.published_at),
            criticality: None,
            progress: None,
            author_role: author_role(publication),
            author_age_group: None,
            submission_route: publication.route.as_str(),
            service: or_null(service),
            further_services: publication.also_about.clone(),
            happened: or_null(&publication.happened),
            tags: tags(publication),
            links: links(publication, base),
        }
    }
}

fn or_null(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn tags(publication: &Publication) -> Vec<Tag> {
    let groups = [
        (&publication.tags_good, "what was good", Some("positive")),
        (
            &publication.tags_better,
            "what could be improved",
            Some("negative"),
        ),
        (&publication.tags_felt, "how did you feel", None),
    ];
    let tag = |(names, group, polarity): (&'_ Vec<String>, _, _)| {
        let named = |name: &String| Tag {
            name: name.clone(),
            group,
            polarity,
        };
        names.iter().map(named).collect::<Vec<_>>()
    };
    groups.into_iter().flat_map(tag).collect()
}

/// Who the author is, in words.
pub(crate) fn author_role(publication: &Publication) -> Option<String> {
    let role = publication.relationship.as_str();
    (!role.is_empty()).then(|| words::relationship(role).to_owned())
}

fn links(publication: &Publication, base: &str) -> Vec<Link> {
    let link = |rel, path: String| Link {
        rel,
        href: format!("{base}{path}"),
    };
    let number = publication.number;
    let mut links = vec![
        link("self", urls::opinion_json(number)),
        link("alternate", urls::opinion(number)),
    ];
    if publication.drawing.is_some() {
        links.push(link("drawing", urls::opinion_drawing(number)));
    }
    links
}
