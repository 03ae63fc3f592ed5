//! Broken, fuzzed and odd files of other projects, when they are at hand (`shared/data/hostile`; not part of this one).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use store::{Store, StoryFilter};

use super::{good, text};
use crate::support::{
    Line, Role, Settings, alone, run_line_by_line, run_watched, wait_until, workspace,
};

const LONGEST_A_PAGE: Duration = Duration::from_secs(10);
const MOST_BYTES: u64 = 400_000_000;
/// How many files one process takes in.
const AT_ONCE: usize = 20;
/// Of these many files one goes all the way to a reading.
const ONE_OF: usize = 60;

fn corpus(test: &str) -> Vec<PathBuf> {
    let folder = workspace().join("../shared/data/hostile");
    let files: Vec<PathBuf> = ["images", "pdfs"]
        .iter()
        .flat_map(|kind| files_below(&folder.join(kind)))
        .collect();
    if files.is_empty() {
        println!("SKIPPED {test}: {} is not here", folder.display());
    }
    files
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .flat_map(|entry| match entry.path() {
            path if path.is_dir() => files_below(&path),
            path => vec![path],
        })
        .collect();
    files.sort();
    files
}

fn settings(folder: &Path) -> (String, Settings) {
    let url = format!("sqlite://{}", folder.join("postbag.db").display());
    let blobs = folder.join("blobs").display().to_string();
    let settings = vec![
        ("POSTBAG__DATABASE__URL", url.clone()),
        ("POSTBAG__BLOBS__URL", blobs),
    ];
    (url, settings)
}

fn ingest_arguments(files: &[PathBuf]) -> Vec<&str> {
    let files = files.iter().map(|file| text(file));
    ["ingest"].into_iter().chain(files).collect()
}

/// What `postbag ingest` said about one file.
#[derive(Default)]
struct Said {
    lines: Vec<String>,
    taken: Duration,
    /// Of the process that took it in, perhaps with others.
    peak_bytes: u64,
}

impl Said {
    fn outcome(&self) -> &'static str {
        let says = |what: &str| self.lines.iter().any(|line| line.contains(what));
        let has_pages = says(" page(s) taken in") && !says(": 0 page(s) taken in");
        match (has_pages, says("QUARANTINED: ")) {
            _ if says("the same picture as file") => "known already",
            (true, false) => "accepted",
            (true, true) => "accepted in part",
            (false, true) => "quarantined",
            (false, false) => "nothing",
        }
    }

    fn n_pages(&self) -> u32 {
        let n = |line: &String| {
            line.split(": ")
                .nth(1)?
                .split(' ')
                .next()?
                .parse::<u32>()
                .ok()
        };
        let quarantined = self
            .lines
            .iter()
            .filter(|line| line.contains("QUARANTINED"));
        let n_quarantined = u32::try_from(quarantined.count()).unwrap();
        self.lines.iter().find_map(n).unwrap_or(0) + n_quarantined
    }

    /// A cause and what to do next: two sentences at the least.
    fn is_plain(&self) -> bool {
        let mut causes = self
            .lines
            .iter()
            .filter_map(|line| line.split_once("QUARANTINED: "));
        causes.all(|(_, cause)| cause.matches(". ").count() >= 1 && cause.ends_with('.'))
    }
}

/// The lines of each file, and how long it was until the last of them.
fn by_file(files: &[PathBuf], lines: &[Line]) -> BTreeMap<String, Said> {
    let mut said: BTreeMap<String, Said> = files
        .iter()
        .map(|file| (text(file).to_owned(), Said::default()))
        .collect();
    for line in lines {
        let file = said.iter_mut().find(|(file, _)| {
            let rest = line.text.strip_prefix(file.as_str());
            rest.is_some_and(|rest| rest.starts_with([':', ',']))
        });
        if let Some((_, said)) = file {
            said.lines.push(line.text.clone());
            said.taken += line.waited;
        }
    }
    said
}

#[test]
fn every_file_of_the_corpus_is_accepted_or_quarantined_in_little_time_and_memory() {
    let name = "every_file_of_the_corpus_is_accepted_or_quarantined_in_little_time_and_memory";
    let files = corpus(name);
    if files.is_empty() {
        return;
    }
    let _turn = alone();
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    let (mut slowest, mut largest) = ((Duration::ZERO, String::new()), (0, String::new()));
    for files in files.chunks(AT_ONCE) {
        for (file, said) in take_in(files) {
            *counts.entry(said.outcome()).or_default() += 1;
            assert_ne!(said.outcome(), "nothing", "{file}: {:?}", said.lines);
            assert!(said.is_plain(), "{file}: {:?}", said.lines);
            let allowed = LONGEST_A_PAGE * said.n_pages().max(1);
            assert!(said.taken <= allowed, "{file} took {:?}", said.taken);
            slowest = slowest.max((said.taken, file.clone()));
            largest = largest.max((said.peak_bytes, file));
        }
    }
    println!(
        "{} hostile files: {counts:?}; slowest {slowest:?}; at most {} MB, with {}",
        files.len(),
        largest.0 / 1_000_000,
        largest.1
    );
    assert!(largest.0 <= MOST_BYTES, "{largest:?}");
}

/// Takes files in with one process; each with one of its own when that process held too much, to see which it was.
fn take_in(files: &[PathBuf]) -> BTreeMap<String, Said> {
    let folder = tempfile::tempdir().unwrap();
    let (_, settings) = settings(folder.path());
    let finished = run_line_by_line(&ingest_arguments(files), &settings, folder.path());
    if finished.peak_bytes > MOST_BYTES && files.len() > 1 {
        let singly = files.iter().map(|file| take_in(std::slice::from_ref(file)));
        return singly.flatten().collect();
    }
    assert!(finished.status.success(), "{:?}", finished.lines.last());
    let mut said = by_file(files, &finished.lines);
    for said in said.values_mut() {
        said.peak_bytes = finished.peak_bytes;
    }
    said
}

/// Hostile files first, good leaflets behind them; the worker must come to the good ones.
#[tokio::test(flavor = "multi_thread")]
async fn leaflets_behind_files_of_the_corpus_are_taken_in_and_read() {
    let files = corpus("leaflets_behind_files_of_the_corpus_are_taken_in_and_read");
    if files.is_empty() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (url, settings) = settings(folder.path());
    let hostile: Vec<PathBuf> = files.into_iter().step_by(ONE_OF).collect();
    for files in [&hostile, &good()] {
        let taken = run_watched(&ingest_arguments(files), &settings, folder.path());
        assert!(taken.status.success(), "{taken:?}");
    }
    let mut worker = Role::start(&["worker"], &settings, folder.path());
    let store = Store::connect(&url, 2).await.unwrap();
    wait_until(
        "the good sheets are read",
        Duration::from_mins(5),
        async || store.stories(StoryFilter::default()).await.unwrap().len() == good().len(),
    )
    .await;
    assert!(worker.is_running());
    let ledger = store.ledger(None).await.unwrap();
    println!(
        "{} hostile files and {} leaflets: {ledger:?}",
        hostile.len(),
        good().len()
    );
    assert_eq!(ledger.quarantined + ledger.waiting, ledger.sheets);
}
