//! Whom to tell, beyond our own public pages, that a story was published or taken down.

use std::pin::Pin;

use schemas::record::WebhookEvent;

/// Somebody outside who is told. Told twice of the same thing, it knows that by the key.
pub trait Outlet: Send + Sync {
    /// Tells it. However this goes wrong, it is an answer: somebody else's server is not ours to repair.
    fn tell<'a>(&'a self, notice: &'a Notice) -> Telling<'a>;
}

/// An outlet being told.
pub type Telling<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// What is told.
pub struct Notice {
    /// What happened.
    pub event: WebhookEvent,
    /// The same each time that it is told, and no other thing's.
    pub key: String,
    /// JSON. Holds a story: never to be logged.
    pub body: String,
}

impl std::fmt::Debug for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notice")
            .field("event", &self.event)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// What came back, without a word of the answer's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It has it; with which status it said so.
    Taken(u16),
    /// It wants nothing of this kind any more, and need not be asked again (410).
    NotWanted,
    /// It did not take it now: another status.
    NotTaken(u16),
    /// There was no answer, for a plain reason.
    Nothing(String),
}

impl Answer {
    /// For people and the log.
    pub fn words(&self) -> String {
        match self {
            Self::NotWanted => "answered 410: it is not wanted there".to_owned(),
            Self::NotTaken(status @ 300..=399) => {
                format!("answered {status}: it points elsewhere, which is not followed")
            }
            Self::Taken(status) | Self::NotTaken(status) => format!("answered {status}"),
            Self::Nothing(reason) => reason.clone(),
        }
    }
}
