//! Files that no scanner should deliver, with good ones behind them.

mod corpus;

use std::path::{Path, PathBuf};
use std::time::Duration;

use schemas::reading::{Reading, Status, Warning};
use store::{Store, StoryFilter};

use crate::support::{Finished, Role, finish, run_watched, wait_until, workspace};

/// What one bad file may cost.
const LONGEST: Duration = Duration::from_secs(5);
const MOST_BYTES: u64 = 300 << 20;

/// Each bad file, and a word that its cause must hold.
const BAD: [(&str, &str); 4] = [
    ("text-renamed.png", "text file"),
    ("empty.jpg", "empty"),
    ("truncated.jpg", "cut off"),
    ("bomb-60000x60000.png", "60000"),
];

fn bad(name: &str) -> PathBuf {
    workspace().join("samples/hostile").join(name)
}

fn good() -> Vec<PathBuf> {
    let leaflets = workspace().join("samples/leaflets");
    ["01-ordinary.png", "02-colour.jpg"]
        .map(|name| leaflets.join(name))
        .into()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn assert_cheap(name: &str, finished: &Finished) {
    println!(
        "{name}: {:?}, {} MB at most",
        finished.taken,
        finished.peak_bytes >> 20
    );
    assert!(
        finished.peak_bytes > 0,
        "the memory of {name} was never seen"
    );
    assert!(finished.taken <= LONGEST, "{name}: {finished:?}");
    assert!(finished.peak_bytes <= MOST_BYTES, "{name}: {finished:?}");
}

fn assert_plain(name: &str, word: &str, warning: &Warning) {
    assert!(warning.cause.contains(word), "{name}: {warning:?}");
    assert!(
        warning.next_action.contains("sheet"),
        "{name} names what to do with the sheet: {warning:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_bad_file_is_a_quarantined_sheet_and_those_behind_it_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("postbag.db").display());
    let settings = vec![
        ("POSTBAG__DATABASE__URL", url.clone()),
        (
            "POSTBAG__BLOBS__URL",
            folder.path().join("blobs").display().to_string(),
        ),
    ];
    for (name, _) in BAD {
        let finished = run_watched(&["ingest", text(&bad(name))], &settings, folder.path());
        assert!(finished.status.success(), "{finished:?}");
        assert_cheap(name, &finished);
    }
    let good = good();
    let mut arguments = vec!["ingest"];
    arguments.extend(good.iter().map(|path| text(path)));
    assert!(
        run_watched(&arguments, &settings, folder.path())
            .status
            .success()
    );

    let _worker = Role::start(&["worker"], &settings, folder.path());
    let store = Store::connect(&url, 2).await.unwrap();
    wait_until(
        "the good sheets are read",
        Duration::from_secs(90),
        async || store.stories(StoryFilter::default()).await.unwrap().len() == good.len(),
    )
    .await;
    let quarantined = store.quarantined_pages(100).await.unwrap();
    assert_eq!(quarantined.len(), BAD.len());
    for (name, word) in BAD {
        let page = quarantined
            .iter()
            .find(|page| page.file_name == name)
            .unwrap();
        assert_plain(name, word, page.warning.as_ref().unwrap());
    }
    let ledger = store.ledger(None).await.unwrap();
    assert_eq!(
        (ledger.sheets, ledger.quarantined, ledger.waiting),
        (6, 4, 2)
    );
}

#[test]
fn bad_files_do_not_stop_the_reading_of_those_behind_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut files: Vec<PathBuf> = BAD.iter().map(|(name, _)| bad(name)).collect();
    files.push(good().remove(0));
    let mut arguments = vec!["read", "--json"];
    arguments.extend(files.iter().map(|path| text(path)));
    let finished = run_watched(&arguments, &Vec::new(), folder.path());
    let readings: Vec<Reading> = finished
        .output
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(readings.len(), files.len());
    for (reading, (name, word)) in readings.iter().zip(BAD) {
        assert_eq!(reading.status, Status::Quarantined);
        assert_plain(name, word, &reading.warnings[0]);
    }
    assert_eq!(readings[4].status, Status::Read);
}

#[test]
fn reading_a_bad_file_is_cheap() {
    let folder = tempfile::tempdir().unwrap();
    for (name, _) in BAD {
        let finished = run_watched(
            &["read", "--json", text(&bad(name))],
            &Vec::new(),
            folder.path(),
        );
        assert_cheap(name, &finished);
    }
}

/// Links may lead anywhere, pipes and devices never end; what a path goes through is no part of a name.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn links_pipes_devices_and_folders_are_not_taken_in_and_a_name_has_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("postbag.db").display());
    let blobs = folder.path().join("blobs").display().to_string();
    let settings = vec![
        ("POSTBAG__DATABASE__URL", url.clone()),
        ("POSTBAG__BLOBS__URL", blobs),
    ];
    let (link, pipe) = (
        folder.path().join("link.png"),
        folder.path().join("pipe.png"),
    );
    let leaflet = good().remove(0);
    std::os::unix::fs::symlink(&leaflet, &link).unwrap();
    finish(std::process::Command::new("mkfifo").arg(&pipe));
    let roundabout = workspace().join("samples/../samples/leaflets/01-ordinary.png");
    let refused = [
        text(&link),
        text(&pipe),
        "/dev/zero",
        "..",
        text(folder.path()),
    ];
    let arguments = [&["ingest"], &refused[..], &[text(&roundabout)]].concat();
    let finished = run_watched(&arguments, &settings, folder.path());
    assert!(!finished.status.success(), "{finished:?}");
    for name in refused {
        let said = format!("{name}: NOT TAKEN IN: it is ");
        assert!(finished.output.contains(&said), "{name}: {finished:?}");
    }
    assert_cheap("links, pipes, devices and folders", &finished);
    let store = Store::connect(&url, 2).await.unwrap();
    assert_eq!(store.ledger(None).await.unwrap().sheets, 1);
    let names = finish(
        std::process::Command::new("find")
            .arg(folder.path())
            .args(["-name", "*.png"]),
    );
    assert_eq!(
        names.lines().count(),
        2,
        "nothing was written beside them: {names}"
    );
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.png");
    finish(std::process::Command::new("mkfifo").arg(&pipe));
    let arguments = ["read", "--json", text(&pipe), "/dev/zero"];
    let finished = run_watched(&arguments, &Vec::new(), folder.path());
    assert_cheap("a pipe and a device", &finished);
    for line in finished.output.lines() {
        let reading: Reading = serde_json::from_str(line).unwrap();
        assert_eq!(reading.status, Status::Quarantined);
        assert!(
            reading.warnings[0].cause.contains("a pipe or a device"),
            "{line}"
        );
    }
    assert_eq!(finished.output.lines().count(), 2);
}
