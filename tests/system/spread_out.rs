//! Forty leaflets through RabbitMQ and PostgreSQL, with the roles as processes of their own. In the middle one part is
//! killed without warning and started again: nothing is lost, nothing comes twice.

mod installation;

use std::collections::BTreeSet;
use std::time::Duration;

use schemas::record::{DecisionKind, Role as Permission, StoryState};
use schemas::{Clock as _, SystemClock, UserId};
use store::{AddedUser, Decide, Decided, Moment, NewUser, StoryFilter};

use self::installation::Installation;
use crate::support::{Broker, Cluster, N_LEAFLETS, Role, ids, one_at_a_time, wait_until};

/// Long enough that half of the roles is between two steps of a job, short enough that it is still the middle.
const OUTAGE: Duration = Duration::from_secs(2);
const N_SHEETS: usize = N_LEAFLETS as usize;
/// Enough that work has begun in earnest, few enough that most of it lies ahead.
const IN_THE_MIDDLE: usize = 6;

/// Two workers, the watched inbox and the bench.
struct Roles {
    workers: [Role; 2],
    ingest: Role,
    web: Role,
}

impl Roles {
    fn start(at: &Installation) -> Self {
        Self {
            ingest: at.start(&["ingest", "watch"]),
            workers: [at.start(&["worker"]), at.start(&["worker"])],
            web: at.start(&["web"]),
        }
    }

    fn assert_running(&mut self) {
        let [first, second] = &mut self.workers;
        for role in [first, second, &mut self.ingest, &mut self.web] {
            assert!(role.is_running(), "a role ended although nobody stopped it");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_killed_loses_no_leaflet_and_reads_none_twice() {
    let _turn = one_at_a_time().await;
    let at = Installation::on_shared_servers().await;
    let mut roles = Roles::start(&at);
    at.drop_in_leaflets();
    at.wait_for_stories(IN_THE_MIDDLE).await;
    roles.workers[0].kill();
    assert!(
        at.n_stories().await < N_SHEETS,
        "the kill came in the middle"
    );
    tokio::time::sleep(OUTAGE).await;
    roles.workers[0].start_again();
    at.assert_all_arrived_once().await;
    roles.assert_running();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intake_that_is_killed_loses_no_leaflet_and_takes_none_twice() {
    let _turn = one_at_a_time().await;
    let at = Installation::on_shared_servers().await;
    let mut roles = Roles::start(&at);
    at.drop_in_leaflets();
    wait_until(
        "some files are taken in",
        Duration::from_mins(1),
        async || at.n_done() >= 3,
    )
    .await;
    roles.ingest.kill();
    assert!(at.n_done() < N_SHEETS, "the kill came in the middle");
    tokio::time::sleep(OUTAGE).await;
    roles.ingest.start_again();
    at.assert_all_arrived_once().await;
    assert_eq!(at.n_done(), N_SHEETS);
    roles.assert_running();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bench_that_is_killed_publishes_every_approved_story_once() {
    let _turn = one_at_a_time().await;
    let at = Installation::on_shared_servers().await;
    let mut roles = Roles::start(&at);
    at.drop_in_leaflets();
    at.wait_for_stories(IN_THE_MIDDLE).await;
    roles.web.kill();
    tokio::time::sleep(OUTAGE).await;
    roles.web.start_again();
    at.assert_all_arrived_once().await;

    let n_approved = approve_all(&at).await;
    at.wait_for_publications(1).await;
    roles.web.kill();
    tokio::time::sleep(OUTAGE).await;
    roles.web.start_again();
    at.wait_for_publications(n_approved).await;
    let publications = at.store.publications(100, None).await.unwrap();
    let stories: BTreeSet<_> = publications
        .iter()
        .map(|publication| &publication.story_id)
        .collect();
    assert_eq!(
        (publications.len(), stories.len()),
        (n_approved, n_approved)
    );
    let ledger = at.store.ledger(None).await.unwrap();
    assert_eq!(ledger.published, n_approved as u64);
    assert_eq!(ledger.waiting, (N_SHEETS - n_approved) as u64);
    at.assert_bench_answers().await;
    roles.assert_running();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_killed_loses_no_job_and_doubles_none() {
    let _turn = one_at_a_time().await;
    let mut broker = Broker::start();
    let at = Installation::with_broker(&broker).await;
    let mut roles = Roles::start(&at);
    at.drop_in_leaflets();
    at.wait_for_stories(IN_THE_MIDDLE).await;
    broker.kill();
    assert!(
        at.n_stories().await < N_SHEETS,
        "the kill came in the middle"
    );
    tokio::time::sleep(OUTAGE).await;
    broker.start_again();
    at.assert_all_arrived_once().await;
    roles.assert_running();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_killed_loses_no_leaflet_and_doubles_none() {
    let _turn = one_at_a_time().await;
    let mut cluster = Cluster::start();
    let at = Installation::with_cluster(&cluster).await;
    let mut roles = Roles::start(&at);
    at.drop_in_leaflets();
    at.wait_for_stories(IN_THE_MIDDLE).await;
    cluster.kill();
    tokio::time::sleep(OUTAGE).await;
    cluster.start_again();
    assert!(
        at.n_stories().await < N_SHEETS,
        "the kill came in the middle"
    );
    at.assert_all_arrived_once().await;
    roles.assert_running();
}

/// Approves every story whose author permits it; how many.
async fn approve_all(at: &Installation) -> usize {
    let user_id = moderator(at).await;
    let filter = StoryFilter {
        state: Some(StoryState::ToReview),
        ..StoryFilter::default()
    };
    let mut n_approved = 0;
    for summary in at.store.stories(filter).await.unwrap() {
        let decision = Decide {
            story_id: summary.id,
            user_id: user_id.clone(),
            kind: DecisionKind::Approve,
            reason: String::new(),
            hold: None,
            expected_revision: 0,
            may_give_opinion: false,
            undo_ms: 0,
            publish_from: None,
        };
        let decided = at.store.decide(&moment(), decision).await.unwrap();
        match decided {
            Decided::Done(_) => n_approved += 1,
            // A hand that is too hard to read has no draft: somebody must type it first. A senior decides about danger.
            Decided::Refused(why) => assert!(
                !summary.consent || summary.flagged || why.contains("no text to publish"),
                "{why}"
            ),
            other => panic!("{other:?}"),
        }
    }
    assert!(n_approved > 20, "most authors agree: {n_approved}");
    n_approved
}

async fn moderator(at: &Installation) -> UserId {
    let user = NewUser {
        name: "mo".to_owned(),
        display_name: "Mo".to_owned(),
        role: Permission::Moderator,
        password_hash: "nobody signs in".to_owned(),
    };
    match at.store.add_user(&moment(), user).await.unwrap() {
        AddedUser::Added(id) => id,
        other @ AddedUser::NameTaken => panic!("{other:?}"),
    }
}

fn moment() -> Moment<'static> {
    /// A constant function pointer needs no state.
    static IDS: std::sync::LazyLock<schemas::RandomIds> = std::sync::LazyLock::new(ids);
    Moment {
        now: SystemClock.now(),
        ids: &*IDS,
    }
}
