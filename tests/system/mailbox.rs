//! Scans come by mail: a real Dovecot, the real program.

use std::io::Cursor;
use std::time::Duration;

use image::{ImageFormat, RgbImage};
use schemas::BatchId;
use store::{BatchDetail, Blobs};

use crate::support::{
    Database, Dovecot, Installation, MAIL_PASSWORD, MAIL_USER, Mail, Part, committed_pictures,
    one_at_a_time, run_watched, wait_until,
};

const PATIENCE: Duration = Duration::from_mins(2);
const DONE: &str = "Postbag/done";
const PROBLEM: &str = "Postbag/problem";

/// An installation that reads the mailbox of a server of its own.
struct Office {
    server: Dovecot,
    at: Installation,
    folder: tempfile::TempDir,
}

impl Office {
    fn new() -> Self {
        Self::with(Dovecot::start())
    }

    fn with(server: Dovecot) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut at = Installation::new(&folder.path().join("blobs"));
        let password_file = folder.path().join("password");
        std::fs::write(&password_file, format!("{MAIL_PASSWORD}\n")).unwrap();
        at.extra = vec![
            ("POSTBAG__MAILBOX__SERVER", "127.0.0.1".to_owned()),
            ("POSTBAG__MAILBOX__TLS", "none".to_owned()),
            ("POSTBAG__MAILBOX__PORT", server.port().to_string()),
            ("POSTBAG__MAILBOX__USER", MAIL_USER.to_owned()),
            (
                "POSTBAG__MAILBOX__PASSWORD_FILE",
                password_file.display().to_string(),
            ),
            ("POSTBAG__MAILBOX__POLL_S", "1".to_owned()),
        ];
        Self { server, at, folder }
    }

    fn set(&mut self, name: &'static str, value: &str) {
        self.at.extra.retain(|(known, _)| *known != name);
        self.at.extra.push((name, value.to_owned()));
    }

    fn set_password(&self, password: &str) {
        std::fs::write(self.folder.path().join("password"), password).unwrap();
    }

    fn deliver(&self, subject: &'static str, parts: Vec<Part>) {
        self.server.deliver(&Mail { subject, parts }.bytes());
    }

    /// How many mails are where they arrive, in `done` and in `problem`.
    fn mails(&self) -> (usize, usize, usize) {
        let n_mails = |folder| self.server.n_mails(folder);
        (n_mails(""), n_mails(DONE), n_mails(PROBLEM))
    }

    async fn wait_for_mails(&self, expected: (usize, usize, usize)) {
        let what = format!("{expected:?} mails");
        wait_until(&what, PATIENCE, async || self.mails() == expected).await;
    }

    /// Every batch with its sheets, the oldest first.
    async fn batches(&self) -> Vec<BatchDetail> {
        let store = self.at.store().await;
        let mut ids: Vec<BatchId> = store
            .batches(100)
            .await
            .unwrap()
            .into_iter()
            .map(|b| b.id)
            .collect();
        ids.sort();
        let mut batches = Vec::new();
        for id in ids {
            batches.push(store.batch(&id).await.unwrap().unwrap());
        }
        batches
    }

    async fn is_kept(&self, bytes: &[u8]) -> bool {
        let blobs = Blobs::open(self.at.blobs.to_str().unwrap()).await.unwrap();
        let kept = blobs.get(&Blobs::hash(bytes)).await.unwrap();
        kept.is_some_and(|kept| kept == bytes)
    }

    fn doctor(&self) -> String {
        let finished = run_watched(&["doctor"], &self.at.settings(), self.at.folder());
        let line = finished
            .output
            .lines()
            .find(|line| line.contains(" mailbox "));
        line.unwrap_or_else(|| panic!("{}", finished.output))
            .to_owned()
    }
}

fn committed(name: &str) -> Vec<u8> {
    let leaflets = samples::committed::LEAFLETS;
    let (_, bytes) = leaflets.iter().find(|(known, _)| *known == name).unwrap();
    bytes.to_vec()
}

fn leaflet(number: usize) -> Part {
    let (name, bytes) = committed_pictures(number..number + 1)[0];
    Part::Attached(name, "application/octet-stream", bytes.to_vec())
}

fn logo() -> Vec<u8> {
    let mut png = Cursor::new(Vec::new());
    let picture = RgbImage::from_pixel(120, 40, image::Rgb([0, 80, 160]));
    picture.write_to(&mut png, ImageFormat::Png).unwrap();
    png.into_inner()
}

fn sheets(batch: &BatchDetail) -> Vec<&str> {
    batch
        .sheets
        .iter()
        .map(|sheet| sheet.file_name.as_str())
        .collect()
}

fn cause(batch: &BatchDetail, sheet_idx: usize) -> &str {
    let warning = batch.sheets[sheet_idx].warning.as_ref();
    warning.map_or("", |warning| warning.cause.as_str())
}

/// Two that are good, one with a broken attachment, one that brings nothing.
fn deliver_mails_of_all_kinds(office: &Office, pdf: &[u8]) {
    office.deliver(
        "A secret subject",
        vec![
            Part::Text("A secret text."),
            Part::Attached("a.pdf", "application/pdf", pdf.to_vec()),
            Part::Attached("b.bin", "text/plain", committed("02-colour.jpg")),
            Part::Inline(logo()),
        ],
    );
    let broken = Part::Attached(
        "broken.pdf",
        "application/pdf",
        pdf[..pdf.len() / 2].to_vec(),
    );
    office.deliver("Second", vec![broken, leaflet(0)]);
    office.deliver("Third", vec![Part::Text("I had a secret story.")]);
    let inner = Mail {
        subject: "Inner",
        parts: vec![Part::Text("Please."), leaflet(2)],
    };
    office.deliver(
        "Fourth",
        vec![Part::Text("See below."), Part::Forwarded(inner)],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_become_leaflets_and_what_is_wrong_with_one_is_seen() {
    let _turn = one_at_a_time().await;
    let mut office = Office::new();
    let pdf = committed("08-pdf.pdf");
    deliver_mails_of_all_kinds(&office, &pdf);
    office.at.start(&["run"]);
    office.at.sign_in().await;
    office.wait_for_mails((0, 2, 2)).await;
    office.at.wait_for_stories(4).await;

    let batches = office.batches().await;
    assert_eq!(batches.len(), 4, "one mail, one pile");
    for batch in &batches {
        let source = &batch.summary.source;
        assert!(
            source.starts_with("mail of ") && source.ends_with(" from scanner@bureau.example"),
            "{source}"
        );
        assert_eq!(batch.duplicates, [""; 0]);
    }
    assert_eq!(sheets(&batches[0]), ["a.pdf", "b.bin"], "and no logo");
    assert_eq!(sheets(&batches[1]), ["broken.pdf", "01-ordinary.png"]);
    assert!(
        cause(&batches[1], 0).starts_with("The PDF"),
        "{}",
        cause(&batches[1], 0)
    );
    assert_eq!(sheets(&batches[2]), ["mail.eml"]);
    assert_eq!(
        cause(&batches[2], 0),
        "The mail brings no scan: nothing is attached to it."
    );
    assert_eq!(sheets(&batches[3]).len(), 1);
    let ledger = office.at.store().await.ledger(None).await.unwrap();
    assert_eq!((ledger.sheets, ledger.quarantined), (6, 2));
    assert!(office.is_kept(&pdf).await, "byte for byte");

    let pages = office.at.bench.get("/quarantine").await.unwrap();
    assert!(
        pages.body.contains("The mail brings no scan"),
        "{}",
        pages.body
    );
    let sheet = &batches[2].sheets[0].page_id;
    let page = office
        .at
        .bench
        .get(&format!("/quarantine/{sheet}"))
        .await
        .unwrap();
    assert!(
        page.body.contains("mailbox scans, folder Postbag/problem."),
        "{page:?}"
    );
    let room = office.at.bench.get("/mail-room").await.unwrap();
    assert!(
        room.body.contains("from scanner@bureau.example"),
        "{}",
        room.body
    );
    office
        .at
        .assert_nothing_is_logged_of(&["secret", "scanner@", "broken.pdf"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_away_is_told_and_nothing_is_lost() {
    let _turn = one_at_a_time().await;
    let mut office = Office::new();
    office.at.start(&["ingest", "mailbox"]);
    office.at.start(&["web"]);
    office.at.sign_in().await;
    office.deliver("One", vec![leaflet(0)]);
    office.wait_for_mails((0, 1, 0)).await;

    office.server.kill();
    office.deliver("Two", vec![leaflet(1)]);
    office.deliver("Three", vec![leaflet(2)]);
    office
        .at
        .wait_for_trouble("cannot be reached: nobody listens there.")
        .await;
    let page = office.at.queue_page().await;
    assert!(
        page.contains("Nothing is lost: the mails wait in the mailbox."),
        "{page}"
    );
    assert_eq!(office.mails(), (2, 1, 0));

    office.server.start_again();
    office.wait_for_mails((0, 3, 0)).await;
    office.at.wait_for_no_trouble().await;
    let batches = office.batches().await;
    assert_eq!(
        batches
            .iter()
            .map(|batch| batch.sheets.len())
            .collect::<Vec<_>>(),
        [1; 3]
    );
    office.at.assert_nothing_was_started_again();
}

/// Between the commit and the move, which is held up: the folder takes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_in_and_not_moved_is_never_taken_twice() {
    let _turn = one_at_a_time().await;
    let mut office = Office::new();
    office.at.start(&["run"]);
    office.at.sign_in().await;
    office.deliver("One", vec![leaflet(0)]);
    office.wait_for_mails((0, 1, 0)).await;

    office.server.lock(DONE);
    office.deliver("Two", vec![leaflet(1), leaflet(2)]);
    office.deliver("Three", vec![Part::Text("Nothing.")]);
    office
        .at
        .wait_for_trouble("1 mail(s) that are in cannot be moved")
        .await;
    assert_eq!(
        office.mails(),
        (1, 1, 1),
        "the next one was taken all the same"
    );
    office.at.kill_and_start_again();
    office.at.sign_in().await;
    office
        .at
        .wait_for_trouble("1 mail(s) that are in cannot be moved")
        .await;
    office.server.unlock(DONE);
    office.wait_for_mails((0, 2, 1)).await;
    office.at.wait_for_no_trouble().await;
    let n_sheets: Vec<_> = office
        .batches()
        .await
        .iter()
        .map(|b| b.sheets.len())
        .collect();
    assert_eq!(n_sheets, [1, 2, 1], "nothing twice, and no empty pile");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_the_server_cannot_hand_out_holds_up_no_other() {
    let _turn = one_at_a_time().await;
    let mut office = Office::new();
    office.deliver("Broken", vec![leaflet(0)]);
    office.server.break_mail();
    office.deliver("Two", vec![leaflet(1)]);
    office.at.start(&["run"]);
    office.at.sign_in().await;
    office.wait_for_mails((1, 1, 0)).await;
    office
        .at
        .wait_for_trouble("Mailbox scans at 127.0.0.1")
        .await;
    office.server.mend_mails();
    office.wait_for_mails((0, 2, 0)).await;
    office.at.wait_for_no_trouble().await;
}

/// Not every server can move mails; what others have marked as deleted stays in any case.
#[tokio::test(flavor = "multi_thread")]
async fn without_move_a_mail_is_copied_and_nobody_elses_is_taken_away() {
    let _turn = one_at_a_time().await;
    for (capabilities, n_left) in [("IMAP4rev1 UIDPLUS", 0), ("IMAP4rev1", 1)] {
        let mut office = Office::with(Dovecot::start_that_can_only(capabilities));
        office.deliver("Deleted by somebody else", vec![leaflet(1)]);
        office.server.mark_as_deleted();
        office.deliver("One", vec![leaflet(0)]);
        office.at.start(&["ingest", "mailbox"]);
        office.wait_for_mails((1 + n_left, 1, 0)).await;
        office.at.kill_and_start_again();
        office.deliver("Two", vec![Part::Text("Nothing.")]);
        office.wait_for_mails((1 + 2 * n_left, 1, 1)).await;
        assert_eq!(office.server.n_marked_as_deleted(), 1 + 2 * n_left);
        let n_sheets: Vec<_> = office
            .batches()
            .await
            .iter()
            .map(|b| b.sheets.len())
            .collect();
        assert_eq!(n_sheets, [1, 1], "{capabilities}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_too_large_is_not_fetched_and_a_person_is_told() {
    let _turn = one_at_a_time().await;
    let mut office = Office::new();
    office.set("POSTBAG__INGEST__MAX_FILE_MB", "1");
    let large = Part::Attached("large.pdf", "application/pdf", vec![b'%'; 3 << 20]);
    office.deliver("Large", vec![large]);
    office.deliver("Next", vec![leaflet(0)]);
    office.at.start(&["ingest", "mailbox"]);
    office.wait_for_mails((0, 1, 1)).await;
    let batches = office.batches().await;
    assert_eq!(sheets(&batches[0]), ["mail.eml"]);
    assert_eq!(
        cause(&batches[0], 0),
        "The mail has 4 MB, more than is fetched."
    );
    assert_eq!(batches[1].sheets.len(), 1);
}

/// Wherever the blow falls.
#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_killed_again_and_again_takes_every_mail_once() {
    const N_MAILS: usize = 7;
    let _turn = one_at_a_time().await;
    let database = Database::fresh();
    let mut office = Office::new();
    office.at.database_url = database.url();
    for number in 0..N_MAILS {
        office.deliver(
            "Scan",
            vec![
                leaflet(number),
                Part::Attached("n.pdf", "application/pdf", number.to_string().into_bytes()),
            ],
        );
    }
    office.at.start(&["ingest", "mailbox"]);
    let mut n_kills = 0;
    while office.mails() != (0, 0, N_MAILS) {
        tokio::time::sleep(Duration::from_millis(150 + 40 * n_kills)).await;
        office.at.kill_and_start_again();
        n_kills += 1;
        assert!(n_kills < 100, "{:?}", office.mails());
    }
    println!("killed {n_kills} times");
    assert!(n_kills > 1);
    let batches = office.batches().await;
    let n_sheets: Vec<_> = batches.iter().map(|batch| batch.sheets.len()).collect();
    assert_eq!(
        n_sheets, [2; N_MAILS],
        "nothing twice, nothing lost, no empty pile"
    );
    assert!(batches.iter().all(|batch| batch.duplicates.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told_in_plain_words_and_put_right_without_a_restart() {
    let _turn = one_at_a_time().await;
    let mut office = Office::new();
    assert!(
        office.doctor().contains("can be read; no mail waits"),
        "{}",
        office.doctor()
    );
    office.set_password("an old one");
    let words = "does not let scans in: name or password is wrong.";
    let told = office.doctor();
    assert!(told.starts_with("FAULT") && told.contains(words), "{told}");
    assert!(
        told.contains("mailbox.password_file") && !told.contains("an old one"),
        "{told}"
    );

    office.at.start(&["run"]);
    office.at.sign_in().await;
    office.deliver("One", vec![leaflet(0)]);
    office.at.wait_for_trouble(words).await;
    office.set_password(MAIL_PASSWORD);
    office.wait_for_mails((0, 1, 0)).await;
    office.at.wait_for_no_trouble().await;
    office.at.assert_nothing_was_started_again();
}

#[tokio::test(flavor = "multi_thread")]
async fn private_connections_work_and_a_stranger_is_not_trusted() {
    let _turn = one_at_a_time().await;
    let mut office = Office::new();
    office.set("POSTBAG__MAILBOX__SERVER", "localhost");
    let ports = [
        ("tls", office.server.tls_port().to_string()),
        ("starttls", office.server.port().to_string()),
    ];
    for (tls, port) in &ports {
        office.set("POSTBAG__MAILBOX__TLS", tls);
        office.set("POSTBAG__MAILBOX__PORT", port);
        let stranger = office.doctor();
        assert!(stranger.starts_with("FAULT"), "{stranger}");
        assert!(
            stranger.contains("cannot be trusted") && stranger.contains("mailbox.ca_file"),
            "{stranger}"
        );
    }
    let ca_file = office.server.ca_file().display().to_string();
    office.set("POSTBAG__MAILBOX__CA_FILE", &ca_file);
    for (tls, port) in &ports {
        office.set("POSTBAG__MAILBOX__TLS", tls);
        office.set("POSTBAG__MAILBOX__PORT", port);
        assert!(office.doctor().starts_with("ok"), "{}", office.doctor());
    }
    office.deliver("One", vec![leaflet(0)]);
    office.at.start(&["ingest", "mailbox"]);
    office.wait_for_mails((0, 1, 0)).await;
}
