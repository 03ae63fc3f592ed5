use super::*;
use crate::Kind;

const TODAY: &str = "20261125";

/// An invented line as the organisation data service writes them.
fn ods_line(
    code: &str,
    name: &str,
    postcode: &str,
    closed_on: &str,
    status: &str,
    parent: &str,
) -> String {
    format!(
        "\"{code}\",\"{name}\",\"Y63\",\"Q74\",\"THE HEALTH CENTRE\",\"HIGH STREET\",\"ANYTOWN\",\"ANYSHIRE\",\"\",\"{postcode}\",\"19740401\",\"{closed_on}\",\"{status}\",\"B\",\"{parent}\",\"20130401\",\"\",\"01234 567890\",\"\",\"\",\"\",\"0\",\"\",\"00K\",\"\",\"4\",\"\"\r\n"
    )
}

fn read(name: &str, text: &str) -> Parsed {
    parse(name, text.as_bytes(), TODAY).unwrap()
}

#[test]
fn practices_and_sites_are_read_from_their_columns() {
    let line = ods_line("a12345", "ST. JOHN'S SURGERY", "ls13ex", "", "A", "00K");
    let practice = &read("/in/epraccur.csv", &format!("\u{FEFF}{line}")).services[0];
    assert_eq!(
        (practice.code.as_str(), practice.kind),
        ("A12345", Kind::Practice)
    );
    assert_eq!(
        (practice.name.as_str(), practice.postcode.as_str()),
        ("St. John's Surgery", "LS1 3EX")
    );
    assert_eq!(
        (practice.town.as_str(), practice.parent.as_str()),
        ("Anytown", "")
    );

    let site = ods_line("RAA01", "ANYTOWN ROYAL INFIRMARY", "LS1 3EX", "", "", "RAA");
    let site = &read("ets.csv", &site).services[0];
    assert_eq!((site.kind, site.parent.as_str()), (Kind::Hospital, "RAA"));
    assert_eq!(
        read(
            "etr.csv",
            &ods_line("RAA", "ANYTOWN TRUST", "LS1 3EX", "", "", "")
        )
        .services[0]
            .kind,
        Kind::Organisation
    );
}

#[test]
fn what_has_closed_is_closed_and_what_will_close_is_open() {
    let closed = |closed_on, status| {
        read(
            "ets.csv",
            &ods_line("R1", "X CLINIC", "LS1 3EX", closed_on, status, "R"),
        )
        .services[0]
            .closed
    };
    assert!(closed("20200331", ""));
    assert!(!closed("20270331", "A"));
    assert!(closed("", "C") && closed("", "INACTIVE"));
}

#[test]
fn a_line_of_another_width_is_refused_with_its_number() {
    let text = ods_line("A1", "A SURGERY", "LS1 3EX", "", "A", "") + "\"A2\",\"B SURGERY\"\r\n";
    let error = parse("epraccur.csv", text.as_bytes(), TODAY).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 2 has 2 columns where 27 are expected"
    );
}

#[test]
fn our_own_file_has_other_names_and_kinds() {
    let text = "Code,Name,Kind,Parent,Address,Town,Postcode,Aliases,Closed\n\
        X1,Anytown Eye Clinic,service,RAA01,,Anytown,LS1 3EX,The Eye Place| Eye Unit,\n\
        X2,Old Clinic,service,RAA01,,Anytown,,,yes\n";
    let services = read("own.csv", text).services;
    assert_eq!(services[0].aliases, ["The Eye Place", "Eye Unit"]);
    assert!(!services[0].closed && services[1].closed);
    let wrong = text.replacen("service", "shop", 1);
    let error = parse("own.csv", wrong.as_bytes(), TODAY)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("line 2") && error.contains("shop"),
        "{error}"
    );
}

#[test]
fn scotlands_hospitals_are_read_by_their_heading() {
    let text = "HospitalCode,HospitalName,AddressLine1,AddressLine2,AddressLine2QF,AddressLine3,AddressLine3QF,\
        AddressLine4,AddressLine4QF,Postcode,HealthBoard\n\
        A101H,Anyburgh Community Hospital,Main Street,Anyburgh,,Anyshire,,,,AB10 1AB,S08000020\n";
    let hospital = &read("hospitals.csv", text).services[0];
    assert_eq!(
        (hospital.kind, hospital.town.as_str()),
        (Kind::Hospital, "Anyburgh")
    );
}

#[test]
fn older_files_are_read_in_their_own_encoding_and_with_their_own_separator() {
    let text = b"OrganisationID\xACOrganisationCode\xACOrganisationType\xACOrganisationName\xACCity\xACPostcode\xACParentODSCode\n\
        1\xACNDA26\xACHospital\xACThe \"Caf\xE9\" Hospital\xACAnytown\xACGU7 1UF\xACNDA\n";
    let hospital = &parse("Hospital.csv", text, TODAY).unwrap().services[0];
    assert_eq!(hospital.name, "The \"Café\" Hospital");
    assert_eq!(
        (hospital.kind, hospital.parent.as_str()),
        (Kind::Hospital, "NDA")
    );
}

#[test]
fn lines_without_a_name_and_wrong_postcodes_are_counted() {
    let text = "code,name,postcode\nA1,,LS1 3EX\nA2,A Clinic,nowhere\nA2,A Clinic,unknown\n";
    let parsed = read("own.csv", text);
    assert_eq!(
        (
            parsed.services.len(),
            parsed.n_skipped,
            parsed.n_without_postcode
        ),
        (1, 1, 1)
    );
    assert!(matches!(parse("x.csv", b"", TODAY), Err(FileError::Empty)));
    let error = parse("x.csv", b"name,postcode\nA,LS1 3EX\n", TODAY)
        .unwrap_err()
        .to_string();
    assert!(error.contains("no column for the code"), "{error}");
}
