//! Fills in a printed leaflet and says what was put where.

mod drawing;
mod margin;
mod ticks;
mod words;

use schemas::geometry::BoxMm;
use schemas::layout::{Layout, Meaning, Region, RegionKind, Side};
use schemas::reading::InkState;

use crate::SampleError;
use crate::dice::Dice;
use crate::hand::Hand;
use crate::ink::Sheet;
use crate::leaflet::Leaflet;
use crate::truth::{DrawingTruth, FieldTruth, RegionTruth, TickTruth};

/// What was put on a page.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    pub(crate) regions: Vec<RegionTruth>,
    pub(crate) ticks: Vec<TickTruth>,
    pub(crate) story: Vec<String>,
    pub(crate) fields: Vec<FieldTruth>,
    pub(crate) drawings: Vec<DrawingTruth>,
    pub(crate) margin: Vec<BoxMm>,
}

/// Someone at a table with a leaflet.
struct Writer<'a> {
    leaflet: &'a Leaflet,
    hand: Hand,
    capitals: Hand,
    sheet: &'a mut Sheet,
    dice: &'a mut Dice,
    filled: Filled,
    /// How many regions of the same meaning come before this one, on this side and on those before it.
    n_before: usize,
}

/// Writes, ticks and draws everything of `leaflet` on `sheet`.
pub(crate) fn fill(
    layout: &Layout,
    side: &Side,
    leaflet: &Leaflet,
    sheet: &mut Sheet,
    dice: &mut Dice,
) -> Result<Filled, SampleError> {
    let mut writer = Writer {
        hand: Hand::of(leaflet, dice)?,
        capitals: Hand::for_capitals(leaflet, dice)?,
        leaflet,
        sheet,
        dice,
        filled: Filled::default(),
        n_before: 0,
    };
    if leaflet.habits.larger > 0.0 {
        writer.hand = writer.hand.scaled(1.0 + leaflet.habits.larger);
    }
    let earlier = layout
        .sides
        .iter()
        .take_while(|other| other.side != side.side);
    let earlier: Vec<&Region> = earlier.flat_map(|other| &other.regions).collect();
    for (i, region) in side.regions.iter().enumerate() {
        let before = earlier.iter().copied().chain(&side.regions[..i]);
        writer.n_before = before.filter(|r| r.reads == region.reads).count();
        let state = writer.region(region);
        writer.filled.regions.push(RegionTruth {
            id: region.id.clone(),
            reads: region.reads,
            state,
        });
    }
    writer.beside(layout.page, side);
    Ok(writer.filled)
}

impl Writer<'_> {
    fn region(&mut self, region: &Region) -> InkState {
        if let RegionKind::Marks { choose, options } = &region.kind {
            return self.tick(region, *choose, options);
        }
        if self.leaflet.habits.leaves_blank {
            return InkState::Blank;
        }
        match &region.kind {
            RegionKind::Drawing {} => self.draw(region),
            RegionKind::Text { pitch_mm } => self.tell(region, *pitch_mm),
            RegionKind::Line {} => self.name(region),
            RegionKind::Comb { .. } => self.spell(region),
            RegionKind::Marks { .. } | RegionKind::None {} => InkState::Blank,
        }
    }

    /// What this person has to say to a region; empty when nothing.
    fn answer_to(&self, meaning: Meaning) -> String {
        let (story, answers) = (&self.leaflet.story, &self.leaflet.answers);
        let more = |i: usize| answers.services.get(i);
        let words = match (meaning, self.n_before) {
            (Meaning::Service, 0) => story.service.clone(),
            (Meaning::Service, n) => more(n - 1).map(|s| s.0.clone()).unwrap_or_default(),
            (Meaning::Postcode, 0) => story.postcode.clone(),
            (Meaning::Postcode, n) => more(n - 1).map(|s| s.1.clone()).unwrap_or_default(),
            (Meaning::Story, 0) => story.story.clone(),
            (Meaning::Story, n) => answers.more.get(n - 1).cloned().unwrap_or_default(),
            (Meaning::Answer, n) => answers.short.get(n).cloned().unwrap_or_default(),
            (Meaning::Username, _) => answers.username.clone(),
            (Meaning::Email, _) => answers.email.clone(),
            (Meaning::Phone, _) => answers.phone.clone(),
            (Meaning::Name, _) => answers.name.clone(),
            (Meaning::Date, _) => answers.date.clone(),
            _ => String::new(),
        };
        if self.leaflet.habits.in_capitals && meaning != Meaning::Email {
            words.to_uppercase()
        } else {
            words
        }
    }

    fn wrote(&mut self, region: &Region, text: String) -> InkState {
        if text.is_empty() {
            return InkState::Blank;
        }
        self.filled.fields.push(FieldTruth {
            region: region.id.clone(),
            reads: region.reads,
            text,
        });
        InkState::Writing
    }
}
