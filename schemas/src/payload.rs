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

/// The name that stands in the code of a cover sheet where a leaflet has that of its layout; no layout may be called so.
pub const COVER: &str = "cover";

/// The printed number of one leaflet: 1 to 12 capitals or digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Serial(String);

/// The characters that check characters are made of: the digits and capitals without those that a photocopy
/// confuses with another (O with 0, I with 1, S with 5, Z with 2, B with 8).
pub const CHECK_ALPHABET: [char; 31] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K',
    'L', 'M', 'N', 'P', 'Q', 'R', 'T', 'U', 'V', 'W', 'X', 'Y',
];

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

    /// The code of a sheet that lies on top of a pile; a cover sheet without a number may be used again and again.
    pub fn of_cover(number: Option<Serial>) -> Self {
        Self {
            layout: LayoutId::cover(),
            version: 1,
            side: 1,
            serial: number,
        }
    }

    /// Whether the sheet is no leaflet but lies on top of a pile.
    pub fn is_cover(&self) -> bool {
        self.layout == LayoutId::cover()
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

/// The two characters that are printed behind the serial, so that a serial which is read from the paper can be
/// trusted when the code is destroyed.
///
/// They are the remainder of the text behind the prefix (`STORY-A4.2.1/000123`), taken as a number in base 43,
/// modulo the prime 953, in base 31 (the method of ISO 7064's pure systems). Because the modulus is a prime
/// larger than any difference of two characters, every single wrong character and every swap of two neighbours
/// changes them; layouts, versions and sides that differ in one character never share them.
pub fn check_characters(layout: &LayoutId, version: u32, side: u32, serial: &Serial) -> [char; 2] {
    /// The largest prime that two characters can tell apart (31² = 961).
    const MODULUS: usize = 953;
    /// A primitive root of [`MODULUS`]: no two places of a text have the same weight.
    const BASE: usize = 43;
    let payload = CodePayload {
        layout: layout.clone(),
        version,
        side,
        serial: Some(serial.clone()),
    };
    let text = payload.to_text("");
    let remainder = text
        .bytes()
        .fold(0, |sum, byte| (sum * BASE + usize::from(byte)) % MODULUS);
    let radix = CHECK_ALPHABET.len();
    [remainder / radix, remainder % radix].map(|digit| CHECK_ALPHABET[digit])
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
    fn a_cover_sheet_is_told_from_a_leaflet_by_its_code() {
        for number in [None, Serial::parse("7ZK3")] {
            let cover = CodePayload::of_cover(number);
            let read = CodePayload::parse(&cover.to_text(PREFIX), PREFIX).unwrap();
            assert!(read.is_cover());
            assert_eq!(read, cover);
        }
        assert!(!payload(None).is_cover());
    }

    fn check(layout: &str, version: u32, side: u32, serial: &str) -> [char; 2] {
        let layout = LayoutId::parse(layout).unwrap();
        check_characters(&layout, version, side, &Serial::parse(serial).unwrap())
    }

    #[test]
    fn every_wrong_character_of_a_serial_changes_its_check_characters() {
        let right = check("story-a4", 2, 1, "0A0129");
        for place in 0..6 {
            for wrong in ('0'..='9').chain('A'..='Z') {
                let mut serial: Vec<char> = "0A0129".chars().collect();
                serial[place] = wrong;
                let serial: String = serial.into_iter().collect();
                let same = check("story-a4", 2, 1, &serial) == right;
                assert_eq!(same, serial == "0A0129", "{serial}");
            }
        }
    }

    #[test]
    fn every_swap_of_neighbours_changes_the_check_characters() {
        for serial in ["000123", "918273645A0Z"] {
            for place in 1..serial.len() {
                let mut swapped: Vec<char> = serial.chars().collect();
                swapped.swap(place - 1, place);
                let swapped: String = swapped.into_iter().collect();
                let same = check("bear-a4", 1, 1, serial) == check("bear-a4", 1, 1, &swapped);
                assert_eq!(same, serial == swapped, "{swapped}");
            }
        }
    }

    #[test]
    fn check_characters_tell_layouts_versions_and_sides_apart() {
        let all = [
            check("story-a4", 1, 1, "000123"),
            check("story-a4", 2, 1, "000123"),
            check("story-a4", 2, 2, "000123"),
            check("story-a5", 2, 1, "000123"),
            check("bear-a4", 2, 1, "000123"),
        ];
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len(), "{all:?}");
    }

    #[test]
    fn check_characters_avoid_what_is_easily_confused() {
        for number in 0..2000 {
            let serial = Serial::from_number(number);
            let found = check("story-a4", 2, 1, serial.as_str());
            assert!(found.iter().all(|c| !"OISZB".contains(*c)), "{found:?}");
        }
        // Leaflets that are printed keep their check characters: these two must never change.
        assert_eq!(check("story-a4", 2, 1, "000123"), ['K', 'V']);
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
