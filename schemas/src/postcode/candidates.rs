use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::{Postcode, SHAPES, allowed};

/// What it costs to take a character for another one that looks alike, in nats: about one in eight.
const CONFUSED_COST: f64 = 2.0;
/// What each place further back in the list of characters that look alike costs.
const LESS_ALIKE_COST: f64 = 0.05;
/// What it costs when a character was missed or made up.
const EXTRA_COST: f64 = 4.5;
/// What a letter after the district's number costs outside inner London, where alone it is in use.
const RARE_SHAPE_COST: f64 = 3.0;
/// The areas of inner London, where districts are split by a letter (`EC1A`, `W1P`).
const SPLIT_AREAS: [&str; 8] = ["E", "EC", "N", "NW", "SE", "SW", "W", "WC"];
/// The characters of the longest postcode.
const LONGEST: usize = 7;
/// How many half-read postcodes are followed at once.
const BEAM: usize = 96;
/// What a character costs that is none of a cell's guesses.
const UNSEEN_COST: f64 = 7.0;
/// So many are told apart; what a person looks through is less.
const MAX_CANDIDATES: usize = 32;

/// One thing a character may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CharGuess {
    /// The character: a capital or a digit.
    pub character: char,
    /// How unlikely it is: the negative natural logarithm of its probability.
    pub cost: f64,
}

/// One possible postcode.
#[derive(Clone, Debug, PartialEq)]
pub struct PostcodeCandidate {
    /// The postcode.
    pub postcode: Postcode,
    /// How far it is from what was read, in nats; 0 is exactly what was read.
    pub cost: f64,
    /// Why it is offered, in words, for example `read as 'S1O 2JF'; O→0 in the digit place`.
    pub evidence: String,
}

/// The characters that handwriting and engines confuse with `character`, in both classes.
pub fn confused_with(character: char) -> &'static str {
    match character {
        '0' => "OQDCU6",
        '1' => "ILTJ7",
        '2' => "ZS7",
        '3' => "BSE58",
        '4' => "AYHLU9",
        '5' => "SJF6",
        '6' => "GBCEL50",
        '7' => "TZFY1",
        '8' => "BSRE36",
        '9' => "GPQYJ4",
        'A' => "4HR",
        'B' => "83RPED6",
        'C' => "GLO0E6",
        'D' => "O0PB",
        'E' => "FCB63L",
        'F' => "PTE7",
        'G' => "69CSQB",
        'H' => "NAMK4",
        'I' => "1LTJ",
        'J' => "TIU15",
        'K' => "XRHN",
        'L' => "IC16U4",
        'M' => "NWH",
        'N' => "MHWRV",
        'O' => "0DQCU",
        'P' => "FRDB9",
        'Q' => "O0G29",
        'R' => "PKBAN8",
        'S' => "5G823",
        'T' => "7IJFY1",
        'U' => "VOLJ0N4",
        'V' => "UYNW",
        'W' => "MNVU",
        'X' => "KYV",
        'Y' => "VXT479",
        'Z' => "27",
        _ => "",
    }
}

/// The postcodes that a text may have meant, best first, at most 32.
///
/// Letters and digits that do not fit their place are swapped for ones that look alike; the raw reading is
/// kept in the evidence. Postcodes in `denied` are left out.
pub fn candidates(raw: &str, denied: &[Postcode]) -> Vec<PostcodeCandidate> {
    let cells: Vec<Vec<CharGuess>> = raw
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| {
            vec![CharGuess {
                character: c.to_ascii_uppercase(),
                cost: 0.0,
            }]
        })
        .collect();
    let mut found = candidates_of_cells(&cells, denied);
    if let Ok(postcode) = Postcode::parse(raw) {
        offer_exact(&mut found, postcode, raw, denied);
    }
    found
}

/// The postcodes that a row of cells may have meant, best first, at most 32.
///
/// Each cell holds its guesses; an empty cell is no character. Every guess also stands for the characters
/// that look like it, at a price.
pub fn candidates_of_cells(
    cells: &[Vec<CharGuess>],
    denied: &[Postcode],
) -> Vec<PostcodeCandidate> {
    let filled: Vec<&Vec<CharGuess>> = cells.iter().filter(|cell| !cell.is_empty()).collect();
    let raw: Vec<char> = filled.iter().map(|cell| best(cell).character).collect();
    let mut by_text: BTreeMap<String, f64> = BTreeMap::new();
    for (kept, extra_cost) in without_strays(&filled) {
        for shape in SHAPES.iter().filter(|shape| shape.len() == kept.len()) {
            for (text, cost) in best_of_shape(&kept, shape) {
                let cost = cost + extra_cost + shape_cost(&text, shape);
                let known = by_text.entry(text).or_insert(cost);
                *known = known.min(cost);
            }
        }
    }
    ranked(by_text, &raw, denied)
}

/// What it costs, in nats, to take the cells for this postcode (no space): each character by the guesses of its cell, a cell without
/// a character and a character without a cell each a fixed price. Empty cells do not count. More than `limit` is not worked out.
pub fn cost_in_cells(text: &str, cells: &[Vec<CharGuess>], limit: f64) -> f64 {
    let filled: Vec<&Vec<CharGuess>> = cells.iter().filter(|cell| !cell.is_empty()).collect();
    let strays = std::iter::successors(Some(0.0), |cost| Some(cost + EXTRA_COST));
    let mut costs: Vec<f64> = strays.take(filled.len() + 1).collect();
    for character in text.chars() {
        let mut before = costs[0];
        costs[0] += EXTRA_COST;
        for (place, cell) in filled.iter().enumerate() {
            let kept = before + cost_of(character, cell);
            before = costs[place + 1];
            costs[place + 1] = kept.min(costs[place] + EXTRA_COST).min(before + EXTRA_COST);
        }
        if costs.iter().all(|cost| *cost > limit) {
            return f64::INFINITY;
        }
    }
    costs.last().copied().unwrap_or(0.0)
}

fn cost_of(character: char, cell: &[CharGuess]) -> f64 {
    let guess = cell.iter().find(|guess| guess.character == character);
    guess.map_or(UNSEEN_COST, |guess| guess.cost)
}

/// Why a postcode (no space) is offered for a row of cells, in words.
pub fn evidence_in_cells(cells: &[Vec<CharGuess>], text: &str) -> String {
    let filled = cells.iter().filter(|cell| !cell.is_empty());
    let raw: Vec<char> = filled.map(|cell| best(cell).character).collect();
    evidence(&raw, text)
}

/// The cells themselves, and, when there are too many, the cells without one of them.
fn without_strays<'a>(filled: &[&'a Vec<CharGuess>]) -> Vec<(Vec<&'a Vec<CharGuess>>, f64)> {
    let mut readings = vec![(filled.to_vec(), 0.0)];
    if (6..=8).contains(&filled.len()) {
        for stray in 0..filled.len() {
            let mut kept = filled.to_vec();
            kept.remove(stray);
            readings.push((kept, EXTRA_COST));
        }
    }
    readings
}

/// A postcode that was read up to some cell.
#[derive(Clone, Copy)]
struct Begun {
    text: [u8; LONGEST],
    cost: f64,
}

/// The cheapest texts of one shape, which has as many characters as there are cells.
fn best_of_shape(cells: &[&Vec<CharGuess>], shape: &str) -> Vec<(String, f64)> {
    let begun = Begun {
        text: [0; LONGEST],
        cost: 0.0,
    };
    let mut beam = vec![begun];
    for (idx, cell) in cells.iter().enumerate() {
        let mut options = widened(cell);
        options.retain(|guess| allowed(guess.character, idx, shape));
        let longer = |begun: &Begun, option: &CharGuess| {
            let mut longer = *begun;
            longer.text[idx] = option.character as u8;
            longer.cost += option.cost;
            longer
        };
        let mut next = Vec::with_capacity(beam.len() * options.len());
        for begun in &beam {
            next.extend(options.iter().map(|option| longer(begun, option)));
        }
        next.sort_by(|a, b| a.cost.total_cmp(&b.cost));
        next.truncate(BEAM);
        beam = next;
    }
    let text = |begun: &Begun| String::from_utf8_lossy(&begun.text[..cells.len()]).into_owned();
    beam.iter().map(|begun| (text(begun), begun.cost)).collect()
}

/// The price of a shape that this area does not use.
fn shape_cost(text: &str, shape: &str) -> f64 {
    let Some(district) = shape.find("9A9") else {
        return 0.0;
    };
    if SPLIT_AREAS.contains(&&text[..district]) {
        0.0
    } else {
        RARE_SHAPE_COST
    }
}

/// The guesses of a cell and everything that looks like its best guess, each at its lowest price; nothing for an empty cell.
pub fn widened(cell: &[CharGuess]) -> Vec<CharGuess> {
    if cell.is_empty() {
        return Vec::new();
    }
    let mut cheapest: BTreeMap<char, f64> = BTreeMap::new();
    let top = best(cell);
    let alike = confused_with(top.character)
        .chars()
        .enumerate()
        .map(|(place, character)| CharGuess {
            character,
            cost: top.cost
                + CONFUSED_COST
                + LESS_ALIKE_COST * f64::from(u8::try_from(place).unwrap_or(u8::MAX)),
        });
    let given = cell.len() > 1;
    // A cell with several weighed guesses knows better than a table what it may be; the table then costs double.
    let alike = alike.map(|guess| CharGuess {
        cost: guess.cost + if given { CONFUSED_COST } else { 0.0 },
        ..guess
    });
    for guess in cell.iter().copied().chain(alike) {
        let known = cheapest.entry(guess.character).or_insert(guess.cost);
        *known = known.min(guess.cost);
    }
    cheapest
        .into_iter()
        .map(|(character, cost)| CharGuess { character, cost })
        .collect()
}

fn best(cell: &[CharGuess]) -> CharGuess {
    let none = CharGuess {
        character: '?',
        cost: 0.0,
    };
    cell.iter()
        .copied()
        .min_by(|a, b| a.cost.total_cmp(&b.cost))
        .unwrap_or(none)
}

fn ranked(
    by_text: BTreeMap<String, f64>,
    raw: &[char],
    denied: &[Postcode],
) -> Vec<PostcodeCandidate> {
    let mut found: Vec<(String, f64)> = by_text.into_iter().collect();
    found.sort_by(|a, b| a.1.total_cmp(&b.1));
    let candidates = found.into_iter().map(|(text, cost)| PostcodeCandidate {
        evidence: evidence(raw, &text),
        postcode: Postcode::spaced(&text),
        cost,
    });
    candidates
        .filter(|candidate| !denied.contains(&candidate.postcode))
        .take(MAX_CANDIDATES)
        .collect()
}

/// Puts a postcode that was read letter by letter first, when the shapes alone did not offer it.
fn offer_exact(
    found: &mut Vec<PostcodeCandidate>,
    postcode: Postcode,
    raw: &str,
    denied: &[Postcode],
) {
    if denied.contains(&postcode) || found.iter().any(|c| c.postcode == postcode) {
        return;
    }
    let exact = PostcodeCandidate {
        evidence: format!("read as '{}'", raw.trim()),
        postcode,
        cost: 0.0,
    };
    found.insert(0, exact);
    found.truncate(MAX_CANDIDATES);
}

/// What was read and what was changed, in words.
fn evidence(raw: &[char], text: &str) -> String {
    let read: String = raw.iter().collect();
    let shown = if (5..=7).contains(&read.len()) && read.is_ascii() {
        Postcode::spaced(&read).to_string()
    } else {
        read.clone()
    };
    if read == text {
        return format!("read as '{shown}'");
    }
    let text: Vec<char> = text.chars().collect();
    match raw.len().cmp(&text.len()) {
        Ordering::Greater => return format!("read as '{shown}'; a stray mark left out"),
        Ordering::Less => return format!("read as '{shown}'; a character added"),
        Ordering::Equal => {}
    }
    let changes: Vec<String> = raw
        .iter()
        .zip(&text)
        .filter(|(from, to)| from != to)
        .map(|(from, to)| format!("{from}→{to} in the {} place", place(*to)))
        .collect();
    format!("read as '{shown}'; {}", changes.join(", "))
}

fn place(character: char) -> &'static str {
    if character.is_ascii_digit() {
        "digit"
    } else {
        "letter"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(raw: &str) -> Vec<String> {
        let found = candidates(raw, &[]);
        found.into_iter().map(|c| c.postcode.to_string()).collect()
    }

    #[test]
    fn a_clean_reading_comes_first_and_costs_nothing() {
        let found = candidates("S10 2JF", &[]);
        assert_eq!(found[0].postcode.as_str(), "S10 2JF");
        assert!(found[0].cost < 1e-9);
        assert_eq!(found[0].evidence, "read as 'S10 2JF'");
    }

    #[test]
    fn a_letter_in_a_digit_place_is_swapped_and_the_evidence_says_so() {
        let found = candidates("S1O 2JF", &[]);
        assert_eq!(found[0].postcode.as_str(), "S10 2JF");
        assert_eq!(
            found[0].evidence,
            "read as 'S1O 2JF'; O→0 in the digit place"
        );
        assert_eq!(texts("W1P 1HQ")[0], "W1P 1HQ");
        assert!(texts("S10 Z1F").contains(&"S10 2JF".to_owned()));
    }

    #[test]
    fn the_return_address_of_the_leaflet_is_never_offered() {
        let own = Postcode::parse(super::super::OWN_RETURN_ADDRESS).unwrap();
        let found = candidates("S3 8EN", std::slice::from_ref(&own));
        assert!(found.iter().all(|c| c.postcode != own));
    }

    #[test]
    fn a_code_outside_the_shapes_is_offered_when_it_was_read_exactly() {
        assert_eq!(texts("ZZ99 3VZ")[0], "ZZ99 3VZ");
        assert_eq!(texts("gir0aa")[0], "GIR 0AA");
    }

    #[test]
    fn cells_say_what_a_postcode_costs() {
        let guess = |character, cost| CharGuess { character, cost };
        let cell = |c: char| vec![guess(c, 0.1), guess('X', 2.0)];
        let cells: Vec<Vec<CharGuess>> = "S102JF".chars().map(cell).collect();
        let cost = |text: &str| cost_in_cells(text, &cells, 40.0);
        assert!((cost("S102JF") - 0.6).abs() < 1e-9);
        assert!((cost("S102JX") - 2.5).abs() < 1e-9);
        assert!((cost("S12JF") - 5.0).abs() < 1e-9, "a cell too many");
        assert!((cost("S1102JF") - 5.1).abs() < 1e-9, "a character too many");
        assert!(cost_in_cells("LE9 9QQ", &cells, 3.0).is_infinite());
        assert_eq!(
            evidence_in_cells(&cells, "S12JF"),
            "read as 'S10 2JF'; a stray mark left out"
        );
    }

    #[test]
    fn weighed_guesses_are_put_together_by_the_grammar() {
        let cell = |guesses: &[(char, f64)]| -> Vec<CharGuess> {
            let guess = |&(character, cost): &(char, f64)| CharGuess { character, cost };
            guesses.iter().map(guess).collect()
        };
        let cells = [
            cell(&[('5', 0.2), ('S', 1.6)]),
            cell(&[('I', 0.3), ('1', 1.4)]),
            cell(&[('O', 0.6), ('0', 0.8)]),
            vec![],
            cell(&[('Z', 0.1), ('2', 2.5)]),
            cell(&[('J', 0.1), ('T', 2.5)]),
            cell(&[('F', 0.1), ('E', 2.5)]),
        ];
        let found = candidates_of_cells(&cells, &[]);
        assert_eq!(found[0].postcode.as_str(), "S10 2JF");
        assert!(found[0].evidence.starts_with("read as '5IO ZJF'; 5→S"));
    }

    proptest! {
        #[test]
        fn every_candidate_is_a_postcode_and_they_come_best_first(raw in "[A-Z0-9]{3,9}") {
            let found = candidates(&raw, &[]);
            prop_assert!(found.len() <= MAX_CANDIDATES);
            for candidate in &found {
                prop_assert!(Postcode::parse(candidate.postcode.as_str()).is_ok());
            }
            prop_assert!(found.windows(2).all(|pair| pair[0].cost <= pair[1].cost));
        }

        #[test]
        fn one_confusion_of_a_true_postcode_keeps_it_among_the_candidates(
            shape in 0usize..2, district in 1u32..99, sector in 0u32..9, seed in 0usize..1000
        ) {
            let area = ["S", "LS"][shape];
            let truth = format!("{area}{district}{sector}AB");
            let idx = seed % truth.len();
            let original = truth.chars().nth(idx).unwrap();
            for (other, _) in ('0'..='Z').map(|c| (c, confused_with(c))).filter(|(_, set)| set.contains(original)) {
                let mut read: Vec<char> = truth.chars().collect();
                read[idx] = other;
                let read: String = read.into_iter().collect();
                let found = candidates(&read, &[]);
                if Postcode::parse(&read).is_err() {
                    prop_assert!(
                        found.iter().any(|c| c.postcode.as_str().replace(' ', "") == truth),
                        "{} read as {}", truth, read
                    );
                }
            }
        }
    }
}
