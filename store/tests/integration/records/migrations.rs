use futures_util::future::join_all;
use store::{SchemaVersion, Store, StoreError};

use crate::bed::{Bed, Kind};

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    every_statement_fits_the_tables,
    migrating_again_does_nothing,
] }

async fn every_statement_fits_the_tables(bed: &Bed) {
    assert!(bed.store.check_statements().await.unwrap() > 70);
}

async fn migrating_again_does_nothing(bed: &Bed) {
    let report = bed.store.migrate().await.unwrap();
    assert_eq!((report.applied.len(), report.version), (0, 3));
    let version = bed.store.schema_version().await.unwrap();
    assert_eq!(
        version,
        SchemaVersion {
            database: 3,
            program: 3
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
    assert_eq!(applied.iter().sum::<usize>(), 2);
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
