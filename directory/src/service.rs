//! What the directory knows of one service.

use serde::{Deserialize, Serialize};

/// One entry: an organisation, one of its sites, or a service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The code of the organisation data service, or our own; unique and never given to another service.
    pub code: String,
    /// The name as the directory has it.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// The code of the site or organisation that it belongs to; empty when it belongs to none.
    pub parent: String,
    /// The lines of the address but the town, joined by commas.
    pub address: String,
    /// The town.
    pub town: String,
    /// The postcode in its usual form; empty when there is none.
    pub postcode: String,
    /// Whether it has been closed.
    pub closed: bool,
    /// Other names that people use.
    pub aliases: Vec<String>,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A trust, board or company.
    Organisation,
    /// A place of an organisation.
    Site,
    /// A hospital, which is a site that people know by its name.
    Hospital,
    /// A practice of general practitioners.
    Practice,
    /// Anything else that people tell of.
    #[default]
    Service,
}

impl Kind {
    /// The word in records and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Site => "site",
            Self::Hospital => "hospital",
            Self::Practice => "practice",
            Self::Service => "service",
        }
    }

    /// The kind of a word in records and files.
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::Organisation,
            Self::Site,
            Self::Hospital,
            Self::Practice,
            Self::Service,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == word)
    }

    /// Whether services can belong to it.
    pub const fn is_parent(self) -> bool {
        matches!(self, Self::Organisation | Self::Site | Self::Hospital)
    }
}
