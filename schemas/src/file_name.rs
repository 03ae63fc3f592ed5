//! Names that strangers gave to files: for people to know them by, and for nothing else.

/// Longer names help nobody, and lists stay readable.
const MAX_CHARS: usize = 120;
/// What a file is called whose name has nothing that can be shown.
const UNNAMED: &str = "unnamed";

/// A file's name as people see it: no folders, nothing that cannot be seen, not endless. It is never a path.
pub fn for_people(sent: &str) -> String {
    let name = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown = one_line(name, MAX_CHARS);
    if shown.trim_matches('.').is_empty() {
        return UNNAMED.to_owned();
    }
    shown
}

/// Any text as a line of at most so many characters, with nothing in it that cannot be seen.
pub fn one_line(text: &str, max_chars: usize) -> String {
    let shown: String = text.chars().filter(|&char| is_shown(char)).collect();
    shortened(shown.trim(), max_chars)
}

/// Marks that turn the direction of writing make `fdp.exe` of `exe.pdf`.
fn is_shown(char: char) -> bool {
    let turns = matches!(char, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    !char.is_control() && !turns
}

/// Its start and its end, where a name's number and format stand.
fn shortened(text: &str, max_chars: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= max_chars {
        return text.to_owned();
    }
    let n_end = max_chars / 3;
    let start = &chars[..max_chars.saturating_sub(n_end + 1)];
    let end = &chars[chars.len() - n_end..];
    start.iter().chain(['…'].iter()).chain(end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_what_cannot_be_seen_are_left_out() {
        assert_eq!(for_people("../../etc/scan 1.pdf"), "scan 1.pdf");
        assert_eq!(for_people("C:\\scans\\scan 1.pdf"), "scan 1.pdf");
        assert_eq!(for_people("scan\r\n\u{202E}1\0.pdf "), "scan1.pdf");
        for nothing in ["", "..", "a/..", "a/", "\u{7}", " . "] {
            assert_eq!(for_people(nothing), UNNAMED, "{nothing:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_start_and_its_end() {
        let name = for_people(&format!("{}-0007.pdf", "ä".repeat(300)));
        assert_eq!(name.chars().count(), MAX_CHARS);
        assert!(name.starts_with("ää") && name.ends_with("-0007.pdf"));
    }
}
