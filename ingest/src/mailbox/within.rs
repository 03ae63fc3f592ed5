//! Mails within mails. The parser's result holds them inside of each other, so that taking down what it made of a mail
//! with a million of them would overflow the stack. They are renamed before it looks, so that they come out as
//! attachments, and looked into one by one.

use std::borrow::Cow;

use mail_parser::{MessagePart, MimeHeaders as _};

const HEADER: &[u8] = b"content-type:";
/// Each name with what it is called meanwhile; both have the same length.
const RENAMED: [(&[u8], &[u8]); 2] = [
    (b"message/", b"mess-ge/"),
    // Its parts are mails unless they say otherwise.
    (b"multipart/digest", b"multipart/dig-st"),
];

/// The mail with the mails within it renamed.
pub(super) fn hide_mails_within(raw: &[u8]) -> Cow<'_, [u8]> {
    let mut hidden = Cow::Borrowed(raw);
    for start in values_of_content_type(raw) {
        for (name, meanwhile) in RENAMED {
            if begins_with(&raw[start..], name) {
                hidden.to_mut()[start..start + name.len()].copy_from_slice(meanwhile);
            }
        }
    }
    hidden
}

/// Whether a part is a mail that was renamed.
pub(super) fn is_mail(part: &MessagePart<'_>) -> bool {
    ["rfc822", "global"]
        .iter()
        .any(|subtype| part.is_content_type("mess-ge", subtype))
}

/// Whether a part tells what became of another mail; such a report is text.
pub(super) fn is_report(part: &MessagePart<'_>) -> bool {
    let kind = part.content_type();
    kind.is_some_and(|kind| kind.c_type.eq_ignore_ascii_case("mess-ge"))
}

/// Where the values of lines begin that look like the header.
fn values_of_content_type(raw: &[u8]) -> impl Iterator<Item = usize> {
    let line_starts = raw
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .map(|(end, _)| end + 1);
    std::iter::once(0)
        .chain(line_starts)
        .filter(|&start| begins_with(&raw[start..], HEADER))
        .map(|start| {
            let value = start + HEADER.len();
            let n_spaces = raw[value..]
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace());
            value + n_spaces.count()
        })
}

fn begins_with(bytes: &[u8], name: &[u8]) -> bool {
    bytes
        .get(..name.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(name))
}
