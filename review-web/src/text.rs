//! Small things done to texts.

/// The first `n_words` words, with an ellipsis when there are more.
pub(crate) fn first_words(text: &str, n_words: usize) -> String {
    let mut words = text.split_whitespace();
    let first: Vec<&str> = words.by_ref().take(n_words).collect();
    let more = if words.next().is_some() { " …" } else { "" };
    format!("{}{more}", first.join(" "))
}

/// The title, or words that stand for a missing one.
pub(crate) fn title_or_untitled(title: &str) -> String {
    match title.trim() {
        "" => "A story without a title".to_owned(),
        title => title.to_owned(),
    }
}

/// Paragraphs, parted by empty lines. A line that ends within one was only the end of the paper: as in
/// Markdown it becomes a space.
pub(crate) fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in text.lines().map(str::trim) {
        match paragraphs.last_mut() {
            Some(last) if !line.is_empty() => {
                if !last.is_empty() {
                    last.push(' ');
                }
                last.push_str(line);
            }
            _ => paragraphs.push(String::new()),
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}

/// What a browser sent, as it is stored: line feeds only, no spaces at the ends of lines or of the text.
pub(crate) fn tidy(typed: &str) -> String {
    let lines: Vec<&str> = typed.lines().map(str::trim_end).collect();
    lines.join("\n").trim().to_owned()
}

/// A text as Markdown that shows exactly this text.
///
/// Care Opinion's body is Markdown; what would begin a heading, a list, a quotation or emphasis is escaped.
pub(crate) fn markdown(text: &str) -> String {
    text.lines()
        .map(markdown_line)
        .collect::<Vec<_>>()
        .join("\n")
}

fn markdown_line(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len() + 8);
    for c in line.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    let text = escaped.trim_start();
    let indent = escaped.len() - text.len();
    let n_digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let after_digits = text[n_digits..].chars().next();
    match text.chars().next() {
        Some('#' | '-' | '+' | '>' | '=' | '~') => escaped.insert(indent, '\\'),
        Some(_) if n_digits > 0 && matches!(after_digits, Some('.' | ')')) => {
            escaped.insert(indent + n_digits, '\\');
        }
        _ => {}
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_shows_what_was_written() {
        for (written, escaped) in [
            ("# 1 hospital", "\\# 1 hospital"),
            ("- waited", "\\- waited"),
            ("> so", "\\> so"),
            ("1. first", "1\\. first"),
            ("1.5 hours", "1\\.5 hours"),
            ("so *very* good_", "so \\*very\\* good\\_"),
            ("10 out of 10", "10 out of 10"),
            ("a <b> c", "a \\<b> c"),
        ] {
            assert_eq!(markdown(written), escaped);
        }
    }

    #[test]
    fn texts_are_stored_without_carriage_returns() {
        assert_eq!(tidy("one \r\n\r\ntwo\r\n"), "one\n\ntwo");
    }

    #[test]
    fn paragraphs_flow_over_the_line_ends_of_the_paper() {
        assert_eq!(paragraphs("a\nb\n\n\nc"), ["a b", "c"]);
    }

    #[test]
    fn long_texts_are_cut_between_words() {
        assert_eq!(first_words("one two three", 2), "one two …");
        assert_eq!(first_words("one two", 2), "one two");
    }
}
