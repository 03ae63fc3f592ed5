//! How people write a service down, and what a reader of handwriting makes of it.

use directory::{Kind, PostcodeGuess, Service};
use schemas::postcode::{candidates, confused_with};

use crate::dice::Dice;

/// What became of the postcode on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Postcode {
    Whole,
    Half,
    Neighbour,
    None,
}

/// What was read on one leaflet.
pub(crate) struct Written {
    pub(crate) name: String,
    pub(crate) postcodes: Vec<PostcodeGuess>,
    pub(crate) postcode: Postcode,
}

const SHORT: &[(&str, &[&str])] = &[
    ("Hospital", &["Hosp", "Hosp."]),
    ("Surgery", &["Surg", "Doctors", "GP"]),
    (
        "Medical Centre",
        &["Med Centre", "MC", "Med Ctr", "Medical Ctr"],
    ),
    ("Health Centre", &["HC", "Health Ctr", "H/C"]),
    ("Saint", &["St"]),
    ("St ", &["Saint ", "St. "]),
    ("General", &["Gen"]),
    ("University", &["Uni", "Univ"]),
    ("Practice", &["GP", "Prac"]),
    ("Centre", &["Ctr", "Center"]),
    ("Road", &["Rd"]),
    ("Infirmary", &["Infirm"]),
    ("Community", &["Comm"]),
    ("Doctor", &["Dr"]),
    (" and ", &[" & "]),
    (" & ", &[" and "]),
];
const SWAPPED: &[&str] = &[
    "Surgery",
    "Medical Centre",
    "Health Centre",
    "Medical Practice",
    "Practice",
];
const DEPARTMENTS: &[&str] = &[
    "Ward 7, ",
    "Ward 23 ",
    "A&E at ",
    "A & E, ",
    "Maternity, ",
    "X-ray dept ",
    "Outpatients, ",
    "Eye clinic, ",
    "Casualty ",
];

/// How handwriting is misread: letters that recognisers took for each other. Not the table of the resolver.
const MISREAD: &[(char, &str)] = &[
    ('a', "oue"),
    ('b', "lhk"),
    ('c', "eo"),
    ('d', "cla"),
    ('e', "cli"),
    ('f', "tpl"),
    ('g', "yqs"),
    ('h', "bnk"),
    ('i', "jlr"),
    ('j', "iy"),
    ('k', "hlr"),
    ('l', "tie"),
    ('m', "nwr"),
    ('n', "rum"),
    ('o', "aec"),
    ('p', "fny"),
    ('q', "gy"),
    ('r', "nvi"),
    ('s', "rig"),
    ('t', "lfr"),
    ('u', "nva"),
    ('v', "ruw"),
    ('w', "uvm"),
    ('x', "kr"),
    ('y', "gjv"),
    ('z', "ys"),
];

/// One leaflet about a service.
pub(crate) fn write(service: &Service, dice: &mut Dice) -> Written {
    let mut name = shortened(&service.name, dice);
    if dice.chance(0.15) {
        name = swapped(&name, dice);
    }
    if dice.chance(0.10) {
        name = with_a_word_less(&name, dice);
    }
    if service.kind != Kind::Practice && dice.chance(0.3) {
        name = format!("{}{name}", dice.pick(DEPARTMENTS));
    }
    if dice.chance(0.3) && !service.town.is_empty() {
        let separator = *dice.pick(&[", ", " "]);
        name = format!("{name}{separator}{}", service.town);
    }
    let error_rate = 0.05 + 0.10 * dice.unit();
    let (postcode, text) = postcode(service, dice);
    Written {
        name: misread(&name, error_rate, dice),
        postcodes: guesses(&text),
        postcode,
    }
}

fn shortened(name: &str, dice: &mut Dice) -> String {
    let mut name = name.to_owned();
    for (long, short) in SHORT {
        if name.contains(long) && dice.chance(0.3) {
            name = name.replacen(long, dice.pick::<&str>(short), 1);
        }
    }
    name
}

/// People call a surgery a medical centre, or leave out what it is.
fn swapped(name: &str, dice: &mut Dice) -> String {
    let Some(what) = SWAPPED.iter().find(|what| name.ends_with(**what)) else {
        return name.to_owned();
    };
    let rest = name.trim_end_matches(what).trim();
    if rest.len() < 4 {
        return name.to_owned();
    }
    if dice.chance(0.5) {
        rest.to_owned()
    } else {
        format!("{rest} {}", dice.pick(SWAPPED))
    }
}

fn with_a_word_less(name: &str, dice: &mut Dice) -> String {
    let mut words: Vec<&str> = name.split(' ').collect();
    if words.len() >= 3 {
        words.remove(1 + dice.index(words.len() - 1));
    }
    words.join(" ")
}

fn misread(text: &str, rate: f64, dice: &mut Dice) -> String {
    let mut read = String::new();
    for letter in text.chars() {
        // Gaps between words are misjudged half as often.
        let rate = if letter == ' ' { rate / 2.0 } else { rate };
        if !dice.chance(rate) {
            read.push(letter);
            continue;
        }
        match dice.unit() {
            x if x < 0.70 && letter != ' ' => read.push(other(letter, dice)),
            x if x < 0.85 => {}
            _ => {
                read.push(letter);
                read.push(*dice.pick(&['i', 'e', 'r', 'n', 'l', ' ', 's']));
            }
        }
    }
    read
}

fn other(letter: char, dice: &mut Dice) -> char {
    let small = letter.to_ascii_lowercase();
    let known = MISREAD
        .iter()
        .find(|(of, _)| *of == small)
        .map(|(_, others)| *others);
    match known {
        Some(others) if dice.chance(0.75) => *dice.pick(&others.chars().collect::<Vec<_>>()),
        _ => char::from(b'a' + u8::try_from(dice.index(26)).unwrap_or(0)),
    }
}

fn postcode(service: &Service, dice: &mut Dice) -> (Postcode, String) {
    let own = &service.postcode;
    let Some((outward, inward)) = own.split_once(' ') else {
        return (Postcode::None, String::new());
    };
    match dice.unit() {
        x if x < 0.12 => (Postcode::None, String::new()),
        x if x < 0.18 => (Postcode::Half, misread_code(outward, dice)),
        x if x < 0.26 => (
            Postcode::Half,
            misread_code(&format!("{outward} {}??", &inward[..1]), dice),
        ),
        x if x < 0.31 => {
            let letter =
                |dice: &mut Dice| *dice.pick(&['A', 'B', 'D', 'H', 'J', 'N', 'R', 'T', 'W']);
            let other = format!("{outward} {}{}{}", &inward[..1], letter(dice), letter(dice));
            (Postcode::Neighbour, misread_code(&other, dice))
        }
        _ => (Postcode::Whole, misread_code(own, dice)),
    }
}

/// Six in a hundred characters of a comb are taken for another, one is lost.
fn misread_code(code: &str, dice: &mut Dice) -> String {
    let mut read = String::new();
    for character in code.chars() {
        let alike: Vec<char> = confused_with(character).chars().collect();
        match dice.unit() {
            x if x < 0.06 && !alike.is_empty() => read.push(*dice.pick(&alike)),
            x if x < 0.07 => {}
            _ => read.push(character),
        }
    }
    read
}

/// What the worker would make of it: the grammar's candidates, or the text where it is no whole postcode.
fn guesses(text: &str) -> Vec<PostcodeGuess> {
    if text.is_empty() {
        return Vec::new();
    }
    let guess = |text: &str, cost| PostcodeGuess {
        text: text.to_owned(),
        cost,
    };
    if text.contains('?') {
        return vec![guess(text, 0.0)];
    }
    let found = candidates(text, &[]);
    if found.is_empty() {
        return vec![guess(text, 0.0)];
    }
    found
        .iter()
        .map(|c| guess(c.postcode.as_str(), c.cost))
        .collect()
}
