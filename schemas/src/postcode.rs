//! The grammar of United Kingdom postcodes, and what a doubtful reading of one may have meant.
//!
//! Shapes: `A9 9AA`, `A99 9AA`, `AA9 9AA`, `AA99 9AA`, `A9A 9AA`, `AA9A 9AA`, and `GIR 0AA`. The first
//! letter is not Q, V or X; the second not I, J or Z; the last two are none of C, I, K, M, O, V
//! (Royal Mail, *Programmers' guide to PAF*). British Forces numbers (`BFPO 16`), the overseas
//! territories (`ASCN 1ZZ`) and the NHS pseudo codes (`ZZ99 3VZ`, no fixed abode) are accepted too.

mod candidates;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use candidates::{
    CharGuess, PostcodeCandidate, candidates, candidates_of_cells, confused_with, cost_in_cells,
    evidence_in_cells, widened,
};

/// The postcode of Care Opinion's own return address, printed on leaflets; never a service's.
pub const OWN_RETURN_ADDRESS: &str = "S3 8EN";

/// The shapes of ordinary postcodes without the space: `A` for a letter, `9` for a digit.
pub(crate) const SHAPES: [&str; 6] = ["A99AA", "A999AA", "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA"];

/// Territories overseas whose outward part is four letters; the inward part is always `1ZZ`.
const OVERSEAS: [&str; 9] = [
    "ASCN", "BBND", "BIQQ", "FIQQ", "PCRN", "SIQQ", "STHL", "TDCU", "TKCA",
];

/// A postcode in its usual form: capitals, one space before the last three characters.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
pub struct Postcode(String);

/// Why a text is not a postcode.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PostcodeError {
    /// Nothing but spaces.
    #[error("the postcode is empty")]
    Empty,
    /// Too short or too long.
    #[error("a postcode has 5 to 7 letters and digits, this has {0}")]
    Length(usize),
    /// Something that is neither letter, digit, space nor hyphen.
    #[error("{0:?} does not occur in a postcode")]
    Character(char),
    /// Letters and digits in an order that does not occur.
    #[error("{0:?} has letters and digits in an order that no postcode has")]
    Shape(String),
    /// A letter that is never used in its place.
    #[error("the letter {letter} is not used in place {place} of a postcode")]
    Letter {
        /// The letter.
        letter: char,
        /// Its place, from 1, without the space.
        place: usize,
    },
}

impl Postcode {
    /// Reads a postcode; spaces, hyphens, full stops and small letters do not matter.
    ///
    /// # Errors
    /// When the text is not a postcode; the error says why.
    pub fn parse(text: &str) -> Result<Self, PostcodeError> {
        let compact = compact(text)?;
        if compact.is_empty() {
            return Err(PostcodeError::Empty);
        }
        if let Some(special) = parse_special(&compact) {
            return Ok(special);
        }
        if !(5..=7).contains(&compact.len()) {
            return Err(PostcodeError::Length(compact.len()));
        }
        let shape = SHAPES.into_iter().find(|shape| has_shape(&compact, shape));
        let shape = shape.ok_or_else(|| PostcodeError::Shape(compact.clone()))?;
        check_letters(&compact, shape)?;
        Ok(Self::spaced(&compact))
    }

    /// The postcode as text, for example `S10 2JF`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the space: the post town's district.
    pub fn outward(&self) -> &str {
        self.0.split(' ').next().unwrap_or_default()
    }

    /// The part after the space.
    pub fn inward(&self) -> &str {
        self.0.split(' ').nth(1).unwrap_or_default()
    }

    /// Puts the space before the last three characters.
    pub(crate) fn spaced(compact: &str) -> Self {
        let (outward, inward) = compact.split_at(compact.len().saturating_sub(3));
        Self(format!("{outward} {inward}"))
    }
}

impl fmt::Display for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Postcode {
    type Error = PostcodeError;

    fn try_from(text: String) -> Result<Self, PostcodeError> {
        Self::parse(&text)
    }
}

impl From<Postcode> for String {
    fn from(postcode: Postcode) -> Self {
        postcode.0
    }
}

/// Whether some postcode begins like this, or is this; capitals and digits, no space.
pub fn begins_postcode(text: &str) -> bool {
    let begins = |shape: &&str| {
        let fits = |(idx, c)| allowed(c, idx, shape);
        text.len() <= shape.len() && text.chars().enumerate().all(fits)
    };
    SHAPES.iter().any(begins) || begins_special(text)
}

fn begins_special(text: &str) -> bool {
    let begins = |whole: &str| whole.starts_with(text);
    let forces = text.strip_prefix("BFPO");
    let is_forces = forces
        .is_some_and(|number| number.len() <= 4 && number.bytes().all(|b| b.is_ascii_digit()));
    let pseudo = text.strip_prefix("ZZ99");
    let is_pseudo = pseudo.is_some_and(|inward| has_shape(inward, &"9AA"[..inward.len().min(3)]));
    is_forces
        || is_pseudo
        || ["BFPO", "GIR0AA", "ZZ99"].into_iter().any(begins)
        || OVERSEAS.iter().any(|place| begins(&format!("{place}1ZZ")))
}

/// Capitals and digits only.
fn compact(text: &str) -> Result<String, PostcodeError> {
    let mut compact = String::with_capacity(8);
    for character in text.chars() {
        match character {
            c if c.is_ascii_alphanumeric() => compact.push(c.to_ascii_uppercase()),
            c if c.is_whitespace() || matches!(c, '-' | '.' | '\u{2010}' | '\u{2013}') => {}
            other => return Err(PostcodeError::Character(other)),
        }
    }
    Ok(compact)
}

/// The codes that break the rules and are right all the same.
fn parse_special(compact: &str) -> Option<Postcode> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if let Some(number) = compact.strip_prefix("BFPO") {
        let ok = (1..=4).contains(&number.len()) && digits(number);
        return ok.then(|| Postcode(format!("BFPO {number}")));
    }
    let overseas = OVERSEAS.iter().any(|place| {
        compact
            .strip_prefix(place)
            .is_some_and(|inward| inward == "1ZZ")
    });
    let pseudo = compact.starts_with("ZZ99") && has_shape(compact, "AA999AA");
    (compact == "GIR0AA" || overseas || pseudo).then(|| Postcode::spaced(compact))
}

fn has_shape(compact: &str, shape: &str) -> bool {
    let fits = |(b, slot): (u8, u8)| match slot {
        b'A' => b.is_ascii_uppercase(),
        _ => b.is_ascii_digit(),
    };
    compact.len() == shape.len() && compact.bytes().zip(shape.bytes()).all(fits)
}

fn check_letters(compact: &str, shape: &str) -> Result<(), PostcodeError> {
    for (idx, letter) in compact.chars().enumerate() {
        if !allowed(letter, idx, shape) {
            return Err(PostcodeError::Letter {
                letter,
                place: idx + 1,
            });
        }
    }
    Ok(())
}

/// Whether `character` may stand at `idx` of a postcode of this shape.
pub(crate) fn allowed(character: char, idx: usize, shape: &str) -> bool {
    if shape.as_bytes().get(idx) != Some(&b'A') {
        return character.is_ascii_digit();
    }
    let excluded = match idx {
        0 => "QVX",
        1 => "IJZ",
        _ if idx + 2 >= shape.len() => "CIKMOV",
        _ => "",
    };
    character.is_ascii_uppercase() && !excluded.contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_shape_is_read_and_gets_one_space_and_capitals() {
        for (written, expected) in [
            ("m1 1aa", "M1 1AA"),
            ("M60-1NW", "M60 1NW"),
            ("cr26xh", "CR2 6XH"),
            (" DN55 1PT ", "DN55 1PT"),
            ("W1P 1HQ", "W1P 1HQ"),
            ("EC1A 1BB", "EC1A 1BB"),
            ("N1P 1AA", "N1P 1AA"),
            ("s 1 0 2 j f", "S10 2JF"),
        ] {
            assert_eq!(Postcode::parse(written).unwrap().as_str(), expected);
        }
    }

    #[test]
    fn codes_that_break_the_rules_and_are_right_are_accepted() {
        for code in [
            "GIR 0AA", "ZZ99 3VZ", "ZZ99 3CZ", "ASCN 1ZZ", "BFPO 16", "BF1 3AA",
        ] {
            assert_eq!(Postcode::parse(code).unwrap().as_str(), code);
        }
    }

    #[test]
    fn a_letter_that_is_never_used_in_its_place_is_refused() {
        for (code, letter, place) in [("Q1 1AA", 'Q', 1), ("AZ1 1AA", 'Z', 2), ("S10 2JC", 'C', 6)]
        {
            assert_eq!(
                Postcode::parse(code),
                Err(PostcodeError::Letter { letter, place })
            );
        }
    }

    #[test]
    fn other_texts_are_refused_and_the_error_says_why() {
        assert_eq!(Postcode::parse("  "), Err(PostcodeError::Empty));
        assert_eq!(Postcode::parse("S1"), Err(PostcodeError::Length(2)));
        assert_eq!(
            Postcode::parse("S10 £JF"),
            Err(PostcodeError::Character('£'))
        );
        assert_eq!(
            Postcode::parse("1S0 2JF"),
            Err(PostcodeError::Shape("1S02JF".to_owned()))
        );
    }

    #[test]
    fn the_two_parts_can_be_had_apart() {
        let postcode = Postcode::parse("ec1a1bb").unwrap();
        assert_eq!((postcode.outward(), postcode.inward()), ("EC1A", "1BB"));
    }

    #[test]
    fn what_a_postcode_begins_with_is_told_from_what_none_does() {
        for code in [
            "M1 1AA",
            "CR2 6XH",
            "EC1A 1BB",
            "GIR 0AA",
            "ZZ99 3VZ",
            "ASCN 1ZZ",
            "BFPO 1622",
        ] {
            let compact = code.replace(' ', "");
            assert!((0..=compact.len()).all(|n| begins_postcode(&compact[..n])));
            assert!(!begins_postcode(&format!("{compact}A")), "{code}");
        }
        for text in ["1", "Q", "S10C", "BFPOX", "ZZ99A", "GIRO", "LS97TFF"] {
            assert!(!begins_postcode(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn parsing_what_was_parsed_changes_nothing(text in "[A-Za-z0-9 ]{4,9}") {
            if let Ok(postcode) = Postcode::parse(&text) {
                prop_assert_eq!(Postcode::parse(postcode.as_str()), Ok(postcode));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,20}") {
            let _ = Postcode::parse(&text);
        }
    }
}
