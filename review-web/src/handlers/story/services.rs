//! The service of a story: suggestions that are taken, the search box, and names that are learned.

use directory::{Index, Service, same_name, search};
use schemas::layout::Meaning;
use schemas::reading::Candidate;
use store::{ConfirmAlias, StoryFields, StoryRecord};

use super::form::StoryForm;
use super::paper::{MAX_SUGGESTIONS, Suggestion};
use crate::app::Shared;
use crate::error::WebError;
use crate::session::SignedIn;

/// What a suggestion puts into the fields.
pub(super) struct Taken {
    service: String,
    postcode: String,
}

/// What begins a button that adds a service to the further ones.
const ALSO: &str = "also:";
/// The button that searches.
pub(super) const FIND: &str = "find";
/// What one looks through without scrolling.
const MAX_FOUND: usize = 8;
/// Organisations that are offered where no service fits.
const MAX_ORGANISATIONS: usize = 2;

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
        is_service: true,
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

/// Puts what a button suggests into the fields; whether it was such a button. Nothing is saved by it.
pub(super) async fn take(
    bench: &Shared,
    form: &mut StoryForm,
    story: &StoryRecord,
) -> Result<bool, WebError> {
    let pick = form.pick.clone();
    let (pick, also) = match pick.strip_prefix(ALSO) {
        Some(pick) => (pick, true),
        None => (pick.as_str(), false),
    };
    let taken = match pick.split_once(':') {
        Some(("found", code)) => found_by_code(bench, code).await?,
        Some(("postcode", idx)) => {
            if let Some(candidate) = candidate(story, Meaning::Postcode, idx) {
                form.postcode.clone_from(&candidate.text);
                return Ok(true);
            }
            None
        }
        Some(("service", idx)) => candidate(story, Meaning::Service, idx).map(Taken::of),
        _ => None,
    };
    let Some(taken) = taken else {
        return Ok(false);
    };
    if also {
        form.add_service(&taken.service);
    } else {
        form.service = taken.service;
        if !taken.postcode.is_empty() {
            form.postcode = taken.postcode;
        }
    }
    Ok(true)
}

impl Taken {
    fn of(candidate: &Candidate) -> Self {
        let service = candidate.service.as_ref();
        Self {
            service: candidate.text.clone(),
            postcode: service.map_or_else(String::new, |service| service.postcode.clone()),
        }
    }
}

async fn found_by_code(bench: &Shared, code: &str) -> Result<Option<Taken>, WebError> {
    let (_, index) = bench.directory.current(bench.store()).await?;
    Ok(index.service(code).map(|service| Taken {
        service: service.name.clone(),
        postcode: service.postcode.clone(),
    }))
}

/// A suggestion that the reader made where the leaflet asks for something.
fn candidate<'s>(story: &'s StoryRecord, reads: Meaning, idx: &str) -> Option<&'s Candidate> {
    let mut regions = story.pages.iter().flat_map(|page| &page.reading.regions);
    let region = regions.find(|region| region.reads == reads)?;
    region.candidates.get(idx.parse::<usize>().ok()?)
}

/// The organisations that the suggested services belong to, each once: what a story is linked to when its service is not
/// listed.
pub(super) async fn organisations(
    bench: &Shared,
    story: &StoryRecord,
) -> Result<Vec<Suggestion>, WebError> {
    let regions = story.pages.iter().flat_map(|page| &page.reading.regions);
    let listed: Vec<_> = regions
        .filter(|region| region.reads == Meaning::Service)
        .flat_map(|region| region.candidates.iter().take(MAX_SUGGESTIONS))
        .filter_map(|candidate| candidate.service.as_ref())
        .collect();
    // Most stories that are opened need no look into the directory.
    if listed.is_empty() {
        return Ok(Vec::new());
    }
    let (_, index) = bench.directory.current(bench.store()).await?;
    let mut organisations: Vec<&Service> = Vec::new();
    for service in listed {
        let known =
            |organisation: &&Service| organisations.iter().all(|o| o.code != organisation.code);
        organisations.extend(organisation_of(&index, &service.code).filter(known));
    }
    organisations.truncate(MAX_ORGANISATIONS);
    Ok(organisations.into_iter().map(suggestion).collect())
}

/// What stands at the top of the tree above a service; nothing when that is the service.
fn organisation_of<'i>(index: &'i Index, code: &str) -> Option<&'i Service> {
    let mut top = index.service(code)?;
    // As deep as the tree goes: organisation, site, service. A file may be wrong; it must not go round for ever.
    for _ in 0..3 {
        let Some(parent) = index.service(&top.parent) else {
            break;
        };
        top = parent;
    }
    (top.code != code).then_some(top)
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
