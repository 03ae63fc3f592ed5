//! What intake lives on is taken away while it runs: the disk, the database, the broker, the inbox. The page says what
//! is wrong, nothing is lost, and everything goes on without a restart.

use std::time::Duration;

use store::StoryFilter;

use crate::support::{
    Broker, Cluster, Database, Installation, SmallDisk, committed_pictures as leaflets, fresh_name,
    one_at_a_time,
};

/// More than six leaflets and what is read on them.
const DISK_MB: u32 = 64;
/// Less than any leaflet has: what is written of it must be taken back.
const A_LITTLE: u64 = 100 << 10;
/// Several looks at the inbox, with growing pauses.
const A_WHILE: Duration = Duration::from_secs(4);

/// The roles are processes of their own: the bench knows of the trouble from the records.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_holds_up_intake_and_loses_nothing() {
    let _turn = one_at_a_time().await;
    let test = "a_full_disk_holds_up_intake_and_loses_nothing";
    let Some(disk) = SmallDisk::mount(DISK_MB, test) else {
        return;
    };
    let mut at = Installation::new(&disk.path().join("blobs"));
    at.start(&["ingest", "watch"]);
    at.start(&["web"]);
    at.sign_in().await;
    at.wait_for_no_trouble().await;

    disk.fill_up_to(A_LITTLE);
    at.drop_in(&leaflets(0..6));
    at.wait_for_trouble("The disk is full.").await;
    let page = at.queue_page().await;
    assert!(page.contains("Nothing is lost: the scans wait in the inbox."));
    assert!(page.contains(&format!("Make room on {}", at.blobs.display())));
    tokio::time::sleep(A_WHILE).await;
    assert_eq!((at.n_waiting(), at.n_moved()), (6, 0));
    at.assert_every_blob_is_whole();
    assert_eq!(at.store().await.ledger(None).await.unwrap().sheets, 0);

    disk.make_room();
    at.wait_until_taken_in(6).await;
    at.wait_for_no_trouble().await;
    at.assert_taken_in_once(6).await;
    at.assert_nothing_was_started_again();
}

/// One process and one disk for everything that Postbag keeps: the records cannot say what is wrong, and it is said.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_with_the_records_on_it_is_told_as_well() {
    let _turn = one_at_a_time().await;
    let test = "a_full_disk_with_the_records_on_it_is_told_as_well";
    let Some(disk) = SmallDisk::mount(DISK_MB, test) else {
        return;
    };
    let mut at = Installation::new(&disk.path().join("blobs"));
    let database = disk.path().join("postbag.db");
    at.database_url = format!("sqlite://{}", database.display());
    at.start(&["run"]);
    at.sign_in().await;
    at.drop_in(&leaflets(0..1));
    at.wait_for_stories(1).await;

    disk.fill_up_to(0);
    at.drop_in(&leaflets(1..4));
    at.wait_for_trouble("The disk is full.").await;
    tokio::time::sleep(A_WHILE).await;
    assert_eq!((at.n_waiting(), at.n_moved()), (3, 1));
    at.assert_every_blob_is_whole();
    let quarantined = at.store().await.quarantined_pages(10).await.unwrap();
    assert_eq!(quarantined, []);

    disk.make_room();
    at.wait_until_taken_in(4).await;
    at.wait_for_no_trouble().await;
    at.wait_for_stories(4).await;
    at.assert_taken_in_once(4).await;
    at.assert_nothing_was_started_again();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_away_is_told_and_loses_nothing() {
    let _turn = one_at_a_time().await;
    let mut cluster = Cluster::start();
    let folder = tempfile::tempdir().unwrap();
    let mut at = Installation::new(&folder.path().join("blobs"));
    at.database_url = cluster.url();
    at.start(&["run"]);
    at.sign_in().await;
    at.drop_in(&leaflets(0..1));
    at.wait_until_taken_in(1).await;

    cluster.kill();
    at.drop_in(&leaflets(1..4));
    for path in ["/queue", "/", "/healthz"] {
        let answer = at.bench.get(path).await.unwrap();
        assert_eq!(answer.status, 503, "{path}: {answer:?}");
        let says = |words: &str| assert!(answer.body.contains(words), "{path}: {answer:?}");
        says("The records cannot be reached");
        says("everything goes on by itself");
        assert!(answer.head.to_lowercase().contains("retry-after: "));
    }
    tokio::time::sleep(A_WHILE).await;
    assert_eq!((at.n_waiting(), at.n_moved()), (3, 1));

    cluster.start_again();
    at.wait_until_taken_in(4).await;
    at.wait_for_no_trouble().await;
    at.wait_for_stories(4).await;
    at.assert_taken_in_once(4).await;
    at.assert_nothing_was_started_again();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_away_is_told_and_intake_goes_on() {
    let _turn = one_at_a_time().await;
    let (mut broker, database) = (Broker::start(), Database::fresh());
    let folder = tempfile::tempdir().unwrap();
    let mut at = Installation::new(&folder.path().join("blobs"));
    at.database_url = database.url();
    at.queue_url = broker.url();
    at.namespace = fresh_name("outage");
    at.start(&["run"]);
    at.sign_in().await;
    at.drop_in(&leaflets(0..1));
    at.wait_for_stories(1).await;

    broker.kill();
    at.drop_in(&leaflets(1..4));
    at.wait_for_trouble("The message broker (RabbitMQ) does not answer.")
        .await;
    at.wait_until_taken_in(4).await;
    let n_stories = at.store().await.stories(StoryFilter::default()).await;
    assert_eq!(n_stories.unwrap().len(), 1, "the others wait to be read");

    broker.start_again();
    at.wait_for_no_trouble().await;
    at.wait_for_stories(4).await;
    at.assert_taken_in_once(4).await;
    at.assert_nothing_was_started_again();
}

/// A network share that is disconnected for a while.
#[tokio::test(flavor = "multi_thread")]
async fn an_inbox_that_is_gone_is_told_and_taken_up_again() {
    let _turn = one_at_a_time().await;
    let folder = tempfile::tempdir().unwrap();
    let mut at = Installation::new(&folder.path().join("blobs"));
    at.start(&["ingest", "watch"]);
    at.start(&["web"]);
    at.sign_in().await;
    at.drop_in(&leaflets(0..1));
    at.wait_until_taken_in(1).await;

    let elsewhere = at.inbox().with_extension("elsewhere");
    std::fs::rename(at.inbox(), &elsewhere).unwrap();
    let cause = format!("The folder {} is not there.", at.inbox().display());
    at.wait_for_trouble(&cause).await;
    std::fs::rename(elsewhere, at.inbox()).unwrap();
    at.drop_in(&leaflets(1..2));
    at.wait_until_taken_in(2).await;
    at.wait_for_no_trouble().await;
    at.assert_taken_in_once(2).await;
    at.assert_nothing_was_started_again();
}
