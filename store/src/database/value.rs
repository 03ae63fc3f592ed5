use schemas::{BlobHash, TimeMs};

/// What a placeholder stands for. The three types that both engines have.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(Option<String>),
    Int(Option<i64>),
    Real(Option<f64>),
}

/// A list of values of any kinds.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        vec![$($crate::database::Value::from($value)),*]
    };
}
pub(crate) use values;

impl From<&str> for Value {
    /// PostgreSQL refuses the character NUL in a text; it means nothing in a story, so that it becomes `U+FFFD`
    /// with either engine.
    fn from(text: &str) -> Self {
        Self::Text(Some(text.replace('\0', "\u{FFFD}")))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Text(None), Self::from)
    }
}

impl From<i64> for Value {
    fn from(int: i64) -> Self {
        Self::Int(Some(int))
    }
}

impl From<u32> for Value {
    fn from(int: u32) -> Self {
        Self::from(i64::from(int))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::from(i64::from(flag))
    }
}

impl From<TimeMs> for Value {
    fn from(time: TimeMs) -> Self {
        Self::from(time.0)
    }
}

impl From<Option<i64>> for Value {
    fn from(int: Option<i64>) -> Self {
        Self::Int(int)
    }
}

impl From<Option<f64>> for Value {
    fn from(real: Option<f64>) -> Self {
        Self::Real(real)
    }
}

impl From<Option<TimeMs>> for Value {
    fn from(time: Option<TimeMs>) -> Self {
        Self::Int(time.map(|time| time.0))
    }
}

impl From<Option<&BlobHash>> for Value {
    fn from(hash: Option<&BlobHash>) -> Self {
        Self::from(hash.map(BlobHash::as_str))
    }
}

macro_rules! from_ids {
    ($($id:ident),*) => {$(
        impl From<&schemas::$id> for Value {
            fn from(id: &schemas::$id) -> Self {
                Self::from(id.as_str())
            }
        }
    )*};
}

from_ids!(
    AuditId,
    BatchId,
    BlobHash,
    DecisionId,
    DropId,
    FileId,
    JobId,
    LeafletId,
    BatchCountId,
    BatchExplanationId,
    PageDecisionId,
    PageId,
    PlacementId,
    PublicationId,
    ReadingId,
    RevisionId,
    StoryId,
    UserId,
    WebhookDeliveryId
);
