//! Danger: words that somebody must see before anybody transcribes the story with care.

use checks::safeguarding;
use schemas::layout::Meaning;
use schemas::reading::Reading;

use crate::engine::joined;
use crate::warnings;

/// So many phrases are named in the warning.
const NAMED: usize = 3;

/// Warns when what was read of the story may say that somebody is in danger. The lines are looked at, not the draft: a hand
/// that is too hard to read for a draft may still show one such word.
pub(super) fn warn(reading: &mut Reading) {
    let stories = reading.regions.iter().chain(&reading.letter);
    let texts = stories
        .filter(|region| region.reads == Meaning::Story)
        .filter_map(|region| joined(&region.lines));
    let found: Vec<String> = texts.flat_map(|text| phrases(&text)).collect();
    if !found.is_empty() {
        reading
            .warnings
            .push(warnings::maybe_danger(&found[..found.len().min(NAMED)]));
    }
}

fn phrases(text: &str) -> Vec<String> {
    let found = safeguarding::words(text);
    let phrase = |found: &checks::Finding| text.get(found.start..found.end).map(str::to_owned);
    found.iter().filter_map(phrase).collect()
}
