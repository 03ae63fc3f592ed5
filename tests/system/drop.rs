//! A bureau sends scans with the very line that `postbag drop add` prints.

use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::support::{
    Cluster, Installation, committed_pictures, one_at_a_time, run_watched, wait_until,
};

const PATIENCE: Duration = Duration::from_mins(2);

/// A bureau with a folder of scans, and the line that it was given.
struct Bureau {
    folder: tempfile::TempDir,
    line: String,
}

/// What curl says: its exit code, and what the server answered.
#[derive(Debug)]
struct Said {
    code: i32,
    text: String,
    errors: String,
}

impl Bureau {
    fn new(printed: &str) -> Self {
        let line = printed.lines().find(|line| line.contains("curl "));
        Self {
            folder: tempfile::tempdir().unwrap(),
            line: line.unwrap().trim().to_owned(),
        }
    }

    fn token(&self) -> &str {
        let (_, token) = self.line.split_once("Bearer ").unwrap();
        token.split_once('\'').unwrap().0
    }

    fn scan(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.folder.path().join(name), bytes).unwrap();
    }

    fn send(&self, name: &str) -> Said {
        self.send_with(name, "")
    }

    /// The line as it was printed, but for the file's name and more options.
    fn send_with(&self, name: &str, options: &str) -> Said {
        let line = self.line.replace("scan.pdf", name) + options;
        let mut shell = Command::new("sh");
        let shell = shell.args(["-c", &line]).current_dir(self.folder.path());
        let output = shell.output().unwrap();
        Said {
            code: output.status.code().unwrap(),
            text: String::from_utf8(output.stdout).unwrap(),
            errors: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Said {
    /// What became of the file, in one word; curl's exit code says whether that is well.
    #[track_caller]
    fn told(&self, code: i32, what: &str) -> Value {
        assert_eq!(self.code, code, "{self:?}");
        let told: Value = serde_json::from_str(&self.text).unwrap();
        assert_eq!(told["what"], what, "{told}");
        told
    }
}

fn postbag(at: &Installation, arguments: &[&str]) -> String {
    let finished = run_watched(arguments, &at.settings(), at.folder());
    assert!(finished.status.success(), "{}", finished.output);
    finished.output
}

/// An installation that runs, and a bureau with an address of it.
async fn start(database_url: Option<String>) -> (Installation, Bureau, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut at = Installation::new(&folder.path().join("blobs"));
    if let Some(url) = database_url {
        at.database_url = url;
    }
    at.extra.push(("POSTBAG__WEB__PUBLIC_URL", at.address()));
    at.start(&["run"]);
    at.sign_in().await;
    let printed = postbag(
        &at,
        &[
            "drop",
            "add",
            "bureau",
            "--max-mib",
            "1",
            "--files-per-day",
            "4",
        ],
    );
    (at, Bureau::new(&printed), folder)
}

/// What `curl` gives back when the server has refused.
const REFUSED: i32 = 22;

#[tokio::test(flavor = "multi_thread")]
async fn a_bureau_sends_what_it_scanned_and_hears_what_became_of_it() {
    let _turn = one_at_a_time().await;
    let (mut at, bureau, _folder) = start(None).await;
    let [(_, first), (_, second)] = committed_pictures(0..2)[..] else {
        panic!("there are pictures");
    };
    bureau.scan("scan 1.png", first);
    bureau.scan("broken.pdf", b"%PDF-1.4 and then nothing");
    let told = bureau.send("'scan 1.png'").told(0, "in");
    assert_eq!(
        (&told["file"], &told["pile"]),
        (&"scan 1.png".into(), &"drop bureau".into())
    );
    assert_eq!(told["words"], "1 page in.");
    bureau.send("'scan 1.png'").told(0, "was-in");
    let told = bureau.send("broken.pdf").told(REFUSED, "unreadable");
    let cause = told["look_at"][0]["cause"].as_str().unwrap();
    assert!(cause.starts_with("The PDF is damaged"), "{cause}");
    bureau.scan("scan 1.png", second);
    bureau.send("'scan 1.png'").told(0, "in");

    at.wait_for_stories(2).await;
    let store = at.store().await;
    let batches = store.batches(9).await.unwrap();
    assert_eq!(batches.len(), 1, "one delivery is one pile");
    assert_eq!(batches[0].source, "drop bureau");
    assert_eq!(
        (batches[0].ledger.sheets, batches[0].ledger.quarantined),
        (3, 1)
    );
    let room = at.bench.get("/mail-room").await.unwrap();
    assert!(room.body.contains("drop bureau"), "{}", room.body);
    // The names of files may be names of people.
    at.assert_nothing_is_logged_of(&[bureau.token(), "broken.pdf"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_hold_and_a_drop_is_closed_at_once() {
    let _turn = one_at_a_time().await;
    let (at, bureau, _folder) = start(None).await;
    // What is announced with `Expect: 100-continue` is refused before it is sent, and a stream while it is.
    bureau.scan("large.pdf", &vec![b'%'; 3 << 20]);
    let told = bureau.send("large.pdf").told(REFUSED, "too-large");
    assert_eq!(
        told["words"],
        "Nothing was taken: a file may have 1 MiB here."
    );
    bureau
        .send_with("large.pdf", " -H 'Transfer-Encoding: chunked'")
        .told(REFUSED, "too-large");

    for (number, (name, bytes)) in (1..).zip(committed_pictures(0..4)) {
        bureau.scan(name, bytes);
        let listed = postbag(&at, &["drop", "list"]);
        assert!(listed.contains("1 MiB, 4 a day"), "{listed}");
        bureau.send(name).told(0, "in");
        assert!(number <= 4);
    }
    let (name, bytes) = committed_pictures(4..5)[0];
    bureau.scan(name, bytes);
    bureau.send(name).told(REFUSED, "too-many");

    postbag(&at, &["drop", "revoke", "bureau"]);
    bureau.send(name).told(REFUSED, "revoked-token");
    let listed = postbag(&at, &["drop", "list"]);
    assert!(
        listed.contains("revoked 20") && listed.contains("UTC"),
        "{listed}"
    );
    assert_eq!(at.store().await.ledger(None).await.unwrap().sheets, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_away_the_bureau_is_asked_to_send_again() {
    let _turn = one_at_a_time().await;
    let mut cluster = Cluster::start();
    let (mut at, bureau, _folder) = start(Some(cluster.url())).await;
    let (name, bytes) = committed_pictures(0..1)[0];
    bureau.scan(name, bytes);
    cluster.kill();
    let away = bureau.send_with(name, " -i");
    assert_eq!(away.code, REFUSED, "{away:?}");
    assert!(away.text.contains("503") && away.text.to_lowercase().contains("retry-after: 30"));
    assert!(away.text.contains("Send it again in a moment"), "{away:?}");
    assert!(away.errors.contains("503"), "{away:?}");

    cluster.start_again();
    wait_until("the file is in", PATIENCE, async || {
        bureau.send(name).code == 0
    })
    .await;
    bureau.send(name).told(0, "was-in");
    at.wait_for_stories(1).await;
    at.assert_nothing_was_started_again();
}
