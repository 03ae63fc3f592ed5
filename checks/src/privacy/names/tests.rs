use super::*;
use crate::text::words;

fn found_when(text: &str, is_positive: bool) -> Vec<String> {
    let mut findings = Vec::new();
    find(text, &words(text), About { is_positive }, &mut findings);
    findings.sort_by_key(|f| f.start);
    findings
        .into_iter()
        .map(|f| text[f.start..f.end].to_owned())
        .collect()
}

fn found(text: &str) -> Vec<String> {
    found_when(text, false)
}

#[test]
fn titles_bring_the_name_behind_them() {
    for (text, name) in [
        ("Dr Sangha said no", "Dr Sangha"),
        ("it was Mr. D. Quigley who", "Mr. D. Quigley"),
        ("then Mr and Mrs Gallagher came", "Mr and Mrs Gallagher"),
        ("i asked dr ali was it", "dr ali"),
        ("MRS BROWN WAS MOVED AGAIN", "MRS BROWN"),
        ("then Sister Bernadette came", "Sister Bernadette"),
        ("Nurse Summer went off", "Nurse Summer"),
        ("our Auntie Vera came", "Auntie Vera"),
        ("Prof. Llewellyn-Price came", "Prof. Llewellyn-Price"),
        ("saw dr zbrkvic twice", "dr zbrkvic"),
    ] {
        assert_eq!(found(text), [name], "{text}");
    }
    for text in [
        "Dr gave me all the time",
        "the nurse came",
        "Miss it if you can",
        "the doctor on call",
        "a sister on the ward",
        "dr appointment again",
        "I miss my home",
    ] {
        assert!(found(text).is_empty(), "{text}: {:?}", found(text));
    }
}

#[test]
fn full_names_of_many_origins_are_found() {
    for name in [
        "Ethel Rowbottom",
        "Gurpreet Kaur",
        "Elijah Boateng",
        "Horace T. Wainwright",
        "J. Smith",
        "Siân Ap Rhys",
        "Agnieszka Nowak",
        "Mohammed Al-Hassan",
        "Mei Ling Chan",
        "Rose Tyler",
    ] {
        assert_eq!(found(&format!("they let {name} go home")), [name]);
    }
    assert_eq!(
        found("thank you sarah brown, you saved me"),
        ["sarah brown"]
    );
}

#[test]
fn first_names_alone_are_found() {
    for (text, name) in [
        ("the girl on reception, Chantelle, was rude", "Chantelle"),
        ("Łukasz fixed the telly", "Łukasz"),
        ("my ex wife Denise knows", "Denise"),
        ("Bill on the barrier waved", "Bill"),
        ("Heather the OT got me a stool", "Heather"),
        ("thank you róisín for it", "róisín"),
        ("a nurse called Grace sat with me", "Grace"),
        ("our Tyrone came home", "Tyrone"),
        ("and Carol made me chocolate", "Carol"),
        ("the midwife Xhensila came", "Xhensila"),
        ("my daughter grace was there", "grace"),
        ("Kath's hands are warm", "Kath"),
    ] {
        assert_eq!(found(text), [name], "{text}");
    }
}

#[test]
fn names_in_a_row_help_each_other() {
    assert_eq!(
        found("June, Penny and Ebony on the stroke unit"),
        ["June", "Penny", "Ebony"]
    );
    assert_eq!(
        found("FAITH AND PRECIOUS ON NIGHTS, TWO DIAMONDS"),
        ["FAITH", "PRECIOUS"]
    );
    assert_eq!(found("the lads Gav and Imran talked"), ["Gav", "Imran"]);
}

#[test]
fn what_is_named_after_people_is_none() {
    for text in [
        "Guy's and St Thomas', what a team",
        "The James Cook saved him",
        "on Bevan ward",
        "Heather ward is gold",
        "Hope House hospice",
        "Parkinson's nurse",
        "Hodgkin's they said",
        "a Foley catheter",
        "Sue Ryder did the nights",
        "Marie Curie and Macmillan nurses",
        "the Victoria shut",
        "the Princess Royal",
        "our Zimmer came",
        "Cockermouth cottage hospital",
    ] {
        assert!(found(text).is_empty(), "{text}: {:?}", found(text));
    }
}

#[test]
fn words_months_and_places_are_none() {
    for text in [
        "Will I be seen?",
        "May be I should go",
        "In May and June we waited",
        "April to June I had none",
        "Mark my words",
        "Hope you close",
        "grant me one wish",
        "mark my words",
        "We live in Chester",
        "Rose to the occasion",
        "Joy at last",
        "I went to Chester on Sunday",
        "Easter Sunday they came",
        "June was wet",
        "Grace before meals",
        "a ray of hope",
        "the staff will come",
        "the patient may bill you",
    ] {
        assert!(found(text).is_empty(), "{text}: {:?}", found(text));
    }
}

#[test]
fn praise_lets_the_first_names_of_staff_stay() {
    let text = "Nurse Sarah was kind";
    let mut findings = Vec::new();
    find(
        text,
        &words(text),
        About { is_positive: true },
        &mut findings,
    );
    assert!(findings[0].why.contains("may stay"));
    findings.clear();
    find(
        text,
        &words(text),
        About { is_positive: false },
        &mut findings,
    );
    assert!(!findings[0].why.contains("may stay"));
}
