//! Regular expressions, compiled once.

use regex::Regex;

/// Compiles a pattern of our own, without regard to case; white space in it does not count.
pub(super) fn pattern(source: &str) -> Regex {
    Regex::new(&format!("(?ix){source}"))
        .expect("the patterns are constant and a test compiles each")
}

/// The part of a text that ends at `end`, at most `n_bytes` long, within its line.
pub(super) fn before(text: &str, end: usize, n_bytes: usize) -> &str {
    let mut start = end.saturating_sub(n_bytes);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let part = &text[start..end];
    part.rsplit('\n').next().unwrap_or(part)
}

/// The part of a text that begins at `start`, at most `n_bytes` long, within its line.
pub(super) fn after(text: &str, start: usize, n_bytes: usize) -> &str {
    let mut end = text.len().min(start + n_bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let part = &text[start..end];
    part.split('\n').next().unwrap_or(part)
}

/// The digits of a text, with the letters that are taken for digits in handwriting put right.
pub(super) fn digits(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '0'..='9' => Some(c),
            'O' | 'o' => Some('0'),
            'I' | 'l' => Some('1'),
            _ => None,
        })
        .collect()
}

/// How many characters are digits as they stand.
pub(super) fn n_true_digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}
