//! The figures over all stories, as they are printed and written as JSON. No word of a story is in them.

use std::collections::BTreeMap;

use schemas::StoryId;
use schemas::reading::{Engine, Status, WarningCode};
use serde::Serialize;

use super::again::{Outcome, PageOutcome, Problem, Sheet};
use super::compare::{BeforeAfter, Compared, Draft, Field, Kind};
use super::silent::Silent;

/// At most so many of a list are kept; all are counted.
const KEPT: usize = 200;
/// At most so many of the fields that got most worse.
const WORST: usize = 20;

/// Everything that is counted.
#[derive(Debug, Serialize)]
pub(super) struct Figures {
    /// What reads again.
    pub(super) engine: Engine,
    /// What had read the pages, and how many.
    pub(super) read_before_by: BTreeMap<String, usize>,
    /// Whether it was stopped before the end.
    pub(super) stopped: bool,
    /// Stories that were compared.
    pub(super) stories: usize,
    /// Stories that were not, because a page of theirs could not be read again.
    pub(super) stories_left_out: usize,
    /// Stories that a person typed because no machine could read their leaflet. Their pages are read, and nothing else is compared.
    pub(super) letters: usize,
    /// Pages that were read again.
    pub(super) pages: usize,
    /// By kind of field, what a person had and would have had to do.
    pub(super) fields: BTreeMap<Kind, FieldFigures>,
    /// By kind of field, how often the best suggestion is the right one.
    pub(super) right_first: BTreeMap<Kind, FirstFigures>,
    pub(super) drafts: BeforeAfter<DraftFigures>,
    /// Lines that are in no field of a story, and those of them that are read otherwise.
    pub(super) unjudged_lines: usize,
    pub(super) unjudged_lines_read_otherwise: usize,
    pub(super) silent_errors: BeforeAfter<usize>,
    /// Silent errors that the reading of then did not have, and those that only it had.
    pub(super) new_silent_errors: Listed<SilentError>,
    pub(super) silent_errors_gone: usize,
    /// Pages that were read and would be set aside, and the reverse.
    pub(super) would_be_set_aside: Listed<OtherStatus>,
    pub(super) would_be_read: Listed<OtherStatus>,
    /// Pages that could not be read again.
    pub(super) problems: Listed<OfStory<Problem>>,
    /// The fields in which most more would have been to do, the worst first.
    pub(super) worst: Vec<Worst>,
}

/// Fields of one kind.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct FieldFigures {
    pub(super) fields: usize,
    /// Characters to change, to add or to take away; of boxes, clicks.
    pub(super) edits: BeforeAfter<usize>,
    /// Before less after.
    pub(super) saved: isize,
    pub(super) better: usize,
    pub(super) worse: usize,
    pub(super) same: usize,
}

/// Suggestions of one kind.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct FirstFigures {
    /// Fields for which one of both readings has any.
    pub(super) fields: usize,
    pub(super) right: BeforeAfter<usize>,
}

/// What people find in the field of the story.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct DraftFigures {
    pub(super) shown: usize,
    /// Of those, how many take longer to correct than to type.
    pub(super) shown_but_over_20_percent_wrong: usize,
    pub(super) withheld: usize,
    pub(super) empty: usize,
}

/// How many there are, and the first of them.
#[derive(Debug, Serialize)]
pub(super) struct Listed<T> {
    pub(super) n: usize,
    pub(super) listed: Vec<T>,
}

/// Something about one page of a story.
#[derive(Debug, Serialize)]
pub(super) struct OfStory<T> {
    pub(super) story_id: StoryId,
    pub(super) sheet: Sheet,
    pub(super) what: T,
}

/// A page whose status would change, with the first warning of the new reading: why it is set aside.
pub(super) type OtherStatus = OfStory<Option<WarningCode>>;

/// A silent error that is new.
#[derive(Debug, Serialize)]
pub(super) struct SilentError {
    pub(super) story_id: StoryId,
    pub(super) sheets: Vec<Sheet>,
    #[serde(flatten)]
    pub(super) error: Silent,
}

/// A field in which more would have been to do.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Worst {
    pub(super) story_id: StoryId,
    pub(super) sheets: Vec<Sheet>,
    pub(super) kind: Kind,
    pub(super) edits: BeforeAfter<usize>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self {
            n: 0,
            listed: Vec::new(),
        }
    }
}

impl<T> Listed<T> {
    fn push(&mut self, item: T) {
        self.n += 1;
        if self.listed.len() < KEPT {
            self.listed.push(item);
        }
    }
}

impl Figures {
    pub(super) fn new(engine: Engine) -> Self {
        Self {
            engine,
            read_before_by: BTreeMap::new(),
            stopped: false,
            stories: 0,
            stories_left_out: 0,
            letters: 0,
            pages: 0,
            fields: BTreeMap::new(),
            right_first: BTreeMap::new(),
            drafts: BeforeAfter::default(),
            unjudged_lines: 0,
            unjudged_lines_read_otherwise: 0,
            silent_errors: BeforeAfter::default(),
            new_silent_errors: Listed::default(),
            silent_errors_gone: 0,
            would_be_set_aside: Listed::default(),
            would_be_read: Listed::default(),
            problems: Listed::default(),
            worst: Vec::new(),
        }
    }

    /// Stories that are behind us, whatever came of them.
    pub(super) const fn stories_done(&self) -> usize {
        self.stories + self.stories_left_out + self.letters
    }

    /// Whether every story was compared that was asked for.
    pub(super) const fn is_whole(&self) -> bool {
        !self.stopped && self.problems.n == 0
    }

    /// Adds what came of a story.
    pub(super) fn add(&mut self, outcome: Outcome) {
        let sheets: Vec<Sheet> = outcome
            .pages
            .iter()
            .map(|page| page.sheet.clone())
            .collect();
        let unread = outcome.pages.iter().any(|page| page.after.is_err());
        for page in outcome.pages {
            self.add_page(&outcome.story_id, page);
        }
        match outcome.compared {
            Some(compared) => self.add_compared(&outcome.story_id, &sheets, compared),
            None if unread => self.stories_left_out += 1,
            None => self.letters += 1,
        }
    }

    /// Puts the lists in an order that does not depend on which page was ready first: the newest story first.
    pub(super) fn close(&mut self) {
        let silent = &mut self.new_silent_errors.listed;
        silent.sort_by(|a, b| b.story_id.cmp(&a.story_id));
        let set_aside = &mut self.would_be_set_aside.listed;
        set_aside.sort_by(|a, b| b.story_id.cmp(&a.story_id));
        let read = &mut self.would_be_read.listed;
        read.sort_by(|a, b| b.story_id.cmp(&a.story_id));
        let problems = &mut self.problems.listed;
        problems.sort_by(|a, b| b.story_id.cmp(&a.story_id));
    }

    fn add_page(&mut self, story_id: &StoryId, page: PageOutcome) {
        let was_read = page.read_before_by.is_some();
        let (story_id, sheet) = (story_id.clone(), page.sheet);
        let after = match page.after {
            Ok(after) => after,
            Err(what) => {
                return self.problems.push(OfStory {
                    story_id,
                    sheet,
                    what,
                });
            }
        };
        self.pages += 1;
        if let Some(engine) = page.read_before_by {
            *self.read_before_by.entry(engine).or_default() += 1;
        }
        let other = OtherStatus {
            story_id,
            sheet,
            what: after.warning,
        };
        match (was_read, after.status) {
            (true, Status::Quarantined) => self.would_be_set_aside.push(other),
            (false, Status::Read) => self.would_be_read.push(other),
            _ => {}
        }
    }

    fn add_compared(&mut self, story_id: &StoryId, sheets: &[Sheet], compared: Compared) {
        self.stories += 1;
        for field in &compared.fields {
            self.fields.entry(field.kind).or_default().add(field);
            self.note_worst(story_id, sheets, field);
        }
        for (kind, right) in compared.first {
            let first = self.right_first.entry(kind).or_default();
            first.fields += 1;
            first.right.before += usize::from(right.before);
            first.right.after += usize::from(right.after);
        }
        if let Some(draft) = compared.draft {
            self.drafts.before.add(draft.before);
            self.drafts.after.add(draft.after);
        }
        self.unjudged_lines += compared.unjudged;
        self.unjudged_lines_read_otherwise += compared.read_otherwise;
        self.add_silent(story_id, sheets, compared.silent);
    }

    fn add_silent(
        &mut self,
        story_id: &StoryId,
        sheets: &[Sheet],
        silent: BeforeAfter<Vec<Silent>>,
    ) {
        let BeforeAfter { before, after } = silent;
        self.silent_errors.before += before.len();
        self.silent_errors.after += after.len();
        let gone = before.iter().filter(|error| !error.is_among(&after));
        self.silent_errors_gone += gone.count();
        for error in after {
            if !error.is_among(&before) {
                self.new_silent_errors.push(SilentError {
                    story_id: story_id.clone(),
                    sheets: sheets.to_vec(),
                    error,
                });
            }
        }
    }

    fn note_worst(&mut self, story_id: &StoryId, sheets: &[Sheet], field: &Field) {
        if field.edits.after <= field.edits.before {
            return;
        }
        self.worst.push(Worst {
            story_id: story_id.clone(),
            sheets: sheets.to_vec(),
            kind: field.kind,
            edits: field.edits,
        });
        let lost = |worst: &Worst| worst.edits.after - worst.edits.before;
        self.worst
            .sort_by(|a, b| lost(b).cmp(&lost(a)).then(b.story_id.cmp(&a.story_id)));
        self.worst.truncate(WORST);
    }
}

impl FieldFigures {
    fn add(&mut self, field: &Field) {
        let BeforeAfter { before, after } = field.edits;
        self.fields += 1;
        self.edits.before += before;
        self.edits.after += after;
        self.saved += before.cast_signed() - after.cast_signed();
        self.better += usize::from(after < before);
        self.worse += usize::from(after > before);
        self.same += usize::from(after == before);
    }
}

impl DraftFigures {
    fn add(&mut self, draft: Draft) {
        match draft {
            Draft::Empty => self.empty += 1,
            Draft::Withheld => self.withheld += 1,
            Draft::Shown { cer, .. } => {
                self.shown += 1;
                let is_wrong = cer > super::silent::WRONG_CER;
                self.shown_but_over_20_percent_wrong += usize::from(is_wrong);
            }
        }
    }
}
