use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use schemas::StoryId;
use schemas::record::{DecisionKind, StoryState};
use store::{Decide, Decided, Lease, Revise, Revised, StoryRecord};

use super::desk::{Desk, may_give_opinion};
use super::form::StoryForm;
use super::page::{Given, Problem, answer};
use super::rules::{Action, Faults, faults, is_open};
use super::{checks, load, services};
use crate::app::Shared;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::session::{Duty, Posted, SignedIn};
use crate::urls;

const NOT_YOURS: &str = "This story waits for a second opinion, which a senior moderator gives who has not worked on it.";

/// Why what was asked for was not done; the form comes back with what was typed.
enum Stop {
    Faults(Faults),
    Conflict,
    LeaseLost(Lease),
    Refused(String),
    Closed,
}

/// One form on its way.
struct Sent<'a> {
    bench: &'a Shared,
    who: &'a SignedIn,
    story: &'a StoryRecord,
    form: &'a StoryForm,
}

/// `POST /stories/{id}`: saves, decides, or takes a suggestion.
pub(crate) async fn post(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Path(id): Path<String>,
    posted: Posted<StoryForm>,
) -> Result<Response, WebError> {
    let Posted { who, mut form } = posted;
    who.must(Duty::WorkStories)?;
    let story = load(&bench, &id).await?;
    let suggested = form.pick == services::FIND
        || services::take(&bench, &mut form, &story).await?
        || checks::carry_out(&mut form)
        || form.start_again();
    let sent = Sent {
        bench: &bench,
        who: &who,
        story: &story,
        form: &form,
    };
    if suggested {
        return show_again(&sent, &headers, None).await;
    }
    let action = Action::parse(&form.action).ok_or(WebError::BadForm(None))?;
    match sent.carry_out(action).await? {
        Ok(happened) => sent.go_on(happened).await,
        Err(stop) => show_again(&sent, &headers, Some(stop)).await,
    }
}

impl Sent<'_> {
    async fn carry_out(&self, action: Action) -> Result<Result<Happened, Stop>, WebError> {
        let fields = self.form.fields(&self.story.fields);
        let mut faults = faults(action, &fields, &self.form.decision_reason);
        faults.happened = self.form.happened_fault(self.bench.now());
        if faults.any() {
            return Ok(Err(Stop::Faults(faults)));
        }
        if self.is_for_somebody_else(action).await? {
            return Ok(Err(Stop::Refused(NOT_YOURS.to_owned())));
        }
        let revision_no = if is_open(self.story.state) {
            match self.save(fields).await? {
                Ok(revision_no) => revision_no,
                Err(stop) => return Ok(Err(stop)),
            }
        } else {
            self.form.expected_revision
        };
        match action {
            Action::Save if revision_no == self.form.expected_revision => {
                Ok(Ok(Happened::Unchanged))
            }
            Action::Save => Ok(Ok(Happened::Saved)),
            Action::Decide(kind) => self.decide(kind, revision_no).await,
        }
    }

    /// A story that waits for a second opinion is worked on by whoever may give it; others may take it back.
    async fn is_for_somebody_else(&self, action: Action) -> Result<bool, WebError> {
        let takes_back = action == Action::Decide(DecisionKind::Reopen);
        if self.story.state != StoryState::SecondReview || takes_back {
            return Ok(false);
        }
        Ok(!may_give_opinion(self.bench, self.who, &self.story.id).await?)
    }

    async fn save(&self, fields: store::StoryFields) -> Result<Result<u32, Stop>, WebError> {
        let change = Revise {
            story_id: self.story.id.clone(),
            user_id: self.who.user.id.clone(),
            expected_revision: self.form.expected_revision,
            fields,
            reason: self.reason(),
        };
        let revised = self
            .bench
            .store()
            .revise_story(&self.bench.moment(), change)
            .await?;
        Ok(match revised {
            Revised::Saved { revision_no } => Ok(revision_no),
            Revised::Conflict { .. } => Err(Stop::Conflict),
            Revised::LeaseLost(lease) => Err(Stop::LeaseLost(lease)),
            Revised::NotOpen(_) => Err(Stop::Closed),
            Revised::NotThere => return Err(WebError::NotFound),
        })
    }

    async fn decide(
        &self,
        kind: DecisionKind,
        revision_no: u32,
    ) -> Result<Result<Happened, Stop>, WebError> {
        let decision = Decide {
            story_id: self.story.id.clone(),
            user_id: self.who.user.id.clone(),
            kind,
            reason: self.form.decision_reason.trim().to_owned(),
            hold: (kind == DecisionKind::Hold).then(|| self.form.hold()),
            expected_revision: revision_no,
            may_give_opinion: self.who.may(Duty::GiveOpinions),
            undo_ms: self.bench.settings().undo_ms,
            publish_from: self.bench.publish_from(),
        };
        let decided = self
            .bench
            .store()
            .decide(&self.bench.moment(), decision)
            .await?;
        Ok(match decided {
            Decided::Done(_) => {
                if kind == DecisionKind::Approve {
                    let fields = self.form.fields(&self.story.fields);
                    services::learn_name(self.bench, self.who, self.story, &fields).await;
                }
                Ok(told(kind))
            }
            Decided::Refused(words) => Err(Stop::Refused(words)),
            Decided::Conflict { .. } => Err(Stop::Conflict),
            Decided::LeaseLost(lease) => Err(Stop::LeaseLost(lease)),
            Decided::NotThere => return Err(WebError::NotFound),
        })
    }

    /// Why the fields were changed, and what was looked at and kept.
    fn reason(&self) -> String {
        let said_of = |typed: &str| (!typed.is_empty()).then(|| typed.to_owned());
        let said = [
            said_of(self.form.change.trim()),
            said_of(self.form.reason.trim()),
            checks::kept_words(&self.form.kept),
        ];
        said.into_iter().flatten().collect::<Vec<_>>().join(". ")
    }

    /// After a decision the next story opens; after anything else this one stays.
    async fn go_on(&self, happened: Happened) -> Result<Response, WebError> {
        let flash = Flash::about(happened, self.story.id.clone());
        let moves_on = matches!(
            happened,
            Happened::Approved | Happened::Rejected | Happened::Held | Happened::SecondAsked
        );
        let path = if moves_on {
            self.next()
                .await?
                .map_or_else(|| urls::QUEUE.to_owned(), |id| urls::story(&id))
        } else {
            urls::story(&self.story.id)
        };
        Ok(flash.then(&path, self.bench.settings()))
    }

    async fn next(&self) -> Result<Option<StoryId>, WebError> {
        let lease_ms = self.bench.settings().lease_ms;
        let user_id = &self.who.user.id;
        Ok(self
            .bench
            .store()
            .claim_next(&self.bench.moment(), user_id, lease_ms, self.who.offer())
            .await?)
    }
}

const fn told(kind: DecisionKind) -> Happened {
    match kind {
        DecisionKind::Approve => Happened::Approved,
        DecisionKind::Reject => Happened::Rejected,
        DecisionKind::Hold => Happened::Held,
        DecisionKind::Reopen => Happened::Reopened,
        DecisionKind::Withdraw => Happened::Withdrawn,
        DecisionKind::SecondOpinion => Happened::SecondAsked,
        DecisionKind::Undo => Happened::Undone,
        DecisionKind::Flag => Happened::Flagged,
        DecisionKind::ClearFlag => Happened::FlagCleared,
    }
}

/// Shows the page again with what was typed, and beside it what is stored now.
async fn show_again(
    sent: &Sent<'_>,
    headers: &HeaderMap,
    stop: Option<Stop>,
) -> Result<Response, WebError> {
    let Sent {
        bench, who, form, ..
    } = *sent;
    let now = load(bench, sent.story.id.as_str()).await?;
    let desk = Desk::open(bench, who, &now).await?;
    let mut given = Given::new(bench, &now, &desk, form.clone()).await?;
    if form.pick == services::FIND {
        given.found = Some(services::found(bench, form).await?);
    }
    let status = match stop {
        None => StatusCode::OK,
        Some(Stop::Faults(faults)) => {
            given.faults = faults;
            given.problem = Some(Problem::Faults);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Some(Stop::Conflict) => {
            given.show_theirs();
            given.problem = Some(Problem::Conflict);
            StatusCode::CONFLICT
        }
        Some(Stop::LeaseLost(lease)) => {
            given.show_theirs();
            given.problem = Some(Problem::LeaseLost(lease));
            StatusCode::CONFLICT
        }
        Some(Stop::Closed) => {
            given.show_theirs();
            given.problem = Some(Problem::Closed);
            StatusCode::CONFLICT
        }
        Some(Stop::Refused(words)) => {
            given.catch_up();
            given.problem = Some(Problem::Refused(words));
            StatusCode::UNPROCESSABLE_ENTITY
        }
    };
    answer(bench, who, headers, status, &given)
}
