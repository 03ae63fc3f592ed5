//! What the QR code of a leaflet says: `HTTPS://<HOST>/L/<LAYOUT>.<VERSION>.<SIDE>[/<SERIAL>]`.
//!
//! One code for two uses: a phone opens the web form, Postbag knows the layout. Only capitals, digits
//! and `-./:` occur, so that the code stays in the compact alphanumeric mode.

use std::fmt;

use crate::layout::LayoutId;

/// The prefix that is used when the configuration names no other.
pub const DEFAULT_PREFIX: &str = "HTTPS://POSTBAG.ORG.UK/L/";

/// The meaning of a leaflet's code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodePayload {
    /// Which layout was printed.
    pub layout: LayoutId,
    /// Which version of it.
    pub version: u32,
    /// Which side of the sheet, from 1.
    pub side: u32,
    /// The number of this very leaflet, when it was printed with one.
    pub serial: Option<Serial>,
}

/// The printed number of one leaflet: 1 to 12 capitals or digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Serial(String);

/// Why the text of a code is not one of ours.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PayloadError {
    /// The text does not begin with the configured prefix: somebody else's code.
    #[error("the code does not begin with {prefix}")]
    Foreign {
        /// The prefix that ours begin with.
        prefix: String,
    },
    /// The text begins like ours and then goes wrong.
    #[error("{rest:?} is not <layout>.<version>.<side>[/<serial>]")]
    Malformed {
        /// What stands after the prefix.
        rest: String,
    },
}

impl Serial {
    /// Reads a serial.
    pub fn parse(text: &str) -> Option<Self> {
        let valid = |b: u8| b.is_ascii_digit() || b.is_ascii_uppercase();
        ((1..=12).contains(&text.len()) && text.bytes().all(valid)).then(|| Self(text.to_owned()))
    }

    /// The serial of a running number, six digits or more.
    pub fn from_number(number: u32) -> Self {
        Self(format!("{number:06}"))
    }

    /// The serial as it is printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl CodePayload {
    /// Reads the text of a code under `prefix`. Capitals and small letters count the same.
    ///
    /// # Errors
    /// [`PayloadError::Foreign`] when the text has another prefix, [`PayloadError::Malformed`] when the
    /// prefix is ours and the rest is not.
    pub fn parse(text: &str, prefix: &str) -> Result<Self, PayloadError> {
        let text = text.trim().to_ascii_uppercase();
        let prefix = prefix.to_ascii_uppercase();
        let Some(rest) = text.strip_prefix(&prefix) else {
            return Err(PayloadError::Foreign { prefix });
        };
        parse_rest(rest).ok_or_else(|| PayloadError::Malformed {
            rest: rest.chars().take(80).collect(),
        })
    }

    /// The text that is printed as a code.
    pub fn to_text(&self, prefix: &str) -> String {
        let layout = self.layout.as_str().to_ascii_uppercase();
        let (version, side) = (self.version, self.side);
        let serial = self
            .serial
            .as_ref()
            .map_or_else(String::new, |serial| format!("/{serial}"));
        format!("{prefix}{layout}.{version}.{side}{serial}")
    }
}

fn parse_rest(rest: &str) -> Option<CodePayload> {
    let (name, serial) = match rest.split_once('/') {
        Some((name, serial)) => (name, Some(Serial::parse(serial)?)),
        None => (rest, None),
    };
    let mut parts = name.splitn(3, '.');
    let layout = LayoutId::parse(&parts.next()?.to_ascii_lowercase()).ok()?;
    let version = parse_number(parts.next()?)?;
    let side = parse_number(parts.next()?)?;
    Some(CodePayload {
        layout,
        version,
        side,
        serial,
    })
}

/// One to four digits, not zero, no sign.
fn parse_number(text: &str) -> Option<u32> {
    let plain = text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    let number = plain.then(|| text.parse().ok()).flatten()?;
    (number > 0).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREFIX: &str = "HTTPS://POSTBAG.ORG.UK/L/";

    fn payload(serial: Option<&str>) -> CodePayload {
        CodePayload {
            layout: LayoutId::parse("story-a4").unwrap(),
            version: 2,
            side: 1,
            serial: serial.and_then(Serial::parse),
        }
    }

    #[test]
    fn what_is_printed_is_read_back() {
        for payload in [payload(None), payload(Some("000123"))] {
            let text = payload.to_text(PREFIX);
            assert_eq!(CodePayload::parse(&text, PREFIX), Ok(payload));
        }
        assert_eq!(
            payload(Some("000123")).to_text(PREFIX),
            "HTTPS://POSTBAG.ORG.UK/L/STORY-A4.2.1/000123"
        );
    }

    #[test]
    fn somebody_elses_code_is_foreign() {
        let error = CodePayload::parse("https://www.trust.nhs.uk/survey", PREFIX).unwrap_err();
        assert!(matches!(error, PayloadError::Foreign { .. }));
    }

    #[test]
    fn ours_with_nonsense_behind_it_is_malformed() {
        for rest in [
            "",
            "STORY-A4",
            "STORY-A4.0.1",
            "STORY-A4.1.1/",
            "../X.1.1",
            "STORY-A4.1.+1",
        ] {
            let error = CodePayload::parse(&format!("{PREFIX}{rest}"), PREFIX).unwrap_err();
            assert!(matches!(error, PayloadError::Malformed { .. }), "{rest}");
        }
    }
}
