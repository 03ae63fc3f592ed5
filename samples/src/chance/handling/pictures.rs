//! How a sheet becomes a picture, well or badly. The ranges are what an office meets: beyond them a person would
//! scan the sheet again.

use schemas::layout::Layout;

use crate::chance::mishaps::Mishap;
use crate::dice::Dice;
use crate::leaflet::Leaflet;
use crate::order::SecondSheet;
use crate::scan::{Camera, Canvas, Colours, Enlarged, Scan, Shadow, Streak, Stretch};
use crate::truth::DpiTag;

/// A good scan.
pub(super) fn plain(layout: &Layout, dice: &mut Dice) -> Scan {
    let small = layout.page.width_mm < 160.0;
    let canvas = if small && dice.chance(0.3) {
        // A small sheet on a large glass.
        Canvas::Around {
            margin_mm: dice.between(15.0, 50.0),
        }
    } else {
        Canvas::Paper
    };
    Scan {
        dpi: *dice.pick(&[200.0, 200.0, 300.0, 300.0, 300.0]),
        quarter_turns: 0,
        skew_deg: dice.spread(1.2),
        shift_mm: [dice.spread(1.5), dice.spread(1.5)],
        colours: *dice.pick(&[Colours::Grey, Colours::Grey, Colours::Colour]),
        lid: 250,
        canvas,
        ..Scan::by_chance(dice)
    }
}

/// What goes wrong on the scanner alone.
pub(super) fn meet(mishap: Mishap, scan: &mut Scan, dice: &mut Dice) {
    match mishap {
        Mishap::AnyAngle => any_angle(scan, dice),
        Mishap::UpsideDown => scan.quarter_turns = (scan.quarter_turns + 2) % 4,
        Mishap::Sideways => scan.quarter_turns = (scan.quarter_turns + *dice.pick(&[1, 3])) % 4,
        Mishap::Skewed => {
            let by = dice.between(1.5, 6.0);
            scan.skew_deg = if dice.chance(0.5) { by } else { -by };
            // Beyond that a scanner that cuts to the paper's size would cut marks off.
            if by > 2.5 {
                scan.canvas = Canvas::Around {
                    margin_mm: dice.between(0.0, 4.0),
                };
            }
        }
        Mishap::Coarse => scan.dpi = 150.0,
        Mishap::Fine => scan.dpi = if dice.chance(0.8) { 400.0 } else { 600.0 },
        Mishap::Bitonal => {
            scan.colours = Colours::Bitonal;
            scan.threshold = dice.between(120.0, 180.0);
        }
        Mishap::Streaks => {
            let n = 1 + dice.index(4);
            scan.streaks = (0..n).map(|_| streak(dice)).collect();
        }
        Mishap::Cropped => {
            let deep = if dice.chance(0.3) { 12.0 } else { 6.5 };
            scan.cut_mm[dice.index(4)] += dice.between(2.0, deep);
        }
        Mishap::DarkLid => scan.lid = *dice.pick(&[30, 60, 90, 120]),
        _ => {}
    }
}

fn any_angle(scan: &mut Scan, dice: &mut Dice) {
    let quarters = dice.index(4) as u32;
    scan.quarter_turns = (scan.quarter_turns + quarters) % 4;
    scan.skew_deg = dice.between(-45.0, 45.0);
    scan.canvas = Canvas::Around {
        margin_mm: dice.between(0.5, 8.0),
    };
}

fn streak(dice: &mut Dice) -> Streak {
    let dark = dice.chance(0.75);
    Streak {
        at: dice.unit(),
        width_mm: if dice.chance(0.8) {
            dice.between(0.08, 0.35)
        } else {
            dice.between(0.35, 0.9)
        },
        grey: if dark {
            20 + dice.index(110) as u8
        } else {
            255
        },
        cover: dice.between(0.3, 0.95),
        reach: if dice.chance(0.75) {
            [0.0, 1.0]
        } else {
            [dice.between(0.0, 0.4), dice.between(0.6, 1.0)]
        },
    }
}

/// A slip of at least five in a hundred, over at least four tenths of the page.
pub(super) fn stretch(dice: &mut Dice) -> Stretch {
    Stretch {
        from: dice.between(0.15, 0.6),
        by: if dice.chance(0.5) {
            dice.between(1.05, 1.14)
        } else {
            dice.between(0.87, 0.95)
        },
    }
}

/// Copiers are true to three in a hundred, and hardly differ between the two directions.
pub(super) fn enlarged(dice: &mut Dice) -> Enlarged {
    let by = dice.between(0.97, 1.03);
    Enlarged {
        by: [by + dice.spread(0.0035), by + dice.spread(0.0035)],
        shift_mm: [dice.spread(2.0), dice.spread(2.0)],
    }
}

/// The number of another setting, or what programs write that know nothing.
pub(super) fn wrong_tag(dpi: f64, dice: &mut Dice) -> DpiTag {
    let wrong: Vec<f64> = [72.0, 96.0, 100.0, 200.0, 300.0, 600.0]
        .into_iter()
        .filter(|tag| (tag - dpi).abs() > 1.0)
        .collect();
    DpiTag::Wrong(*dice.pick(&wrong))
}

/// Sticking out below the first, or lying over a part of it.
pub(super) fn second_sheet(
    layout: &Layout,
    leaflet: Leaflet,
    scan: &mut Scan,
    dice: &mut Dice,
) -> SecondSheet {
    let on_top = dice.chance(0.5);
    let down = if on_top {
        dice.between(0.35, 0.75) * layout.page.height_mm
    } else {
        dice.between(0.06, 0.3) * layout.page.height_mm
    };
    if !on_top {
        // The feeder believes in one long sheet. Where the foot of the page lies in the picture depends on
        // how it is turned: below, at the left, above or at the right.
        let foot = (3 + scan.quarter_turns as usize) % 4;
        scan.cut_mm[foot] -= down;
    }
    SecondSheet {
        leaflet,
        on_top,
        shift_mm: [dice.spread(0.1) * layout.page.width_mm, down],
        turned_deg: dice.spread(6.0),
    }
}

/// The same sheet photographed instead of scanned.
pub(super) fn photo(scan: &Scan, dice: &mut Dice) -> Scan {
    let shadow = dice.chance(0.45).then(|| Shadow {
        at: [dice.between(0.2, 0.8), dice.between(0.2, 0.8)],
        towards_deg: dice.between(0.0, 360.0),
        edge: dice.between(0.03, 0.25),
        depth: dice.between(0.12, 0.42),
    });
    Scan {
        dpi: dice.between(150.0, 260.0).round(),
        quarter_turns: scan.quarter_turns,
        skew_deg: if scan.skew_deg.abs() > 7.0 {
            scan.skew_deg
        } else {
            dice.spread(8.0)
        },
        shift_mm: [0.0, 0.0],
        colours: if dice.chance(0.85) {
            Colours::Colour
        } else {
            Colours::Grey
        },
        lid: scan.lid,
        shade: 0.02,
        noise: dice.between(2.0, 6.0),
        softness: dice.between(0.15, 0.25),
        white: dice.between(215.0, 245.0),
        threshold: scan.threshold,
        canvas: Canvas::Around {
            margin_mm: dice.between(3.0, 28.0),
        },
        cut_mm: [0.0; 4],
        enlarged: scan.enlarged,
        stretch: None,
        streaks: Vec::new(),
        camera: Some(Camera {
            tilt_deg: [dice.spread(14.0), dice.spread(14.0)],
            distance_mm: dice.between(330.0, 600.0),
            table: *dice.pick(&TABLES),
            falloff: dice.between(0.05, 0.35),
            falloff_deg: dice.between(0.0, 360.0),
            shadow,
            blur: 1 + dice.index(3) as u32,
        }),
    }
}

/// Oak, walnut, a white desk, a grey desk, a blue cloth, a dark worktop.
const TABLES: [[u8; 3]; 6] = [
    [176, 138, 94],
    [92, 62, 44],
    [226, 226, 222],
    [150, 152, 155],
    [70, 92, 140],
    [38, 38, 40],
];
