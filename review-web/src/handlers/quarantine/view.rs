//! What the page of one sheet shows.

use askama::Template;
use schemas::reading::{Warning, WarningCode};
use schemas::record::{PageState, PictureRole};
use store::{PageEvent, PagePicture, PageReading, PageRecord, Twin, first_words};

use super::choices::{Choice, choices, chosen_first, known_layouts};
use super::corners::{CORNERS, Top};
use super::decide::{DiscardForm, REASONS};
use super::place_form::{BY_CORNERS, FIND, PlaceFaults, PlaceForm};
use super::reason;
use crate::app::Shared;
use crate::chrome::Chrome;
use crate::error::WebError;
use crate::handlers::page_picture::may_see;
use crate::session::{Duty, SignedIn};
use crate::urls::{self, SheetStep};
use crate::{sheet, when, words};

/// How many sheets before and after are shown: the one that it may have stuck to, and the one beyond.
const NEIGHBOURS: u32 = 2;

/// A form that comes back because something is wrong with it.
pub(super) enum Typed {
    Place(Box<PlaceForm>, PlaceFaults),
    Discard(DiscardForm),
}

#[derive(Template)]
#[template(path = "pages/sheet.html")]
pub(super) struct SheetPage {
    pub(super) chrome: Chrome,
    name: String,
    batch: String,
    file: String,
    cause: String,
    next_action: String,
    /// What became of it, when a person need not look any more.
    settled: Option<Settled>,
    picture: Option<Picture>,
    found: Option<String>,
    neighbours: Vec<Neighbour>,
    /// The sheets that look like this one.
    alike: Vec<Alike>,
    /// Why somebody should read it now, when its words may say that somebody is in danger.
    danger: Option<Warning>,
    events: Vec<Event>,
    ways: Option<Ways>,
}

/// What became of a sheet.
struct Settled {
    words: &'static str,
    link: Option<(&'static str, String)>,
    /// Where a button takes it back.
    restore: Option<String>,
}

struct Picture {
    url: String,
    width_px: u32,
    height_px: u32,
}

/// A sheet that lay above or below.
struct Neighbour {
    name: String,
    state: &'static str,
    picture: Option<String>,
    url: Option<String>,
    here: bool,
}

/// A sheet that looks the same.
struct Alike {
    words: String,
    thumb: String,
    url: String,
}

struct Event {
    what: String,
    who: String,
    at: String,
    at_machine: String,
    reason: String,
}

/// What a person may do with the sheet.
struct Ways {
    place: Option<Place>,
    letter: Option<Letter>,
    discard: Discard,
    /// Where the sheet can be made a form of its own.
    draw: Option<String>,
    /// Where a button makes a story of a side that waits.
    story: Option<String>,
}

struct Place {
    action: String,
    choices: Vec<Choice>,
    what: String,
    lies: Vec<Lies>,
    corners: Vec<Corner>,
    faults: PlaceFaults,
}

/// One way in which the page may lie.
struct Lies {
    value: &'static str,
    words: String,
    checked: bool,
}

struct Corner {
    name: &'static str,
    words: &'static str,
    x: String,
    y: String,
}

struct Letter {
    action: String,
    /// The first words that were read on it, where they make sense.
    begins: Option<String>,
    /// The stories that the page may go on from: of a letter, or of a leaflet that it was stapled to.
    before: Vec<(String, String)>,
}

struct Discard {
    action: String,
    reasons: Vec<&'static str>,
    chosen: String,
    words: String,
    fault: Option<&'static str>,
}

impl SheetPage {
    pub(super) async fn new(
        bench: &Shared,
        who: &SignedIn,
        chrome: Chrome,
        page: &PageRecord,
        typed: Option<Typed>,
    ) -> Result<Self, WebError> {
        let around = bench.store().pages_around(page, NEIGHBOURS).await?;
        let read = bench.store().latest_reading(&page.id).await?;
        let events = bench.store().page_events(&page.id).await?;
        let twins = bench.store().twins(&page.id).await?;
        let (cause, next_action) = reason(page);
        let may_change = page.is_open() && who.may(Duty::PlaceSheets);
        let ways = if may_change {
            Some(ways(bench, who, page, read.as_ref(), &around, typed).await?)
        } else {
            None
        };
        Ok(Self {
            chrome,
            name: format!("Sheet {}", page.position),
            batch: format!(
                "{} · {}",
                page.batch_source,
                when::day_and_time(page.created_at)
            ),
            file: sheet::file_of(page),
            cause,
            next_action,
            settled: settled(page, who),
            picture: picture(page, who),
            found: found(page, who, read.as_ref()),
            neighbours: around.iter().map(|of| neighbour(of, page, who)).collect(),
            danger: read
                .as_ref()
                .filter(|_| who.may(Duty::SeeStories))
                .and_then(danger),
            alike: twins.iter().map(|twin| alike(twin, page, who)).collect(),
            events: events.into_iter().map(event).collect(),
            ways,
        })
    }
}

fn danger(read: &PageReading) -> Option<Warning> {
    let mut warnings = read.reading.warnings.iter();
    warnings
        .find(|warning| warning.code == WarningCode::MaybeDanger)
        .cloned()
}

fn alike(twin: &Twin, page: &PageRecord, who: &SignedIn) -> Alike {
    let story = twin.story_id.as_ref();
    Alike {
        words: format!(
            "{} looks the same.",
            sheet::of_twin(twin, Some(&page.batch_id))
        ),
        thumb: urls::page_tile(&twin.other_id),
        url: match story.filter(|_| who.may(Duty::SeeStories)) {
            Some(story_id) => urls::story(story_id),
            None => urls::quarantined(&twin.other_id),
        },
    }
}

fn settled(page: &PageRecord, who: &SignedIn) -> Option<Settled> {
    let story = page
        .story_id
        .as_ref()
        .filter(|_| who.may(Duty::SeeStories))
        .map(|id| ("Show its story", urls::story(id)));
    let (words, link, restore) = match page.state {
        PageState::Received => (
            "This sheet is being read. If that fails, it comes back here with the reason.",
            Some(("Look again", urls::quarantined(&page.id))),
            None,
        ),
        PageState::Read if page.story_id.is_some() => {
            ("This sheet was read, and belongs to a story.", story, None)
        }
        PageState::Discarded => (
            "This sheet is discarded. It stays in the count.",
            None,
            Some(urls::sheet_step(&page.id, SheetStep::Restore))
                .filter(|_| who.may(Duty::PlaceSheets)),
        ),
        PageState::Read | PageState::Quarantined => return None,
    };
    Some(Settled {
        words,
        link,
        restore,
    })
}

fn picture(page: &PageRecord, who: &SignedIn) -> Option<Picture> {
    let picture = page.picture.as_ref().filter(|_| may_see(who, page))?;
    Some(Picture {
        url: urls::page_picture(&page.id),
        width_px: picture.width_px,
        height_px: picture.height_px,
    })
}

fn found(page: &PageRecord, who: &SignedIn, read: Option<&PageReading>) -> Option<String> {
    let mut pictures = read?.pictures.iter();
    let there = pictures.any(|picture| picture.role == PictureRole::Found);
    (there && page.is_open() && may_see(who, page)).then(|| urls::page_found(&page.id))
}

fn neighbour(of: &PageRecord, page: &PageRecord, who: &SignedIn) -> Neighbour {
    let story = of.story_id.as_ref().filter(|_| who.may(Duty::SeeStories));
    let here = of.id == page.id;
    let sheet = of.is_open() || of.state == PageState::Discarded;
    let url = match story {
        Some(id) => Some(urls::story(id)),
        None => sheet.then(|| urls::quarantined(&of.id)),
    };
    Neighbour {
        name: format!("Sheet {}", of.position),
        state: words::page_state(of),
        picture: (of.picture.is_some() && may_see(who, of)).then(|| urls::page_thumb(&of.id)),
        url: url.filter(|_| !here),
        here,
    }
}

fn event(event: PageEvent) -> Event {
    Event {
        what: words::page_event(&event.what),
        who: event.user_name,
        at: when::day_and_time(event.at),
        at_machine: when::machine(event.at),
        reason: event.reason,
    }
}

async fn ways(
    bench: &Shared,
    who: &SignedIn,
    page: &PageRecord,
    read: Option<&PageReading>,
    around: &[PageRecord],
    typed: Option<Typed>,
) -> Result<Ways, WebError> {
    let (placed, discarded) = match typed {
        Some(Typed::Place(form, faults)) => (Some((*form, faults)), None),
        Some(Typed::Discard(form)) => (None, Some(form)),
        None => (None, None),
    };
    let (place, letter) = match &page.picture {
        Some(picture) => (
            Some(place(bench, page, picture, read, placed).await?),
            Some(letter(bench, page, read, around).await?),
        ),
        None => (None, None),
    };
    let story = page.waits_for_other_side();
    let may_draw = page.picture.is_some() && who.may(Duty::DrawLayouts);
    Ok(Ways {
        place,
        letter,
        draw: may_draw.then(|| urls::new_layout_from(&page.id)),
        discard: discard(page, discarded),
        story: story.then(|| urls::sheet_step(&page.id, SheetStep::Story)),
    })
}

async fn place(
    bench: &Shared,
    page: &PageRecord,
    picture: &PagePicture,
    read: Option<&PageReading>,
    typed: Option<(PlaceForm, PlaceFaults)>,
) -> Result<Place, WebError> {
    let choices = choices(&known_layouts(bench).await?);
    let (form, faults) = if let Some(typed) = typed {
        typed
    } else {
        let said = bench.store().latest_placement(&page.id).await?;
        let said = said.map(|said| said.placement);
        let read = read.map(|read| &read.reading);
        let form = PlaceForm::suggested(picture, &choices, said.as_ref(), read);
        (form, PlaceFaults::default())
    };
    let corner = |((name, words), (x, y))| Corner { name, words, x, y };
    Ok(Place {
        action: urls::sheet_step(&page.id, SheetStep::Place),
        choices: chosen_first(choices, &form.what),
        lies: lies(&form.lies),
        what: form.what,
        corners: CORNERS.into_iter().zip(form.corners).map(corner).collect(),
        faults,
    })
}

fn lies(chosen: &str) -> Vec<Lies> {
    let way = |value: &'static str, words: String| Lies {
        value,
        words,
        checked: value == chosen,
    };
    let whole = Top::ALL.into_iter().map(|top| {
        way(
            top.as_str(),
            format!("The page fills the picture, {}", top.words()),
        )
    });
    let mut all = vec![way(FIND, "Postbag finds it in the picture".to_owned())];
    all.extend(whole);
    all.push(way(
        BY_CORNERS,
        "Its corners are where I put them".to_owned(),
    ));
    if all.iter().all(|way| !way.checked) {
        all[0].checked = true;
    }
    all
}

/// A letter goes on on the sheet below it, and what was stapled to a leaflet lies below that.
async fn letter(
    bench: &Shared,
    page: &PageRecord,
    read: Option<&PageReading>,
    around: &[PageRecord],
) -> Result<Letter, WebError> {
    let mut before: Vec<(String, String)> = Vec::new();
    let above = around.iter().filter(|of| of.position < page.position);
    for (of, story_id) in above.filter_map(|of| Some((of, of.story_id.as_ref()?))) {
        let story = bench.store().story(story_id).await?;
        let is_open = story.is_some_and(|story| story.state.is_open());
        let value = story_id.to_string();
        if is_open && before.iter().all(|(known, _)| *known != value) {
            before.push((value, format!("It goes on from sheet {}", of.position)));
        }
    }
    let words = read.and_then(|read| read.reading.letter.as_ref());
    let words = words.filter(|letter| !letter.withheld);
    Ok(Letter {
        action: urls::sheet_step(&page.id, SheetStep::Letter),
        begins: words.and_then(|letter| letter.value.as_deref().map(first_words)),
        before,
    })
}

fn discard(page: &PageRecord, typed: Option<DiscardForm>) -> Discard {
    let fault = typed.is_some().then_some("Please say why; it is kept.");
    let form = typed.unwrap_or_default();
    Discard {
        action: urls::sheet_step(&page.id, SheetStep::Discard),
        reasons: REASONS.to_vec(),
        chosen: form.reason,
        words: form.words,
        fault,
    }
}
