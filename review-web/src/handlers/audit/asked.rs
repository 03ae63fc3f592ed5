use schemas::record::AuditKind;
use schemas::{AuditId, UserId};
use serde::{Deserialize, Serialize};
use store::AuditFilter;

/// What is asked for in the address. What cannot be understood narrows nothing.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Asked {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) person: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) kind: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) subject: String,
    /// The page goes on with what is older than this.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) before: String,
}

impl Asked {
    /// The newest that fit, so many at most.
    pub(super) fn filter(&self, limit: u32) -> AuditFilter {
        let newest = AuditFilter::newest(limit);
        let subject = self.subject.trim();
        AuditFilter {
            user_id: UserId::parse(&self.person).ok(),
            kind: AuditKind::parse(&self.kind),
            subject: (!subject.is_empty()).then(|| subject.to_owned()),
            before: AuditId::parse(&self.before).unwrap_or(newest.before),
            ..newest
        }
    }

    /// Whether anything is narrowed.
    pub(super) fn is_narrow(&self) -> bool {
        let filter = self.filter(0);
        filter.user_id.is_some() || filter.kind.is_some() || filter.subject.is_some()
    }

    /// The same about one subject only, from the newest on.
    pub(super) fn about(subject: &str) -> Self {
        Self {
            subject: subject.to_owned(),
            ..Self::default()
        }
    }

    /// The same, older than this.
    pub(super) fn older_than(&self, id: &AuditId) -> Self {
        Self {
            before: id.to_string(),
            ..self.clone()
        }
    }

    /// As the query of an address.
    pub(super) fn query(&self) -> String {
        serde_urlencoded::to_string(self).unwrap_or_default()
    }
}
