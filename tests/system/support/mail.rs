use super::fresh_name;

/// A mail to write.
pub(crate) struct Mail {
    pub(crate) subject: &'static str,
    pub(crate) parts: Vec<Part>,
}

/// A part of a mail.
pub(crate) enum Part {
    Text(&'static str),
    /// A name, the kind that it is said to be, and what it is.
    Attached(&'static str, &'static str, Vec<u8>),
    /// A picture inside the text.
    Inline(Vec<u8>),
    /// A mail that is forwarded.
    Forwarded(Mail),
}

impl Mail {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let edge = fresh_name("edge");
        let parts: Vec<_> = self.parts.iter().map(Part::written).collect();
        let parts = parts.join(&format!("\r\n--{edge}\r\n"));
        let head = "From: \"The scanner\" <scanner@bureau.example>\r\nTo: scans@example.org";
        let subject = self.subject;
        format!(
            "{head}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=\"{edge}\"\r\n\r\n\
             --{edge}\r\n{parts}\r\n--{edge}--\r\n"
        )
        .into_bytes()
    }
}

impl Part {
    fn written(&self) -> String {
        match self {
            Self::Text(text) => format!("Content-Type: text/plain; charset=utf-8\r\n\r\n{text}"),
            Self::Attached(name, kind, bytes) => format!(
                "Content-Type: {kind}; name=\"{name}\"\r\n\
                 Content-Disposition: attachment; filename=\"{name}\"\r\n{}",
                base64(bytes)
            ),
            Self::Inline(bytes) => format!(
                "Content-Type: image/png\r\nContent-ID: <logo>\r\nContent-Disposition: inline\r\n{}",
                base64(bytes)
            ),
            Self::Forwarded(mail) => format!(
                "Content-Type: message/rfc822\r\n\r\n{}",
                String::from_utf8(mail.bytes()).unwrap()
            ),
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    let lines: Vec<&str> = (0..text.len())
        .step_by(76)
        .map(|start| &text[start..text.len().min(start + 76)])
        .collect();
    format!(
        "Content-Transfer-Encoding: base64\r\n\r\n{}",
        lines.join("\r\n")
    )
}
