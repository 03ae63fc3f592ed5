use schemas::record::{Route, StoryState, WebhookEvent};
use schemas::{BlobHash, PublicationId, StoryId, TimeMs};

use crate::database::{Fields, Tx, statements, values};
use crate::leases::lock_story;
use crate::revisions::{Current, current};
use crate::{Moment, Store, StoreError, webhook};

/// A story as the public sees it: a copy made when it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// The publication.
    pub id: PublicationId,
    /// The story.
    pub story_id: StoryId,
    /// The public number: 1, 2, 3, …
    pub number: i64,
    /// The headline.
    pub title: String,
    /// The text.
    pub body: String,
    /// The service.
    pub service: String,
    /// Further services, in order.
    pub also_about: Vec<String>,
    /// Who the author is to the patient.
    pub relationship: String,
    /// The month in which it happened, as `2026-03`; empty when nobody knows.
    pub happened: String,
    /// What was good, in words.
    pub tags_good: Vec<String>,
    /// What could be better.
    pub tags_better: Vec<String>,
    /// How it felt.
    pub tags_felt: Vec<String>,
    /// How the author told it.
    pub route: Route,
    /// When the sheet came in.
    pub submitted_at: TimeMs,
    /// When it was published.
    pub published_at: TimeMs,
    /// The drawing, when a person decided to show it.
    pub drawing: Option<BlobHash>,
    /// What the drawing shows, in words.
    pub drawing_alt: String,
    /// Whether it was taken down; only a stub may be shown then.
    pub withdrawn: bool,
}

/// The join is told as it is so that SQLite, which would begin with all that is published, begins with the publications.
macro_rules! publication_columns {
    () => {
        "SELECT n.id, n.story_id, n.number, n.title, n.body, n.service, n.relationship, n.drawing, n.drawing_alt,
            n.also_about, n.happened, n.tags_good, n.tags_better, n.tags_felt, n.route, n.submitted_at, n.published_at,
            s.state AS story_state
        FROM publications n CROSS JOIN stories s
        WHERE s.id = n.story_id"
    };
}

statements! {
    OF_STORY = "SELECT id FROM publications WHERE story_id = $1";
    /// Locks the counter, so that numbers have neither gaps nor doubles.
    TAKE_NUMBER = "UPDATE counters SET value = value + 1 WHERE name = 'publication' RETURNING name, value";
    SUBMITTED = "SELECT s.id, p.created_at FROM stories s JOIN pages p ON p.id = s.page_id WHERE s.id = $1";
    /// The first one of the leaflet, in the order of its sides.
    DRAWING = "SELECT s.id, c.blob FROM stories s JOIN pages p ON p.leaflet_id = s.leaflet_id
        JOIN reading_pictures c ON c.reading_id = COALESCE(p.reading_id, s.reading_id)
        WHERE s.id = $1 AND c.role = 'drawing' ORDER BY COALESCE(p.side, 0), p.id, c.idx LIMIT 1";
    INSERT = "INSERT INTO publications (id, story_id, number, title, body, service, relationship, drawing,
            drawing_alt, also_about, happened, tags_good, tags_better, tags_felt, route, submitted_at, published_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    SET_PUBLISHED = "UPDATE stories SET state = 'published' WHERE id = $1";
    LIST = concat!(publication_columns!(), " AND s.state = 'published' AND n.published_at < $1
        ORDER BY n.published_at DESC, n.number DESC LIMIT $2");
    /// In the order of their numbers, which stays when more are published meanwhile.
    ABOVE = concat!(publication_columns!(), " AND s.state = 'published' AND n.number > $1 AND n.published_at >= $2
        ORDER BY n.number LIMIT $3");
    LOOKUP = concat!(publication_columns!(), " AND n.number = $1");
    OF_SERVICE = concat!(publication_columns!(), " AND s.state = 'published' AND n.service = $1 AND n.published_at < $2
        ORDER BY n.published_at DESC, n.number DESC LIMIT $3");
    /// For the map of the site: every number that is public.
    NUMBERS = "SELECT n.number, n.published_at FROM publications n CROSS JOIN stories s
        WHERE s.id = n.story_id AND s.state = 'published' AND n.number > $1 ORDER BY n.number LIMIT $2";
}

impl Store {
    /// Publishes an approved story. One publication per story, however often it is asked for;
    /// `None` when the story is neither approved nor published.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.story.publish", fields(story.id = %story_id))]
    pub async fn publish_story(
        &self,
        ctx: &Moment<'_>,
        story_id: &StoryId,
    ) -> Result<Option<PublicationId>, StoreError> {
        let mut tx = self.begin().await?;
        if !lock_story(&mut tx, story_id).await? {
            return Ok(None);
        }
        if let Some(row) = tx.fetch_first(OF_STORY, values![story_id]).await? {
            return row.of("publications").parsed("id").map(Some);
        }
        let current = current(&mut tx, story_id).await?;
        if current.state != StoryState::Approved {
            return Ok(None);
        }
        let id = insert(&mut tx, ctx, story_id, &current).await?;
        tx.execute(SET_PUBLISHED, values![story_id]).await?;
        if self.has_webhook() {
            webhook::announce(&mut tx, ctx, &id, WebhookEvent::Published).await?;
        }
        tx.commit().await?;
        Ok(Some(id))
    }

    /// Lists what is public, newest first; those taken down are left out.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.publication.list")]
    pub async fn publications(
        &self,
        limit: u32,
        before: Option<TimeMs>,
    ) -> Result<Vec<Publication>, StoreError> {
        let before = before.unwrap_or(TimeMs(i64::MAX));
        let rows = self.fetch_all(LIST, values![before, limit]).await?;
        rows.iter()
            .map(|row| publication(row.of("publications")))
            .collect()
    }

    /// Lists what is public about a service of this name, newest first; those taken down are left out.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.publication.list_of_service")]
    pub async fn publications_of_service(
        &self,
        service: &str,
        limit: u32,
        before: Option<TimeMs>,
    ) -> Result<Vec<Publication>, StoreError> {
        let before = before.unwrap_or(TimeMs(i64::MAX));
        let which = values![service, before, limit];
        let rows = self.fetch_all(OF_SERVICE, which).await?;
        rows.iter()
            .map(|row| publication(row.of("publications")))
            .collect()
    }

    /// The public numbers above `above`, in order, and when each was published; those taken down are left out.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.publication.numbers_above")]
    pub async fn public_numbers_above(
        &self,
        above: i64,
        limit: u32,
    ) -> Result<Vec<(i64, TimeMs)>, StoreError> {
        let rows = self.fetch_all(NUMBERS, values![above, limit]).await?;
        let number = |row: &crate::database::Row| {
            let row = row.of("publications");
            Ok((row.int("number")?, row.time("published_at")?))
        };
        rows.iter().map(number).collect()
    }

    /// Lists what is public and was published `since` then or later, with the numbers above `above`, in the order of
    /// their numbers; those taken down are left out.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.publication.list_above")]
    pub async fn publications_above(
        &self,
        above: i64,
        since: TimeMs,
        limit: u32,
    ) -> Result<Vec<Publication>, StoreError> {
        let rows = self.fetch_all(ABOVE, values![above, since, limit]).await?;
        rows.iter()
            .map(|row| publication(row.of("publications")))
            .collect()
    }

    /// Looks up a publication by its public number, also one that was taken down.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.publication.lookup", fields(publication.number = number))]
    pub async fn publication(&self, number: i64) -> Result<Option<Publication>, StoreError> {
        let row = self.fetch_first(LOOKUP, values![number]).await?;
        row.map(|row| publication(row.of("publications")))
            .transpose()
    }
}

/// Tells the webhook that a story was taken down.
pub(crate) async fn announce_withdrawn(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    story_id: &StoryId,
) -> Result<(), StoreError> {
    if let Some(row) = tx.fetch_first(OF_STORY, values![story_id]).await? {
        let id = row.of("publications").parsed("id")?;
        webhook::announce(tx, ctx, &id, WebhookEvent::Withdrawn).await?;
    }
    Ok(())
}

async fn insert(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    story_id: &StoryId,
    current: &Current,
) -> Result<PublicationId, StoreError> {
    let fields = &current.fields;
    let id = PublicationId::fresh(ctx.ids, ctx.now);
    let drawing = if fields.show_drawing {
        drawing(tx, story_id).await?
    } else {
        None
    };
    let row = values![
        &id,
        story_id,
        take_number(tx).await?,
        &fields.title,
        &fields.published_text,
        &fields.service,
        &fields.relationship,
        drawing.as_ref(),
        &fields.drawing_alt,
        &fields.also_about,
        &fields.happened,
        &fields.tags_good,
        &fields.tags_better,
        &fields.tags_felt,
        current.route.as_str(),
        submitted_at(tx, story_id).await?,
        ctx.now,
    ];
    tx.execute(INSERT, row).await?;
    Ok(id)
}

async fn take_number(tx: &mut Tx) -> Result<i64, StoreError> {
    let row = tx.fetch_first(TAKE_NUMBER, values![]).await?;
    let row = row.ok_or_else(|| StoreError::missing("counter", "publication"))?;
    row.of("counters").int("value")
}

async fn submitted_at(tx: &mut Tx, story_id: &StoryId) -> Result<TimeMs, StoreError> {
    let row = tx.fetch_first(SUBMITTED, values![story_id]).await?;
    let row = row.ok_or_else(|| StoreError::missing("story", story_id.as_str()))?;
    row.of("pages").time("created_at")
}

async fn drawing(tx: &mut Tx, story_id: &StoryId) -> Result<Option<BlobHash>, StoreError> {
    let row = tx.fetch_first(DRAWING, values![story_id]).await?;
    row.map(|row| row.of("reading_pictures").parsed("blob"))
        .transpose()
}

/// The entries of a list, without empty ones.
fn listed(text: &str, between: char) -> Vec<String> {
    let entries = text.split(between).map(str::trim);
    entries
        .filter(|entry| !entry.is_empty())
        .map(str::to_owned)
        .collect()
}

fn publication(row: Fields<'_>) -> Result<Publication, StoreError> {
    Ok(Publication {
        id: row.parsed("id")?,
        story_id: row.parsed("story_id")?,
        number: row.int("number")?,
        title: row.text("title")?,
        body: row.text("body")?,
        service: row.text("service")?,
        also_about: listed(&row.text("also_about")?, '\n'),
        relationship: row.text("relationship")?,
        happened: row.text("happened")?,
        tags_good: listed(&row.text("tags_good")?, ','),
        tags_better: listed(&row.text("tags_better")?, ','),
        tags_felt: listed(&row.text("tags_felt")?, ','),
        route: row.one_of("route", Route::parse)?,
        submitted_at: row.time("submitted_at")?,
        published_at: row.time("published_at")?,
        drawing: row.parsed_or_null("drawing")?,
        drawing_alt: row.text("drawing_alt")?,
        withdrawn: row.one_of("story_state", StoryState::parse)? != StoryState::Published,
    })
}
