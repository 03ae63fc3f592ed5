//! What people would notice of the directory as a whole, on an invented one.

use proptest::prelude::*;

use super::*;

fn service(code: &str, kind: Kind, parent: &str, name: &str, postcode: &str) -> Service {
    Service {
        code: code.to_owned(),
        name: name.to_owned(),
        kind,
        parent: parent.to_owned(),
        town: "Anytown".to_owned(),
        postcode: postcode.to_owned(),
        ..Service::default()
    }
}

fn directory() -> Index {
    let known = Service {
        aliases: vec!["the royle".to_owned()],
        ..service(
            "RAA01",
            Kind::Hospital,
            "RAA",
            "Anytown Royal Infirmary",
            "LS1 3EX",
        )
    };
    let closed = Service {
        closed: true,
        ..service("P9", Kind::Practice, "", "Closed Surgery", "LS1 4AB")
    };
    let services = [
        service(
            "RAA",
            Kind::Organisation,
            "",
            "Anytown Teaching Trust",
            "LS9 7TF",
        ),
        known,
        service("RAA02", Kind::Site, "RAA", "Rowan Day Unit", "LS9 7TF"),
        service("RAA03", Kind::Site, "RAA", "Rowan Night Unit", "LS9 7TF"),
        service("P1", Kind::Practice, "", "The Surgery", "S5 7AU"),
        service("P2", Kind::Practice, "", "The Surgery", "M1 1AA"),
        service(
            "P3",
            Kind::Practice,
            "",
            "Mill Lane Medical Centre",
            "BS1 4QA",
        ),
        closed,
    ];
    Index::new(services, vec!["LS1".to_owned()])
}

fn ask(name: &str, postcode: &str) -> Resolution {
    let guess = PostcodeGuess {
        text: postcode.to_owned(),
        cost: 0.0,
    };
    let postcodes = if postcode.is_empty() {
        vec![]
    } else {
        vec![guess]
    };
    let query = Query {
        name,
        postcodes: &postcodes,
        origin: None,
    };
    resolve(&directory(), &query)
}

fn first(name: &str, postcode: &str) -> String {
    let found = ask(name, postcode).candidates;
    found
        .first()
        .map_or_else(String::new, |found| found.service.code.clone())
}

#[test]
fn a_misread_name_with_its_postcode_is_found_and_the_evidence_says_why() {
    let found = ask("Ward 7, Anytwn Roya1 Infirmory", "LS1 3EX").candidates;
    assert_eq!(found[0].service.code, "RAA01");
    assert!(
        found[0].evidence.contains("'Anytown Royal Infirmary'"),
        "{}",
        found[0].evidence
    );
    assert!(
        found[0].evidence.contains("postcode: LS1 3EX is its own"),
        "{}",
        found[0].evidence
    );
}

#[test]
fn of_services_with_one_name_the_postcode_tells_which() {
    assert_eq!(first("The Surgery", "S5 7AU"), "P1");
    assert_eq!(first("the surgry", "M1 1A?"), "P2");
    assert!(ask("The Surgery", "").sure().is_none());
}

#[test]
fn another_word_for_what_it_is_and_other_names_are_understood() {
    assert_eq!(first("Mill Ln Surgery", "BS1 4QA"), "P3");
    assert_eq!(first("MillLane MC", ""), "P3");
    assert_eq!(first("The Royle", ""), "RAA01");
    assert_eq!(first("ARI", "LS1"), "RAA01");
}

#[test]
fn what_cannot_be_told_apart_is_offered_as_a_whole() {
    let found = ask("Rowan Unit", "LS9 7TF");
    assert!(found.sure().is_none());
    let organisation = found
        .candidates
        .iter()
        .find(|found| found.service.code == "RAA");
    let evidence = &organisation.expect("the organisation is offered").evidence;
    assert!(evidence.contains("of its services fit"), "{evidence}");
}

#[test]
fn nothing_is_forced_and_nothing_that_closed_is_offered() {
    assert!(ask("Zzyzx Quarry", "").sure().is_none());
    assert!(
        ask("Closed Surgery", "LS1 4AB")
            .candidates
            .iter()
            .all(|found| found.service.code != "P9")
    );
    assert!(ask("", "").candidates.is_empty());
}

#[test]
fn leaflets_of_one_organisation_point_to_it() {
    let query = Query {
        name: "Rowan Unit",
        postcodes: &[],
        origin: Some("RAA02"),
    };
    let found = resolve(&directory(), &query).candidates;
    assert_eq!(found[0].service.code, "RAA02");
    assert!(found[0].evidence.contains("handed out there"));
}

#[test]
fn the_search_box_takes_codes_postcodes_and_words_that_are_not_finished() {
    let directory = directory();
    let codes = |typed: &str| -> Vec<String> {
        search(&directory, typed, 10)
            .into_iter()
            .map(|found| found.code.clone())
            .collect()
    };
    assert_eq!(codes("raa01"), ["RAA01"]);
    assert_eq!(codes("mill la")[0], "P3");
    assert_eq!(codes("surgery S5 7")[0], "P1");
    assert_eq!(codes("LS1 3EX")[0], "RAA01");
    assert!(codes("zzyzx").is_empty());
}

proptest! {
    #[test]
    fn no_reading_and_no_search_makes_it_panic(name in "\\PC{0,60}", postcode in "\\PC{0,10}") {
        let found = ask(&name, &postcode).candidates;
        prop_assert!(found.len() <= 5);
        prop_assert!(found.iter().all(|found| (0.0..=1.0).contains(&found.confidence)));
        let _ = search(&directory(), &name, 5);
        let _ = same_name(&name, &postcode);
    }
}
