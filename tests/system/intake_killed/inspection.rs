use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use schemas::SystemClock;
use schemas::job::JobKind;
use schemas::record::PageState;
use store::{BatchDetail, Blobs, Ledger, Queue, QueueSettings, Sheet, Store};

use super::pile::{N_BROKEN, N_DUPLICATES, N_GOOD_SHEETS, Scan};
use super::scanner::Scanner;
use super::{N_KILLS, PATIENCE};
use crate::support::{ids, wait_until};

/// PostgreSQL ends what a killed process had asked of it; this is much longer than a commit takes.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// Looks at the records, the blobs and the folders while intake does not run.
pub(super) struct Inspection {
    store: Store,
    blobs: Blobs,
    inbox: PathBuf,
    /// Files whose blobs were compared already.
    compared: BTreeSet<String>,
    pub(super) kills: Kills,
}

/// Where the kills hit.
#[derive(Debug, Default)]
pub(super) struct Kills {
    n: usize,
    with_files_waiting: usize,
    with_files_half_written: usize,
    /// The bytes of a file were kept, and it was not recorded.
    between_keep_and_commit: usize,
    /// Its rows were committed, and it had not been moved.
    between_commit_and_move: usize,
    /// Since the kill before, something had been taken in.
    after_taking_in: usize,
    n_recorded: usize,
}

/// Everything that the records say about files.
struct Records {
    ledger: Ledger,
    batches: Vec<BatchDetail>,
}

impl Records {
    fn sheets(&self) -> impl Iterator<Item = &Sheet> {
        self.batches.iter().flat_map(|batch| &batch.sheets)
    }

    fn duplicates(&self) -> impl Iterator<Item = &str> {
        let names = self.batches.iter().flat_map(|batch| &batch.duplicates);
        names.map(String::as_str)
    }

    /// The pages that each file has.
    fn pages(&self) -> BTreeMap<&str, Vec<&Sheet>> {
        let mut pages = BTreeMap::<_, Vec<_>>::new();
        for sheet in self.sheets() {
            pages.entry(&*sheet.file_name).or_default().push(sheet);
        }
        pages
    }

    fn names(&self) -> BTreeSet<&str> {
        let of_sheets = self.sheets().map(|sheet| &*sheet.file_name);
        of_sheets.chain(self.duplicates()).collect()
    }
}

impl Inspection {
    pub(super) fn new(store: Store, blobs: Blobs, inbox: PathBuf) -> Self {
        Self {
            store,
            blobs,
            inbox,
            compared: BTreeSet::new(),
            kills: Kills::default(),
        }
    }

    /// How many files lie in the inbox.
    pub(super) fn n_waiting(&self) -> usize {
        names(&self.inbox).len()
    }

    /// Waits until another file was moved, but not longer than this.
    pub(super) async fn wait_for_a_move(&self, longest: Duration) {
        let n_before = self.n_moved();
        let moved = async {
            while self.n_moved() == n_before {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        // None at all is a moment like any other.
        let _ = tokio::time::timeout(longest, moved).await;
    }

    fn n_moved(&self) -> usize {
        names(&self.inbox.join("done")).len() + names(&self.inbox.join("problem")).len()
    }

    /// What must hold whenever intake is killed.
    pub(super) async fn after_kill(&mut self, scanner: &Scanner) {
        let (n_half_written, waiting) = (scanner.n_half_written(), names(&self.inbox));
        tokio::time::sleep(LAST_WORDS).await;
        let records = self.records().await;
        let recorded = records.names();
        self.kills.note(n_half_written, &waiting, &recorded);
        let is_kept_only = self.is_kept_only(&waiting, &recorded, &scanner.scans).await;
        self.kills.between_keep_and_commit += usize::from(is_kept_only);
        assert_ledger_adds_up(&records);
        assert_no_sheet_twice(&records, &scanner.scans);
        self.assert_files_are_somewhere(&records);
        self.assert_originals_are_kept(&records, &scanner.scans)
            .await;
    }

    /// What must hold once everything is taken in.
    pub(super) async fn at_the_end(&mut self, scanner: &Scanner) {
        let scans = &scanner.scans;
        let records = self.records().await;
        assert_ledger_adds_up(&records);
        assert_no_sheet_twice(&records, scans);
        self.assert_originals_are_kept(&records, scans).await;
        assert_eq!(self.compared.len(), scans.len(), "every file was compared");
        self.assert_page_pictures_are_kept(&records).await;
        self.assert_each_file_is_in_its_folder(scans);
        assert_counts(&records);
        self.assert_each_page_has_one_job().await;
    }

    async fn records(&self) -> Records {
        let mut batches = Vec::new();
        for summary in self.store.batches(10_000).await.unwrap() {
            batches.push(self.store.batch(&summary.id).await.unwrap().unwrap());
        }
        let ledger = self.store.ledger(None).await.unwrap();
        Records { ledger, batches }
    }

    /// Whether the bytes of a file that waits were kept, and it was not recorded.
    async fn is_kept_only(
        &self,
        waiting: &BTreeSet<String>,
        recorded: &BTreeSet<&str>,
        scans: &[Scan],
    ) -> bool {
        let is_only_one = |scan: &&Scan| {
            let same = scans.iter().filter(|other| other.bytes == scan.bytes);
            same.count() == 1
        };
        let unrecorded = scans
            .iter()
            .filter(|scan| waiting.contains(&scan.name) && !recorded.contains(&*scan.name));
        for scan in unrecorded.filter(is_only_one) {
            let hash = Blobs::hash(&scan.bytes);
            if self.blobs.get(&hash).await.unwrap().is_some() {
                return true;
            }
        }
        false
    }

    /// What was moved away was recorded first.
    fn assert_files_are_somewhere(&self, records: &Records) {
        let recorded = records.names();
        for folder in ["done", "problem"] {
            for name in names(&self.inbox.join(folder)) {
                assert!(
                    recorded.contains(&*name),
                    "{name} was moved and not recorded"
                );
            }
        }
    }

    /// Every file that the scanner has begun is in the inbox or behind it, as it was dropped in; what is recorded is
    /// kept, byte for byte.
    async fn assert_originals_are_kept(&mut self, records: &Records, scans: &[Scan]) {
        let recorded = records.names();
        for scan in scans {
            let moved = ["done", "problem"].map(|folder| self.inbox.join(folder).join(&scan.name));
            let moved = moved.iter().find(|path| path.exists());
            if let Some(path) = moved {
                assert!(std::fs::read(path).unwrap() == *scan.bytes, "{}", scan.name);
            }
            if !recorded.contains(&*scan.name) {
                assert!(moved.is_none(), "{} was moved and not recorded", scan.name);
                continue;
            }
            assert!(
                moved.is_some() || self.inbox.join(&scan.name).exists(),
                "{} is gone",
                scan.name
            );
            if self.compared.insert(scan.name.clone()) {
                let kept = self.blobs.get(&Blobs::hash(&scan.bytes)).await.unwrap();
                let kept = kept.unwrap_or_else(|| panic!("the original of {} is lost", scan.name));
                assert!(kept == *scan.bytes, "{}", scan.name);
            }
        }
    }

    async fn assert_page_pictures_are_kept(&self, records: &Records) {
        let mut pictures = BTreeSet::new();
        for sheet in records.sheets() {
            let page = self.store.page(&sheet.page_id).await.unwrap().unwrap();
            let Some(picture) = page.picture else {
                continue;
            };
            let kept = self.blobs.get(&picture.blob).await.unwrap();
            let size = image::load_from_memory(&kept.unwrap()).unwrap();
            assert_eq!(size.width(), picture.width_px);
            pictures.insert(picture.blob);
        }
        assert_eq!(
            pictures.len(),
            N_GOOD_SHEETS,
            "each page has a picture of its own"
        );
    }

    fn assert_each_file_is_in_its_folder(&self, scans: &[Scan]) {
        let of = |is_broken| -> BTreeSet<String> {
            let scans = scans.iter().filter(|scan| scan.is_broken == is_broken);
            scans.map(|scan| scan.name.clone()).collect()
        };
        assert_eq!(names(&self.inbox), BTreeSet::new());
        assert_eq!(names(&self.inbox.join("done")), of(false));
        assert_eq!(names(&self.inbox.join("problem")), of(true));
    }

    async fn assert_each_page_has_one_job(&self) {
        let clock = Arc::new(SystemClock);
        let queue = Queue::connect(
            "embedded",
            &self.store,
            QueueSettings::default(),
            clock.clone(),
            Arc::new(ids()),
        )
        .await
        .unwrap();
        let now = || schemas::Clock::now(&*clock);
        wait_until("every job is sent", PATIENCE, async || {
            store::relay::step(&self.store, &queue, now())
                .await
                .unwrap();
            queue.depth(JobKind::ReadPage).await.unwrap() >= N_GOOD_SHEETS as u64
        })
        .await;
        let depth = queue.depth(JobKind::ReadPage).await.unwrap();
        assert_eq!(depth, N_GOOD_SHEETS as u64);
    }
}

impl Kills {
    fn note(
        &mut self,
        n_half_written: usize,
        waiting: &BTreeSet<String>,
        recorded: &BTreeSet<&str>,
    ) {
        self.n += 1;
        self.with_files_waiting += usize::from(!waiting.is_empty());
        self.with_files_half_written += usize::from(n_half_written > 0);
        let is_in_between = waiting.iter().any(|name| recorded.contains(&**name));
        self.between_commit_and_move += usize::from(is_in_between);
        self.after_taking_in += usize::from(recorded.len() > self.n_recorded);
        self.n_recorded = recorded.len();
    }

    /// The moments were real ones. How many hit the few milliseconds within one file is printed and not judged: on a quick
    /// machine it may be none.
    pub(super) fn print_and_judge(&self) {
        println!("{self:?}");
        assert_eq!(self.n, N_KILLS);
        assert!(self.with_files_waiting >= N_KILLS * 3 / 4, "{self:?}");
        assert!(self.with_files_half_written >= N_KILLS / 4, "{self:?}");
        assert!(self.after_taking_in >= N_KILLS / 4, "{self:?}");
    }
}

fn assert_ledger_adds_up(records: &Records) {
    let ledger = &records.ledger;
    let sum = |ledger: &Ledger| {
        ledger.published + ledger.rejected + ledger.quarantined + ledger.waiting + ledger.discarded
    };
    assert_eq!(ledger.sheets, sum(ledger), "{ledger:?}");
    assert_eq!(ledger.sheets, records.sheets().count() as u64);
    for batch in &records.batches {
        let ledger = &batch.summary.ledger;
        assert_eq!(ledger.sheets, sum(ledger), "{ledger:?}");
        assert_eq!(ledger.sheets, batch.sheets.len() as u64);
        let positions = batch.sheets.iter().map(|sheet| sheet.position);
        let places = (1..).take(batch.sheets.len());
        assert!(
            positions.eq(places),
            "no place of the pile is missing or twice"
        );
    }
}

/// A file has all of its pages, each once, or none; of the files with the same content one has.
fn assert_no_sheet_twice(records: &Records, scans: &[Scan]) {
    let pages = records.pages();
    let duplicates: Vec<&str> = records.duplicates().collect();
    let mut with_pages = BTreeMap::new();
    for scan in scans {
        let name = &*scan.name;
        let n_notes = duplicates.iter().filter(|other| **other == name).count();
        let Some(sheets) = pages.get(name) else {
            assert!(n_notes <= 1, "{name} is noted {n_notes} times");
            continue;
        };
        assert_eq!(n_notes, 0, "{name} has pages and is a duplicate");
        let idxs: Vec<u32> = sheets.iter().map(|sheet| sheet.page_idx).collect();
        let all: Vec<u32> = (0..).take(scan.n_sheets).collect();
        assert_eq!(idxs, all, "the pages of {name}");
        let is_broken = sheets[0].state == PageState::Quarantined;
        assert_eq!(is_broken, scan.is_broken, "{name}: {:?}", sheets[0].warning);
        if !scan.is_broken
            && let Some(other) = with_pages.insert(&scan.bytes, name)
        {
            panic!("{other} and {name} are one sheet, taken in twice");
        }
    }
}

fn assert_counts(records: &Records) {
    let ledger = &records.ledger;
    assert_eq!(ledger.waiting, N_GOOD_SHEETS as u64, "{ledger:?}");
    assert_eq!(ledger.quarantined, N_BROKEN as u64, "{ledger:?}");
    assert_eq!(
        ledger.sheets,
        (N_GOOD_SHEETS + N_BROKEN) as u64,
        "{ledger:?}"
    );
    assert_eq!(records.duplicates().count(), N_DUPLICATES);
}

/// The files in a folder that has been made, without those that are hidden or not finished.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let names = files.map(|entry| entry.file_name().into_string().unwrap());
    let is_finished = |name: &String| Path::new(name).extension().is_none_or(|end| end != "part");
    names.filter(is_finished).collect()
}
