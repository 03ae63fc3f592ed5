//! The form with which a person says which leaflet a sheet is, and how it lies.

use schemas::geometry::Point;
use schemas::placement::Placement;
use schemas::reading::Reading;
use store::PagePicture;

use super::choices::{self, Choice};
use super::corners::{self, CORNERS, Top};
use schemas::layout::Layout;

/// The page shall be looked for by the machine.
pub(super) const FIND: &str = "find";
/// The corners are those of the number fields.
pub(super) const BY_CORNERS: &str = "corners";

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PlaceForm {
    /// The value of a [`Choice`].
    pub(super) what: String,
    /// [`FIND`], a word of [`Top`], or [`BY_CORNERS`].
    pub(super) lies: String,
    /// x and y of each corner.
    pub(super) corners: [(String, String); 4],
}

/// What is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PlaceFaults {
    pub(super) what: Option<&'static str>,
    pub(super) lies: Option<String>,
}

impl PlaceForm {
    /// What was sent.
    pub(super) fn of_pairs(pairs: &[(String, String)]) -> Self {
        let value = |name: &str| {
            let found = pairs.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        Self {
            what: value("what"),
            lies: value("lies"),
            corners: CORNERS
                .map(|(name, _)| (value(&format!("{name}.x")), value(&format!("{name}.y")))),
        }
    }

    /// What the form begins with: what was said last, what the sheet says of itself, or the only leaflet there is.
    pub(super) fn suggested(
        picture: &PagePicture,
        choices: &[Choice],
        said: Option<&Placement>,
        read: Option<&Reading>,
    ) -> Self {
        let said_corners = said.and_then(|placement| placement.corners_px);
        let found_corners = read
            .and_then(|reading| reading.registration.as_ref())
            .map(|registration| registration.corners_px);
        let corners = said_corners
            .or(found_corners)
            .unwrap_or_else(|| Top::Up.corners(picture));
        let only = match choices {
            [only] => only.value.clone(),
            _ => String::new(),
        };
        Self {
            what: said
                .map(choices::value_of)
                .or_else(|| read.and_then(named))
                .unwrap_or(only),
            lies: if said_corners.is_some() {
                BY_CORNERS
            } else {
                FIND
            }
            .to_owned(),
            corners: corners.map(|corner| (px(corner.x), px(corner.y))),
        }
    }

    /// What the person says, or what is wrong with it.
    pub(super) fn read(
        &self,
        layouts: &[Layout],
        picture: &PagePicture,
    ) -> Result<Placement, PlaceFaults> {
        let mut faults = PlaceFaults::default();
        let named = choices::find(layouts, &self.what);
        if named.is_none() {
            faults.what = Some("Please say which leaflet it is.");
        }
        let corners_px = self.corners_px(picture).unwrap_or_else(|fault| {
            faults.lies = Some(fault);
            None
        });
        match named {
            Some(named) if faults == PlaceFaults::default() => Ok(Placement {
                corners_px,
                ..named
            }),
            _ => Err(faults),
        }
    }

    fn corners_px(&self, picture: &PagePicture) -> Result<Option<[Point; 4]>, String> {
        if let Some(top) = Top::ALL.into_iter().find(|top| top.as_str() == self.lies) {
            return Ok(Some(top.corners(picture)));
        }
        if self.lies != BY_CORNERS {
            return Ok(None);
        }
        let mut typed = [Point::new(0.0, 0.0); 4];
        for (i, (x, y)) in self.corners.iter().enumerate() {
            let point = number(x).zip(number(y));
            let (x, y) = point.ok_or_else(|| {
                let corner = CORNERS[i].1.to_lowercase();
                format!("Please give the {corner} corner as two numbers of pixels.")
            })?;
            typed[i] = Point::new(x, y);
        }
        corners::check(&typed, picture)?;
        Ok(Some(typed))
    }
}

/// The side that the sheet's own code names.
fn named(reading: &Reading) -> Option<String> {
    let layout = reading.layout.as_ref()?;
    Some(format!("{layout}/{}/{}", reading.version?, reading.side?))
}

/// A number, with a point or a comma.
fn number(typed: &str) -> Option<f64> {
    let number: f64 = typed.trim().replace(',', ".").parse().ok()?;
    number.is_finite().then_some(number)
}

/// Tenths of a pixel, nothing behind them.
fn px(value: f64) -> String {
    ((value * 10.0).round() / 10.0).to_string()
}
