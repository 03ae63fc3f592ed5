//! What befalls a sheet, placed so that it is known what it takes away.

use schemas::geometry::{BoxMm, Point};
use schemas::layout::{FoldDirection, Layout, RegionKind, Side};

use crate::dice::Dice;
use crate::wear::{
    Blot, Fold, Loss, Stain, Sticker, Tear, TornFrom, Wear, code_loss, share_hidden,
};

/// How often a place is tried before a damage is left out.
const TRIES: u32 = 60;
/// How much of a region may be gone: its edge, not its content.
const REGION_SHARE: f64 = 0.04;

/// Whether all regions can still be read, and the code is hurt as wanted and never doubtfully.
pub(super) fn spares(side: &Side, wanted: Loss, hides: impl Fn(Point) -> bool) -> bool {
    let lost = |area: &BoxMm| share_hidden(area, &hides);
    let readable = side.regions.iter().all(|region| match &region.kind {
        RegionKind::None {} => true,
        RegionKind::Marks { options, .. } => options
            .iter()
            .all(|option| lost(&option.area.shrunk(-1.5)) == 0.0),
        _ => lost(&region.area) <= REGION_SHARE,
    });
    readable
        && side
            .code
            .is_none_or(|code| code_loss(&code.area, &hides) == wanted)
}

/// How many registration marks are gone.
pub(crate) fn n_marks_lost(side: &Side, hides: impl Fn(Point) -> bool) -> usize {
    let gone = |centre: Point, d: f64| {
        let area = BoxMm::from([centre.x - d / 2.0, centre.y - d / 2.0, d, d]);
        share_hidden(&area, &hides) > 0.2
    };
    let marks = side.marks.iter();
    marks
        .filter(|mark| gone(mark.centre, mark.diameter_mm))
        .count()
}

/// Something that fits between `Mended` regions on all of these sides; nothing when no place was found.
fn placed(
    layout: &Layout,
    sides: &[u32],
    mut try_one: impl FnMut(&mut Dice) -> Wear,
    dice: &mut Dice,
) -> Option<Wear> {
    (0..TRIES).find_map(|_| {
        let wear = try_one(dice);
        let other_side = wear.mirrored();
        let fits = sides.iter().enumerate().all(|(i, side)| {
            let wear = if i == 0 { &wear } else { &other_side };
            let side = layout.side(*side);
            side.is_none_or(|side| {
                spares(side, Loss::Mended, |at| wear.hides(at))
                    && n_marks_lost(side, |at| wear.hides(at)) <= 2
            })
        });
        fits.then_some(wear)
    })
}

/// A corner gone, often with its mark, never with content.
pub(super) fn torn_corner(layout: &Layout, sides: &[u32], dice: &mut Dice) -> Option<Wear> {
    let page = page_mm(layout);
    let try_one = |dice: &mut Dice| {
        let from = TornFrom::Corner {
            right_bottom: [dice.chance(0.5), dice.chance(0.5)],
            legs_mm: [dice.between(8.0, 42.0), dice.between(8.0, 42.0)],
        };
        Wear::Tear(Tear::by_chance(from, page, dice))
    };
    placed(layout, sides, try_one, dice)
}

/// A gummed edge that was torn open: a strip of a few millimetres.
pub(super) fn torn_edge(layout: &Layout, sides: &[u32], dice: &mut Dice) -> Option<Wear> {
    let page = page_mm(layout);
    let try_one = |dice: &mut Dice| {
        let from = TornFrom::Edge {
            edge: dice.index(4),
            depth_mm: dice.between(2.0, 7.0),
        };
        Wear::Tear(Tear::by_chance(from, page, dice))
    };
    placed(layout, sides, try_one, dice)
}

/// Where the layout folds or, on the way from hand to hand, anywhere.
pub(super) fn fold(layout: &Layout, dice: &mut Dice) -> Wear {
    let page = page_mm(layout);
    let (runs, at_mm) = if layout.folds.is_empty() || dice.chance(0.4) {
        let across = dice.chance(0.6);
        let runs = if across {
            FoldDirection::Across
        } else {
            FoldDirection::Down
        };
        let length = if across { page[1] } else { page[0] };
        (runs, length * dice.between(0.03, 0.97))
    } else {
        let fold = dice.pick(&layout.folds);
        (fold.runs, fold.at_mm + dice.spread(3.0))
    };
    Wear::Fold(Fold::by_chance(runs, at_mm, page, dice))
}

/// A cup anywhere on the page.
pub(super) fn stain(layout: &Layout, dice: &mut Dice) -> Wear {
    let [width, height] = page_mm(layout);
    let centre = Point::new(width * dice.unit(), height * dice.unit());
    Wear::Stain(Stain::by_chance(centre, dice))
}

/// What destroys the code of a side and spares its regions; nothing when no such thing was found.
pub(super) fn code_destroyer(layout: &Layout, side: &Side, dice: &mut Dice) -> Option<Wear> {
    let code = side.code?.area;
    (0..TRIES).find_map(|_| {
        let wear = match dice.index(4) {
            0 => torn_through(layout, &code, dice),
            1 | 2 => Wear::Sticker(sticker(&code, dice)),
            _ => {
                let centre = about(code.centre(), 0.2 * code.width, dice);
                let radius = code.width * dice.between(0.34, 0.58);
                Wear::Blot(Blot::by_chance(centre, radius, dice))
            }
        };
        spares(side, Loss::Destroyed, |at| wear.hides(at)).then_some(wear)
    })
}

fn sticker(code: &BoxMm, dice: &mut Dice) -> Sticker {
    let size = [dice.between(0.7, 2.2), dice.between(0.6, 1.2)].map(|share| share * code.width);
    Sticker::by_chance(about(code.centre(), 0.35 * code.width, dice), size, dice)
}

/// The corner nearest to the code, torn off through it.
fn torn_through(layout: &Layout, code: &BoxMm, dice: &mut Dice) -> Wear {
    let page = page_mm(layout);
    let centre = code.centre();
    let (right, bottom) = (centre.x > page[0] / 2.0, centre.y > page[1] / 2.0);
    let reach = [
        if right {
            page[0] - code.x
        } else {
            code.right()
        },
        if bottom {
            page[1] - code.y
        } else {
            code.bottom()
        },
    ];
    let from = TornFrom::Corner {
        right_bottom: [right, bottom],
        legs_mm: reach.map(|mm| mm * dice.between(1.1, 1.9)),
    };
    Wear::Tear(Tear::by_chance(from, page, dice))
}

fn about(at: Point, by_mm: f64, dice: &mut Dice) -> Point {
    Point::new(at.x + dice.spread(by_mm), at.y + dice.spread(by_mm))
}

fn page_mm(layout: &Layout) -> [f64; 2] {
    [layout.page.width_mm, layout.page.height_mm]
}
