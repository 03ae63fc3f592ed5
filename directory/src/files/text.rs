//! Texts as they stand in such files.

use std::borrow::Cow;

use schemas::postcode::Postcode;

/// UTF-8 with or without its mark, else Windows-1252, which older spreadsheets write. Lines end in `\n`: the CSV reader
/// counts lines by it.
pub(super) fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0
        }
    };
    text.replace("\r\n", "\n")
}

/// A postcode in its usual form, or nothing when it is none.
pub(super) fn postcode(written: &str) -> String {
    Postcode::parse(written).map_or_else(|_| String::new(), String::from)
}

/// Without spaces around and doubled ones within.
pub(super) fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name that is written in capitals, as people write it: `St James's University Hospital`.
pub(super) fn mixed_case(name: &str) -> String {
    let name = tidy(name);
    if name.chars().any(char::is_lowercase) {
        return name;
    }
    let words = name.split(' ').enumerate();
    words
        .map(|(i, word)| mixed_word(i, word))
        .collect::<Vec<_>>()
        .join(" ")
}

fn mixed_word(i: usize, word: &str) -> String {
    const CAPITALS: &[&str] = &[
        "NHS", "GP", "GPS", "CCG", "ICB", "A&E", "PCT", "HQ", "UK", "II", "III", "MRI", "ENT",
        "HSC",
    ];
    const SMALL: &[&str] = &[
        "OF", "AND", "THE", "AT", "IN", "FOR", "ON", "TO", "UPON", "LE",
    ];
    let plain = word.trim_matches(|c: char| !c.is_alphanumeric());
    if CAPITALS.contains(&plain) {
        return word.to_owned();
    }
    if i > 0 && SMALL.contains(&plain) {
        return word.to_lowercase();
    }
    let mut mixed = String::with_capacity(word.len());
    let mut begins = true;
    for (at, character) in word.char_indices() {
        if begins && character.is_alphabetic() {
            mixed.push(character);
        } else {
            mixed.extend(character.to_lowercase());
        }
        // O'BRIEN is O'Brien, and JAMES'S is James's.
        let names_begin =
            matches!(character, '-' | '/' | '(' | '.') || (character == '\'' && at == 1);
        begins = names_begin || (begins && !character.is_alphabetic());
    }
    mixed
}

/// The lines of an address: the town, and the others joined. Of three lines or more the last is the county.
pub(super) fn address(lines: &[&str]) -> (String, String) {
    let mut lines: Vec<String> = lines
        .iter()
        .map(|line| mixed_case(line))
        .filter(|line| !line.is_empty())
        .collect();
    let town_idx = match lines.len() {
        0 => return (String::new(), String::new()),
        n @ (1 | 2) => n - 1,
        n => n - 2,
    };
    let town = lines.remove(town_idx);
    (town, lines.join(", "))
}

/// Whether something closed by `today`, both written `20261125`.
pub(super) fn is_past(closed_on: &str, today: &str) -> bool {
    let closed_on: String = closed_on.chars().filter(char::is_ascii_digit).collect();
    !closed_on.is_empty() && closed_on.as_str() <= today
}
