//! How well a postcode that was read fits the postcode of a service.

use crate::alike::substitution;

/// Whoever writes down a service's postcode gets it wholly right most of the time.
const OWN: f64 = 0.15;
/// A neighbour's postcode: same sector, same district, same area. From the shares that are to be expected (4, 2 and
/// 1 in 100), times the number of others there.
const SECTOR: f64 = 3.6;
const DISTRICT: f64 = 4.8;
const AREA: f64 = 7.0;
/// The part before the space is right, and what there is of the other is not.
const OTHER_HALF: f64 = 3.5;
/// One's own postcode in another part of the country.
const ELSEWHERE: f64 = 9.0;
/// Characters of a postcode are read one by one, and dear: each tells one place from another.
const GAP_COST: f64 = 3.0;

/// One thing that the postcode may be, with what that costs in nats.
#[derive(Clone, Debug, PartialEq)]
pub struct PostcodeGuess {
    /// As it was read or resolved: capitals and digits, `?` for what could not be read; spaces do not matter.
    pub text: String,
    /// How unlikely it is; 0 for the best.
    pub cost: f64,
}

/// How near a service's postcode is to the one that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// It is the service's own.
    Own,
    /// The same but for its last two letters.
    Sector,
    /// The same before the space.
    District,
    /// The same first letters.
    Area,
    /// Another part of the country.
    Elsewhere,
    /// No postcode was read, or the service has none.
    Unknown,
}

/// A postcode that was read, cut up once for all services that it is compared with.
#[derive(Debug)]
pub(crate) struct ReadPostcode {
    letters: Vec<u8>,
    /// How many of them stand before the space.
    n_outward: usize,
    pub(crate) cost: f64,
}

impl ReadPostcode {
    pub(crate) fn of(guess: &PostcodeGuess) -> Option<Self> {
        let compact = |text: &str| -> Vec<u8> {
            let letters = text
                .bytes()
                .filter(|b| b.is_ascii_alphanumeric() || *b == b'?');
            letters.map(|b| b.to_ascii_uppercase()).collect()
        };
        let letters = compact(&guess.text);
        let before_space = guess
            .text
            .trim()
            .split_once(' ')
            .map(|(before, _)| compact(before).len());
        let n_outward = match before_space {
            Some(n @ 2..=4) => n,
            _ if letters.len() >= 5 => letters.len() - 3,
            _ => letters.len(),
        };
        (letters.len() >= 2).then_some(Self {
            letters,
            n_outward,
            cost: guess.cost,
        })
    }

    /// The part before the space.
    pub(crate) fn outward(&self) -> &[u8] {
        &self.letters[..self.n_outward]
    }

    /// The part after it, when it was read as a whole.
    pub(crate) fn inward(&self) -> Option<&[u8]> {
        let inward = &self.letters[self.n_outward..];
        (inward.len() == 3).then_some(inward)
    }
}

/// The lowest price at which the readings fit a service's postcode, and how near that makes it.
pub(crate) fn fit(read: &[ReadPostcode], own: &str) -> (f64, Nearness) {
    if read.is_empty() || own.len() < 5 {
        return (
            if read.is_empty() {
                0.0
            } else {
                ELSEWHERE * 0.5
            },
            Nearness::Unknown,
        );
    }
    let mut best = (ELSEWHERE, Nearness::Elsewhere);
    for guess in read {
        let (cost, nearness) = fit_one(guess, own.as_bytes());
        if guess.cost + cost < best.0 {
            best = (guess.cost + cost, nearness);
        }
    }
    best
}

fn fit_one(read: &ReadPostcode, own: &[u8]) -> (f64, Nearness) {
    let outward = &own[..own.len() - 3];
    let district = distance(read.outward(), outward);
    let whole = (OWN + distance(&read.letters, own), Nearness::Own);
    let area = (AREA, Nearness::Area);
    let mut fits = vec![whole];
    if let Some(inward) = read.inward() {
        let sector = district + distance(&inward[..1], &own[outward.len()..=outward.len()]);
        fits.push((SECTOR + sector, Nearness::Sector));
        fits.push((DISTRICT + district, Nearness::District));
    } else {
        // Half a postcode that fits says as much as it can say.
        let beginning = &own[..own.len().min(read.letters.len())];
        let begins = distance(&read.letters, beginning).min(OTHER_HALF + district);
        fits.push((OWN + begins, Nearness::District));
    }
    if area_of(read.outward()) == area_of(outward) {
        fits.push(area);
    }
    fits.into_iter()
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap_or((ELSEWHERE, Nearness::Elsewhere))
}

fn area_of(outward: &[u8]) -> &[u8] {
    let letters = outward
        .iter()
        .take_while(|b| b.is_ascii_alphabetic())
        .count();
    &outward[..letters]
}

/// What the differences of two short texts cost.
fn distance(read: &[u8], own: &[u8]) -> f64 {
    if read == own {
        return 0.0;
    }
    let mut row = [0.0; 10];
    let own = &own[..own.len().min(9)];
    for j in 0..own.len() {
        row[j + 1] = row[j] + GAP_COST;
    }
    for &from in read {
        let mut diagonal = row[0];
        row[0] += GAP_COST;
        for (j, &to) in own.iter().enumerate() {
            let kept = diagonal + 1.3 * substitution(from, to);
            diagonal = row[j + 1];
            row[j + 1] = kept.min(row[j] + GAP_COST).min(diagonal + GAP_COST);
        }
    }
    row[own.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(read: &str, own: &str) -> (f64, Nearness) {
        let guess = PostcodeGuess {
            text: read.to_owned(),
            cost: 0.0,
        };
        let read: Vec<ReadPostcode> = ReadPostcode::of(&guess).into_iter().collect();
        fit(&read, &own.replace(' ', ""))
    }

    #[test]
    fn the_same_place_is_nearer_than_its_neighbours() {
        let own = "LS1 3EX";
        let fits: Vec<(f64, Nearness)> = ["LS1 3EX", "LS1 3AB", "LS1 7AB", "LS29 8AB", "GU7 1UF"]
            .map(|read| near(read, own))
            .to_vec();
        assert!(
            fits.windows(2).all(|pair| pair[0].0 < pair[1].0),
            "{fits:?}"
        );
        let nearness: Vec<Nearness> = fits.into_iter().map(|fit| fit.1).collect();
        assert_eq!(
            nearness,
            [
                Nearness::Own,
                Nearness::Sector,
                Nearness::District,
                Nearness::Area,
                Nearness::Elsewhere
            ]
        );
    }

    #[test]
    fn a_misread_letter_leaves_a_postcode_its_own() {
        assert_eq!(near("L51 3EX", "LS1 3EX").1, Nearness::Own);
        assert_eq!(near("LS1 3E?", "LS1 3EX").1, Nearness::Own);
    }

    #[test]
    fn half_a_postcode_says_the_district() {
        assert_eq!(near("LS1", "LS1 3EX").1, Nearness::District);
        assert!(near("LS1", "LS1 3EX").0 < 1.0);
    }

    #[test]
    fn without_a_postcode_nothing_is_held_against_a_service() {
        assert_eq!(near("", "LS1 3EX"), (0.0, Nearness::Unknown));
    }
}
