//! The work that travels through the queue. A job carries ids and settings, never pixels or text,
//! and is safe to run twice.

use serde::{Deserialize, Serialize};

use crate::{PageId, StoryId, WebhookDeliveryId};

/// A piece of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Job {
    /// Read one page.
    ReadPage {
        /// The page.
        page_id: PageId,
    },
    /// Publish one approved story.
    PublishStory {
        /// The story.
        story_id: StoryId,
    },
    /// Tell the webhook what became of a publication.
    DeliverWebhook {
        /// What it is told.
        delivery_id: WebhookDeliveryId,
    },
}

/// The kinds of job; each has a queue of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobKind {
    /// See [`Job::ReadPage`].
    ReadPage,
    /// See [`Job::PublishStory`].
    PublishStory,
    /// See [`Job::DeliverWebhook`].
    DeliverWebhook,
}

impl JobKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::ReadPage, Self::PublishStory, Self::DeliverWebhook];

    /// The name, as in the database and in the names of queues.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadPage => "read-page",
            Self::PublishStory => "publish-story",
            Self::DeliverWebhook => "deliver-webhook",
        }
    }

    /// The kind with this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl Job {
    /// The kind of this job.
    pub const fn kind(&self) -> JobKind {
        match self {
            Self::ReadPage { .. } => JobKind::ReadPage,
            Self::PublishStory { .. } => JobKind::PublishStory,
            Self::DeliverWebhook { .. } => JobKind::DeliverWebhook,
        }
    }

    /// What the job is about, as an id.
    pub fn subject(&self) -> &str {
        match self {
            Self::ReadPage { page_id } => page_id.as_str(),
            Self::PublishStory { story_id } => story_id.as_str(),
            Self::DeliverWebhook { delivery_id } => delivery_id.as_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_names_its_kind_and_its_subject_in_json() {
        let page_id = PageId::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").unwrap();
        let json = serde_json::to_string(&Job::ReadPage { page_id }).unwrap();
        assert_eq!(
            json,
            r#"{"kind":"read-page","page_id":"01ARZ3NDEKTSV4RRFFQ69G5FAV"}"#
        );
        assert_eq!(JobKind::parse("read-page"), Some(JobKind::ReadPage));
    }

    #[test]
    fn a_job_with_unknown_fields_is_refused() {
        let json = r#"{"kind":"read-page","page_id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","pixels":"…"}"#;
        assert!(serde_json::from_str::<Job>(json).is_err());
    }
}
