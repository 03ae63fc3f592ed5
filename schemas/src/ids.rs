use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::TimeMs;

/// Why a text is not an id.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{text:?} is not {expected}")]
pub struct IdError {
    text: String,
    expected: &'static str,
}

/// Makes ids. Handed to whatever needs it, so that tests can repeat them.
pub trait IdSource: Send + Sync {
    /// 80 bits that have not been used before.
    fn random_bits(&self) -> u128;

    /// A fresh id that sorts by `now`.
    fn ulid(&self, now: TimeMs) -> Ulid {
        Ulid::from_parts(u64::try_from(now.0).unwrap_or(0), self.random_bits())
    }
}

/// Ids from any function that returns random bits; the binary passes the system's generator.
#[derive(Clone, Copy, Debug)]
pub struct RandomIds(pub fn() -> u128);

impl IdSource for RandomIds {
    fn random_bits(&self) -> u128 {
        (self.0)()
    }
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// Twenty-six characters (a ULID) that sort by the time they were made.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// A fresh id.
            pub fn fresh(ids: &dyn IdSource, now: TimeMs) -> Self {
                Self(ids.ulid(now).to_string())
            }

            /// The least id of those that can be made at `at`: ids from it on are not older.
            pub fn first_of(at: TimeMs) -> Self {
                Self(Ulid::from_parts(u64::try_from(at.0).unwrap_or(0), 0).to_string())
            }

            /// Reads an id.
            ///
            /// # Errors
            /// When `text` is not a ULID.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                Ulid::from_str(text)
                    .map(|ulid| Self(ulid.to_string()))
                    .map_err(|_| IdError { text: text.to_owned(), expected: "an id of 26 characters" })
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

id! {
    /// A pile of sheets that came in together.
    BatchId;
    /// A file as the scanner wrote it.
    FileId;
    /// One side of one sheet, as a picture.
    PageId;
    /// A leaflet: its pages, paired.
    LeafletId;
    /// What a person said about where a page belongs.
    PlacementId;
    /// What else a person decided about a page.
    PageDecisionId;
    /// How many sheets a clerk counted in a batch.
    BatchCountId;
    /// Why a count does not fit what came in.
    BatchExplanationId;
    /// What one engine read on one page.
    ReadingId;
    /// A story on its way to publication.
    StoryId;
    /// One change to a story.
    RevisionId;
    /// One decision about a story.
    DecisionId;
    /// A story that has been published.
    PublicationId;
    /// Something that the webhook is told.
    WebhookDeliveryId;
    /// An address that scans are sent to from outside.
    DropId;
    /// A person who signs in.
    UserId;
    /// A signed-in browser.
    SessionId;
    /// Something that somebody saw, or that was done with an account.
    AuditId;
    /// A piece of work in the queue.
    JobId;
}

/// The SHA-256 of a blob, as 64 lower-case hexadecimal digits.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
pub struct BlobHash(String);

impl BlobHash {
    /// Reads a hash.
    ///
    /// # Errors
    /// When `text` is not 64 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 64 && text.bytes().all(hex) {
            return Ok(Self(text.to_owned()));
        }
        Err(IdError {
            text: text.to_owned(),
            expected: "a SHA-256 in hexadecimal",
        })
    }

    /// The hash as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for BlobHash {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        Self::parse(&text)
    }
}

impl From<BlobHash> for String {
    fn from(hash: BlobHash) -> Self {
        hash.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let ids = RandomIds(|| 7);
        let early = PageId::fresh(&ids, TimeMs(1_000));
        let late = PageId::fresh(&ids, TimeMs(2_000));
        assert!(early < late);
        assert_eq!(PageId::parse(early.as_str()), Ok(early));
    }

    #[test]
    fn paths_are_not_ids() {
        assert!(PageId::parse("../../etc/passwd").is_err());
        assert!(BlobHash::parse(&"../".repeat(22)[..64]).is_err());
    }
}
