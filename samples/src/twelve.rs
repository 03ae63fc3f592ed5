//! The twelve committed samples: an ordinary morning's post, one of each kind of file and turn.

use schemas::layout::{Layout, builtin};
use schemas::payload::{DEFAULT_PREFIX, Serial};

use crate::dice::Dice;
use crate::file::{Container, Effort};
use crate::hand::SCRIPTS;
use crate::ink::PENS;
use crate::leaflet::{Drawing, Leaflet, MarkStyle};
use crate::order::{Order, PageOrder};
use crate::scan::{Colours, Scan};
use crate::texts::stories;
use crate::truth::DpiTag;
use crate::{Sample, SampleError};

/// The seed of the committed samples.
pub const SEED: u64 = 2026;

const TICK: MarkStyle = MarkStyle::Tick;
const CROSS: MarkStyle = MarkStyle::Cross;

/// One line a sample, so that they can be compared at a glance.
type Row = (
    &'static str,
    (usize, usize, usize, MarkStyle, bool, Drawing),
    (Colours, f64, u32, f64, u8),
    Container,
);

#[rustfmt::skip]
const ROWS: [Row; 12] = {
    use Colours::{Bitonal, Colour, Grey};
    use Container::{Jpeg, Pdf, Png, Tiff};
    use Drawing::{Crayons, Nothing, Pen};
    // name, (story, script, pen, mark, consent, drawing), (colours, dpi, quarter turns, skew, lid), file
    [
        ("01-ordinary",    ( 0, 1, 0, TICK,  true,  Pen),     (Grey,    300.0, 0,  0.4, 250), Png),
        ("02-colour",      (17, 0, 1, TICK,  true,  Crayons), (Colour,  300.0, 0, -0.7, 250), Jpeg(72)),
        ("03-sideways",    ( 1, 2, 0, CROSS, true,  Nothing), (Colour,  200.0, 1,  0.3, 250), Jpeg(75)),
        ("04-upside-down", ( 6, 0, 2, TICK,  true,  Nothing), (Grey,    200.0, 2, -0.2, 250), Png),
        ("05-no-consent",  (12, 1, 0, TICK,  false, Pen),     (Grey,    200.0, 3,  0.9, 250), Jpeg(80)),
        ("06-fax-like",    (11, 0, 1, CROSS, true,  Nothing), (Bitonal, 300.0, 0, -0.3, 250), Tiff),
        ("07-crayons",     (32, 1, 2, TICK,  true,  Crayons), (Colour,  300.0, 2,  1.2, 250), Jpeg(70)),
        ("08-pdf",         (13, 2, 1, TICK,  true,  Nothing), (Colour,  200.0, 0,  0.1, 250), Pdf(75)),
        ("09-pencil",      ( 7, 3, 3, TICK,  true,  Pen),     (Grey,    200.0, 1, -1.1, 250), Tiff),
        ("10-dark-lid",    (10, 2, 0, CROSS, false, Nothing), (Grey,    200.0, 0,  0.8, 70),  Jpeg(80)),
        ("11-pdf-turned",  (18, 4, 1, TICK,  true,  Pen),     (Grey,    300.0, 3, -0.5, 250), Pdf(72)),
        ("12-few-words",   (14, 5, 0, TICK,  true,  Nothing), (Grey,    200.0, 0, -0.6, 250), Png),
    ]
};

/// Makes the twelve, in order.
///
/// # Panics
/// Never: `story-a4` comes with Postbag.
pub fn twelve() -> impl Iterator<Item = Result<Sample, SampleError>> {
    let layout = builtin()
        .into_iter()
        .find(|layout| layout.id.as_str() == "story-a4" && layout.version == 1)
        .expect("version 1 of story-a4 is built in");
    (1u32..).zip(ROWS).map(move |(number, row)| {
        let mut dice = Dice::new(SEED, u64::from(number));
        let order = order(row, number, &layout, &mut dice);
        Ok(order.carry_out(&mut dice)?.remove(0))
    })
}

/// The row's particulars, with everything that it does not say left to chance.
fn order<'a>(row: Row, number: u32, layout: &'a Layout, dice: &mut Dice) -> Order<'a> {
    let (name, (story, script, pen, mark, consent, drawing), scan, container) = row;
    let (colours, dpi, quarter_turns, skew_deg, lid) = scan;
    let serial = Serial::from_number(100 + number);
    let leaflet = Leaflet {
        story: stories()[story].clone(),
        consent,
        script: SCRIPTS[script],
        pen: PENS[pen],
        mark,
        drawing,
        heart_in_story: false,
        ..Leaflet::by_chance(serial, dice)
    };
    let scan = Scan {
        dpi,
        quarter_turns,
        skew_deg,
        colours,
        lid,
        ..Scan::by_chance(dice)
    };
    Order {
        name: name.to_owned(),
        layout,
        prefix: DEFAULT_PREFIX,
        pages: vec![PageOrder::ordinary(leaflet, scan)],
        container,
        in_one_file: false,
        dpi_tag: DpiTag::Right,
        effort: Effort::Small,
    }
}
