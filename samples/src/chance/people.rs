//! Who fills a leaflet in, and how.

use std::sync::Arc;

use schemas::layout::{Layout, Meaning, RegionKind, Side};
use schemas::payload::Serial;

use crate::collected::Collected;
use crate::dice::Dice;
use crate::doodles::DOODLES;
use crate::hand::SCRIPTS;
use crate::ink::{CRAYONS, ODD_PENS, PENS, Pen};
use crate::leaflet::{Answers, Drawing, Habits, Leaflet, MarkStyle};
use crate::texts;

/// How many different things somebody draws.
const OWN_DOODLES: usize = 5;
/// What people write where nothing is asked.
const NOTES: [&str; 10] = [
    "P.T.O.",
    "see over",
    "sorry for my writing!",
    "Thank you x",
    "Ward 7",
    "please ring me",
    "sent by my daughter",
    "not urgent",
    "more on the back",
    "Tues 3pm",
];

/// Somebody, with everything that a leaflet may ask and with habits.
pub(super) fn somebody(
    serial: Serial,
    layout: &Layout,
    collected: &Collected,
    dice: &mut Dice,
) -> Leaflet {
    let mut leaflet = Leaflet::by_chance(serial, dice);
    leaflet.script = *dice.pick(&SCRIPTS);
    leaflet.pen = pen(dice);
    leaflet.mark = mark(dice);
    leaflet.heart_in_story = false;
    leaflet.answers = answers(layout, dice);
    leaflet.habits = habits(dice);
    real_people(&mut leaflet, collected, dice);
    real_services(&mut leaflet, collected, dice);
    leaflet
}

/// Half of the people write and draw as real ones do, where that was collected.
fn real_people(leaflet: &mut Leaflet, collected: &Collected, dice: &mut Dice) {
    if !collected.hands.is_empty() && dice.chance(0.5) {
        leaflet.own_hand = Some(Arc::clone(dice.pick(&collected.hands)));
    }
    if !collected.doodles.is_empty() && dice.chance(0.5) {
        let doodle = |_| Arc::clone(dice.pick(&collected.doodles));
        leaflet.own_doodles = (0..OWN_DOODLES).map(doodle).collect();
    }
}

/// Every service that the leaflet names is one that there is, where those are known; who did not know the postcode still does not.
fn real_services(leaflet: &mut Leaflet, collected: &Collected, dice: &mut Dice) {
    if collected.services.is_empty() {
        return;
    }
    let own = (&mut leaflet.story.service, &mut leaflet.story.postcode);
    let others = leaflet.answers.services.iter_mut();
    for (name, postcode) in std::iter::once(own).chain(others.map(|(n, p)| (n, p))) {
        let real = dice.pick(&collected.services);
        name.clone_from(&real.0);
        if !postcode.is_empty() {
            postcode.clone_from(&real.1);
        }
    }
}

fn pen(dice: &mut Dice) -> Pen {
    let pen = if dice.chance(0.7) {
        *dice.pick(&PENS)
    } else {
        *dice.pick(&ODD_PENS)
    };
    if pen.name == "crayon" {
        return Pen {
            colour: *dice.pick(&CRAYONS),
            ..pen
        };
    }
    pen
}

/// Out of twenty: eight ticks, five crosses, three rings, one each of the others and one tick more.
fn mark(dice: &mut Dice) -> MarkStyle {
    match dice.index(20) {
        0..8 => MarkStyle::Tick,
        8..13 => MarkStyle::Cross,
        13..16 => MarkStyle::Ring,
        16 => MarkStyle::Stroke,
        17..19 => MarkStyle::SmallTick,
        _ => MarkStyle::FaintTick,
    }
}

fn habits(dice: &mut Dice) -> Habits {
    Habits {
        leaves_blank: dice.chance(0.05),
        in_capitals: dice.chance(0.1),
        runs_over_mm: if dice.chance(0.12) {
            dice.between(3.0, 9.0)
        } else {
            0.0
        },
        strikes_out: if dice.chance(0.2) { 0.2 } else { 0.0 },
        changes_mind: dice.chance(0.12),
        note: dice.chance(0.12).then(|| *dice.pick(&NOTES)),
        doodles_in_story: dice.chance(0.08).then(|| dice.index(DOODLES.len())),
        scribbles_on_code: false,
        larger: if dice.chance(0.15) {
            dice.between(0.1, 0.5)
        } else {
            0.0
        },
    }
}

fn answers(layout: &Layout, dice: &mut Dice) -> Answers {
    let sides = || layout.sides.iter();
    let n = |meaning| {
        sides()
            .map(|side| side.regions_for(meaning).count())
            .sum::<usize>()
    };
    let services = (1..n(Meaning::Service))
        .take_while(|_| dice.chance(0.5))
        .collect::<Vec<_>>()
        .into_iter()
        .map(|_| {
            let story = dice.pick(texts::stories());
            (story.service.clone(), story.postcode.clone())
        })
        .collect();
    let more = (1..n(Meaning::Story))
        .take_while(|_| dice.chance(0.45))
        .collect::<Vec<_>>()
        .into_iter()
        .map(|_| dice.pick(texts::stories()).story.clone())
        .collect();
    let some = |often: f64, words: &[&str], dice: &mut Dice| {
        let word = (*dice.pick(words)).to_owned();
        if dice.chance(often) {
            word
        } else {
            String::new()
        }
    };
    Answers {
        services,
        more,
        username: some(0.85, &texts::USERNAMES, dice),
        email: some(0.6, &texts::EMAILS, dice),
        phone: some(0.5, &texts::PHONES, dice),
        name: some(0.6, &texts::NAMES, dice),
        date: some(0.7, &texts::DATES, dice),
        short: (0..n(Meaning::Answer))
            .map(|_| some(0.85, &texts::SHORT_ANSWERS, dice))
            .collect(),
        feeling: feeling(layout, dice),
    }
}

/// One of the faces of the layout, or none of them.
fn feeling(layout: &Layout, dice: &mut Dice) -> String {
    let mut regions = layout
        .sides
        .iter()
        .flat_map(|side: &Side| side.regions_for(Meaning::Feeling));
    let Some(RegionKind::Marks { options, .. }) = regions.next().map(|region| &region.kind) else {
        return String::new();
    };
    if dice.chance(0.08) {
        return String::new();
    }
    dice.pick(options).value.clone()
}

/// Whether somebody draws, on a leaflet that invites to: children mostly do.
pub(super) fn draws(layout: &Layout, drawing: Drawing, dice: &mut Dice) -> Drawing {
    let area_mm2: f64 = layout
        .sides
        .iter()
        .flat_map(|side| side.regions_for(Meaning::Drawing))
        .map(|region| region.area.width * region.area.height)
        .sum();
    // Half of a sheet of A5 is an invitation.
    if area_mm2 > 15_000.0 && dice.chance(0.6) {
        *dice.pick(&[
            Drawing::Pen,
            Drawing::Crayons,
            Drawing::Crayons,
            Drawing::Both,
        ])
    } else {
        drawing
    }
}
