//! The search box: what a person types, found in the directory.

use crate::index::Index;
use crate::postal::PostcodeGuess;
use crate::resolve::{Query, resolve};
use crate::service::Service;
use crate::words::words;

/// Services for what a person typed, best first: a code, a postcode or its beginning, words, the last of which may be
/// unfinished, and both together.
pub fn search<'i>(index: &'i Index, typed: &str, limit: usize) -> Vec<&'i Service> {
    if let Some(service) = index.service(&typed.trim().to_uppercase()) {
        return vec![service];
    }
    let (name, postcode) = apart(typed);
    let mut found = whole_words(index, &name, &postcode);
    if found.len() < limit {
        let guesses: Vec<PostcodeGuess> = (!postcode.is_empty())
            .then(|| PostcodeGuess {
                text: postcode.clone(),
                cost: 0.0,
            })
            .into_iter()
            .collect();
        let query = Query {
            name: &name,
            postcodes: &guesses,
            origin: None,
        };
        let misspelt = resolve(index, &query).candidates.into_iter();
        let numbers = misspelt.filter_map(|candidate| index.number_of(&candidate.service.code));
        for number in numbers {
            if !found.contains(&number) {
                found.push(number);
            }
        }
    }
    found.truncate(limit);
    found
        .into_iter()
        .map(|number| &index.entry(number).service)
        .collect()
}

/// The words, and the part that looks like a postcode or its beginning.
fn apart(typed: &str) -> (String, String) {
    let mut parts: Vec<&str> = typed.split_whitespace().collect();
    let is_code =
        |part: &str| part.len() <= 7 && part.bytes().any(|b| b.is_ascii_digit()) && part.len() >= 2;
    let n_code = parts
        .iter()
        .rev()
        .take_while(|part| is_code(part))
        .count()
        .min(2);
    let code = parts.split_off(parts.len() - n_code);
    (parts.join(" "), code.join(" ").to_uppercase())
}

/// The services that have every word that was typed, the last one perhaps only begun; shorter names first.
fn whole_words(index: &Index, name: &str, postcode: &str) -> Vec<u32> {
    let typed = words(name);
    let compact: String = postcode.split(' ').collect();
    let mut found: Option<Vec<u32>> = None;
    for (i, word) in typed.iter().enumerate() {
        let is_last = i + 1 == typed.len();
        let numbers = if is_last {
            index.vocabulary.beginning_with(word)
        } else {
            index.vocabulary.number(word).into_iter().collect()
        };
        let with_it = |number: &u32| {
            [
                &index.by_name[*number as usize],
                &index.by_place[*number as usize],
            ]
        };
        let mut having: Vec<u32> = numbers
            .iter()
            .flat_map(with_it)
            .flatten()
            .copied()
            .collect();
        having.sort_unstable();
        having.dedup();
        found = Some(match found {
            Some(so_far) => so_far
                .into_iter()
                .filter(|n| having.binary_search(n).is_ok())
                .collect(),
            None => having,
        });
    }
    let mut found = found.unwrap_or_else(|| {
        let outward = postcode.split(' ').next().unwrap_or_default();
        index.by_outward.get(outward).cloned().unwrap_or_default()
    });
    found.retain(|number| index.entry(*number).postcode.starts_with(&compact));
    let in_name = |number: &u32| {
        let entry = index.entry(*number);
        let has = |word: &&String| {
            entry
                .names
                .iter()
                .any(|own| own.letters.contains(word.as_str()))
        };
        (
            typed.iter().filter(|word| !has(word)).count(),
            entry.service.name.len(),
            *number,
        )
    };
    found.sort_by_cached_key(in_name);
    found
}
