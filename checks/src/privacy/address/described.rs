//! A house as people describe it: the end caravan on Saltmarsh Road, the blue house opposite the chapel.

use std::sync::LazyLock;

use regex::Regex;

use crate::privacy::patterns::pattern;

const DWELLING: &str = r"(?: house | bungalow | cottage | flat | caravan | farm | farmhouse | semi | croft | static | terrace | houseboat | narrowboat | maisonette | chalet | prefab )";

/// What tells it from its neighbours.
const WHICH: &str = r"(?: end | last | first | second | third | corner | only | big | little | small | old | white | blue | red | green | yellow | pink | black | stone | brick | top | bottom | middle | next | other | thatched | semi | detached | council | ground \s floor )";

const WHERE: &str = r"(?: on | opposite | next \s (?:door \s)? to | behind | above | over | beside | across \s from | facing | by | past | near
    | (?:at|on|near) \s the \s (?:very \s)? (?:end|top|bottom|corner|side|edge|foot|back) \s of | before | past | after | with )";

/// Where, plain enough for any house.
const BESIDE: &str = r"(?: opposite | next \s (?:door \s)? to | behind | above | over | beside | across \s from | facing )";

/// What it is near to: a word or two, and perhaps a street.
const LANDMARK: &str = r"(?: (?: the | our | a ) \s [a-z'’\-]+ (?: \s (?:shop|club|office|hall|bridge|road|lane|door|wall|gate|roof|shelter|stop|field|green|church|school|pub|garage|works|yard|grid|station|takeaway) )?
    (?: \s (?:on|in) \s (?-i: [A-Z][\p{L}'’]+ ) (?: \s (?-i: [A-Z][\p{L}'’]+ ) )? )? )";

/// With the name of a street.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b the \s (?: {WHICH} \s ){{0,2}} {DWELLING} (?: \s {WHERE} | , ) \s (?:the \s)? (?-i: [A-Z][\p{{L}}'’]+ (?: \s [A-Z][\p{{L}}'’]+ ){{0,2}} ) \b"
    ))
});

/// The blue house by the chapel; last house before the bridge; the flat above the bookies.
static PLAIN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b (?: (?: the \s )? (?: {WHICH} \s ){{1,2}} {DWELLING} \s {WHERE} | the \s {DWELLING} \s {BESIDE} ) \s {LANDMARK} \b"
    ))
});

/// I live opposite the chapel.
static LIVES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b (?: live[sd]? | living ) \s (?:just \s)? (?P<place> {BESIDE} \s {LANDMARK} ) \b"
    ))
});

/// Calls `add` with the place of each description.
pub(super) fn find(text: &str, mut add: impl FnMut(usize, usize)) {
    for found in NAMED.find_iter(text).chain(PLAIN.find_iter(text)) {
        add(found.start(), found.end());
    }
    for captures in LIVES.captures_iter(text) {
        if let Some(place) = captures.name("place") {
            add(place.start(), place.end());
        }
    }
}
