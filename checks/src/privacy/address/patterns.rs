//! The shapes of addresses. Capitals count here: `(?-i:…)` asks for them.

use std::sync::LazyLock;

use regex::Regex;

use crate::privacy::patterns::pattern;

/// What streets end in.
const STREET: &str = r"(?: road | rd | street | str | st | avenue | ave | av | lane | ln | close | cl | drive | crescent | cres | terrace | terr | ter | place | pl | way | court | ct
    | gardens? | gdns | grove | gr | hill | park | row | square | sq | mews | walk | view | rise | green | parade | brow | bank | croft | fold | gate | wynd | vennel | loan | brae
    | quay | wharf | yard | villas | buildings | cottages? | parc | fields? | meadows? | mount | vale | dale | end | drove | common | heights | tower | towers | house | point | side | ridge
    | bridge | hey | garth | ginnel | snicket | chare | causeway | esplanade | promenade | bungalows | estate | path | passage | alley | circus | embankment | ropewalk | maltings | loaning | gait | port | steps | orchard | copse | wood | woods | leys | lea | leas | farm | hall | lodge )";

/// Those that are hardly ever anything else, so that small letters do.
const STREET_SMALL: &str = r"(?: road | rd | street | avenue | ave | lane | crescent | cres | terrace | gardens | gdns | grove | close | drive )";

/// Streets in Welsh and Cornish have the kind first.
const STREET_FIRST: &str = r"(?: heol | hewl | ffordd | stryd | maes | l[oô]n | clos | bryn | parc | cwrt | trem | tan | pen | rhes | rhodfa | gerddi | rue )";

/// Houses with a name.
const HOUSE: &str = r"(?: cottage | house | farm | farmhouse | lodge | hall | barn | mill | manor | grange | villa | bungalow | rectory | vicarage | manse | forge | croft | steading | court | point | towers? | heights | mansions | almshouses | gatehouse | stables | oast | smithy | schoolhouse )";

/// A word with a capital, or a number as in 14th.
const CAP: &str = r"(?-i: [A-Z] [\p{L}'’\-]* \.? )";

/// Small words inside names of streets.
const SMALL: &str = r"(?: the | of | y | yr | on | upon | le | na | an )";

/// The postcode behind an address.
const POSTCODE: &str = r"(?: ,? \s+ [a-z]{1,2} \d{1,2} [a-z]? [\s\-]? \d [a-z]{2} \b )";

/// 22 Gasworks Terrace, 12b Old Mill Lane, 3 Heol y Bryn.
pub(super) static NUMBERED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b \d{{1,4}} \s? [a-f]? (?: \s? [-/] \s? \d{{1,4}} )? ,? \s
        (?: {CAP} \s (?: (?: {CAP} | {SMALL} ) \s ){{0,3}}? {STREET} | {STREET_FIRST} \s (?: {SMALL} \s ){{0,2}} {CAP} (?: \s {CAP} )? ) \b"
    ))
});

/// 14 acacia avenue.
pub(super) static NUMBERED_SMALL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b \d{{1,3}} [a-f]? ,? \s (?: [a-z]{{3,}} \s ){{1,2}} {STREET_SMALL} \b"
    ))
});

/// Flat 9, Mariner Point; Flat 2/1, 14 Byres Road.
pub(super) static FLAT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b (?: flat | apartment | apt ) \.? \s (?:no\.?\s)? (?: \d{{1,4}} (?:/\d)? [a-h]? | (?-i:[A-H]) ) \b
        (?: ,? \s (?: \d{{1,4}} [a-f]? ,? \s )? {CAP} (?: \s {CAP} ){{0,3}} )?"
    ))
});

/// I live on Chapel Brow; she lives at Tanglewood; I live in Rose Cottage.
pub(super) static LIVES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b (?: live[sd]? | living | resid(?:e|es|ing) | (?:my|our|her|his|their|mum['’]?s|dad['’]?s) \s (?:home|house|flat|bungalow|cottage|place) (?: \s is)? | moved | home \s is )
        (?: \s (?:just|now|alone|right|still|over|across|round|back|out|away|here))? \s
        (?: (?: at | up | down | on | off | along | near | in ) \s (?P<street> (?:the \s)? (?: {CAP} \s ){{1,3}}? {STREET} )
        | (?: in | at | to | up | down ) \s (?P<house> (?:the \s)? (?: (?:old|new) \s )? (?: {CAP} \s ){{1,3}}? {HOUSE} )
        | (?: at | in ) \s (?P<number> (?: number | no\.? ) \s \d{{1,4}} [a-f]? )
        | at \s (?P<named> (?:the \s)? {CAP} (?: \s {CAP} ){{0,2}} ) ) \b"
    ))
});

/// Croft 11, Upper Balnagarrow; Plot 4; Pitch 12, Sandy Bay.
pub(super) static PLOT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b (?: croft | plot | pitch | caravan | mooring | berth | chalet | bungalow | lodge | cottage ) \s (?:no\.?\s)? \d{{1,4}} [a-f]? \b
        (?: ,? \s {CAP} (?: \s {CAP} ){{0,3}} )?"
    ))
});

/// A number and a name right before a postcode.
pub(super) static BEFORE_POSTCODE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b (?P<place> \d{{1,4}} [a-f]? ,? \s {CAP} (?: \s {CAP} ){{0,3}} (?: , \s {CAP} (?: \s {CAP} ){{0,2}} ){{0,2}} ) {POSTCODE}"
    ))
});

/// Rose Cottage, Church Lane.
pub(super) static HOUSE_AND_STREET: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b (?P<place> (?: {CAP} \s ){{1,3}}? {HOUSE} , \s (?: {CAP} \s ){{1,3}}? {STREET} | {CAP} (?: \s {CAP} )? , \s {STREET_FIRST} \s {CAP} ) \b"
    ))
});

/// Hill Farm, Muckle Roe, ZE2 9QW.
pub(super) static HOUSE_BEFORE_POSTCODE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b (?P<place> (?: {CAP} \s ){{1,3}}? {HOUSE} (?: , \s {CAP} (?: \s {CAP} ){{0,2}} ){{0,2}} ) {POSTCODE}"
    ))
});
