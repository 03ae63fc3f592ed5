use futures_util::future::join_all;
use schemas::{BatchId, PageId, ReadingId, StoryId};
use store::{SchemaVersion, Store, StoreError};

use crate::bed::{Bed, IDS, Kind, hash, new_reading};

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    every_statement_fits_the_tables,
    migrating_again_does_nothing,
] }

/// The tables as the first release made them, and its note of that.
async fn first_tables(bed: &Bed) {
    let tables = include_str!("../../../migrations/0001_first_tables.sql");
    bed.sql(tables).await;
    let checksum = hash(tables);
    bed.sql(&format!(
        "CREATE TABLE schema_migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL);
        INSERT INTO schema_migrations VALUES (1, '0001_first_tables', '{checksum}');"
    ))
    .await;
}

/// One leaflet as the first release left it; its story.
async fn story_of_before(bed: &Bed) -> StoryId {
    let now = bed.moment().now;
    let batch_id = BatchId::fresh(&IDS, now);
    let page_id = PageId::fresh(&IDS, now);
    let story_id = StoryId::fresh(&IDS, now);
    let reading_id = ReadingId::fresh(&IDS, now);
    let new = new_reading(&page_id);
    let body = serde_json::to_string(&new.reading)
        .unwrap()
        .replace('\'', "''");
    let picture = &new.pictures[0].blob;
    bed.sql(&format!(
        "INSERT INTO batches VALUES ('{batch_id}', 'post', 1, 1);
        INSERT INTO files VALUES ('{batch_id}', '{batch_id}', 'a.tif', '/a', 'k', 'image/tiff', 1, NULL, 'stored',
            NULL, 1);
        INSERT INTO leaflets VALUES ('{batch_id}', 'story-a4', 1, '000042', 1);
        INSERT INTO pages VALUES ('{page_id}', '{batch_id}', '{batch_id}', 0, 1, 'read', NULL, NULL, NULL, NULL, NULL,
            '{batch_id}', 1, 1);
        INSERT INTO readings VALUES ('{reading_id}', '{page_id}', 'postbag 0', 'read', '{body}', 1);
        INSERT INTO reading_pictures VALUES ('{reading_id}', 0, 'straightened', NULL, '{picture}');
        INSERT INTO reading_pictures VALUES ('{reading_id}', 1, 'crop', 'story', '{picture}');
        INSERT INTO stories VALUES ('{story_id}', '{batch_id}', '{page_id}', '{reading_id}', 'to-review', 0, 'A', '', '',
            '', 1, NULL, 'B', 'B', 'B', 0, '', 1, NULL, NULL, 1, 1);"
    ))
    .await;
    story_id
}

async fn a_database_of_before_keeps_all_it_has(kind: Kind) {
    let bed = Bed::fresh(kind).await;
    first_tables(&bed).await;
    let story_id = story_of_before(&bed).await;
    let report = bed.store.migrate().await.unwrap();
    let story = bed.store.story(&story_id).await.unwrap().unwrap();
    let ledger = bed.store.ledger(None).await.unwrap();
    bed.remove().await;
    assert_eq!(report.applied[0], "0002_unknown_lane");
    let page = story.first_page();
    assert_eq!(page.reading, new_reading(&page.page.id).reading);
    assert_eq!(page.pictures.len(), 1);
    assert_eq!((ledger.sheets, ledger.waiting), (1, 1));
}

#[tokio::test]
async fn a_sqlite_database_of_before_keeps_all_it_has() {
    a_database_of_before_keeps_all_it_has(Kind::Sqlite).await;
}

#[tokio::test]
async fn a_postgres_database_of_before_keeps_all_it_has() {
    a_database_of_before_keeps_all_it_has(Kind::Postgres).await;
}

async fn every_statement_fits_the_tables(bed: &Bed) {
    assert!(bed.store.check_statements().await.unwrap() > 70);
}

async fn migrating_again_does_nothing(bed: &Bed) {
    let report = bed.store.migrate().await.unwrap();
    assert_eq!((report.applied.len(), report.version), (0, 12));
    let version = bed.store.schema_version().await.unwrap();
    assert_eq!(
        version,
        SchemaVersion {
            database: 12,
            program: 12
        }
    );
    bed.store.ping().await.unwrap();
}

async fn processes_that_start_together_migrate_once(kind: Kind) {
    let bed = Bed::fresh(kind).await;
    assert_eq!(bed.store.schema_version().await.unwrap().database, 0);
    let processes = (0..4).map(|_| async {
        let store = Store::connect(&bed.database_url, 1).await.unwrap();
        let report = store.migrate().await;
        store.close().await;
        report.unwrap().applied.len()
    });
    let applied = join_all(processes).await;
    bed.remove().await;
    assert_eq!(applied.iter().sum::<usize>(), 12);
}

#[tokio::test]
async fn processes_that_start_together_migrate_sqlite_once() {
    processes_that_start_together_migrate_once(Kind::Sqlite).await;
}

#[tokio::test]
async fn processes_that_start_together_migrate_postgres_once() {
    processes_that_start_together_migrate_once(Kind::Postgres).await;
}

#[tokio::test]
async fn other_databases_are_refused_without_showing_the_password() {
    let error = Store::connect("mysql://me:s3cret@host/postbag", 1)
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::UnknownUrl { .. }));
    assert!(!error.to_string().contains("s3cret"), "{error}");
}
