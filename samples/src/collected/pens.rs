//! Hands of real people: every character in the strokes of the pen that wrote it.
#![expect(clippy::cast_precision_loss, reason = "a few ways to write a letter")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use schemas::geometry::Point;

use crate::SampleError;
use crate::strokes::{Stroke, lines};
use crate::unipen::{self, TabletStroke, Written};

/// So many of each character are kept of a hand: nobody writes a letter twice the same way.
const VARIANTS: usize = 8;
/// Paper on each side of a character, in heights of a small x.
const BESIDE: f64 = 0.16;
/// Small letters that are as high as an x.
const LIKE_X: &str = "acemnorsuvwxz";
/// Small letters that begin at the height of an x and go below the line.
const BELOW: &str = "gpqy";
/// How high capitals and digits may be, in heights of a small x.
const HIGH: [f64; 2] = [1.3, 2.3];
/// No character is higher or wider than this, in heights of a small x; where one is, the strokes are not its own.
const LARGEST: f64 = 3.6;

/// A character in heights of a small x: y up, from the line; x from its left edge.
#[derive(Clone, Debug)]
pub(crate) struct PenGlyph {
    pub(crate) strokes: Vec<Stroke>,
    pub(crate) width: f64,
}

impl PenGlyph {
    /// How far the next character is.
    pub(crate) fn advance(&self) -> f64 {
        self.width + 2.0 * BESIDE
    }
}

/// One person's hand.
#[derive(Clone, Debug)]
pub(crate) struct PenHand {
    /// Contributor and number.
    pub(crate) name: String,
    glyphs: BTreeMap<char, Vec<PenGlyph>>,
}

impl PenHand {
    /// The ways in which this person writes a character; none when it is not known.
    pub(crate) fn variants(&self, character: char) -> &[PenGlyph] {
        self.glyphs.get(&character).map_or(&[], Vec::as_slice)
    }

    /// How far the next character is, on average; nothing for one that is not known.
    pub(crate) fn advance(&self, character: char) -> Option<f64> {
        let variants = self.variants(character);
        let sum: f64 = variants.iter().map(PenGlyph::advance).sum();
        (!variants.is_empty()).then(|| sum / variants.len() as f64)
    }

    /// A hand of what one person wrote; nothing when a letter or digit is missing.
    fn new(name: String, written: &[Written]) -> Option<Self> {
        let mut tablet: BTreeMap<char, Vec<&Written>> = BTreeMap::new();
        for character in written {
            tablet
                .entry(character.character)
                .or_default()
                .push(character);
        }
        let needed = ('a'..='z').chain('A'..='Z').chain('0'..='9');
        if !needed.into_iter().all(|c| tablet.contains_key(&c)) {
            return None;
        }
        let height = |choose: &dyn Fn(char) -> bool| {
            let heights = tablet.iter().filter(|(c, _)| choose(**c));
            median(
                heights
                    .flat_map(|(_, all)| all.iter().map(|w| size(&w.strokes)[1]))
                    .collect(),
            )
        };
        let small = height(&|c| LIKE_X.contains(c))?;
        let scale_of = |high: f64| 1.0 / (high / (high / small).clamp(HIGH[0], HIGH[1]));
        let capitals = scale_of(height(&|c: char| c.is_ascii_uppercase())?);
        let digits = scale_of(height(&|c: char| c.is_ascii_digit())?);
        let mut glyphs = punctuation();
        for (c, all) in &tablet {
            let scale = match *c {
                c if c.is_ascii_uppercase() => capitals,
                c if c.is_ascii_digit() => digits,
                c if c.is_ascii_lowercase() => 1.0 / small,
                _ => continue,
            };
            let fits = |w: &&&Written| size(&w.strokes).iter().all(|mm| mm * scale <= LARGEST);
            let all = all.iter().filter(fits).take(VARIANTS);
            let variants: Vec<PenGlyph> = all.map(|w| glyph(*c, &w.strokes, scale)).collect();
            if variants.is_empty() {
                return None;
            }
            glyphs.insert(*c, variants);
        }
        Some(Self { name, glyphs })
    }
}

/// All hands of a UNIPEN folder that have every letter and digit, in a fixed order.
pub(super) fn read(folder: &Path) -> Result<Vec<Arc<PenHand>>, SampleError> {
    let failed = |source| SampleError::Collected {
        folder: folder.display().to_string(),
        source,
    };
    let mut people: BTreeMap<String, Vec<Written>> = BTreeMap::new();
    for category in ["1a", "1b", "1c"] {
        for (contributor, part, path) in unipen::files(folder, category).map_err(failed)? {
            let written = unipen::characters(folder, &path);
            let person = people.entry(format!("{contributor}/{part}")).or_default();
            person.extend(written.into_iter().filter(|w| is_of(category, w.character)));
        }
    }
    let hands = people.into_iter();
    let hands: Vec<_> = hands
        .filter_map(|(name, written)| PenHand::new(format!("unipen {name}"), &written))
        .map(Arc::new)
        .collect();
    if hands.is_empty() {
        return Err(SampleError::NothingCollected(folder.display().to_string()));
    }
    Ok(hands)
}

const fn is_of(category: &str, c: char) -> bool {
    match category.as_bytes() {
        b"1a" => c.is_ascii_digit(),
        b"1b" => c.is_ascii_uppercase(),
        _ => c.is_ascii_lowercase(),
    }
}

fn glyph(c: char, strokes: &[TabletStroke], scale: f64) -> PenGlyph {
    let [left, top, right, bottom] = edges(strokes);
    // What begins at the height of an x hangs from there; everything else stands on the line.
    let line = if BELOW.contains(c) {
        top + 1.0 / scale
    } else if c == 'j' {
        bottom - 0.7 / scale
    } else {
        bottom
    };
    let place = |[x, y]: &[f32; 2]| {
        Point::new(
            (f64::from(*x) - left) * scale,
            (line - f64::from(*y)) * scale,
        )
    };
    PenGlyph {
        strokes: strokes
            .iter()
            .map(|s| s.iter().map(place).collect())
            .collect(),
        width: (right - left) * scale,
    }
}

/// Left, top, right, bottom; y down.
fn edges(strokes: &[TabletStroke]) -> [f64; 4] {
    let start = [
        f64::INFINITY,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NEG_INFINITY,
    ];
    strokes
        .iter()
        .flatten()
        .fold(start, |[l, t, r, b], [x, y]| {
            let (x, y) = (f64::from(*x), f64::from(*y));
            [l.min(x), t.min(y), r.max(x), b.max(y)]
        })
}

fn size(strokes: &[TabletStroke]) -> [f64; 2] {
    let [left, top, right, bottom] = edges(strokes);
    [right - left, bottom - top]
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.get(values.len() / 2).copied();
    middle.filter(|value| *value > 0.0)
}

/// What nobody was asked to write.
fn punctuation() -> BTreeMap<char, Vec<PenGlyph>> {
    type Drawn<'a> = &'a [&'a [[f64; 2]]];
    let dot: &[[f64; 2]] = &[[0.0, 0.06], [0.07, 0.0]];
    let known: [(char, Drawn<'_>); 16] = [
        ('.', &[dot]),
        (',', &[&[[0.12, 0.1], [0.1, -0.1], [0.0, -0.3]]]),
        ('\'', &[&[[0.1, 1.9], [0.0, 1.5]]]),
        (
            '"',
            &[&[[0.05, 1.9], [0.0, 1.5]], &[[0.3, 1.9], [0.25, 1.5]]],
        ),
        ('-', &[&[[0.0, 0.5], [0.5, 0.52]]]),
        ('_', &[&[[0.0, -0.1], [0.9, -0.1]]]),
        (
            '!',
            &[&[[0.08, 1.8], [0.05, 0.5]], &[[0.02, 0.06], [0.08, 0.0]]],
        ),
        (
            '?',
            &[
                &[[0.0, 1.5], [0.3, 1.85], [0.6, 1.5], [0.3, 1.0], [0.3, 0.5]],
                &[[0.28, 0.06], [0.33, 0.0]],
            ],
        ),
        (':', &[dot, &[[0.0, 0.76], [0.06, 0.7]]]),
        (
            ';',
            &[&[[0.1, 0.1], [0.0, -0.3]], &[[0.08, 0.76], [0.13, 0.7]]],
        ),
        ('(', &[&[[0.35, 1.9], [0.0, 0.8], [0.3, -0.3]]]),
        (')', &[&[[0.0, 1.9], [0.35, 0.8], [0.0, -0.3]]]),
        ('/', &[&[[0.0, -0.2], [0.7, 1.8]]]),
        ('+', &[&[[0.0, 0.6], [0.8, 0.6]], &[[0.4, 0.2], [0.4, 1.0]]]),
        (
            '&',
            &[&[
                [0.9, 0.0],
                [0.2, 1.3],
                [0.4, 1.8],
                [0.6, 1.4],
                [0.0, 0.5],
                [0.3, 0.0],
                [0.9, 0.7],
            ]],
        ),
        (
            '@',
            &[&[
                [0.9, 0.9],
                [0.5, 1.0],
                [0.4, 0.5],
                [0.9, 0.5],
                [0.95, 1.1],
                [1.3, 0.6],
                [1.1, 1.4],
                [0.5, 1.5],
                [0.0, 0.8],
                [0.4, -0.1],
                [1.1, 0.0],
            ]],
        ),
    ];
    let glyph = |strokes: Drawn<'_>| {
        let right = strokes.iter().copied().flatten().map(|p| p[0]);
        PenGlyph {
            width: right.fold(0.0, f64::max),
            strokes: strokes.iter().map(|points| lines(points)).collect(),
        }
    };
    let entries = known.map(|(c, strokes)| (c, vec![glyph(strokes)]));
    entries.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A person whose letters are upright strokes, `small` high, and whose capitals are `capital` high.
    fn person(small: f32, capital: f32) -> Vec<Written> {
        let letters = ('a'..='z').chain('A'..='Z').chain('0'..='9');
        let stroke = |c: char| {
            let high = match c {
                'g' | 'p' | 'q' | 'y' => 2.0 * small,
                c if c.is_ascii_lowercase() => small,
                _ => capital,
            };
            Written {
                character: c,
                strokes: vec![vec![[5.0, 0.0], [6.0, high / 2.0], [5.0, high]]],
            }
        };
        letters.map(stroke).collect()
    }

    fn assert_between(hand: &PenHand, c: char, [top, bottom]: [f64; 2]) {
        let ys = hand.variants(c)[0].strokes.iter().flatten().map(|p| p.y);
        let (low, high) = ys.fold((9.0_f64, -9.0_f64), |(l, h), y| (l.min(y), h.max(y)));
        let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
        assert!(near(high, top) && near(low, bottom), "{c}: {high} {low}");
    }

    #[test]
    fn letters_stand_on_the_line_or_hang_below_it_and_capitals_are_higher() {
        let hand = PenHand::new("a person".to_owned(), &person(100.0, 180.0)).unwrap();
        assert_between(&hand, 'n', [1.0, 0.0]);
        assert_between(&hand, 'g', [1.0, -1.0]);
        assert_between(&hand, 'N', [1.8, 0.0]);
        let flat = PenHand::new("a person".to_owned(), &person(100.0, 60.0)).unwrap();
        assert_between(&flat, 'N', [HIGH[0], 0.0]);
    }

    #[test]
    fn strokes_that_are_much_too_large_are_nobodys_letter() {
        let mut written = person(100.0, 180.0);
        let mut torn = written.clone();
        torn[0].strokes = vec![vec![[0.0, 0.0], [900.0, 800.0]]];
        assert!(PenHand::new("torn".to_owned(), &torn).is_none());
        written.push(torn[0].clone());
        let hand = PenHand::new("a person".to_owned(), &written).unwrap();
        assert_eq!(hand.variants('a').len(), 1);
    }

    #[test]
    fn somebody_who_left_out_a_letter_is_no_hand() {
        let mut written = person(100.0, 180.0);
        written.retain(|w| w.character != 'q');
        assert!(PenHand::new("a person".to_owned(), &written).is_none());
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = read(Path::new("no such folder")).unwrap_err();
        assert!(error.to_string().contains("no such folder"), "{error}");
    }
}
