use schemas::record::AuditKind;
use schemas::{AuditId, TimeMs, UserId};

use crate::database::{Fields, Tx, statements, values};
use crate::{Moment, Store, StoreError};

/// Something to write down. It never holds a word of a story, and nothing that a person typed.
#[derive(Clone, Copy, Debug)]
pub struct NewAudit<'a> {
    /// Who it was; nobody for the command line and for strangers.
    pub by: Option<&'a UserId>,
    /// What it was.
    pub kind: AuditKind,
    /// The id of what it is about, or nothing.
    pub subject: &'a str,
    /// A word of the program that says more, such as a role, or nothing.
    pub detail: &'a str,
}

/// Something that was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Sorts by time.
    pub id: AuditId,
    /// When it was.
    pub at: TimeMs,
    /// Who it was.
    pub user_id: Option<UserId>,
    /// Who it was, as shown.
    pub user_name: Option<String>,
    /// What it was.
    pub kind: AuditKind,
    /// The id of what it is about, or nothing.
    pub subject: String,
    /// The name of the person that it is about.
    pub subject_name: Option<String>,
    /// A word of the program that says more, or nothing.
    pub detail: String,
}

/// Which of it to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of this person only.
    pub user_id: Option<UserId>,
    /// Of this kind only.
    pub kind: Option<AuditKind>,
    /// About this only.
    pub subject: Option<String>,
    /// Not older than what has this id.
    pub from: AuditId,
    /// Older than what has this id.
    pub before: AuditId,
    /// So many at most.
    pub limit: u32,
}

impl AuditFilter {
    /// The newest of all.
    pub fn newest(limit: u32) -> Self {
        Self {
            user_id: None,
            kind: None,
            subject: None,
            from: AuditId::first_of(TimeMs(0)),
            before: AuditId::first_of(TimeMs(LAST_TIME_MS)),
            limit,
        }
    }
}

/// Ids hold times of 48 bits, which end in the year 10889.
const LAST_TIME_MS: i64 = (1 << 48) - 1;

/// One statement for each index that may serve: a database does not use one for `… OR …`.
macro_rules! audit_rows {
    ($narrowed:literal) => {
        concat!(
            "SELECT a.id, a.user_id, a.kind, a.subject, a.detail, a.created_at, u.display_name AS user_name,
                s.display_name AS subject_name
            FROM audit a LEFT JOIN users u ON u.id = a.user_id LEFT JOIN users s ON s.id = a.subject
            WHERE a.id >= $1 AND a.id < $2 AND ($3 = '' OR a.user_id = $3) AND ($4 = '' OR a.kind = $4)
                AND ($5 = '' OR a.subject = $5)",
            $narrowed,
            " ORDER BY a.id DESC LIMIT $6"
        )
    };
}

statements! {
    INSERT = "INSERT INTO audit (id, user_id, kind, subject, detail, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    NEWEST = audit_rows!("");
    NEWEST_BY = audit_rows!(" AND a.user_id = $3");
    NEWEST_OF_KIND = audit_rows!(" AND a.kind = $4");
    NEWEST_ABOUT = audit_rows!(" AND a.subject = $5");
}

impl Store {
    /// Writes something down that changes nothing else.
    ///
    /// # Errors
    /// When the database fails: what cannot be written down must not be shown.
    #[tracing::instrument(skip_all, name = "db.audit.note", fields(audit.kind = %new.kind))]
    pub async fn note_audit(&self, ctx: &Moment<'_>, new: NewAudit<'_>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        write(&mut tx, ctx, new).await?;
        tx.commit().await
    }

    /// Lists what was written down, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.audit.list")]
    pub async fn audit(&self, filter: &AuditFilter) -> Result<Vec<AuditEntry>, StoreError> {
        let user_id = filter.user_id.as_ref().map_or("", UserId::as_str);
        let kind = filter.kind.map_or("", AuditKind::as_str);
        let subject = filter.subject.as_deref().unwrap_or_default();
        let sql = match () {
            () if !subject.is_empty() => NEWEST_ABOUT,
            () if !user_id.is_empty() => NEWEST_BY,
            () if !kind.is_empty() => NEWEST_OF_KIND,
            () => NEWEST,
        };
        let wanted = values![
            &filter.from,
            &filter.before,
            user_id,
            kind,
            subject,
            filter.limit
        ];
        let rows = self.fetch_all(sql, wanted).await?;
        rows.iter().map(|row| entry(row.of("audit"))).collect()
    }
}

/// Writes something down as part of what it tells of.
pub(crate) async fn write(
    tx: &mut Tx,
    ctx: &Moment<'_>,
    new: NewAudit<'_>,
) -> Result<(), StoreError> {
    let row = values![
        &AuditId::fresh(ctx.ids, ctx.now),
        new.by.map(UserId::as_str),
        new.kind.as_str(),
        new.subject,
        new.detail,
        ctx.now,
    ];
    tx.execute(INSERT, row).await?;
    Ok(())
}

fn entry(row: Fields<'_>) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        id: row.parsed("id")?,
        at: row.time("created_at")?,
        user_id: row.parsed_or_null("user_id")?,
        user_name: row.text_or_null("user_name")?,
        kind: row.one_of("kind", AuditKind::parse)?,
        subject: row.text("subject")?,
        subject_name: row.text_or_null("subject_name")?,
        detail: row.text("detail")?,
    })
}
