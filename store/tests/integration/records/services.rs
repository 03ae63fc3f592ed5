use directory::postcodes::Districts;
use directory::{Kind, Service};
use store::{ConfirmAlias, ImportedServices};

use crate::bed::Bed;

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    services_are_kept_as_they_were_imported,
    importing_again_changes_nothing,
    a_later_file_changes_and_closes_and_deletes_nothing,
    many_services_are_taken_in_at_once,
    a_name_is_learned_when_two_stories_confirm_it,
    districts_are_kept_and_counted_anew,
] }

fn service(code: &str, name: &str) -> Service {
    Service {
        code: code.to_owned(),
        name: name.to_owned(),
        kind: Kind::Hospital,
        parent: "RAA".to_owned(),
        address: "High Street".to_owned(),
        town: "Anytown".to_owned(),
        postcode: "LS1 3EX".to_owned(),
        closed: false,
        aliases: vec!["The Infirmary".to_owned()],
    }
}

async fn import(bed: &Bed, services: &[Service]) -> ImportedServices {
    bed.store
        .import_services(&bed.moment(), services.to_vec())
        .await
        .unwrap()
}

async fn services_are_kept_as_they_were_imported(bed: &Bed) {
    let services = [
        service("A1", "Anytown Infirmary"),
        service("A2", "O'Brien's Clinic"),
    ];
    let imported = import(bed, &services).await;
    assert_eq!(imported.n_added, 2);
    assert_eq!(bed.store.services().await.unwrap(), services);
}

async fn importing_again_changes_nothing(bed: &Bed) {
    let services = [service("A1", "Anytown Infirmary")];
    import(bed, &services).await;
    let again = import(bed, &services).await;
    let expected = ImportedServices {
        n_unchanged: 1,
        ..ImportedServices::default()
    };
    assert_eq!(again, expected);
    assert_eq!(bed.store.services().await.unwrap(), services);
}

async fn a_later_file_changes_and_closes_and_deletes_nothing(bed: &Bed) {
    let before = [
        service("A1", "Old Name"),
        service("A2", "Closing Clinic"),
        service("A3", "Not In The File"),
    ];
    import(bed, &before).await;
    let generation = bed.store.services_generation().await.unwrap();
    let renamed = service("A1", "New Name");
    let closed = Service {
        closed: true,
        ..before[1].clone()
    };
    let imported = import(bed, &[renamed.clone(), closed.clone()]).await;
    let expected = ImportedServices {
        n_changed: 1,
        n_closed: 1,
        ..ImportedServices::default()
    };
    assert_eq!(imported, expected);
    assert_eq!(
        bed.store.services().await.unwrap(),
        [renamed, closed, before[2].clone()]
    );
    assert_ne!(bed.store.services_generation().await.unwrap(), generation);
}

async fn many_services_are_taken_in_at_once(bed: &Bed) {
    let services: Vec<Service> = (0..1_234)
        .map(|i| service(&format!("S{i:05}"), &format!("Clinic {i}")))
        .collect();
    assert_eq!(import(bed, &services).await.n_added, 1_234);
    assert_eq!(bed.store.services().await.unwrap(), services);
}

async fn a_name_is_learned_when_two_stories_confirm_it(bed: &Bed) {
    import(bed, &[service("A1", "Anytown Infirmary")]).await;
    let user_id = bed.user("jo").await;
    let generation = bed.store.services_generation().await.unwrap();
    for (alias, is_learned) in [("The  Royal", false), ("the royal", true)] {
        let story_id = bed.story().await;
        // The same story twice counts once.
        for _ in 0..2 {
            let confirmed = ConfirmAlias {
                code: "A1".to_owned(),
                alias: alias.to_owned(),
                story_id: story_id.clone(),
                user_id: user_id.clone(),
            };
            bed.store
                .confirm_alias(&bed.moment(), confirmed)
                .await
                .unwrap();
        }
        let known = &bed.store.services().await.unwrap()[0].aliases;
        assert_eq!(known.contains(&"the royal".to_owned()), is_learned);
        assert_eq!(
            bed.store.services_generation().await.unwrap() != generation,
            is_learned
        );
    }
    // A later import leaves it, and does not take it for a change of the file.
    let again = import(bed, &[service("A1", "Anytown Infirmary")]).await;
    assert_eq!(again.n_unchanged, 1);
    assert_eq!(bed.store.services().await.unwrap()[0].aliases.len(), 2);
}

async fn districts_are_kept_and_counted_anew(bed: &Bed) {
    let districts = Districts::from([("LS1".to_owned(), 7), ("EC1A".to_owned(), 2)]);
    bed.store.import_postcodes(&districts).await.unwrap();
    bed.store.import_postcodes(&districts).await.unwrap();
    assert_eq!(
        bed.store.postcode_districts().await.unwrap(),
        ["EC1A", "LS1"]
    );
}
