//! The pages of an office with 1,000 stories beside the same with 100,000: `cargo bench -p review-web --bench stories`, or
//! with other numbers `… -- 1000 10000`.
//!
//! Both offices lie beside each other in a database of each engine, filled by `store/tests/office/office.sql`; `sqlite3` and
//! `psql` are asked to, as only the store speaks SQL. The router answers in this process, and the two offices are asked in
//! turn, so that whatever else the machine does slows both. Fails when a page is slower than half as long again (p95).
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints, and stops when anything fails"
)]

#[path = "../tests/it/browser.rs"]
#[expect(dead_code, reason = "the tests do more")]
mod browser;
#[path = "../tests/it/flat_paper.rs"]
mod flat_paper;
#[path = "../tests/it/leaflet.rs"]
#[expect(dead_code, reason = "the tests do more")]
mod leaflet;
#[path = "../tests/it/plain_slot.rs"]
mod plain_slot;

mod offices {
    pub(crate) mod database;
    pub(crate) mod office;
}

use std::process::ExitCode;
use std::time::{Duration, Instant};

use offices::database::Engine;
use offices::office::Office;

/// How often each page is asked for.
const N_REQUESTS: u32 = 200;
const MOST_TIMES: f64 = 1.5;

#[tokio::main]
async fn main() -> ExitCode {
    let numbers: Vec<u32> = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .collect();
    let (few, many) = match numbers[..] {
        [few, many] => (few, many),
        _ => (1_000, 100_000),
    };
    let mut within = true;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (mut small, mut large) = (
            Office::with(engine, few).await,
            Office::with(engine, many).await,
        );
        println!("\n{engine:?}: {few} and {many} stories");
        for page in PAGES {
            within &= compare(page, &mut small, &mut large).await;
        }
    }
    if within {
        ExitCode::SUCCESS
    } else {
        println!("more than {MOST_TIMES} times as slow");
        ExitCode::FAILURE
    }
}

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Page {
    Queue,
    Published,
    Story,
    History,
    ServiceSearch,
    PublicList,
    Opinion,
    MailRoom,
}

const PAGES: [Page; 8] = [
    Page::Queue,
    Page::Published,
    Page::Story,
    Page::History,
    Page::ServiceSearch,
    Page::PublicList,
    Page::Opinion,
    Page::MailRoom,
];

/// Prints the times of a page in both offices; whether the larger one is quick enough.
async fn compare(page: Page, small: &mut Office, large: &mut Office) -> bool {
    let (mut of_small, mut of_large) = (Vec::new(), Vec::new());
    for turn in 0..N_REQUESTS {
        of_small.push(timed(small, page, turn).await);
        of_large.push(timed(large, page, turn).await);
    }
    let ratio = share(&mut of_large, 95) / share(&mut of_small, 95);
    println!(
        "{:14} p50 {:6.2} and {:6.2} ms, p95 {:6.2} and {:6.2} ms, ratio {ratio:.2}",
        format!("{page:?}"),
        share(&mut of_small, 50),
        share(&mut of_large, 50),
        share(&mut of_small, 95),
        share(&mut of_large, 95),
    );
    ratio <= MOST_TIMES
}

async fn timed(office: &mut Office, page: Page, turn: u32) -> Duration {
    let started = Instant::now();
    office.open(page, turn).await;
    started.elapsed()
}

/// So many of a hundred take at most this long, in milliseconds.
fn share(times: &mut [Duration], of_hundred: usize) -> f64 {
    times.sort_unstable();
    times[(times.len() * of_hundred / 100).min(times.len() - 1)].as_secs_f64() * 1000.0
}
