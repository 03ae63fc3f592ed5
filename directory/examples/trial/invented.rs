//! Invented services, to fill a directory up to a size. Their names are put together like real ones, so that many are
//! alike: that is what makes a large directory hard.

use directory::{Kind, Service};

use crate::dice::Dice;

const FIRST: &[&str] = &[
    "Park",
    "Church",
    "Mill",
    "Station",
    "Victoria",
    "Albert",
    "Queens",
    "Kings",
    "High",
    "Bridge",
    "Abbey",
    "Manor",
    "Castle",
    "Grange",
    "Elm",
    "Oak",
    "Ash",
    "Holly",
    "Willow",
    "Beech",
    "North",
    "South",
    "East",
    "West",
    "Green",
    "White",
    "Red",
    "Black",
    "Stone",
    "Wood",
    "Hill",
    "Vale",
    "Brook",
    "Ford",
    "Lake",
    "Heath",
    "Moor",
    "Marsh",
    "Spring",
    "Well",
    "New",
    "Old",
    "St Johns",
    "St Marys",
    "St Peters",
    "St Andrews",
    "All Saints",
    "Trinity",
    "Priory",
    "Orchard",
    "Meadow",
    "Rose",
    "Lime",
    "Fern",
];
const SECOND: &[&str] = &[
    "ton", "field", "ley", "bury", "ham", "worth", "wick", "stead", "side", "gate", "view",
    "croft", "dale", "brook", "bridge", "mount", " Lane", " Road", " Street", " House", " Court",
    " Place", " Avenue", " Grove",
];
const WHAT: &[&str] = &[
    "Surgery",
    "Medical Centre",
    "Health Centre",
    "Practice",
    "Hospital",
    "Clinic",
    "Medical Practice",
    "Community Hospital",
    "Family Practice",
    "Day Centre",
    "Care Centre",
    "Dental Practice",
    "Pharmacy",
    "Community Health Team",
    "Walk-in Centre",
];
const LETTERS: &[u8] = b"ABDEFGHJLNPQRSTUWXYZ";

/// `n` services that are none, spread over the districts of `near`.
pub(crate) fn services(n: usize, near: &[Service], seed: u64) -> Vec<Service> {
    let mut dice = Dice::new(seed, 0);
    (0..n).map(|i| service(i, near, &mut dice)).collect()
}

fn service(i: usize, near: &[Service], dice: &mut Dice) -> Service {
    let neighbour = dice.pick(near);
    let outward = neighbour.postcode.split(' ').next().unwrap_or("LS1");
    let letter = |dice: &mut Dice| char::from(*dice.pick(LETTERS));
    let inward = format!("{}{}{}", dice.index(10), letter(dice), letter(dice));
    let town = if dice.chance(0.25) {
        format!("{} ", neighbour.town)
    } else {
        String::new()
    };
    Service {
        code: format!("X{i:06}"),
        name: format!(
            "{town}{}{} {}",
            dice.pick(FIRST),
            dice.pick(SECOND),
            dice.pick(WHAT)
        ),
        kind: *dice.pick(&[Kind::Site, Kind::Service, Kind::Practice]),
        address: neighbour.address.clone(),
        town: neighbour.town.clone(),
        postcode: format!("{outward} {inward}"),
        ..Service::default()
    }
}
