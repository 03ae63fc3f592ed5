//! The list of everything that goes wrong, and how often an office meets it.

use crate::dice::Dice;

/// One thing that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mishap {
    /// Laid on a flatbed anyhow.
    AnyAngle,
    /// Fed with the foot first.
    UpsideDown,
    /// Fed sideways.
    Sideways,
    /// Fed askew.
    Skewed,
    /// Scanned at 150 dpi.
    Coarse,
    /// Scanned at 400 or, rarely, 600 dpi.
    Fine,
    /// The file tells a wrong resolution.
    WrongTag,
    /// The file tells none.
    NoTag,
    /// Black and white only.
    Bitonal,
    /// Hard JPEG.
    HardJpeg,
    /// Printed with little toner.
    LowToner,
    /// Filled in with a pencil or a dying pen.
    FaintInk,
    /// A dirty glass.
    Dust,
    /// A speck on the glass of the feeder.
    Streaks,
    /// Folded.
    Fold,
    /// A corner torn off.
    TornCorner,
    /// An edge torn off.
    TornEdge,
    /// A ring of coffee.
    Coffee,
    /// The leaflet is a photocopy.
    Photocopy,
    /// A photocopy of a photocopy.
    CopyOfCopy,
    /// Photographed.
    Phone,
    /// The feeder slipped.
    Stretched,
    /// Two sheets at once.
    TwoSheets,
    /// An edge is not in the picture.
    Cropped,
    /// A scanner with a dark lid.
    DarkLid,
    /// The back came first.
    BackFirst,
}

/// How often each is met, out of the sum.
const OFTEN: [(Mishap, f64); 26] = [
    (Mishap::AnyAngle, 1.0),
    (Mishap::UpsideDown, 1.2),
    (Mishap::Sideways, 0.8),
    (Mishap::Skewed, 1.2),
    (Mishap::Coarse, 0.8),
    (Mishap::Fine, 0.35),
    (Mishap::WrongTag, 0.7),
    (Mishap::NoTag, 0.6),
    (Mishap::Bitonal, 1.2),
    (Mishap::HardJpeg, 0.9),
    (Mishap::LowToner, 0.8),
    (Mishap::FaintInk, 0.8),
    (Mishap::Dust, 0.9),
    (Mishap::Streaks, 0.9),
    (Mishap::Fold, 1.4),
    (Mishap::TornCorner, 0.9),
    (Mishap::TornEdge, 0.5),
    (Mishap::Coffee, 0.9),
    (Mishap::Photocopy, 1.0),
    (Mishap::CopyOfCopy, 0.8),
    (Mishap::Phone, 1.2),
    (Mishap::Stretched, 0.35),
    (Mishap::TwoSheets, 0.35),
    (Mishap::Cropped, 0.7),
    (Mishap::DarkLid, 0.7),
    (Mishap::BackFirst, 0.5),
];

/// None for a fifth of the leaflets, else one to three, each different; in the order of the list, so that what
/// happens to paper happens before what happens to pictures.
pub(super) fn some(dice: &mut Dice) -> Vec<Mishap> {
    let n = match dice.index(20) {
        0..4 => 0,
        4..11 => 1,
        11..17 => 2,
        _ => 3,
    };
    let mut mishaps = Vec::new();
    while mishaps.len() < n {
        let mishap = one(dice);
        if !mishaps.contains(&mishap) {
            mishaps.push(mishap);
        }
    }
    mishaps.sort_unstable();
    mishaps
}

fn one(dice: &mut Dice) -> Mishap {
    let sum: f64 = OFTEN.iter().map(|(_, often)| often).sum();
    let mut left = dice.unit() * sum;
    for (mishap, often) in OFTEN {
        left -= often;
        if left < 0.0 {
            return mishap;
        }
    }
    OFTEN[0].0
}
