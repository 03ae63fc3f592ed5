//! A mail is taken apart: what is attached to it, to mails within it, and who sent it.
//!
//! Everything that is attached is taken, whatever its name and declared kind. Left out are only texts (the letter
//! itself, signatures, calendar entries) and small pictures that stand inside the text of a mail that brings
//! something else: those are logos, and the mail itself is kept in the mailbox.

use mail_parser::decoders::base64::base64_decode;
use mail_parser::{Encoding, Message, MessageParser, MessagePart, MimeHeaders as _, PartType};
use schemas::file_name;

use super::logo;
use super::within;
use crate::format;

/// Mails within mails: forwarded, and forwarded again.
///
/// 5: more is a chain letter; what lies deeper is told as missing.
const MAX_DEPTH: u32 = 5;
/// 500: a pile of which each sheet became a file of its own.
const MAX_ATTACHED: usize = 500;
/// The longest address of a sender that is shown.
const MAX_SENDER_CHARS: usize = 80;

/// What is in a mail.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Mail {
    /// The address of the sender, when there is one.
    pub(super) sender: Option<String>,
    /// What is attached, in the order of the mail.
    pub(super) attached: Vec<Attached>,
    /// How many logos were left out.
    pub(super) n_left_out: usize,
    /// Whether there is more than is taken apart: too many attachments, or mails within mails within mails.
    pub(super) has_more: bool,
}

/// Something that is attached to a mail.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Attached {
    /// Its place in the mail, the same whenever the mail is taken apart: `2`, or `3.1` in a mail within it.
    pub(super) place: String,
    /// Its name, for people.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    /// Whether the mail is damaged where it stands; the bytes are then what could be saved.
    pub(super) is_damaged: bool,
    is_logo: bool,
}

/// Takes a mail apart.
pub(super) fn take_apart(raw: &[u8]) -> Mail {
    let mut mail = Mail::default();
    collect(raw, "", 0, &mut mail);
    // When there are only small pictures, somebody may have sent a very small scan.
    if mail.attached.iter().any(|attached| !attached.is_logo) {
        let n_attached = mail.attached.len();
        mail.attached.retain(|attached| !attached.is_logo);
        mail.n_left_out = n_attached - mail.attached.len();
    }
    mail
}

fn collect(raw: &[u8], place_before: &str, depth: u32, mail: &mut Mail) {
    let hidden = within::hide_mails_within(raw);
    let Some(message) = MessageParser::default().parse(&hidden[..]) else {
        return;
    };
    if depth == 0 {
        mail.sender = sender(&message);
    }
    for (part_idx, part) in message.parts.iter().enumerate() {
        let place = format!("{place_before}{part_idx}");
        if within::is_mail(part) {
            if depth == MAX_DEPTH {
                mail.has_more = true;
            } else {
                collect(part.contents(), &format!("{place}."), depth + 1, mail);
            }
        } else if let Some(attached) = attached(&message, part, place) {
            if mail.attached.len() == MAX_ATTACHED {
                mail.has_more = true;
                return;
            }
            mail.attached.push(attached);
        }
    }
}

fn sender(message: &Message<'_>) -> Option<String> {
    let address = message.from()?.first()?.address()?;
    let shown = file_name::one_line(address, MAX_SENDER_CHARS);
    (!shown.is_empty()).then_some(shown)
}

/// What a part brings along; nothing when it is text, or holds other parts.
fn attached(message: &Message<'_>, part: &MessagePart<'_>, place: String) -> Option<Attached> {
    let (bytes, is_damaged) = match &part.body {
        PartType::Multipart(_) | PartType::Message(_) => return None,
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
            if is_signature(part) || within::is_report(part) {
                return None;
            }
            (bytes.to_vec(), part.is_encoding_problem)
        }
        PartType::Text(_) | PartType::Html(_) => called_text(message, part)?,
    };
    Some(Attached {
        place,
        name: file_name::for_people(part.attachment_name().unwrap_or_default()),
        is_logo: logo::is_logo(part, &bytes),
        bytes,
        is_damaged,
    })
}

/// What is called a text and is none: some scanners declare everything so, and the parser makes a text of what it cannot
/// decode.
fn called_text(message: &Message<'_>, part: &MessagePart<'_>) -> Option<(Vec<u8>, bool)> {
    let (start, end) = (part.offset_body as usize, part.offset_end as usize);
    let raw = message.raw_message.get(start..end).unwrap_or_default();
    if part.is_encoding_problem && !is_declared_text(part) {
        return Some((raw.to_vec(), true));
    }
    let bytes = match part.encoding {
        Encoding::Base64 => base64_decode(raw)?,
        _ => raw.to_vec(),
    };
    format::recognise(&bytes).is_ok().then_some((bytes, false))
}

fn is_declared_text(part: &MessagePart<'_>) -> bool {
    let kind = part.content_type();
    kind.is_none_or(|kind| {
        kind.c_type.eq_ignore_ascii_case("text") || kind.c_type.eq_ignore_ascii_case("multipart")
    })
}

/// The signature of a signed mail, which mail programs show as an attachment.
fn is_signature(part: &MessagePart<'_>) -> bool {
    ["pkcs7-signature", "x-pkcs7-signature", "pgp-signature"]
        .iter()
        .any(|subtype| part.is_content_type("application", subtype))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &str = "iVBORw0KGgo=";

    fn mail_of(parts: &[&str]) -> Vec<u8> {
        let parts = parts.join("\r\n--edge\r\n");
        let head = "From: Scanner <scanner@bureau.example>\r\nContent-Type: multipart/mixed; boundary=edge";
        format!("{head}\r\n\r\n--edge\r\n{parts}\r\n--edge--\r\n").into_bytes()
    }

    fn picture(headers: &str) -> String {
        format!("{headers}Content-Transfer-Encoding: base64\r\n\r\n{PNG}")
    }

    const TEXT: &str = "Content-Type: text/plain\r\n\r\nSee the scan.";

    #[test]
    fn what_is_attached_is_found_by_content_whatever_it_is_called() {
        let as_text = "Content-Type: text/plain; name=\"..\\\\scan 1.txt\"\r\nContent-Disposition: attachment\r\n";
        let as_bytes = "Content-Type: application/octet-stream; name=a.bin\r\n";
        let mail = take_apart(&mail_of(&[TEXT, &picture(as_text), &picture(as_bytes)]));
        assert_eq!(mail.sender.as_deref(), Some("scanner@bureau.example"));
        let names: Vec<_> = mail.attached.iter().map(|a| a.name.as_str()).collect();
        assert_eq!(names, ["scan 1.txt", "a.bin"]);
        let places: Vec<_> = mail.attached.iter().map(|a| a.place.as_str()).collect();
        assert_eq!(places, ["2", "3"]);
        assert!(
            mail.attached
                .iter()
                .all(|a| a.bytes == b"\x89PNG\r\n\x1a\n")
        );
    }

    #[test]
    fn texts_and_signatures_are_no_scans() {
        let signature = "Content-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA";
        let mail = take_apart(&mail_of(&[TEXT, signature]));
        assert_eq!(mail.attached, []);
        assert_eq!(take_apart(b""), Mail::default());
    }

    #[test]
    fn forwarded_mails_are_looked_into_but_not_for_ever() {
        let mut raw = mail_of(&[&picture("Content-Type: image/png; name=a.png\r\n")]);
        for n_around in 1..=MAX_DEPTH + 1 {
            let inner = String::from_utf8(raw).unwrap();
            raw = mail_of(&[
                TEXT,
                &format!("Content-Type: message/rfc822\r\n\r\n{inner}")
                    .replace("edge", &format!("in{n_around}-edge")),
            ]);
            let mail = take_apart(&raw);
            let n_found = usize::from(n_around <= MAX_DEPTH);
            assert_eq!(mail.attached.len(), n_found, "{n_around} mails around it");
            assert_eq!(mail.has_more, n_around > MAX_DEPTH);
        }
    }

    #[test]
    fn a_million_mails_within_each_other_do_no_harm() {
        let raw = "Content-Type: message/rfc822\n\n".repeat(1_000_000);
        assert!(take_apart(raw.as_bytes()).has_more);
    }

    #[test]
    fn an_attachment_that_the_mail_damaged_is_told() {
        let cut = "Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0x\r\n%%%\r\n";
        let mail = take_apart(&mail_of(&[cut]));
        assert_eq!(mail.attached.len(), 1);
        assert!(mail.attached[0].is_damaged);
    }

    #[test]
    fn a_logo_is_left_out_when_there_is_a_scan_beside_it() {
        let logo = picture("Content-Type: image/png\r\nContent-ID: <logo>\r\n");
        let scan =
            picture("Content-Type: image/png; name=a.png\r\nContent-Disposition: attachment\r\n");
        let both = take_apart(&mail_of(&[&logo, &scan]));
        assert_eq!((both.attached.len(), both.n_left_out), (1, 1));
        let alone = take_apart(&mail_of(&[&logo]));
        assert_eq!((alone.attached.len(), alone.n_left_out), (1, 0));
    }
}
