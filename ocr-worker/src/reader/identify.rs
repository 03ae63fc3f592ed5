//! Which side of which layout a page is: what a person says, what its code says, what its print says.

use std::sync::Arc;

use schemas::layout::LayoutId;
use schemas::payload::CodePayload;
use schemas::placement::Placement;
use schemas::reading::{RecognisedBy, Warning};
use tracing::debug_span;

use super::known::{Catalogue, KnownSide, SidePrint};
use super::{PageSource, Reader};
use crate::picture::Pyramid;
use crate::stages::code::{self, CodeSearch, FoundCode};
use crate::stages::recognise::{Candidate, Knowledge, recognise};
use crate::stages::register::{
    RegisterError, Registered, Sheet, map_of_corners, placed_by_hand, register, register_from,
};
use crate::stages::serial::read_serial;
use crate::warnings;

/// A page that was placed.
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
}

/// Everything that was seen.
pub(super) struct Seen {
    pub(super) found: Result<Identified, Warning>,
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
    let mut warnings = warnings_of(&search);
    let ours = search.ours.take();
    let evidence = Evidence {
        code: ours.as_ref().map(|(_, code)| code.clone()),
    };
    let looking = Looking {
        known,
        page,
        dpi: source.dpi,
    };
    let found = match (&source.placement, &ours) {
        (Some(placement), ours) => looking.where_a_person_says(placement, ours.as_ref()),
        (None, Some((payload, code))) => looking.what_the_code_says(payload, code),
        (None, None) => looking.what_the_print_says(&search),
    };
    let name = match &found {
        Ok(identified) => Some(name_of(&identified.side, ours.map(|(payload, _)| payload))),
        Err(_) => ours.map(|(payload, _)| Name::of(&payload)),
    };
    let name = name.map(|name| with_printed_serial(name, &found, page, &mut warnings));
    let by_print = |found: &Identified| found.registered.by == RecognisedBy::Print;
    if found.as_ref().is_ok_and(by_print) && !search.malformed.is_empty() {
        warnings.push(warnings::malformed());
    }
    Seen {
        found,
        name,
        warnings,
        evidence,
    }
}

/// A page whose code could not be read has its number in print as well.
fn with_printed_serial(
    mut name: Name,
    found: &Result<Identified, Warning>,
    page: &Pyramid<'_>,
    warnings: &mut Vec<Warning>,
) -> Name {
    let Ok(Identified { side, registered }) = found else {
        return name;
    };
    if name.serial.is_some() || registered.by == RecognisedBy::Code {
        return name;
    }
    let (layout, printed) = (side.layout(), side.side());
    name.serial = read_serial(page, registered, layout, printed).map(|serial| serial.to_string());
    if name.serial.is_none() && printed.blank.is_none() {
        warnings.push(warnings::serial_not_read());
    }
    name
}

fn warnings_of(search: &CodeSearch) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if !search.foreign.is_empty() {
        warnings.push(warnings::foreign(search.foreign.len()));
    }
    if !search.others.is_empty() {
        warnings.push(warnings::several_leaflets());
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
    ) -> Result<Identified, Warning> {
        let side = self
            .known
            .side(&payload.layout, payload.version, payload.side)
            .ok_or_else(|| warnings::unknown_layout(payload))?;
        let registered = self
            .by_code(&side, code)
            .map_err(|error| warnings::not_registered(&error))?;
        Ok(Identified { side, registered })
    }

    /// By the code, or by the print of the side that the code names.
    fn by_code(&self, side: &KnownSide, code: &FoundCode) -> Result<Registered, RegisterError> {
        let print = self.known.print(side);
        let registered =
            debug_span!("read.register").in_scope(|| register(&self.sheet(side, &print), code));
        registered.or_else(|error| {
            self.among(std::slice::from_ref(side), Knowledge::Nothing)
                .map(|(_, registered)| Registered {
                    by: RecognisedBy::Code,
                    ..registered
                })
                .ok_or(error)
        })
    }

    fn what_the_print_says(&self, search: &CodeSearch) -> Result<Identified, Warning> {
        let sides = self.known.sides();
        match self.among(&sides, Knowledge::Nothing) {
            Some((which, registered)) => Ok(Identified {
                side: sides[which].clone(),
                registered,
            }),
            None if search.malformed.is_empty() => Err(warnings::no_code()),
            None => Err(warnings::malformed()),
        }
    }

    /// A person's corners are a first guess, and hold when the print says nothing better; without corners the print
    /// of the named side says how the page lies.
    fn where_a_person_says(
        &self,
        placement: &Placement,
        code: Option<&(CodePayload, FoundCode)>,
    ) -> Result<Identified, Warning> {
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
                .map(|(_, registered)| registered)
        })
    }

    fn among(&self, sides: &[KnownSide], knowledge: Knowledge) -> Option<(usize, Registered)> {
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
