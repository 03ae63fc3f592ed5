//! A stretch in capitals in the case of a sentence.

use crate::lists::{PROPER, is_place, sorts};
use crate::text::Word;

/// Stay as they are.
const ACRONYMS: &[&str] = &[
    "a", "aaa", "ad", "adhd", "ae", "aed", "afib", "ahp", "aids", "ambu", "anp", "asd", "avm",
    "bmi", "bp", "bsl", "bt", "camhs", "cbt", "cbd", "ccu", "ccg", "cea", "cfs", "chd", "chi",
    "cja", "cmht", "cns", "copd", "covid", "cpap", "cpn", "cpr", "cqc", "crp", "csf", "ct", "ctg",
    "cva", "cvd", "dbs", "dna", "dnacpr", "dnar", "dnr", "dvt", "dwp", "ecg", "echo", "ed", "edd",
    "eeg", "ehc", "emg", "ems", "ent", "eol", "epu", "esr", "fbc", "ffp", "fit", "gcs", "gcse",
    "gi", "gord", "gp", "gps", "gtn", "gu", "gum", "hca", "hcas", "hcp", "hdu", "hiv", "hpv", "hr",
    "hrt", "hscp", "hx", "ibd", "ibs", "icb", "icu", "id", "itu", "iud", "iv", "ivf", "la", "lft",
    "lgi", "lfts", "lmc", "mau", "mdt", "me", "mh", "mi", "miu", "mrcp", "mri", "mrsa", "ms",
    "msk", "mua", "nct", "nfa", "ng", "nhs", "ni", "nice", "nicu", "ods", "ot", "ots", "pa",
    "pals", "pcr", "pct", "pe", "peg", "pet", "picc", "picu", "pip", "pmt", "pnd", "ppe", "prn",
    "psa", "pt", "ptsd", "qr", "ra", "raf", "rcn", "rn", "rsi", "rta", "sao2", "sats", "sau",
    "scbu", "sen", "send", "sho", "slt", "sle", "sob", "ssri", "std", "sti", "tb", "tens", "tia",
    "tpn", "tv", "uk", "us", "usa", "uti", "utis", "vat", "vip", "vte", "wc", "wifi", "xr", "dr",
    "phd",
];

/// Those of them that are also words, and are lowered.
const WORDS: &[&str] = &[
    "a", "ad", "echo", "ed", "fit", "la", "me", "nice", "pet", "pip", "send", "sats", "us", "peg",
    "it", "pa", "dr", "id",
];

/// Written with a capital, beside [`PROPER`].
const CAPITAL: &[&str] = &[
    "polish", "god", "dr", "mr", "mrs", "ms", "miss", "prof", "sister", "matron",
];

/// The words, with what is between them, each sentence begun with a capital.
pub(super) fn lowered(text: &str, words: &[&Word<'_>]) -> String {
    let mut lowered = String::new();
    let mut at = words.first().map_or(0, |word| word.start);
    for (idx, word) in words.iter().enumerate() {
        let before = idx.checked_sub(1).map(|idx| &*words[idx].folded);
        lowered.push_str(&text[at..word.start]);
        lowered.push_str(&lowered_word(word, before));
        at = word.end;
    }
    lowered
}

fn lowered_word(word: &Word<'_>, before: Option<&str>) -> String {
    let folded = word.folded.as_str();
    let is_acronym = ACRONYMS.contains(&folded) && !WORDS.contains(&folded);
    let is_pronoun = folded == "i" || folded.starts_with("i'");
    if is_pronoun {
        return capital(word.text);
    }
    if is_acronym || word.is_number() || is_after_ampersand(word) {
        return if word.is_number() {
            word.text.to_lowercase()
        } else {
            word.text.to_owned()
        };
    }
    let is_month = matches!(folded, "march" | "may") && before == Some("in");
    let sorts = sorts(word.bare());
    let is_name = (sorts.is_usual() && !sorts.is_word())
        || (is_place(word.bare()) && !is_also_a_word(folded));
    let begins_capital = word.starts_sentence || is_month || is_name || is_proper(word.bare());
    if begins_capital {
        capital(word.text)
    } else {
        word.text.to_lowercase()
    }
}

fn is_proper(word: &str) -> bool {
    PROPER.contains(&word) || CAPITAL.contains(&word)
}

/// The two halves of A&E.
fn is_after_ampersand(word: &Word<'_>) -> bool {
    word.text.chars().count() == 1 && matches!(word.folded.as_str(), "e" | "n")
}

/// Towns that would be lowered too seldom: bath, reading, march.
fn is_also_a_word(folded: &str) -> bool {
    crate::lists::is_common(folded)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(String::from).unwrap_or_default();
    first + &letters.as_str().to_lowercase()
}
