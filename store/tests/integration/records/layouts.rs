use schemas::geometry::Point;
use schemas::layout::{Layout, LayoutId, builtin};
use schemas::placement::Placement;
use schemas::reading::{Warning, WarningCode};
use schemas::record::{LayoutState, PageState};
use schemas::{PageId, UserId};
use store::{
    BlankSource, ChangeLayout, ChangedLayout, LayoutRecord, PageChange, PlacePage, PutInUse,
    SaveLayout, SavedLayout,
};

use crate::bed::{Bed, hash, receive, receive_none, warning};

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    a_draft_is_kept_as_it_was_saved,
    of_two_people_who_save_the_same_draft_the_second_is_told,
    a_name_that_is_taken_is_refused,
    a_layout_with_faults_stays_a_draft,
    what_is_in_use_never_changes_again,
    only_drawn_layouts_that_are_in_use_are_learned,
    pages_that_no_layout_fitted_are_read_again,
    a_page_set_aside_meanwhile_is_read_again_once,
    a_page_that_a_person_has_placed_is_left_alone,
] }

/// A form of somebody else's, with one line to read.
fn form(id: &str) -> Layout {
    let mut layout = builtin().remove(0);
    layout.id = LayoutId::parse(id).unwrap();
    layout.version = 1;
    for side in &mut layout.sides {
        side.blank = Some(hash("blank").to_string());
        side.code = None;
        side.marks.clear();
    }
    layout
}

fn source() -> BlankSource {
    BlankSource {
        side: 1,
        blob: hash("scan"),
        width_px: 100,
        height_px: 140,
        corners_px: [[0.0, 0.0], [100.0, 0.0], [100.0, 140.0], [0.5, 140.25]].map(Point::from),
    }
}

async fn save(bed: &Bed, layout: &Layout, who: &UserId, expected_revision: u32) -> SavedLayout {
    let save = SaveLayout {
        layout: layout.clone(),
        sources: vec![source()],
        user_id: who.clone(),
        expected_revision,
    };
    bed.store.save_layout(&bed.moment(), save).await.unwrap()
}

async fn lookup(bed: &Bed, layout: &Layout) -> Option<LayoutRecord> {
    let found = bed.store.layout(&layout.id, layout.version).await;
    found.unwrap()
}

fn change(layout: &Layout, who: &UserId, expected_revision: u32) -> ChangeLayout {
    ChangeLayout {
        id: layout.id.clone(),
        version: layout.version,
        user_id: who.clone(),
        expected_revision,
    }
}

async fn put_in_use(bed: &Bed, layout: &Layout, who: &UserId, revision_no: u32) -> PutInUse {
    let change = change(layout, who, revision_no);
    let put = bed.store.put_layout_in_use(&bed.moment(), change).await;
    put.unwrap()
}

async fn set_aside(bed: &Bed, page_id: &PageId, code: WarningCode) {
    let warning = Warning { code, ..warning() };
    assert!(
        bed.store
            .quarantine_page(&bed.moment(), page_id, &warning)
            .await
            .unwrap()
    );
}

async fn state_of(bed: &Bed, page_id: &PageId) -> PageState {
    bed.store.page(page_id).await.unwrap().unwrap().state
}

async fn a_draft_is_kept_as_it_was_saved(bed: &Bed) {
    let ada = bed.user("ada").await;
    let mut layout = form("ward-card");
    assert_eq!(lookup(bed, &layout).await, None);
    assert_eq!(
        save(bed, &layout, &ada, 0).await,
        SavedLayout::Saved { revision_no: 1 }
    );
    "Ward card, “blue”".clone_into(&mut layout.title);
    layout.sides[0].regions.clear();
    assert_eq!(
        save(bed, &layout, &ada, 1).await,
        SavedLayout::Saved { revision_no: 2 }
    );
    assert_eq!(
        save(bed, &layout, &ada, 2).await,
        SavedLayout::Saved { revision_no: 2 },
        "nothing differs"
    );
    let kept = lookup(bed, &layout).await.unwrap();
    assert_eq!(kept.layout, layout);
    assert_eq!(
        (kept.state, kept.revision_no, kept.changed_by.as_str()),
        (LayoutState::Draft, 2, "ada Example")
    );
    assert_eq!(kept.sources, [source()]);
    assert_eq!(bed.store.layouts().await.unwrap(), [kept]);
}

async fn of_two_people_who_save_the_same_draft_the_second_is_told(bed: &Bed) {
    let (ada, ben) = (bed.user("ada").await, bed.user("ben").await);
    let layout = form("ward-card");
    save(bed, &layout, &ada, 0).await;
    let (mut hers, mut his) = (layout.clone(), layout.clone());
    "Hers".clone_into(&mut hers.title);
    "His".clone_into(&mut his.title);
    let (first, second) = tokio::join!(save(bed, &hers, &ada, 1), save(bed, &his, &ben, 1));
    let conflicts = [&first, &second]
        .iter()
        .filter(|outcome| matches!(outcome, SavedLayout::Conflict { current: 2, .. }))
        .count();
    assert_eq!(conflicts, 1, "{first:?} {second:?}");
    let kept = lookup(bed, &layout).await.unwrap();
    let winner = if first == (SavedLayout::Saved { revision_no: 2 }) {
        ("Hers", "ada Example")
    } else {
        ("His", "ben Example")
    };
    assert_eq!(
        (kept.layout.title.as_str(), kept.changed_by.as_str()),
        winner
    );
}

async fn a_name_that_is_taken_is_refused(bed: &Bed) {
    let (ada, ben) = (bed.user("ada").await, bed.user("ben").await);
    let layout = form("ward-card");
    save(bed, &layout, &ada, 0).await;
    let again = save(bed, &layout, &ben, 0).await;
    let expected = SavedLayout::Conflict {
        current: 1,
        by: "ada Example".to_owned(),
    };
    assert_eq!(again, expected);
    let elsewhere = save(bed, &form("not-there"), &ben, 3).await;
    assert_eq!(elsewhere, SavedLayout::NotThere);
}

async fn a_layout_with_faults_stays_a_draft(bed: &Bed) {
    let ada = bed.user("ada").await;
    let mut layout = form("ward-card");
    let twin = layout.sides[0].regions[0].clone();
    layout.sides[0].regions.push(twin);
    save(bed, &layout, &ada, 0).await;
    let PutInUse::Faults(faults) = put_in_use(bed, &layout, &ada, 1).await else {
        panic!("a layout with a region twice was put in use");
    };
    assert!(
        faults.iter().any(|f| f.problem.contains("used twice")),
        "{faults:?}"
    );
    let kept = lookup(bed, &layout).await.unwrap();
    assert_eq!(kept.state, LayoutState::Draft);
    assert_eq!(bed.store.layouts_generation().await.unwrap(), 0);
}

async fn what_is_in_use_never_changes_again(bed: &Bed) {
    let ada = bed.user("ada").await;
    let mut layout = form("ward-card");
    save(bed, &layout, &ada, 0).await;
    assert_eq!(
        put_in_use(bed, &layout, &ada, 2).await,
        PutInUse::Conflict {
            current: 1,
            by: "ada Example".to_owned()
        },
        "what the person saw is what counts"
    );
    assert_eq!(
        put_in_use(bed, &layout, &ada, 1).await,
        PutInUse::Done { n_pages: 0 }
    );
    "Another".clone_into(&mut layout.title);
    assert_eq!(
        save(bed, &layout, &ada, 1).await,
        SavedLayout::NotDraft(LayoutState::InUse)
    );
    assert_eq!(
        put_in_use(bed, &layout, &ada, 1).await,
        PutInUse::NotDraft(LayoutState::InUse)
    );
    assert_ne!(lookup(bed, &layout).await.unwrap().layout, layout);
}

async fn only_drawn_layouts_that_are_in_use_are_learned(bed: &Bed) {
    let ada = bed.user("ada").await;
    let (used, draft) = (form("used"), form("draft"));
    save(bed, &used, &ada, 0).await;
    save(bed, &draft, &ada, 0).await;
    put_in_use(bed, &used, &ada, 1).await;
    assert_eq!(bed.store.layouts_generation().await.unwrap(), 1);
    assert_eq!(
        bed.store.layouts_in_use().await.unwrap(),
        std::slice::from_ref(&used)
    );
    let retire = || async {
        let change = change(&used, &ada, 1);
        bed.store
            .retire_layout(&bed.moment(), change)
            .await
            .unwrap()
    };
    bed.clock.advance_ms(1);
    assert_eq!(retire().await, ChangedLayout::Done);
    assert_eq!(
        retire().await,
        ChangedLayout::NotNow(LayoutState::Retired),
        "twice does no harm"
    );
    assert_eq!(bed.store.layouts_generation().await.unwrap(), 2);
    assert!(bed.store.layouts_in_use().await.unwrap().is_empty());
    let decisions = bed.store.layout_decisions(&used.id, 1).await.unwrap();
    let told: Vec<_> = decisions
        .iter()
        .map(|d| (d.state, d.user_name.as_str(), d.n_pages))
        .collect();
    let expected = [
        (LayoutState::InUse, "ada Example", 0),
        (LayoutState::Retired, "ada Example", 0),
    ];
    assert_eq!(told, expected);
    let gone = change(&form("gone"), &ada, 1);
    let gone = bed.store.retire_layout(&bed.moment(), gone).await.unwrap();
    assert_eq!(gone, ChangedLayout::NotThere);
}

async fn pages_that_no_layout_fitted_are_read_again(bed: &Bed) {
    let ada = bed.user("ada").await;
    let queue = bed.queue().await;
    let pages = bed.pages(5).await;
    bed.relay(&queue).await;
    for _ in &pages {
        let delivery = receive(&queue).await;
        queue.finish(delivery).await.unwrap();
    }
    let codes = [
        WarningCode::NoCode,
        WarningCode::UnknownLayout,
        WarningCode::NotRegistered,
        WarningCode::DamagedFile,
    ];
    for (page_id, code) in pages.iter().zip(codes) {
        set_aside(bed, page_id, code).await;
    }
    let layout = form("ward-card");
    save(bed, &layout, &ada, 0).await;
    let put = put_in_use(bed, &layout, &ada, 1).await;
    assert_eq!(put, PutInUse::Done { n_pages: 3 });
    for page_id in &pages[..3] {
        assert_eq!(state_of(bed, page_id).await, PageState::Received);
    }
    assert_eq!(state_of(bed, &pages[3]).await, PageState::Quarantined);
    bed.relay(&queue).await;
    for _ in 0..3 {
        let delivery = receive(&queue).await;
        assert!(pages[..3].iter().any(|page_id| {
            delivery.job
                == schemas::job::Job::ReadPage {
                    page_id: page_id.clone(),
                }
        }));
        queue.finish(delivery).await.unwrap();
    }
    receive_none(&queue).await;
    let ledger = bed.store.ledger(None).await.unwrap();
    assert_eq!(
        (ledger.sheets, ledger.quarantined, ledger.waiting),
        (5, 1, 4)
    );
}

async fn a_page_set_aside_meanwhile_is_read_again_once(bed: &Bed) {
    let page_id = bed.page().await;
    set_aside(bed, &page_id, WarningCode::NoCode).await;
    let again = || async {
        bed.store
            .read_again_with_new_layouts(&bed.moment(), &page_id)
            .await
            .unwrap()
    };
    assert!(again().await);
    assert_eq!(state_of(bed, &page_id).await, PageState::Received);
    assert!(!again().await);
    set_aside(bed, &page_id, WarningCode::DamagedFile).await;
    assert!(!again().await, "another layout does not help");
}

async fn a_page_that_a_person_has_placed_is_left_alone(bed: &Bed) {
    let ada = bed.user("ada").await;
    let page_id = bed.page().await;
    set_aside(bed, &page_id, WarningCode::NoCode).await;
    let place = PlacePage {
        page_id: page_id.clone(),
        user_id: ada.clone(),
        placement: Placement {
            layout: LayoutId::parse("story-a4").unwrap(),
            version: 1,
            side: 1,
            corners_px: None,
        },
    };
    let placed = bed.store.place_page(&bed.moment(), &place).await.unwrap();
    assert_eq!(placed, PageChange::Done);
    set_aside(bed, &page_id, WarningCode::NotRegistered).await;
    let layout = form("ward-card");
    save(bed, &layout, &ada, 0).await;
    let put = put_in_use(bed, &layout, &ada, 1).await;
    assert_eq!(put, PutInUse::Done { n_pages: 0 });
    assert_eq!(state_of(bed, &page_id).await, PageState::Quarantined);
}
