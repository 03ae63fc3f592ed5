//! Where one pile ends and the next one begins, when several are scanned into one delivery.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What begins a new pile. A cover sheet always does.
///
/// Its text form is `cover-sheets`, `blank-sheets`, `blank-two-sided-sheets` or `every-40-sides`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Separation {
    /// Cover sheets alone.
    #[default]
    CoverSheets,
    /// Every sheet with nothing on it as well.
    BlankSheets {
        /// Whether both sides of each sheet are scanned, so that a sheet is blank when both are.
        two_sided: bool,
    },
    /// So many scanned sides are a pile; at least 1.
    EverySides(u32),
}

/// Why a text says no separation.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "{text:?} does not say where a new pile begins; write \"cover-sheets\", \"blank-sheets\", \"blank-two-sided-sheets\" or \
     \"every-40-sides\""
)]
pub struct SeparationError {
    text: String,
}

const COVERS: &str = "cover-sheets";
const BLANKS: &str = "blank-sheets";
const TWO_SIDED_BLANKS: &str = "blank-two-sided-sheets";

impl Separation {
    /// Reads the text form.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, SeparationError> {
        let every = || {
            let number = text.strip_prefix("every-")?.strip_suffix("-sides")?;
            number.parse().ok().filter(|n| *n > 0)
        };
        match text {
            COVERS => Ok(Self::CoverSheets),
            BLANKS => Ok(Self::BlankSheets { two_sided: false }),
            TWO_SIDED_BLANKS => Ok(Self::BlankSheets { two_sided: true }),
            _ => every()
                .map(Self::EverySides)
                .ok_or_else(|| SeparationError {
                    text: text.chars().take(60).collect(),
                }),
        }
    }
}

impl TryFrom<String> for Separation {
    type Error = SeparationError;

    fn try_from(text: String) -> Result<Self, SeparationError> {
        Self::parse(&text)
    }
}

impl From<Separation> for String {
    fn from(separation: Separation) -> Self {
        separation.to_string()
    }
}

impl fmt::Display for Separation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CoverSheets => f.write_str(COVERS),
            Self::BlankSheets { two_sided: false } => f.write_str(BLANKS),
            Self::BlankSheets { two_sided: true } => f.write_str(TWO_SIDED_BLANKS),
            Self::EverySides(n) => write!(f, "every-{n}-sides"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_separation_is_read_back_from_its_text() {
        for separation in [
            Separation::CoverSheets,
            Separation::BlankSheets { two_sided: false },
            Separation::BlankSheets { two_sided: true },
            Separation::EverySides(40),
        ] {
            assert_eq!(Separation::parse(&separation.to_string()), Ok(separation));
        }
    }

    #[test]
    fn what_is_none_is_refused_with_what_can_be_written() {
        for wrong in ["", "blank", "every-0-sides", "every--4-sides", "every-40"] {
            let error = Separation::parse(wrong).unwrap_err().to_string();
            assert!(error.contains("every-40-sides"), "{error}");
        }
    }
}
