//! Intake is killed fifty times while two hundred sheets come in, at moments that nobody chose: after every kill the
//! ledger adds up and every original is there; in the end every sheet is there once.
//!
//! The moments come from a seed, which is printed; `POSTBAG_TEST_SEED` repeats a run, as far as a machine does.

mod dice;
mod files;
mod inspection;
mod pile;
mod scanner;

use std::time::Duration;

use store::{Blobs, Store};

use self::dice::Dice;
use self::inspection::Inspection;
use self::pile::Pile;
use self::scanner::Scanner;
use crate::support::{Database, Role, one_at_a_time, setting, wait_until};

const N_KILLS: usize = 50;
/// Some lives end while the program starts; some are long enough that files which stay half-written are given up.
const SHORT_LIFE_MS: (u64, u64) = (0, 1_000);
const LONG_LIFE_MS: (u64, u64) = (1_500, 2_500);
/// Of ten lives.
const N_LONG_LIVES: u64 = 3;
/// Half of the kills come within this time after a file was moved: a file takes some tens of milliseconds.
const AT_WORK_MS: u64 = 80;
/// How long a file must not have changed, and how long a half-written one is given. The scanner of this test never
/// pauses longer than half of the latter.
const SETTLE_MS: u64 = 100;
const GRACE_MS: u64 = 1_500;
/// What is left at the end is worked off in this time.
const PATIENCE: Duration = Duration::from_mins(2);

#[tokio::test(flavor = "multi_thread")]
async fn killed_fifty_times_on_sqlite_nothing_is_lost_or_doubled() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("postbag.db");
    let url = format!("sqlite://{}", database.display());
    killed_again_and_again(folder, &url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_fifty_times_on_postgres_nothing_is_lost_or_doubled() {
    let database = Database::fresh();
    killed_again_and_again(tempfile::tempdir().unwrap(), &database.url()).await;
}

async fn killed_again_and_again(folder: tempfile::TempDir, database_url: &str) {
    let _turn = one_at_a_time().await;
    let mut dice = Dice::new(seed());
    let mut pile = Pile::make(&mut dice);
    let store = Store::connect(database_url, 2).await.unwrap();
    store.migrate().await.unwrap();
    let (inbox, blobs) = (folder.path().join("inbox"), folder.path().join("blobs"));
    std::fs::create_dir(&inbox).unwrap();
    let settings = vec![
        ("POSTBAG__DATABASE__URL", database_url.to_owned()),
        ("POSTBAG__QUEUE__URL", "embedded".to_owned()),
        ("POSTBAG__BLOBS__URL", blobs.display().to_string()),
        ("POSTBAG__INGEST__POLL_MS", "50".to_owned()),
        ("POSTBAG__INGEST__SETTLE_MS", SETTLE_MS.to_string()),
        ("POSTBAG__INGEST__GRACE_MS", GRACE_MS.to_string()),
    ];
    let blobs = Blobs::open(blobs.to_str().unwrap()).await.unwrap();
    let mut scanner = Scanner::new(inbox.clone());
    let mut inspection = Inspection::new(store, blobs, inbox.clone());

    let arguments = ["ingest", "watch", inbox.to_str().unwrap()];
    let mut intake = Role::start(&arguments, &settings, folder.path());
    for n_kills in 1..=N_KILLS {
        let life_ms = life_ms(&mut dice);
        let n_files = pile.waiting.len().div_ceil(N_KILLS + 1 - n_kills);
        scanner.scan_within(life_ms, pile.take(n_files), &mut dice);
        if dice.below(2) == 0 {
            tokio::time::sleep(Duration::from_millis(life_ms)).await;
        } else {
            // While files are taken in, one after the other: most of what can go wrong is in between.
            inspection
                .wait_for_a_move(Duration::from_millis(life_ms))
                .await;
            tokio::time::sleep(Duration::from_millis(dice.below(AT_WORK_MS))).await;
        }
        intake.kill();
        inspection.after_kill(&scanner).await;
        intake.start_again();
    }
    scanner.finish();
    wait_until("the inbox is empty", PATIENCE, async || {
        inspection.n_waiting() == 0
    })
    .await;
    intake.kill();
    inspection.at_the_end(&scanner).await;
    inspection.kills.print_and_judge();
}

fn life_ms(dice: &mut Dice) -> u64 {
    let (from, to) = if dice.below(10) < N_LONG_LIVES {
        LONG_LIFE_MS
    } else {
        SHORT_LIFE_MS
    };
    from + dice.below(to - from)
}

fn seed() -> u64 {
    let seed = setting("POSTBAG_TEST_SEED", "");
    let seed = seed.parse().unwrap_or_else(|_| rand::random());
    println!("POSTBAG_TEST_SEED={seed}");
    seed
}
