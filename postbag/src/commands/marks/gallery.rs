//! The report as one page of HTML that needs nothing from elsewhere.

use std::fmt::Write as _;

use ocr_worker::thresholds::MarkThresholds;
use schemas::reading::MarkDecision;

use super::{Report, Shown};

/// The page around what is counted and shown.
const FRAME: &str = include_str!("gallery.html");
/// Bars of the histogram.
const N_BARS: usize = 100;
/// The histogram's size.
const WIDTH: f64 = 1000.0;
/// See [`WIDTH`].
const HEIGHT: f64 = 180.0;

/// Writes the page; the boxes are in the order of the gallery.
pub(super) fn page(report: &Report, thresholds: &MarkThresholds) -> String {
    let of_kind = |is_face: bool| -> Vec<&Shown> {
        let boxes = report.boxes.iter();
        boxes.filter(|shown| shown.is_face == is_face).collect()
    };
    let t = thresholds;
    let lines = [
        (t.unsure, "unsure"),
        (t.ticked, "ticked"),
        (t.crowded, "crowded"),
        (t.cancelled, "blacked out"),
    ];
    let mut body = summary(report);
    section(&mut body, "Boxes", &of_kind(false), &lines);
    section(&mut body, "Faces", &of_kind(true), &lines);
    FRAME.replace("<!-- body -->", &body)
}

fn summary(report: &Report) -> String {
    let count = |holds: fn(&Shown) -> bool| report.boxes.iter().filter(|b| holds(b)).count();
    let known = count(|shown| shown.truth.is_some());
    let mut text = format!(
        "<p><b>{}</b> pages, <b>{}</b> boxes, <b>{}</b> for a person to decide",
        report.n_pages,
        report.boxes.len(),
        count(|shown| shown.mark.decision == MarkDecision::Unsure)
    );
    if known > 0 {
        let wrong = count(Shown::is_wrong);
        let _ = write!(text, "; of {known} with a known truth <b>{wrong} wrong</b>");
    }
    text.push_str(".</p>\n");
    if !report.unread.is_empty() {
        let names: Vec<String> = report.unread.iter().map(|name| escaped(name)).collect();
        let _ = writeln!(
            text,
            "<p class=\"unread\">Not read: {}.</p>",
            names.join(", ")
        );
    }
    text
}

fn section(body: &mut String, title: &str, boxes: &[&Shown], lines: &[(f64, &str)]) {
    if boxes.is_empty() {
        return;
    }
    let _ = writeln!(body, "<h2>{title}</h2>");
    histogram(body, boxes, lines);
    body.push_str("<div class=\"gallery\">\n");
    for shown in boxes {
        figure(body, shown);
    }
    body.push_str("</div>\n");
}

/// Few boxes lie between the thresholds, and those are looked for: scores and numbers are drawn as square roots.
fn across(score: f64) -> f64 {
    score.clamp(0.0, 1.0).sqrt() * WIDTH
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a hundred bars, and as many boxes as a person can look at"
)]
fn histogram(body: &mut String, boxes: &[&Shown], lines: &[(f64, &str)]) {
    let mut bars = [0usize; N_BARS];
    let bar_width = WIDTH / N_BARS as f64;
    for shown in boxes {
        bars[((across(shown.mark.score) / bar_width) as usize).min(N_BARS - 1)] += 1;
    }
    let most = (bars.iter().copied().max().unwrap_or(1).max(1) as f64).sqrt();
    let _ = writeln!(
        body,
        "<svg class=\"histogram\" viewBox=\"0 -40 {WIDTH} {}\" role=\"img\" aria-label=\"How many boxes have which score\">",
        HEIGHT + 64.0
    );
    for (i, n) in bars.iter().enumerate().filter(|(_, n)| **n > 0) {
        let height = (*n as f64).sqrt() / most * HEIGHT;
        let _ = writeln!(
            body,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"><title>{n}</title></rect>",
            i as f64 * bar_width + 0.5,
            HEIGHT - height,
            bar_width - 1.0
        );
    }
    for (i, (score, name)) in lines.iter().enumerate() {
        let (x, y) = (across(*score), -6.0 - 13.0 * (i % 2) as f64);
        let _ = writeln!(
            body,
            "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{y:.0}\" y2=\"{HEIGHT}\"/><text x=\"{:.1}\" y=\"{y:.0}\">{name} {score}</text>",
            x + 3.0
        );
    }
    for score in [0.0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0] {
        let anchor = match score {
            0.0 => "start",
            1.0 => "end",
            _ => "middle",
        };
        let _ = writeln!(
            body,
            "<text class=\"scale\" text-anchor=\"{anchor}\" x=\"{:.1}\" y=\"{:.0}\">{score}</text>",
            across(score),
            HEIGHT + 18.0
        );
    }
    body.push_str("</svg>\n");
}

fn figure(body: &mut String, shown: &Shown) {
    let decision = name(shown.mark.decision);
    let wrong = if shown.is_wrong() { " wrong" } else { "" };
    let truth = match shown.truth {
        Some(truth) if truth != shown.mark.decision => format!(", in truth {}", name(truth)),
        _ => String::new(),
    };
    let place = escaped(&format!(
        "{} page {} {} {}",
        shown.file,
        shown.page_idx + 1,
        shown.region,
        shown.mark.value
    ));
    let _ = writeln!(
        body,
        "<figure class=\"{decision}{wrong}\" title=\"{place}\"><img alt=\"{place}\" src=\"data:image/png;base64,{}\">\
         <figcaption><b>{:.3}</b> {decision}{truth}<br><span>{place}</span></figcaption></figure>",
        base64(&shown.png),
        shown.mark.score
    );
}

const fn name(decision: MarkDecision) -> &'static str {
    match decision {
        MarkDecision::Ticked => "ticked",
        MarkDecision::Empty => "empty",
        MarkDecision::Unsure => "unsure",
        MarkDecision::Cancelled => "cancelled",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Source: RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for part in bytes.chunks(3) {
        let at = |i: usize| u32::from(part.get(i).copied().unwrap_or(0));
        let group = at(0) << 16 | at(1) << 8 | at(2);
        for i in 0..4 {
            let index = (group >> (18 - 6 * i)) & 63;
            let filled = i <= part.len();
            text.push(if filled {
                char::from(ALPHABET[index as usize])
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_the_letters_of_the_standard() {
        let pairs = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ];
        for (plain, expected) in pairs {
            assert_eq!(base64(plain.as_bytes()), expected);
        }
    }

    #[test]
    fn names_of_files_cannot_break_the_page() {
        assert_eq!(escaped("<a \"b\"&c>"), "&lt;a &quot;b&quot;&amp;c&gt;");
    }
}
