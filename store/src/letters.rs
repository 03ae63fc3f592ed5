use schemas::reading::{Engine, LETTER, Reading, Status, Straightened, WarningCode};
use schemas::record::{PageDecisionKind, PictureRole};
use schemas::{BlobHash, LeafletId, StoryId};

use crate::database::{Tx, statements, values};
use crate::leases::lock_story;
use crate::page_decisions::{lock_open_page, note};
use crate::revisions::current;
use crate::{
    DecidePage, Moment, NewReading, PageChange, PageReading, PageRecord, ReadingPicture, Store,
    StoreError, leaflets, readings,
};

/// A page that a person takes for a letter.
#[derive(Clone, Debug)]
pub struct TakeLetter {
    /// The page, who takes it, and why.
    pub decision: DecidePage,
    /// The letter or leaflet that it goes on from; `None` when it is a letter of its own.
    pub goes_on_from: Option<StoryId>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenLetter {
    /// It belongs to this story now.
    Done(StoryId),
    /// The page could not be taken.
    Refused(PageChange),
    /// What it goes on from is decided by now, or not there.
    NoLetter,
}

statements! {
    LEAFLET_OF_STORY = "SELECT leaflet_id FROM stories WHERE id = $1";
}

/// How the engine of a letter's reading ends: what found its words, or nothing, stands before it.
pub(crate) const BY_HAND: &str = "a person takes it for a letter";

impl Store {
    /// Makes a story of a page without a form. The words that the worker found on it are its draft; where it found none,
    /// they are typed beside its picture. A further page of a letter, or one that was stapled to a leaflet, joins its story.
    ///
    /// # Errors
    /// When the database fails or there is no such person.
    #[tracing::instrument(skip_all, name = "db.page.take_letter", fields(page.id = %letter.decision.page_id, user.id = %letter.decision.user_id))]
    pub async fn take_letter(
        &self,
        ctx: &Moment<'_>,
        letter: &TakeLetter,
    ) -> Result<TakenLetter, StoreError> {
        let decision = &letter.decision;
        let Some(page) = self.page(&decision.page_id).await? else {
            return Ok(TakenLetter::Refused(PageChange::NotThere));
        };
        let read = self.latest_reading(&decision.page_id).await?;
        let Some(new) = reading_of(&page, read) else {
            return Ok(TakenLetter::Refused(PageChange::NoPicture));
        };
        let mut tx = self.begin().await?;
        if let Err(change) = lock_open_page(&mut tx, &decision.page_id).await? {
            return Ok(TakenLetter::Refused(change));
        }
        let leaflet_id = match &letter.goes_on_from {
            Some(story_id) => match open_leaflet(&mut tx, story_id).await? {
                Some(leaflet_id) => leaflet_id,
                None => return Ok(TakenLetter::NoLetter),
            },
            None => leaflets::insert_leaflet(&mut tx, ctx, None).await?,
        };
        add_page(&mut tx, ctx, &new, &leaflet_id).await?;
        let story_id = match &letter.goes_on_from {
            Some(story_id) => {
                leaflets::go_on(&mut tx, ctx, story_id, &leaflet_id, &new.reading).await?;
                story_id.clone()
            }
            None => leaflets::insert_story(&mut tx, ctx, &leaflet_id).await?,
        };
        readings::flag(&mut tx, &decision.page_id, &new.reading).await?;
        note(&mut tx, ctx, decision, PageDecisionKind::Letter).await?;
        tx.commit().await?;
        Ok(TakenLetter::Done(story_id))
    }
}

/// The leaflet of a story that is still worked on.
async fn open_leaflet(tx: &mut Tx, story_id: &StoryId) -> Result<Option<LeafletId>, StoreError> {
    if !lock_story(tx, story_id).await? {
        return Ok(None);
    }
    if !current(tx, story_id).await?.state.is_open() {
        return Ok(None);
    }
    let row = tx.fetch_first(LEAFLET_OF_STORY, values![story_id]).await?;
    row.map(|row| row.of("stories").parsed("leaflet_id"))
        .transpose()
}

async fn add_page(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    new: &NewReading,
    leaflet_id: &LeafletId,
) -> Result<(), StoreError> {
    let page = leaflets::lock_page(tx, &new.page_id).await?;
    let reading_id = readings::insert_reading(tx, ctx, new).await?;
    let read = leaflets::ReadPage {
        page: &page,
        reading_id: &reading_id,
        reading: &new.reading,
        has_other_side: false,
    };
    leaflets::set_read(tx, &read, leaflet_id, false).await
}

/// What stands in place of a reading: the picture of the page, and the words that were found on it when it was set aside.
fn reading_of(page: &PageRecord, set_aside: Option<PageReading>) -> Option<NewReading> {
    let shown = Shown::of(page, set_aside.as_ref())?;
    let mut warnings = set_aside
        .as_ref()
        .map_or_else(Vec::new, |read| read.reading.warnings.clone());
    warnings.retain(|warning| warning.code == WarningCode::MaybeDanger);
    let words = set_aside.and_then(|read| Some((read.reading.letter?, read.reading.engine.text)));
    let found_by = words.as_ref().map_or("nothing", |(_, engine)| engine);
    let blank = by_hand(&page.file_name, page.page_idx, found_by);
    let reading = Reading {
        orientation_deg: shown.turn_deg,
        straightened: Some(shown.size),
        regions: words.into_iter().map(|(letter, _)| letter).collect(),
        warnings,
        ..blank
    };
    Some(NewReading {
        page_id: page.id.clone(),
        placement_no: 0,
        has_other_side: false,
        reading,
        pictures: vec![ReadingPicture {
            role: PictureRole::Straightened,
            region_id: None,
            blob: shown.blob,
        }],
        looks: None,
    })
}

/// A reading of nothing: whatever the page says is typed by a person.
pub(crate) fn by_hand(file: &str, page_idx: u32, found_by: &str) -> Reading {
    let engine = Engine {
        postbag: env!("CARGO_PKG_VERSION").to_owned(),
        text: format!("{found_by}: {BY_HAND}"),
        layouts: String::new(),
    };
    Reading::blank(file, page_idx, Status::Read, engine)
}

/// The picture of a letter.
struct Shown {
    blob: BlobHash,
    size: Straightened,
    turn_deg: Option<f64>,
}

impl Shown {
    /// The picture in which the worker found the page to lie upright, else the one that was scanned.
    fn of(page: &PageRecord, set_aside: Option<&PageReading>) -> Option<Self> {
        let upright = |read: &PageReading| {
            let pictures = read.pictures.iter();
            let mut of_letter = pictures.filter(|p| p.region_id.as_deref() == Some(LETTER));
            Some(Self {
                blob: of_letter.next()?.blob.clone(),
                size: read.reading.straightened?,
                turn_deg: read.reading.orientation_deg,
            })
        };
        set_aside.and_then(upright).or_else(|| Self::scanned(page))
    }

    fn scanned(page: &PageRecord) -> Option<Self> {
        let picture = page.picture.as_ref()?;
        Some(Self {
            blob: picture.blob.clone(),
            size: Straightened::as_scanned(picture.width_px, picture.height_px, picture.dpi),
            turn_deg: None,
        })
    }
}
