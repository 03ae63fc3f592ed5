//! A house as people describe it: the end caravan on Saltmarsh Road, the blue house opposite the chapel.

use std::sync::LazyLock;

use regex::Regex;

use crate::privacy::patterns::pattern;

const DWELLING: &str = r"(?: house | bungalow | cottage | flat | caravan | farm | farmhouse | semi | croft | static | terrace | houseboat | narrowboat | maisonette | chalet | prefab )";

/// What tells it from its neighbours.
const WHICH: &str = r"(?: end | last | first | second | third | corner | only | big | little | small | old | white | blue | red | green | yellow | pink | black | stone | brick | top | bottom | middle | next | other | thatched | semi | detached | council | ground \s floor )";

const WHERE: &str = r"(?: on | opposite | next \s (?:door \s)? to | behind | above | over | beside | across \s from | facing | by | past | near
    | (?:at|on|near) \s the \s (?:very \s)? (?:end|top|bottom|corner|side|edge|foot|back) \s of | with )";

/// Words at which the description ends.
const GO_ON: &str = r"(?: [a-z'’\-]+ )";

static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b the \s (?: {WHICH} \s ){{0,2}} {DWELLING} \s {WHERE} \s (?:the \s)? (?-i: [A-Z][\p{{L}}'’]+ (?: \s [A-Z][\p{{L}}'’]+ ){{0,2}} ) \b"
    ))
});

static PLAIN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b (?P<place> the \s (?: {WHICH} \s ){{1,2}} {DWELLING} \s {WHERE} \s (?: the | our | a ) \s {GO_ON} (?: \s (?:shop|club|office|hall|bridge|road|lane|door|wall|gate|roof|shelter|stop|field|green|church|school|pub|garage|works|yard) )? ) \b"
    ))
});

static LIVED_IN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b (?: live | lives | lived | living ) \s (?: in | at ) \s (?P<place> the \s {DWELLING} \s {WHERE} \s (?: the | our | a ) \s {GO_ON} (?: \s (?:shop|club|office|hall|bridge|road|lane|stop|church|school|pub|garage|yard) )? ) \b"
    ))
});

/// Calls `add` with the place of each description.
pub(super) fn find(text: &str, mut add: impl FnMut(usize, usize)) {
    for found in NAMED.find_iter(text) {
        add(found.start(), found.end());
    }
    for pattern in [&PLAIN, &LIVED_IN] {
        for captures in pattern.captures_iter(text) {
            if let Some(place) = captures.name("place") {
                add(place.start(), place.end());
            }
        }
    }
}
