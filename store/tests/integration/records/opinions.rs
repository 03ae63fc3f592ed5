//! Second opinions, flags, holds with a clock, undoing, and drafts that keep themselves.

use schemas::job::JobKind;
use schemas::record::{DecisionKind, HoldKind, StoryState};
use schemas::{StoryId, UserId};
use store::{
    Claim, Decide, Decided, HistoryKind, KeepDraft, KeptDraft, Offer, OnlyStories, Revise, Revised,
    StoryFilter,
};

use crate::bed::Bed;

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    a_critical_story_is_published_only_after_a_second_opinion,
    nobody_gives_the_second_opinion_on_their_own_text,
    a_senior_is_offered_opinions_first_and_never_about_their_own_text,
    a_flagged_story_is_not_approved_by_one_person_and_a_senior_takes_the_flag_away,
    a_provider_has_seventy_two_hours,
    a_decision_is_undone_by_whoever_made_it_and_only_for_a_moment,
    an_approved_story_is_published_only_after_it_cannot_be_undone,
    what_was_typed_and_not_saved_is_taken_up_by_the_next_person,
    a_draft_of_an_old_page_or_of_somebody_without_the_story_is_refused,
    what_is_saved_is_no_draft_any_more,
    stories_are_listed_by_kind,
] }

const LEASE_MS: i64 = 60_000;
const UNDO_MS: i64 = 20_000;

struct Office<'a> {
    bed: &'a Bed,
    ada: UserId,
    ben: UserId,
    story_id: StoryId,
}

impl<'a> Office<'a> {
    async fn open(bed: &'a Bed) -> Self {
        Self {
            bed,
            ada: bed.user("ada").await,
            ben: bed.user("ben").await,
            story_id: bed.story().await,
        }
    }

    async fn rate(&self, who: &UserId, criticality: u8) {
        let story = self.bed.store.story(&self.story_id).await.unwrap().unwrap();
        let mut fields = story.fields;
        fields.criticality = Some(criticality);
        let change = Revise {
            story_id: self.story_id.clone(),
            user_id: who.clone(),
            expected_revision: story.revision_no,
            fields,
            reason: String::new(),
        };
        let moment = self.bed.moment();
        let revised = self.bed.store.revise_story(&moment, change).await.unwrap();
        assert!(matches!(revised, Revised::Saved { .. }));
        self.bed
            .store
            .release_story(&self.story_id, who)
            .await
            .unwrap();
    }

    /// A senior decides, with what can be undone for a moment.
    async fn decide(&self, who: &UserId, kind: DecisionKind) -> Decided {
        self.decide_as(who, kind, true).await
    }

    async fn decide_as(&self, who: &UserId, kind: DecisionKind, is_senior: bool) -> Decided {
        self.bed.clock.advance_ms(1);
        let story = self.bed.store.story(&self.story_id).await.unwrap().unwrap();
        let decision = Decide {
            story_id: self.story_id.clone(),
            user_id: who.clone(),
            kind,
            reason: "as agreed".to_owned(),
            hold: Some(HoldKind::Provider),
            expected_revision: story.revision_no,
            may_give_opinion: is_senior,
            undo_ms: UNDO_MS,
            publish_from: None,
        };
        self.bed
            .store
            .decide(&self.bed.moment(), decision)
            .await
            .unwrap()
    }

    async fn draft(&self, who: &UserId, expected_revision: u32, text: &str) -> KeptDraft {
        let story = self.bed.store.story(&self.story_id).await.unwrap().unwrap();
        let mut fields = story.fields;
        fields.published_text = text.to_owned();
        let draft = KeepDraft {
            story_id: self.story_id.clone(),
            user_id: who.clone(),
            expected_revision,
            fields,
        };
        self.bed
            .store
            .keep_draft(&self.bed.moment(), &draft)
            .await
            .unwrap()
    }

    async fn open_story(&self, who: &UserId) -> Claim {
        let (store, moment) = (&self.bed.store, self.bed.moment());
        let claim = store.claim_story(&moment, &self.story_id, who, LEASE_MS);
        let claim = claim.await.unwrap();
        if matches!(claim, Claim::Granted(_)) {
            store.take_up_draft(&moment, &self.story_id).await.unwrap();
        }
        claim
    }

    async fn text(&self) -> (u32, String) {
        let story = self.bed.store.story(&self.story_id).await.unwrap().unwrap();
        (story.revision_no, story.fields.published_text)
    }

    async fn next(&self, who: &UserId, offer: Offer) -> Option<StoryId> {
        let moment = self.bed.moment();
        let next = self.bed.store.claim_next(&moment, who, LEASE_MS, offer);
        next.await.unwrap()
    }
}

fn is_refused(decided: &Decided) -> bool {
    matches!(decided, Decided::Refused(_))
}

async fn a_critical_story_is_published_only_after_a_second_opinion(bed: &Bed) {
    let office = Office::open(bed).await;
    office.rate(&office.ada, 3).await;
    let alone = office.decide(&office.ada, DecisionKind::Approve).await;
    assert!(is_refused(&alone), "{alone:?}");
    let asked = office
        .decide(&office.ada, DecisionKind::SecondOpinion)
        .await;
    assert_eq!(asked, Decided::Done(StoryState::SecondReview));
    let by_a_moderator = office
        .decide_as(&office.ben, DecisionKind::Approve, false)
        .await;
    assert!(is_refused(&by_a_moderator));
    let agreed = office.decide(&office.ben, DecisionKind::Approve).await;
    assert_eq!(agreed, Decided::Done(StoryState::Approved));
}

async fn nobody_gives_the_second_opinion_on_their_own_text(bed: &Bed) {
    let office = Office::open(bed).await;
    office.rate(&office.ben, 4).await;
    office
        .decide(&office.ada, DecisionKind::SecondOpinion)
        .await;
    for own in [&office.ada, &office.ben] {
        assert!(bed.store.is_own_text(&office.story_id, own).await.unwrap());
        assert!(is_refused(&office.decide(own, DecisionKind::Approve).await));
    }
    let cas = bed.user("cas").await;
    assert!(!bed.store.is_own_text(&office.story_id, &cas).await.unwrap());
    // What the one who is asked puts right does not make it theirs.
    office.rate(&cas, 3).await;
    let agreed = office.decide(&cas, DecisionKind::Approve).await;
    assert_eq!(agreed, Decided::Done(StoryState::Approved));
}

async fn a_senior_is_offered_opinions_first_and_never_about_their_own_text(bed: &Bed) {
    let office = Office::open(bed).await;
    bed.clock.advance_ms(1);
    let later = bed.story().await;
    office
        .decide(&office.ada, DecisionKind::SecondOpinion)
        .await;
    let asked = office.story_id.clone();
    assert_eq!(
        office.next(&office.ada, Offer::Senior).await,
        Some(later.clone())
    );
    bed.store.release_story(&later, &office.ada).await.unwrap();
    assert_eq!(
        office.next(&office.ben, Offer::Ordinary).await,
        Some(later.clone())
    );
    bed.store.release_story(&later, &office.ben).await.unwrap();
    assert_eq!(office.next(&office.ben, Offer::Senior).await, Some(asked));
}

async fn a_flagged_story_is_not_approved_by_one_person_and_a_senior_takes_the_flag_away(bed: &Bed) {
    let first = bed.story().await;
    bed.clock.advance_ms(1);
    let office = Office::open(bed).await;
    let flagged = office
        .decide_as(&office.ada, DecisionKind::Flag, false)
        .await;
    assert_eq!(flagged, Decided::Done(StoryState::ToReview));
    assert!(is_refused(
        &office.decide(&office.ada, DecisionKind::Approve).await
    ));
    assert_eq!(office.next(&office.ada, Offer::Ordinary).await, Some(first));
    let offered = office.next(&office.ben, Offer::Senior).await;
    assert_eq!(
        offered.as_ref(),
        Some(&office.story_id),
        "flagged ones come first"
    );
    let by_a_moderator = office
        .decide_as(&office.ben, DecisionKind::ClearFlag, false)
        .await;
    assert!(is_refused(&by_a_moderator));
    office.decide(&office.ben, DecisionKind::ClearFlag).await;
    let approved = office.decide(&office.ben, DecisionKind::Approve).await;
    assert_eq!(approved, Decided::Done(StoryState::Approved));
}

async fn a_provider_has_seventy_two_hours(bed: &Bed) {
    let office = Office::open(bed).await;
    office.decide(&office.ada, DecisionKind::Hold).await;
    let story = bed.store.story(&office.story_id).await.unwrap().unwrap();
    let hold = story.hold.unwrap();
    assert_eq!(hold.kind, HoldKind::Provider);
    let until = bed.moment().now.plus_ms(72 * 60 * 60 * 1000);
    assert_eq!(hold.until, Some(until));
    office.decide(&office.ada, DecisionKind::Reopen).await;
    let story = bed.store.story(&office.story_id).await.unwrap().unwrap();
    assert_eq!(story.hold, None);
}

async fn a_decision_is_undone_by_whoever_made_it_and_only_for_a_moment(bed: &Bed) {
    let office = Office::open(bed).await;
    office.decide(&office.ada, DecisionKind::Reject).await;
    assert!(is_refused(
        &office.decide(&office.ben, DecisionKind::Undo).await
    ));
    let undone = office.decide(&office.ada, DecisionKind::Undo).await;
    assert_eq!(undone, Decided::Done(StoryState::ToReview));
    assert!(is_refused(
        &office.decide(&office.ada, DecisionKind::Undo).await
    ));
    office
        .decide(&office.ada, DecisionKind::SecondOpinion)
        .await;
    bed.clock.advance_ms(UNDO_MS + 1);
    assert!(is_refused(
        &office.decide(&office.ada, DecisionKind::Undo).await
    ));
}

async fn an_approved_story_is_published_only_after_it_cannot_be_undone(bed: &Bed) {
    let office = Office::open(bed).await;
    let queue = bed.queue().await;
    office.decide(&office.ada, DecisionKind::Approve).await;
    bed.relay(&queue).await;
    assert_eq!(queue.depth(JobKind::PublishStory).await.unwrap(), 0);
    office.decide(&office.ada, DecisionKind::Undo).await;
    bed.clock.advance_ms(UNDO_MS + 1);
    bed.relay(&queue).await;
    assert_eq!(
        queue.depth(JobKind::PublishStory).await.unwrap(),
        0,
        "undone"
    );
    office.decide(&office.ada, DecisionKind::Approve).await;
    bed.clock.advance_ms(UNDO_MS + 1);
    bed.relay(&queue).await;
    assert_eq!(queue.depth(JobKind::PublishStory).await.unwrap(), 1);
}

async fn what_was_typed_and_not_saved_is_taken_up_by_the_next_person(bed: &Bed) {
    let office = Office::open(bed).await;
    assert!(matches!(
        office.open_story(&office.ada).await,
        Claim::Granted(_)
    ));
    assert_eq!(
        office.draft(&office.ada, 0, "half a").await,
        KeptDraft::Kept
    );
    assert_eq!(
        office.draft(&office.ada, 0, "half a sentence").await,
        KeptDraft::Kept
    );
    assert!(matches!(
        office.open_story(&office.ben).await,
        Claim::HeldBy(_)
    ));
    bed.clock.advance_ms(LEASE_MS + 1);
    assert!(matches!(
        office.open_story(&office.ben).await,
        Claim::Granted(_)
    ));
    assert_eq!(office.text().await, (1, "half a sentence".to_owned()));
    let history = bed.store.history(&office.story_id).await.unwrap();
    let typed = history
        .iter()
        .find(|entry| matches!(entry.what, HistoryKind::Revised { .. }));
    assert_eq!(typed.unwrap().user_name.as_deref(), Some("ada Example"));
    // It is taken up once.
    office.open_story(&office.ben).await;
    assert_eq!(office.text().await.0, 1);
}

async fn a_draft_of_an_old_page_or_of_somebody_without_the_story_is_refused(bed: &Bed) {
    let office = Office::open(bed).await;
    office.open_story(&office.ada).await;
    let theirs = office.draft(&office.ben, 0, "mine").await;
    assert!(matches!(theirs, KeptDraft::LeaseLost(lease) if lease.user_id == office.ada));
    office.rate(&office.ada, 1).await;
    assert_eq!(
        office.draft(&office.ada, 0, "old").await,
        KeptDraft::Outdated
    );
    office.decide(&office.ada, DecisionKind::Approve).await;
    assert_eq!(
        office.draft(&office.ada, 1, "late").await,
        KeptDraft::Outdated
    );
}

async fn what_is_saved_is_no_draft_any_more(bed: &Bed) {
    let office = Office::open(bed).await;
    office.open_story(&office.ada).await;
    office.draft(&office.ada, 0, "typed").await;
    office.rate(&office.ada, 1).await;
    let saved = office.text().await;
    office.open_story(&office.ada).await;
    assert_eq!(
        office.text().await,
        saved,
        "the form that was saved had all of it"
    );
}

async fn stories_are_listed_by_kind(bed: &Bed) {
    let office = Office::open(bed).await;
    bed.clock.advance_ms(1);
    bed.story().await;
    office.decide(&office.ada, DecisionKind::Flag).await;
    let listed = async |only: OnlyStories| {
        let filter = StoryFilter {
            only: Some(only),
            ..StoryFilter::default()
        };
        let stories = bed.store.stories(filter).await.unwrap();
        stories
            .into_iter()
            .map(|story| story.id)
            .collect::<Vec<_>>()
    };
    let mine = vec![office.story_id.clone()];
    assert_eq!(listed(OnlyStories::Flagged).await, mine);
    assert_eq!(listed(OnlyStories::Of(office.ada.clone())).await, mine);
    assert!(listed(OnlyStories::Of(office.ben.clone())).await.is_empty());
    assert!(listed(OnlyStories::NoService).await.is_empty());
    assert_eq!(listed(OnlyStories::Drawing).await.len(), 2);
}
