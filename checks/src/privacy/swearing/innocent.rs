//! What some of these words mean in care and elsewhere, where they are no swearing.

use std::sync::LazyLock;

use regex::Regex;

use crate::privacy::patterns::{after, before, pattern};
use crate::text::Word;

/// A word, what stands before it and what stands behind it where it is innocent. An empty pattern fits everything.
static INNOCENT: &[(&str, &str, &str)] = &[
    (
        "bloody",
        r"",
        r"^ [\s\-]* (?: and \s (?:sticky|painful|swollen) | , \s | discharge | stools? | diarrh?o?ea | nose | urine | sputum | mucus | phlegm | vomit | fluid | show | dressings? | bandages? | sheets? | wee | poo | pus | tissues?
        | gauze | swabs? | cough | motions? | clots? | drain | ascites | mess \s on | pads? | towels? | gown | hands | sunday | mary | bedding | spit | scab )",
    ),
    (
        "prick",
        r"(?: finger | skin | pin | heel | thumb | needle | small | sharp | just \s a | only \s a ) [\s\-]* (?:little \s)? $",
        r"",
    ),
    (
        "prick",
        r"",
        r"^ \s (?: tests? | on | my | his | her | the | your | of | in | from | for )",
    ),
    (
        "pricks",
        r"(?: finger | skin | pin | heel | thumb | needle | she | he | it ) [\s\-]* $",
        r"",
    ),
    (
        "pricks",
        r"",
        r"^ \s (?: my | his | her | the | your | a \s day )",
    ),
    ("tit", r"(?: blue | great | coal ) \s $", r""),
    ("tit", r"", r"^ \s for \s tat"),
    ("tits", r"(?: blue | great | coal ) \s $", r""),
    ("ass", r"", r"^ \s (?: and \s cart | sanctuary )"),
    (
        "spastic",
        r"",
        r"^ \s (?: para | quad | hemi | di | tetra | colon | bladder | limb | muscle | cerebral | gait | tone | leg | arm | movement | catch )",
    ),
    (
        "knob",
        r"",
        r"^ \s (?: of | on | off | fell | broke | came )",
    ),
    (
        "knob",
        r"(?: door | control | volume | heating | radiator ) [\s\-] $",
        r"",
    ),
    ("knobs", r"", r"^ \s (?: on | and )"),
    (
        "queer",
        r"",
        r"^ \s (?: turn | feeling | do | sort | look | way | thing | noise | smell | and \s trans | community | people )",
    ),
    (
        "queer",
        r"(?: went | felt | feel | feeling | go | come \s over | came \s over | lgbt\w* | am | identify \s as | as ) \s (?:a \s bit \s | all \s | very \s)? $",
        r"",
    ),
    ("dyke", r"(?: offa['’]?s | the | a ) \s $", r""),
    (
        "dyke",
        r"",
        r"^ \s (?: road | street | lane | house | surgery | ward | centre | end )",
    ),
    ("slag", r"", r"^ \s (?: heap | off | bank | them | the )"),
    ("negro", r"(?: cerro | rio | monte ) \s $", r""),
    ("shag", r"", r"^ \s (?: pile | carpet | rug )"),
    ("jap", r"", r"^ \s (?: anese )"),
    ("git", r"", r"^ \s (?: hub )"),
    ("sod", r"", r"^ (?: ['’]s \s law )"),
    (
        "faggots",
        r"",
        r"^ \s (?: and \s (?: peas | gravy | mash ) )",
    ),
    ("faggots", r"(?: peas \s and ) \s $", r""),
    (
        "cripple",
        r"",
        r"^ \s (?: me | him | her | you | the | us )",
    ),
];

/// The same, compiled once.
static PATTERNS: LazyLock<Vec<(&str, Regex, Regex)>> = LazyLock::new(|| {
    let rows = INNOCENT.iter();
    rows.map(|(word, before, behind)| (*word, pattern(before), pattern(behind)))
        .collect()
});

/// Only of people is it no word for things.
static COLOURED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^ \s (?: girl | boy | man | men | woman | women | lady | ladies | nurse | nurses | doctor | doctors | people | chap | gentleman | folk | folks | fella | bloke | lad | lass | person | staff | carer )",
    )
});

/// Whether the words around it make this one innocent.
pub(super) fn is_innocent(text: &str, word: &Word<'_>) -> bool {
    let lead = before(text, word.start, 24);
    let tail = after(text, word.end, 24);
    if word.bare() == "coloured" {
        return !COLOURED.is_match(tail);
    }
    let mut rows = PATTERNS.iter().filter(|(known, ..)| *known == word.bare());
    rows.any(|(_, before, behind)| before.is_match(lead) && behind.is_match(tail))
}
