//! Each file is opened in a process of its own. What breaks that process costs the file that broke it; what kills it from
//! outside costs nothing; and it does not outlive the program that started it.

mod opener;
mod slow;

use std::path::Path;
use std::time::Duration;

use schemas::{Clock as _, SystemClock};

use self::opener::Opener;
use crate::support::{
    Installation, Role, committed_pictures as leaflets, one_at_a_time, wait_until,
};

/// Four gigabytes of blanks in seven kilobytes: the instructions of its only page, packed twice. The list of filters is an
/// object of its own, where nobody looks before the page is drawn.
const BOMB: &[u8] = include_bytes!("opened_apart/bomb.pdf");
const PATIENCE: Duration = Duration::from_mins(1);

/// Opens files in little memory, and nothing else.
fn installation(folder: &Path) -> Installation {
    let mut at = Installation::new(&folder.join("blobs"));
    at.extra = vec![("POSTBAG__INGEST__MAX_MEMORY_MB", "512".to_owned())];
    at
}

async fn wait_until_nothing_waits(at: &Installation) {
    wait_until("the inbox is empty", PATIENCE, async || at.n_waiting() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_takes_all_memory_costs_only_itself() {
    let _turn = one_at_a_time().await;
    let folder = tempfile::tempdir().unwrap();
    let mut at = installation(folder.path());
    at.start(&["run"]);
    at.drop_in(&[("bomb.pdf", BOMB)]);
    at.drop_in(&leaflets(0..2));
    wait_until_nothing_waits(&at).await;
    let store = at.store().await;
    let quarantined = store.quarantined_pages(10).await.unwrap();
    assert_eq!(quarantined.len(), 1, "{quarantined:?}");
    assert_eq!(quarantined[0].file_name, "bomb.pdf");
    let warning = quarantined[0].warning.as_ref().unwrap();
    assert!(warning.cause.contains("memory"), "{warning:?}");
    assert!(warning.next_action.contains("sheet"), "{warning:?}");
    at.wait_for_stories(2).await;
    at.assert_nothing_was_started_again();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_process_is_killed_is_taken_in_at_the_next_try() {
    let _turn = one_at_a_time().await;
    let folder = tempfile::tempdir().unwrap();
    let mut at = installation(folder.path());
    at.start(&["ingest", "watch"]);
    let slow = slow::pdf();
    at.drop_in(&[("slow.pdf", slow.leak())]);
    Opener::of(&at.roles()[0]).await.signal("KILL");
    let store = at.store().await;
    wait_until("it is told", PATIENCE, async || {
        let troubles = store.troubles(SystemClock.now()).await;
        let told = "ended from outside (signal 9)";
        troubles
            .iter()
            .any(|trouble| trouble.words.cause.contains(told))
    })
    .await;
    wait_until("it is taken back", PATIENCE, async || {
        store.troubles(SystemClock.now()).await.is_empty()
    })
    .await;
    at.wait_until_taken_in(1).await;
    let ledger = store.ledger(None).await.unwrap();
    assert_eq!(
        (ledger.sheets, ledger.waiting),
        (slow::N_PAGES, slow::N_PAGES)
    );
    at.assert_nothing_was_started_again();
}

/// It may be what the machine had no memory left for.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_process_is_killed_again_and_again_is_set_aside() {
    let _turn = one_at_a_time().await;
    let folder = tempfile::tempdir().unwrap();
    let mut at = installation(folder.path());
    at.start(&["ingest", "watch"]);
    at.drop_in(&[("slow.pdf", slow::pdf().leak())]);
    for _ in 0..3 {
        Opener::of(&at.roles()[0]).await.signal("KILL");
    }
    at.drop_in(&leaflets(0..1));
    wait_until_nothing_waits(&at).await;
    let ledger = at.store().await.ledger(None).await.unwrap();
    assert_eq!(ledger.waiting, 1, "the one behind it: {ledger:?}");
    let n_before = ledger.sheets - 2;
    assert_eq!(ledger.quarantined, 1, "after {n_before} pages: {ledger:?}");
    at.assert_nothing_was_started_again();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_breaks_its_process_in_the_middle_keeps_the_pages_before() {
    let _turn = one_at_a_time().await;
    let folder = tempfile::tempdir().unwrap();
    let mut at = installation(folder.path());
    at.start(&["ingest", "watch"]);
    at.drop_in(&[("slow.pdf", slow::pdf().leak())]);
    let opener = Opener::of(&at.roles()[0]).await;
    wait_until("a page is kept", PATIENCE, async || at.n_blobs() > 0).await;
    // As when memory runs out.
    opener.signal("ABRT");
    wait_until_nothing_waits(&at).await;
    let ledger = at.store().await.ledger(None).await.unwrap();
    assert_eq!(ledger.quarantined, 1);
    assert!((1..slow::N_PAGES).contains(&ledger.waiting), "{ledger:?}");
    assert!(at.inbox().join("problem/slow.pdf").exists());
    at.assert_nothing_was_started_again();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_process_outlives_the_program_that_started_it() {
    let _turn = one_at_a_time().await;
    let folder = tempfile::tempdir().unwrap();
    let at = installation(folder.path());
    let slow = folder.path().join("slow.pdf");
    std::fs::write(&slow, slow::pdf()).unwrap();
    let arguments = ["ingest", slow.to_str().unwrap()];
    let mut ingest = Role::start(&arguments, &at.settings(), folder.path());
    let opener = Opener::of(&ingest).await;
    ingest.kill();
    wait_until("it is gone", PATIENCE, async || opener.is_gone()).await;
}
