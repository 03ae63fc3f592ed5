//! What happens to a sheet and means nothing: folds, streaks of a dirty scanner, specks of dust; and the short tick that is easily
//! taken for such a thing.

use ocr_worker::stages::marks::VIEW_PX;

use crate::learning::Dice;

/// So many boxes have a line through them that nobody drew.
const LINE_SHARE: f32 = 0.3;
/// So many have dust.
const DUST_SHARE: f32 = 0.15;
/// Most specks on one box.
const MAX_SPECKS: f32 = 3.0;
/// The largest radius of a speck, in pixels of the view: three tenths of a millimetre.
const MAX_SPECK_PX: f32 = 0.9;
/// So many empty boxes get a short tick.
const SHORT_SHARE: f32 = 0.04;
/// Its length in pixels of the view: from one and a half to three millimetres.
const SHORT_PX: (f32, f32) = (5.0, 10.0);

/// Lets something happen to some views; what a box says stays the same.
pub(crate) fn befall(view: &mut [f32], dice: &mut Dice) {
    if dice.unit() < LINE_SHARE {
        line(view, dice);
    }
    if dice.unit() < DUST_SHARE {
        for _ in 0..=(dice.unit() * MAX_SPECKS) as usize {
            speck(view, dice);
        }
    }
}

/// Makes a short tick in a box that is empty now and then, and says whether it did.
pub(crate) fn tick_shortly(view: &mut [f32], dice: &mut Dice) -> bool {
    if dice.unit() >= SHORT_SHARE {
        return false;
    }
    let middle = VIEW_PX as f32 / 2.0;
    let (x0, y0) = (middle + dice.spread(4.0), middle + dice.spread(4.0));
    let (sin, cos) = (dice.unit() * std::f32::consts::PI).sin_cos();
    let half_px = 0.5 * (SHORT_PX.0 + dice.unit() * (SHORT_PX.1 - SHORT_PX.0));
    let (pen_px, dark) = (0.5 + 0.5 * dice.unit(), 0.35 + 0.65 * dice.unit());
    for i in 0..VIEW_PX * VIEW_PX {
        let (x, y) = ((i % VIEW_PX) as f32 - x0, (i / VIEW_PX) as f32 - y0);
        let beyond = ((x * cos + y * sin).abs() - half_px).max(0.0);
        let beside = ((y * cos - x * sin).abs() - pen_px).max(0.0);
        darken(view, i, dark * (1.0 - beyond.hypot(beside)).max(0.0));
    }
    true
}

/// A line from edge to edge of what is seen: a streak is thin, straight and level or upright; a fold is pale, broad, soft
/// and now and then aslant. People's strokes end somewhere.
fn line(view: &mut [f32], dice: &mut Dice) {
    let streak = dice.unit() < 0.5;
    let upright = dice.unit() < 0.5;
    let (half_px, soft_px, dark) = if streak {
        (0.2 + 1.2 * dice.unit(), 0.5, 0.06 + 0.94 * dice.unit())
    } else {
        (
            0.3 + 2.0 * dice.unit(),
            1.0 + dice.unit(),
            0.05 + 0.5 * dice.unit(),
        )
    };
    let aslant = if streak { 0.03 } else { 0.25 };
    let (slope, through) = (dice.spread(aslant), dice.unit() * VIEW_PX as f32);
    let crumbling = dice.unit() * 0.4;
    let middle = VIEW_PX as f32 / 2.0;
    for i in 0..VIEW_PX * VIEW_PX {
        let (x, y) = ((i % VIEW_PX) as f32, (i / VIEW_PX) as f32);
        let (along, across) = if upright { (y, x) } else { (x, y) };
        let off = (across - through - slope * (along - middle)).abs() - half_px;
        let seen = (1.0 - off.max(0.0) / soft_px).max(0.0) * (1.0 - crumbling * dice.unit());
        darken(view, i, dark * seen);
    }
}

fn speck(view: &mut [f32], dice: &mut Dice) {
    let mut at = || dice.unit() * VIEW_PX as f32;
    let (x0, y0) = (at(), at());
    let (radius, dark) = (0.3 + dice.unit() * MAX_SPECK_PX, 0.3 + 0.7 * dice.unit());
    for i in 0..VIEW_PX * VIEW_PX {
        let (x, y) = ((i % VIEW_PX) as f32, (i / VIEW_PX) as f32);
        let off = (x - x0).hypot(y - y0) - radius;
        darken(view, i, dark * (1.0 - off).clamp(0.0, 1.0));
    }
}

/// What is hidden below print stays hidden.
fn darken(view: &mut [f32], i: usize, by: f32) {
    let open = 1.0 - view[VIEW_PX * VIEW_PX + i];
    view[i] = view[i].max(by * open);
}
