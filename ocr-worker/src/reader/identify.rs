//! Which side of which layout a page is: what a person says, what its code says, what its print says.

use std::sync::Arc;

use schemas::geometry::Point;
use schemas::layout::LayoutId;
use schemas::payload::CodePayload;
use schemas::placement::Placement;
use schemas::reading::{NoLeaflet, RecognisedBy, Warning};
use tracing::debug_span;

use super::known::{Catalogue, KnownSide, SidePrint};
use super::{PageSource, Reader};
use crate::picture::Pyramid;
use crate::stages::code::{self, CodeSearch, FoundCode};
use crate::stages::empty::is_empty;
use crate::stages::recognise::{Candidate, Knowledge, Recognised, recognise};
use crate::stages::register::{
    Refused, Registered, Sheet, map_of_corners, placed_by_hand, register, register_from,
};
use crate::stages::serial::read_serial;
use crate::warnings;

/// A page that was placed, or seems to lie so.
pub(super) struct Identified {
    pub(super) side: KnownSide,
    pub(super) registered: Registered,
}

/// What a page calls itself.
pub(super) struct Name {
    pub(super) layout: LayoutId,
    pub(super) version: u32,
    pub(super) side: u32,
    pub(super) serial: Option<String>,
}

/// What there is to show of a page that was not placed.
#[derive(Default)]
pub(super) struct Evidence {
    pub(super) code: Option<FoundCode>,
    /// Where the corners of the page seem to be, clockwise from its own top-left.
    pub(super) corners_px: Option<[Point; 4]>,
}

/// A page that was not placed.
struct NotPlaced {
    warning: Warning,
    /// What it looks like nevertheless.
    looks_like: Option<Box<Identified>>,
    /// What it is instead.
    no_leaflet: Option<NoLeaflet>,
}

impl NotPlaced {
    fn seems_to_lie(warning: Warning, looks_like: Option<Box<Identified>>) -> Self {
        Self {
            warning,
            looks_like,
            no_leaflet: None,
        }
    }

    fn is(no_leaflet: NoLeaflet, warning: Warning) -> Self {
        Self {
            warning,
            looks_like: None,
            no_leaflet: Some(no_leaflet),
        }
    }
}

impl From<Warning> for NotPlaced {
    fn from(warning: Warning) -> Self {
        Self::seems_to_lie(warning, None)
    }
}

/// A side that was refused; what lies there was taken for it by its print.
fn looks_like(side: KnownSide, seen: Option<Box<Registered>>) -> Option<Box<Identified>> {
    let registered = Registered {
        by: RecognisedBy::Print,
        ..*seen?
    };
    Some(Box::new(Identified { side, registered }))
}

/// Everything that was seen.
pub(super) struct Seen {
    pub(super) found: Result<Identified, Warning>,
    pub(super) no_leaflet: Option<NoLeaflet>,
    pub(super) name: Option<Name>,
    pub(super) warnings: Vec<Warning>,
    pub(super) evidence: Evidence,
}

/// Finds out what a page is and how it lies.
pub(super) fn identify(
    reader: &Reader,
    known: &Catalogue,
    page: &Pyramid<'_>,
    source: &PageSource,
) -> Seen {
    let prefix = &reader.settings.code_prefix;
    let mut search =
        debug_span!("read.find_code").in_scope(|| code::find(page, &reader.decoders, prefix));
    let ours = search.ours.take();
    let looking = Looking {
        known,
        page,
        dpi: source.dpi,
    };
    let found = match (&source.placement, &ours) {
        (Some(placement), ours) => looking.where_a_person_says(placement, ours.as_ref()),
        // Whose marks and words are whose cannot be told.
        (None, Some(_)) if !search.others.is_empty() => Err(warnings::several_leaflets().into()),
        (None, Some((payload, _))) if payload.is_cover() => {
            Err(NotPlaced::is(NoLeaflet::Cover, warnings::cover()))
        }
        (None, Some((payload, code))) => looking.what_the_code_says(payload, code),
        (None, None) => looking.what_the_print_says(&search),
    };
    let lies = match &found {
        Ok(identified) => Some(identified),
        Err(not_placed) => not_placed.looks_like.as_deref(),
    };
    let evidence = Evidence {
        code: ours.as_ref().map(|(_, code)| code.clone()),
        corners_px: lies.map(|identified| identified.registered.corners_px),
    };
    let of_code = ours.map(|(payload, _)| payload);
    let name = match (&found, &of_code) {
        (Err(_), Some(payload)) => Some(Name::of(payload)),
        _ => lies.map(|identified| name_of(&identified.side, of_code)),
    };
    let name = name.map(|name| with_printed_serial(name, lies, page));
    Seen {
        warnings: warnings_of(&search, found.as_ref().ok(), name.as_ref()),
        no_leaflet: found.as_ref().err().and_then(|placed| placed.no_leaflet),
        found: found.map_err(|not_placed| not_placed.warning),
        name,
        evidence,
    }
}

/// A page whose code could not be read has its number in print as well.
fn with_printed_serial(mut name: Name, lies: Option<&Identified>, page: &Pyramid<'_>) -> Name {
    let Some(Identified { side, registered }) = lies else {
        return name;
    };
    if name.serial.is_some() || registered.by == RecognisedBy::Code {
        return name;
    }
    let serial = read_serial(page, registered, side.layout(), side.side());
    name.serial = serial.map(|serial| serial.to_string());
    name
}

/// What is strange about the codes and the number of a page.
fn warnings_of(
    search: &CodeSearch,
    placed: Option<&Identified>,
    name: Option<&Name>,
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if !search.foreign.is_empty() {
        warnings.push(warnings::foreign(search.foreign.len()));
    }
    let Some(Identified { side, registered }) = placed else {
        return warnings;
    };
    let numbered = name.is_some_and(|name| name.serial.is_some());
    if registered.by != RecognisedBy::Code && side.side().blank.is_none() && !numbered {
        warnings.push(warnings::serial_not_read());
    }
    if registered.by == RecognisedBy::Print && !search.malformed.is_empty() {
        warnings.push(warnings::malformed());
    }
    warnings
}

impl Name {
    fn of(payload: &CodePayload) -> Self {
        Self {
            layout: payload.layout.clone(),
            version: payload.version,
            side: payload.side,
            serial: payload.serial.as_ref().map(ToString::to_string),
        }
    }
}

/// The name of a side; the code's serial is taken when the code speaks of this very side.
fn name_of(side: &KnownSide, code: Option<CodePayload>) -> Name {
    let layout = side.layout();
    let same = |payload: &CodePayload| {
        payload.layout == layout.id
            && payload.version == layout.version
            && payload.side == side.side().side
    };
    Name {
        layout: layout.id.clone(),
        version: layout.version,
        side: side.side().side,
        serial: code
            .filter(same)
            .and_then(|payload| payload.serial.map(|serial| serial.to_string())),
    }
}

/// A page that is looked at with what is known.
struct Looking<'a> {
    known: &'a Catalogue,
    page: &'a Pyramid<'a>,
    dpi: Option<f64>,
}

impl Looking<'_> {
    fn what_the_code_says(
        &self,
        payload: &CodePayload,
        code: &FoundCode,
    ) -> Result<Identified, NotPlaced> {
        let side = self
            .known
            .side(&payload.layout, payload.version, payload.side)
            .ok_or_else(|| warnings::unknown_layout(payload))?;
        match self.by_code(&side, code) {
            Ok(registered) => Ok(Identified { side, registered }),
            Err(refused) => Err(NotPlaced::seems_to_lie(
                warnings::not_registered(&refused.why),
                looks_like(side, refused.seen),
            )),
        }
    }

    /// By the code, or by the print of the side that the code names.
    fn by_code(&self, side: &KnownSide, code: &FoundCode) -> Result<Registered, Refused> {
        let print = self.known.print(side);
        let registered =
            debug_span!("read.register").in_scope(|| register(&self.sheet(side, &print), code));
        registered.or_else(|error| {
            self.among(std::slice::from_ref(side), Knowledge::Nothing)
                .trusted()
                .map(|(_, registered)| Registered {
                    by: RecognisedBy::Code,
                    ..registered
                })
                .ok_or(error)
        })
    }

    fn what_the_print_says(&self, search: &CodeSearch) -> Result<Identified, NotPlaced> {
        let sides = self.known.sides();
        match self.among(&sides, Knowledge::Nothing) {
            Recognised::Trusted(which, registered) => Ok(Identified {
                side: sides[which].clone(),
                registered: *registered,
            }),
            Recognised::Refused(which, Refused { why, seen }) => {
                let side = sides[which].clone();
                let warning = warnings::looks_like(side.layout(), side.side(), &why);
                Err(NotPlaced::seems_to_lie(warning, looks_like(side, seen)))
            }
            Recognised::Unknown if search.is_nothing() && is_empty(self.page, self.dpi) => {
                Err(NotPlaced::is(NoLeaflet::Blank, warnings::blank_page()))
            }
            Recognised::Unknown if search.malformed.is_empty() => Err(warnings::no_code().into()),
            Recognised::Unknown => Err(warnings::malformed().into()),
        }
    }

    /// A person's corners are a first guess, and hold when the print says nothing better; without corners the print
    /// of the named side says how the page lies.
    fn where_a_person_says(
        &self,
        placement: &Placement,
        code: Option<&(CodePayload, FoundCode)>,
    ) -> Result<Identified, NotPlaced> {
        let side = self
            .known
            .placed(placement)
            .ok_or_else(|| warnings::placed_on_unknown(placement))?;
        let print = self.known.print(&side);
        let sheet = self.sheet(&side, &print);
        let corners = placement.corners_px.as_ref();
        let registered = match corners.and_then(|c| map_of_corners(side.layout().page, c)) {
            Some(map) => {
                Some(register_from(&sheet, &map).unwrap_or_else(|_| placed_by_hand(&sheet, &map)))
            }
            None => self.without_corners(&side, &sheet, code),
        };
        let registered = registered.ok_or_else(warnings::not_placed)?;
        Ok(Identified {
            side,
            registered: Registered {
                by: RecognisedBy::Person,
                ..registered
            },
        })
    }

    fn without_corners(
        &self,
        side: &KnownSide,
        sheet: &Sheet<'_>,
        code: Option<&(CodePayload, FoundCode)>,
    ) -> Option<Registered> {
        let by_code = code.and_then(|(_, code)| register(sheet, code).ok());
        by_code.or_else(|| {
            self.among(std::slice::from_ref(side), Knowledge::Told)
                .trusted()
                .map(|(_, registered)| registered)
        })
    }

    fn among(&self, sides: &[KnownSide], knowledge: Knowledge) -> Recognised {
        let prints: Vec<Arc<SidePrint>> = sides.iter().map(|side| self.known.print(side)).collect();
        let candidates: Vec<Candidate<'_>> = sides
            .iter()
            .zip(&prints)
            .map(|(side, print)| Candidate {
                side: side.side(),
                reference: &print.reference,
            })
            .collect();
        debug_span!("read.recognise")
            .in_scope(|| recognise(self.page, &candidates, self.dpi, knowledge))
    }

    fn sheet<'a>(&'a self, side: &'a KnownSide, print: &'a SidePrint) -> Sheet<'a> {
        Sheet {
            page: self.page,
            side: side.side(),
            reference: &print.reference,
        }
    }
}
