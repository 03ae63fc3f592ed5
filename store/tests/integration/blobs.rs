//! Pictures and files, by the hash of their content.

use std::fs::File;
use std::io::Read as _;
use std::sync::Arc;

use futures_util::future::join_all;
use store::{BlobError, Blobs};
use tempfile::TempDir;

async fn blobs() -> (TempDir, Blobs) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep").join("blobs");
    let blobs = Blobs::open(path.to_str().unwrap()).await.unwrap();
    (folder, blobs)
}

fn file_of(folder: &TempDir, hash: &str) -> std::path::PathBuf {
    let blobs = folder.path().join("deep/blobs");
    blobs.join(&hash[..2]).join(&hash[2..4]).join(hash)
}

#[tokio::test]
async fn bytes_come_back_by_their_hash_and_unknown_hashes_are_not_there() {
    let (_folder, blobs) = blobs().await;
    let hash = blobs.put(b"a leaflet".to_vec()).await.unwrap();
    assert_eq!(hash, Blobs::hash(b"a leaflet"));
    assert_eq!(
        blobs.get(&hash).await.unwrap().unwrap(),
        b"a leaflet".to_vec()
    );
    assert_eq!(blobs.get(&Blobs::hash(b"another")).await.unwrap(), None);
}

#[tokio::test]
async fn the_same_bytes_from_many_sides_at_once_are_one_file_and_nothing_is_left_over() {
    let (folder, blobs) = blobs().await;
    let bytes = vec![7; 100_000];
    let hashes = join_all((0..16).map(|_| blobs.put(bytes.clone()))).await;
    let hash = Blobs::hash(&bytes);
    assert!(hashes.into_iter().all(|h| h.unwrap() == hash));
    assert_eq!(
        std::fs::read(file_of(&folder, hash.as_str())).unwrap(),
        bytes
    );
    let incoming = folder.path().join("deep/blobs/incoming");
    assert_eq!(std::fs::read_dir(incoming).unwrap().count(), 0);
}

#[tokio::test]
async fn a_file_is_kept_as_its_bytes_would_be_and_nothing_is_left_over() {
    let (folder, blobs) = blobs().await;
    let bytes: Vec<u8> = (0..200_000_u32).map(|i| (i % 251) as u8).collect();
    let path = folder.path().join("scan.pdf");
    std::fs::write(&path, &bytes).unwrap();
    let file = Arc::new(File::open(&path).unwrap());
    for _ in 0..2 {
        let hash = blobs.put_file(Arc::clone(&file), 200_000).await.unwrap();
        assert_eq!(hash, Blobs::hash(&bytes));
    }
    let head = blobs.put_file(file, 70_000).await.unwrap();
    assert_eq!(head, Blobs::hash(&bytes[..70_000]));
    let mut kept = Vec::new();
    let mut file = blobs.file(&head).await.unwrap();
    file.read_to_end(&mut kept).unwrap();
    assert!(kept == bytes[..70_000]);
    let incoming = folder.path().join("deep/blobs/incoming");
    assert_eq!(std::fs::read_dir(incoming).unwrap().count(), 0);
}

/// What cannot be read is another trouble than what cannot be written.
#[tokio::test]
async fn a_file_that_cannot_be_read_is_the_fault_of_the_file() {
    let (folder, blobs) = blobs().await;
    let not_readable = Arc::new(File::open(folder.path()).unwrap());
    let error = blobs.put_file(not_readable, 10).await.unwrap_err();
    assert!(matches!(error, BlobError::Source(_)), "{error:?}");
    let incoming = folder.path().join("deep/blobs/incoming");
    assert_eq!(std::fs::read_dir(incoming).unwrap().count(), 0);
}

#[tokio::test]
async fn a_damaged_blob_is_an_error_that_names_it_until_its_bytes_are_put_again() {
    let (folder, blobs) = blobs().await;
    let hash = blobs.put(b"a leaflet".to_vec()).await.unwrap();
    std::fs::write(file_of(&folder, hash.as_str()), b"a leaf").unwrap();
    let error = blobs.get(&hash).await.unwrap_err();
    assert!(matches!(&error, BlobError::Damaged { hash: named } if *named == hash));
    assert!(error.to_string().contains(hash.as_str()));
    blobs.put(b"a leaflet".to_vec()).await.unwrap();
    assert!(blobs.get(&hash).await.unwrap().is_some());
}

#[tokio::test]
async fn a_folder_is_checked_by_writing_to_it() {
    let (folder, blobs) = blobs().await;
    blobs.check().await.unwrap();
    std::fs::remove_dir_all(folder.path().join("deep")).unwrap();
    let error = blobs.check().await.unwrap_err();
    assert!(error.to_string().contains("deep/blobs"), "{error}");
}

#[tokio::test]
async fn an_s3_address_is_refused_with_words_that_say_so() {
    let error = Blobs::open("s3://bucket/blobs").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "blobs at \"s3://bucket/blobs\" are not supported yet: give a folder"
    );
}
