//! Small things that make a text easier to read: spelling, spaces and stops, capitals.
//!
//! Only what is likely right is suggested. Words of names, of web and e-mail addresses, and what may be a name are never
//! corrected; dialect that is in `data/words/care.txt` stays.

mod affix;
mod case;
mod dictionary;
mod near;
mod spelling;
mod typography;

use crate::finding::{Finding, settle};
use crate::privacy::addresses_on_the_net;
use crate::text::words;

pub use dictionary::load;

/// What could be tidied, sorted by place, never overlapping.
pub fn suggest(text: &str) -> Vec<Finding> {
    let words = words(text);
    let mut let_be = addresses_on_the_net(text);
    let_be.extend(brackets(text));
    let mut findings = Vec::new();
    spelling::find(text, &words, &mut findings);
    case::find(&words, &mut findings);
    typography::find(text, &mut findings);
    findings.retain(|finding| {
        !let_be
            .iter()
            .any(|(start, end)| finding.start < *end && *start < finding.end)
    });
    settle(findings)
}

/// What stands in square brackets was put there by a person: `[name removed]`, `[illegible]`.
fn brackets(text: &str) -> impl Iterator<Item = (usize, usize)> {
    text.match_indices('[').filter_map(|(start, _)| {
        let length = text[start..].find(']')?;
        Some((start, start + length + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::apply;

    #[test]
    fn a_text_is_tidied_by_applying_everything() {
        let text = "i was recieved by the docter on monday ,it was  great!!! teh nurse was kind";
        let expected = "I was received by the doctor on Monday, it was great! The nurse was kind";
        let once = apply(text, &suggest(text));
        assert_eq!(apply(&once, &suggest(&once)), expected);
    }

    #[test]
    fn what_is_right_stays() {
        for text in [
            "The physio at A&E gave me paracetamol and an MRI. It didn't hurt.",
            "Agnieszka and Saoirse from Ystradgynlais were lovely.",
            "See www.nhs.uk/live-well or write to jo.blogs@example.org, they said.",
            "It cost £4.50, at 10.30am, for 3.5 hours.",
            "[name removed] was kind. [illegible], they said [ and so on.",
            "The wean wasnae well and outwith hours there was nowt.",
        ] {
            assert_eq!(suggest(text), [], "{text}");
        }
    }
}
