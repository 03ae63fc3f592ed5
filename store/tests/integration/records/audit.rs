use schemas::record::{AuditKind, Role};
use schemas::{AuditId, UserId};
use store::{
    AccountChange, AuditEntry, AuditFilter, ChangeAccount, NewAudit, NewSession, SetPassword,
};

use crate::bed::Bed;

crate::bed::on_engines! { sqlite = Sqlite, postgres = Postgres; [
    what_is_seen_is_listed_the_newest_first_and_page_by_page,
    the_list_can_be_narrowed,
    the_database_refuses_to_change_what_was_written_down,
    every_change_of_an_account_is_written_down,
] }

async fn note(bed: &Bed, by: Option<&UserId>, kind: AuditKind, subject: &str) {
    let new = NewAudit {
        by,
        kind,
        subject,
        detail: "",
    };
    bed.store.note_audit(&bed.moment(), new).await.unwrap();
    bed.clock.advance_ms(1);
}

async fn list(bed: &Bed, filter: &AuditFilter) -> Vec<AuditEntry> {
    bed.store.audit(filter).await.unwrap()
}

fn subjects(entries: &[AuditEntry]) -> Vec<&str> {
    let subjects = entries.iter().map(|entry| entry.subject.as_str());
    subjects.collect()
}

/// What the notes of these tests are older than: those about the accounts themselves.
fn after_accounts(bed: &Bed) -> AuditFilter {
    bed.clock.advance_ms(1);
    AuditFilter {
        from: AuditId::first_of(bed.moment().now),
        ..AuditFilter::newest(100)
    }
}

async fn what_is_seen_is_listed_the_newest_first_and_page_by_page(bed: &Bed) {
    let ada = bed.user("ada").await;
    let mut filter = after_accounts(bed);
    for subject in ["one", "two", "three"] {
        note(bed, Some(&ada), AuditKind::Story, subject).await;
    }
    filter.limit = 2;
    let newest = list(bed, &filter).await;
    assert_eq!(subjects(&newest), ["three", "two"]);
    assert_eq!(newest[0].user_name.as_deref(), Some("ada Example"));
    assert_eq!(newest[0].at.0, bed.moment().now.0 - 1);
    filter.before = newest[1].id.clone();
    assert_eq!(subjects(&list(bed, &filter).await), ["one"]);
}

async fn the_list_can_be_narrowed(bed: &Bed) {
    let (ada, ben) = (bed.user("ada").await, bed.user("ben").await);
    let all = after_accounts(bed);
    note(bed, Some(&ada), AuditKind::Story, "one").await;
    note(bed, Some(&ben), AuditKind::History, "one").await;
    note(bed, Some(&ada), AuditKind::History, "two").await;
    note(bed, None, AuditKind::SignInRefused, ben.as_str()).await;
    let middle = AuditId::first_of(bed.moment().now);
    note(bed, None, AuditKind::SignInRefused, "").await;

    let by = AuditFilter {
        user_id: Some(ada.clone()),
        ..all.clone()
    };
    assert_eq!(subjects(&list(bed, &by).await), ["two", "one"]);
    let kind = AuditFilter {
        kind: Some(AuditKind::History),
        ..all.clone()
    };
    assert_eq!(subjects(&list(bed, &kind).await), ["two", "one"]);
    let about = AuditFilter {
        subject: Some("one".to_owned()),
        ..all.clone()
    };
    assert_eq!(list(bed, &about).await.len(), 2);
    let everything = AuditFilter {
        user_id: Some(ada),
        kind: Some(AuditKind::Story),
        ..about
    };
    assert_eq!(list(bed, &everything).await.len(), 1);
    let before = AuditFilter {
        before: middle.clone(),
        ..all.clone()
    };
    let before = list(bed, &before).await;
    assert_eq!(before.len(), 4);
    assert_eq!(before[0].subject_name.as_deref(), Some("ben Example"));
    assert_eq!(before[0].user_id, None);
    let from = AuditFilter {
        from: middle,
        ..all
    };
    assert_eq!(subjects(&list(bed, &from).await), [""]);
}

async fn the_database_refuses_to_change_what_was_written_down(bed: &Bed) {
    note(bed, None, AuditKind::Story, "one").await;
    for sql in [
        "UPDATE audit SET subject = 'two'",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE subject = 'one'",
    ] {
        let refused = bed.try_sql(sql).await.unwrap_err();
        assert!(refused.to_string().contains("only ever added to"), "{sql}");
    }
    let kept = list(bed, &AuditFilter::newest(10)).await;
    assert_eq!(subjects(&kept), ["one"]);
}

async fn every_change_of_an_account_is_written_down(bed: &Bed) {
    let (ada, ben) = (bed.user("ada").await, bed.user("ben").await);
    let all = after_accounts(bed);
    let session = NewSession {
        token_hash: "one".to_owned(),
        user_id: ben.clone(),
        csrf: "csrf".to_owned(),
        browser: String::new(),
        expires_at: bed.moment().now.plus_ms(1_000),
    };
    let store = &bed.store;
    store.open_session(&bed.moment(), session).await.unwrap();
    bed.clock.advance_ms(1);
    let ended = store.end_session(&bed.moment(), &ada, &ben, "one").await;
    assert!(ended.unwrap());
    for change in [
        AccountChange::Role(Role::Senior),
        AccountChange::Disable,
        AccountChange::Enable,
    ] {
        bed.clock.advance_ms(1);
        let what = ChangeAccount {
            user_id: ben.clone(),
            by: Some(ada.clone()),
            change,
        };
        store.change_account(&bed.moment(), what).await.unwrap();
    }
    bed.clock.advance_ms(1);
    let set = SetPassword {
        user_id: ben.clone(),
        by: None,
        password_hash: "new".to_owned(),
        keep_session: None,
    };
    store.set_password(&bed.moment(), set).await.unwrap();

    let entries = list(bed, &all).await;
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry.kind, entry.user_id.clone(), entry.detail.as_str()))
        .collect();
    let by_ada = |kind, detail| (kind, Some(ada.clone()), detail);
    let expected = [
        (AuditKind::PasswordSet, None, ""),
        by_ada(AuditKind::Enabled, ""),
        by_ada(AuditKind::Disabled, ""),
        by_ada(AuditKind::RoleChanged, "senior"),
        by_ada(AuditKind::SessionsEnded, ""),
        (AuditKind::SignedIn, Some(ben.clone()), ""),
    ];
    assert_eq!(told, expected);
    assert!(entries.iter().all(|entry| entry.subject == ben.as_str()));
}
