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
