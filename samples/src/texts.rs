//! What people write: invented stories about invented services.

use std::sync::LazyLock;

use serde::Deserialize;

/// One invented story. No real person, service or event is meant.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// The service that it is about.
    pub service: String,
    /// The service's postcode; empty when the author does not know it.
    pub postcode: String,
    /// The value of the box that the author ticks.
    pub relationship: String,
    /// The words.
    pub story: String,
}

/// All stories, in a fixed order.
///
/// # Panics
/// Never: a test reads the file that is compiled in.
pub fn stories() -> &'static [Story] {
    static STORIES: LazyLock<Vec<Story>> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../texts/stories.json"))
            .expect("the stories that are compiled in are valid")
    });
    &STORIES
}

/// Names that people publish under.
pub(crate) const USERNAMES: [&str; 8] = [
    "bluebell42",
    "Grateful Gran",
    "walker",
    "seaside7",
    "Mum of three",
    "teacup",
    "redkite",
    "quietman",
];

/// Addresses that belong to nobody (RFC 2606).
pub(crate) const EMAILS: [&str; 6] = [
    "j.archer@example.org",
    "mary22@example.com",
    "the.browns@example.net",
    "ward6@example.org",
    "hello@example.com",
    "r_singh@example.org",
];

/// Numbers that belong to nobody (Ofcom keeps them for drama).
pub(crate) const PHONES: [&str; 4] = [
    "01632 960 114",
    "07700 900 341",
    "0141 496 0152",
    "020 7946 0807",
];

/// Invented names.
pub(crate) const NAMES: [&str; 6] = [
    "Jean Archer",
    "P. Okafor",
    "Mary Quill",
    "Ravi Singh",
    "T. Lomax",
    "Ewan Brodie",
];

/// When it happened, as people say it.
pub(crate) const DATES: [&str; 6] = [
    "12/03/26",
    "last March",
    "4 June 2026",
    "in the summer",
    "03.09.2026",
    "Easter week",
];

/// Short answers to short questions.
pub(crate) const SHORT_ANSWERS: [&str; 12] = [
    "The nurse was kind.",
    "I did not like the needle",
    "They gave me a sticker!",
    "The toys",
    "It was noisy at night.",
    "My mum stayed with me",
    "The food was cold",
    "Everyone was nice to me.",
    "I was scared at first",
    "More colours please",
    "The doctor told jokes",
    "Nothing",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use schemas::layout::{Meaning, RegionKind, builtin};
    use schemas::postcode::Postcode;

    use super::*;

    #[test]
    fn there_are_forty_different_stories() {
        let different: BTreeSet<&str> = stories().iter().map(|s| s.story.as_str()).collect();
        assert_eq!(different.len(), 40);
    }

    #[test]
    fn every_postcode_has_a_valid_shape() {
        for story in stories().iter().filter(|story| !story.postcode.is_empty()) {
            let postcode = Postcode::parse(&story.postcode).unwrap();
            assert_eq!(postcode.as_str(), story.postcode);
        }
    }

    #[test]
    fn every_relationship_has_a_box_on_the_leaflet() {
        let layout = builtin().remove(0);
        let region = layout.sides[0]
            .regions_for(Meaning::Relationship)
            .next()
            .unwrap();
        let RegionKind::Marks { options, .. } = &region.kind else {
            panic!("the relationship is ticked");
        };
        for story in stories() {
            let known = options.iter().any(|o| o.value == story.relationship);
            assert!(known, "{}", story.relationship);
        }
    }
}
