//! Silent errors: what is wrong although nothing would make a person look.

use schemas::layout::Meaning;
use schemas::reading::Reading;
use serde::Serialize;
use store::StoryFields;

use super::compare::{Draft, best, is_postcode, is_service};
use super::marks;

/// From here on nobody doubts a postcode: both readers agree on it, or one reads it without a doubt and a service has it.
/// Further down a person is offered several.
const SURE_POSTCODE: f64 = 0.9;
/// A draft of which so little is expected to be wrong is passed over quickly …
const EXPECTED_CER: f64 = 0.06;
/// … and one of which more than this is wrong takes longer to correct than to type.
pub(super) const WRONG_CER: f64 = 0.20;

/// Something that is wrong in silence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Silent {
    /// What: `story`, `service`, `postcode`, or what a box means, such as `consent`.
    pub(super) field: &'static str,
    /// Why nobody would look, in words.
    pub(super) why: String,
    /// Of boxes, which one.
    #[serde(skip)]
    which: String,
}

impl Silent {
    /// Whether the same was wrong in another reading, however sure that one was.
    pub(super) fn is_among(&self, others: &[Self]) -> bool {
        let same = |other: &Self| self.field == other.field && self.which == other.which;
        others.iter().any(same)
    }
}

/// Everything that these readings of a leaflet have wrong in silence.
pub(super) fn errors(kept: &StoryFields, readings: &[&Reading], draft: Draft) -> Vec<Silent> {
    let error = |field, why: String, which: String| Silent { field, why, which };
    let mut errors = Vec::new();
    if let Some(why) = wrong_draft(draft) {
        errors.push(error("story", why, String::new()));
    }
    let service = best(readings, Meaning::Service).filter(|c| c.confidence >= directory::SURE);
    let postcode = best(readings, Meaning::Postcode).filter(|c| c.confidence >= SURE_POSTCODE);
    let sure = |confidence: f64| format!("sure of another one ({confidence:.3})");
    if let Some(service) = service.filter(|service| !is_service(service, kept)) {
        errors.push(error("service", sure(service.confidence), String::new()));
    }
    if let Some(postcode) = postcode.filter(|postcode| !is_postcode(postcode, kept)) {
        errors.push(error("postcode", sure(postcode.confidence), String::new()));
    }
    for (field, which) in marks::decided_wrong(kept, readings) {
        let why = "a box is decided otherwise".to_owned();
        errors.push(error(field, why, which));
    }
    errors
}

/// Why nobody would doubt a draft that is far too wrong.
fn wrong_draft(draft: Draft) -> Option<String> {
    let Draft::Shown {
        predicted_cer: Some(expected),
        cer,
    } = draft
    else {
        return None;
    };
    (expected <= EXPECTED_CER && cer > WRONG_CER).then(|| {
        let (expected, cer) = (100.0 * expected, 100.0 * cer);
        format!("{expected:.1} % expected to be wrong, {cer:.1} % are")
    })
}
