//! The service of a story: suggestions that are taken, the search box, and names that are learned.

use directory::{Index, Service, same_name, search};
use schemas::layout::Meaning;
use store::{ConfirmAlias, StoryFields, StoryRecord};

use super::form::StoryForm;
use super::paper::Suggestion;
use crate::app::Shared;
use crate::error::WebError;
use crate::session::SignedIn;

/// The button that searches.
pub(super) const FIND: &str = "find";
/// What one looks through without scrolling.
const MAX_FOUND: usize = 8;

/// The services for what stands in the search box.
pub(super) async fn found(bench: &Shared, form: &StoryForm) -> Result<Vec<Suggestion>, WebError> {
    if form.pick != FIND || form.find.trim().is_empty() {
        return Ok(Vec::new());
    }
    let (_, index) = bench.directory.current(bench.store()).await?;
    let found = search(&index, &form.find, MAX_FOUND);
    Ok(found.into_iter().map(suggestion).collect())
}

fn suggestion(service: &Service) -> Suggestion {
    Suggestion {
        pick: format!("found:{}", service.code),
        text: service.name.clone(),
        evidence: format!("{}, {}", service.kind.as_str(), service.code),
        place: place(&service.town, &service.postcode),
        postcode: service.postcode.clone(),
    }
}

/// Where a service is, in a few words.
pub(super) fn place(town: &str, postcode: &str) -> String {
    [town, postcode]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

/// Puts a service that was found into the fields. Nothing is saved by it.
pub(super) async fn take_found(bench: &Shared, form: &mut StoryForm) -> Result<bool, WebError> {
    let Some(code) = form.pick.strip_prefix("found:") else {
        return Ok(false);
    };
    let (_, index) = bench.directory.current(bench.store()).await?;
    let Some(service) = index.service(code) else {
        return Ok(false);
    };
    form.service.clone_from(&service.name);
    form.postcode.clone_from(&service.postcode);
    Ok(true)
}

/// Learns the name on the paper when a moderator approved a story with a service of the directory. That a name is not
/// learned is no reason to stop anybody.
pub(super) async fn learn_name(
    bench: &Shared,
    who: &SignedIn,
    story: &StoryRecord,
    fields: &StoryFields,
) {
    if let Err(error) = try_to_learn(bench, who, story, fields).await {
        tracing::warn!(story.id = %story.id, error = &error as &dyn std::error::Error, "a name was not learned");
    }
}

async fn try_to_learn(
    bench: &Shared,
    who: &SignedIn,
    story: &StoryRecord,
    fields: &StoryFields,
) -> Result<(), store::StoreError> {
    let (_, index) = bench.directory.current(bench.store()).await?;
    let (Some(service), Some(read)) = (meant(&index, fields), name_read(story)) else {
        return Ok(());
    };
    if same_name(&read, &service.name) {
        return Ok(());
    }
    let confirmed = ConfirmAlias {
        code: service.code.clone(),
        alias: read,
        story_id: story.id.clone(),
        user_id: who.user.id.clone(),
    };
    bench
        .store()
        .confirm_alias(&bench.moment(), confirmed)
        .await
}

/// The service of the directory that the fields name, by name and postcode.
fn meant<'i>(index: &'i Index, fields: &StoryFields) -> Option<&'i Service> {
    index
        .at_postcode(&fields.postcode)
        .find(|service| same_name(&service.name, &fields.service))
}

fn name_read(story: &StoryRecord) -> Option<String> {
    let mut regions = story.pages.iter().flat_map(|page| &page.reading.regions);
    let region = regions.find(|region| region.reads == Meaning::Service)?;
    region
        .value
        .clone()
        .filter(|value| !value.trim().is_empty())
}
