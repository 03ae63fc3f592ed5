use image::ImageFormat;
use schemas::reading::WarningCode;
use store::{Blobs, Intake as Recorded};

use crate::files::{TiffPage, coloured, encoded, grey, tiff};
use crate::postbag_desk::Desk;

#[tokio::test]
async fn a_png_is_kept_once_and_is_the_picture_of_its_page() {
    let desk = Desk::new().await;
    let batch = desk.open_batch().await;
    let file = encoded(coloured(50, 70), ImageFormat::Png);
    let taken = desk.take(&batch, "/in/a.png", &file).await;
    let Recorded::Recorded { page_ids, .. } = &taken.recorded else {
        panic!("{taken:?}")
    };
    let page = desk.intake.store.page(&page_ids[0]).await.unwrap().unwrap();
    let picture = page.picture.unwrap();
    assert_eq!(picture.blob, Blobs::hash(&file));
    assert_eq!((picture.width_px, picture.height_px), (50, 70));
    assert_eq!(
        desk.intake.blobs.get(&picture.blob).await.unwrap(),
        Some(file)
    );
}

#[tokio::test]
async fn a_file_of_many_pages_is_one_row_a_page_and_a_broken_page_is_quarantined_alone() {
    let desk = Desk::new().await;
    let batch = desk.open_batch().await;
    let good = TiffPage::new((20, 50), &[8], 1, 1, grey(20, 50).into_raw());
    let broken = TiffPage::new((40, 30), &[8], 5, 1, vec![0xFF; 9]);
    let file = tiff(&[good.clone(), broken, good]);
    let taken = desk.take(&batch, "/in/pile.tif", &file).await;
    assert_eq!(taken.warnings.len(), 1);
    assert_eq!(
        (taken.warnings[0].0, taken.warnings[0].1.code),
        (1, WarningCode::DamagedFile)
    );
    let ledger = desk.ledger().await;
    assert_eq!(
        (ledger.sheets, ledger.waiting, ledger.quarantined),
        (3, 2, 1)
    );
    assert_eq!(
        desk.intake.blobs.get(&Blobs::hash(&file)).await.unwrap(),
        Some(file)
    );
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_still_counts_as_a_sheet_and_is_kept() {
    let desk = Desk::new().await;
    let batch = desk.open_batch().await;
    let taken = desk.take(&batch, "/in/scan.png", b"Dear Sir").await;
    assert_eq!(taken.warnings[0].1.code, WarningCode::UnknownFormat);
    let ledger = desk.ledger().await;
    assert_eq!((ledger.sheets, ledger.quarantined), (1, 1));
    let sheet = desk.newest_batch().await.sheets.remove(0);
    assert_eq!(sheet.file_name, "scan.png");
    assert!(sheet.warning.unwrap().cause.contains("a text file"));
    assert!(
        desk.intake
            .blobs
            .get(&Blobs::hash(b"Dear Sir"))
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn taking_the_same_file_again_changes_nothing() {
    let desk = Desk::new().await;
    let batch = desk.open_batch().await;
    for bytes in [
        &encoded(grey(20, 20), ImageFormat::Png)[..],
        b"",
        b"Dear Sir",
    ] {
        let first = desk.take(&batch, "/in/a.png@7", bytes).await;
        let before = desk.ledger().await;
        let again = desk.take(&batch, "/in/a.png@7", bytes).await;
        let Recorded::Recorded { file_id, .. } = first.recorded else {
            panic!("{first:?}")
        };
        assert_eq!(again.recorded, Recorded::AlreadyRecorded { file_id });
        assert_eq!(desk.ledger().await, before);
    }
}

#[tokio::test]
async fn the_same_bytes_from_elsewhere_are_a_duplicate() {
    let desk = Desk::new().await;
    let batch = desk.open_batch().await;
    let file = encoded(grey(20, 20), ImageFormat::Png);
    let first = desk.take(&batch, "/in/a.png", &file).await;
    let Recorded::Recorded { file_id, .. } = first.recorded else {
        panic!("{first:?}")
    };
    let copy = desk.take(&batch, "/in/copy of a.png", &file).await;
    assert!(matches!(copy.recorded, Recorded::Duplicate { of, .. } if of == file_id));
    assert_eq!(desk.ledger().await.sheets, 1);
}

#[tokio::test]
async fn two_empty_files_are_two_sheets() {
    let desk = Desk::new().await;
    let batch = desk.open_batch().await;
    desk.take(&batch, "/in/a.png", b"").await;
    desk.take(&batch, "/in/b.png", b"").await;
    assert_eq!(desk.ledger().await.quarantined, 2);
}
