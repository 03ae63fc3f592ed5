use schemas::TimeMs;
use store::{AddedDrop, DropAddress, NewDrop};

use crate::bed::Bed;

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    a_drop_is_found_by_its_token_and_its_name_is_free_after_it_is_revoked,
    new_files_are_counted_by_the_day,
] }

fn new_drop(name: &str, token_hash: &str) -> NewDrop {
    NewDrop {
        name: name.to_owned(),
        token_hash: token_hash.to_owned(),
        max_bytes: 1 << 20,
        files_per_day: 3,
    }
}

async fn drop_of(bed: &Bed, token_hash: &str) -> DropAddress {
    bed.store.drop_by_token(token_hash).await.unwrap().unwrap()
}

async fn a_drop_is_found_by_its_token_and_its_name_is_free_after_it_is_revoked(bed: &Bed) {
    let (store, moment) = (&bed.store, bed.moment());
    let added = store.add_drop(&moment, new_drop("bureau", "one")).await;
    assert!(matches!(added, Ok(AddedDrop::Added(_))));
    let taken = store.add_drop(&moment, new_drop("bureau", "two")).await;
    assert_eq!(taken.unwrap(), AddedDrop::NameTaken);
    assert!(store.drop_by_token("two").await.unwrap().is_none());
    assert_eq!(drop_of(bed, "one").await.revoked_at, None);

    assert!(store.revoke_drop("bureau", moment.now).await.unwrap());
    assert!(!store.revoke_drop("bureau", moment.now).await.unwrap());
    assert_eq!(drop_of(bed, "one").await.revoked_at, Some(moment.now));
    let again = store.add_drop(&moment, new_drop("bureau", "two")).await;
    assert!(matches!(again, Ok(AddedDrop::Added(_))));
    let names: Vec<_> = store.drops().await.unwrap();
    let names: Vec<_> = names.iter().map(|drop| drop.name.as_str()).collect();
    assert_eq!(names, ["bureau", "bureau"]);
}

async fn new_files_are_counted_by_the_day(bed: &Bed) {
    let store = &bed.store;
    let new = new_drop("bureau", "one");
    store.add_drop(&bed.moment(), new).await.unwrap();
    let id = drop_of(bed, "one").await.id;
    let (noon, tomorrow) = (TimeMs(43_200_000), TimeMs(86_400_000));
    for n_new in [1, 0, 1] {
        store.note_drop_use(&id, n_new, noon).await.unwrap();
    }
    let drop = drop_of(bed, "one").await;
    assert_eq!((drop.n_files, drop.last_used_at), (2, Some(noon)));
    assert_eq!((drop.left_on_day(noon), drop.left_on_day(tomorrow)), (1, 3));
    assert_eq!(DropAddress::until_next_day_ms(noon), 43_200_000);
    store.note_drop_use(&id, 1, tomorrow).await.unwrap();
    let drop = drop_of(bed, "one").await;
    assert_eq!((drop.n_files, drop.left_on_day(tomorrow)), (3, 2));
}
