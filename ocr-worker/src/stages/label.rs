//! Label: what print a line that was cut out of a form brings along, and how the writing is told from it.
//!
//! Print stands on one height and one baseline, to a pixel or so; hands do not. A label before the writing ends with a colon.
//! What the crop cuts off at its upper and lower edge belongs to the neighbours.

use super::lines::Line;
use crate::picture::Component;
use crate::picture::mask::Area;

/// Print keeps its height and its baseline within this share of the height, ...
const EVEN: f64 = 0.07;
/// ... or this, where pixels are coarse, ...
const EVEN_PX: f64 = 1.0;
/// ... in so many of its letters, of which there are at least this many.
const EVEN_SHARE: f64 = 0.75;
const LEAST_LETTERS: usize = 3;
/// What is lower than this share of a line's height is no letter.
const LETTER_SHARE: f64 = 0.6;
/// The dots of a colon, in its height: at most so large, one above the other, about as large as each other.
const DOT_SHARE: f64 = 0.5;
const DOT_ASIDE: f64 = 0.2;
/// A dot is no higher than so many of its widths; the stem of an i is.
const DOT_TALL: f64 = 1.5;
const DOT_RATIO: f64 = 2.5;
/// How far the lower dot may be from the baseline, in heights of the colon.
const DOT_BASE: f64 = 0.25;
/// In heights of the colon: how high the letters of its word are, how far apart, and how wide the word is at least.
const LETTER_COLONS: std::ops::RangeInclusive<f64> = 0.8..=2.4;
const LETTER_GAP: f64 = 2.0;
const LABEL_COLONS: f64 = 1.8;
/// What print, and ink that the crop cuts off, count beside writing when the line is chosen.
const PRINT_WORTH: f64 = 0.15;
const CUT_WORTH: f64 = 0.2;
/// Lines that have more than this share of their letters' height in common are one.
const BESIDE_SHARE: f64 = 0.6;
/// What is left of a neighbour is at most so high, of the height of the crop.
const CUT_SHARE: f64 = 0.3;
/// A piece at the edge of the crop belongs to the line when it reaches this far into its height.
const REACHES: f64 = 0.35;

/// The line that is written, of those that were found in a crop `height_px` high: without what the crop cuts off and without a
/// printed label in front of it.
pub fn written(lines: &[Line], height_px: usize) -> Option<Line> {
    let worth = |line: &Line| {
        let print = if is_printed(&line.pieces) {
            PRINT_WORTH
        } else {
            1.0
        };
        let cut: usize = line
            .pieces
            .iter()
            .filter(|p| is_cut(p, height_px))
            .map(|p| p.area_px)
            .sum();
        let whole = line.ink_px() - cut;
        (whole as f64 + CUT_WORTH * cut as f64) * print
    };
    let line = lines.iter().max_by(|a, b| worth(a).total_cmp(&worth(b)))?;
    let line = with_what_stands_beside(line, lines);
    let line = without_neighbours(line, height_px);
    Some(without_label(line))
}

/// A line together with all that stands on its height: writing that goes up and down may have been taken for several lines.
fn with_what_stands_beside(line: &Line, lines: &[Line]) -> Line {
    let Some((top, bottom)) = band(&line.pieces) else {
        return line.clone();
    };
    let is_beside = |other: &&Line| {
        band(&other.pieces).is_some_and(|(other_top, other_bottom)| {
            let common = bottom.min(other_bottom) - top.max(other_top);
            common >= BESIDE_SHARE * (bottom - top).min(other_bottom - other_top)
        })
    };
    let beside: Vec<&Line> = lines.iter().filter(is_beside).collect();
    let [_, _, ..] = beside.as_slice() else {
        return line.clone();
    };
    let pieces = beside.iter().flat_map(|line| line.pieces.clone());
    Line::of_pieces(pieces.collect()).unwrap_or_else(|| line.clone())
}

/// Whether a piece is what the crop left of a neighbour: it touches the upper or lower edge and is low. In a crop that is as high
/// as its writing the letters touch the edges as well.
fn is_cut(piece: &Component, height_px: usize) -> bool {
    let touches = piece.bounds.y0 <= 1 || piece.bounds.y1 + 1 >= height_px;
    touches && piece.bounds.height() as f64 <= CUT_SHARE * height_px as f64
}

/// The upper and the lower edge of most of the ink.
fn band(pieces: &[Component]) -> Option<(f64, f64)> {
    let highest = pieces.iter().map(|piece| piece.bounds.height()).max()? as f64;
    let letters = pieces
        .iter()
        .filter(|p| p.bounds.height() as f64 >= LETTER_SHARE * highest);
    let letters: Vec<&Component> = letters.collect();
    let top = middle(letters.iter().map(|p| p.bounds.y0 as f64).collect());
    let bottom = middle(letters.iter().map(|p| p.bounds.y1 as f64).collect());
    Some((top, bottom))
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// A line all of whose letters are cut off was cropped tightly and stays as it is.
fn without_neighbours(line: Line, height_px: usize) -> Line {
    let whole: Vec<Component> = line
        .pieces
        .iter()
        .filter(|p| !is_cut(p, height_px))
        .cloned()
        .collect();
    let Some((top, bottom)) = band(&whole) else {
        return line;
    };
    let reach = REACHES * (bottom - top);
    let belongs = |piece: &Component| {
        let (y0, y1) = (piece.bounds.y0 as f64, piece.bounds.y1 as f64);
        !is_cut(piece, height_px) || (y1 > top + reach && y0 < bottom - reach)
    };
    part(line, belongs)
}

fn without_label(line: Line) -> Line {
    let Some(end) = label_end(&line.pieces) else {
        return line;
    };
    part(line, |piece| piece.bounds.x0 >= end)
}

/// Some pieces of a line, which keeps its course; all of them where these are none.
fn part(line: Line, belongs: impl Fn(&Component) -> bool) -> Line {
    let pieces = line.pieces.iter().filter(|piece| belongs(piece)).cloned();
    match Line::of_pieces(pieces.collect()) {
        Some(part) => Line {
            curve: line.curve,
            ..part
        },
        None => line,
    }
}

/// Behind the colon of a printed label, if there is one and something follows.
fn label_end(pieces: &[Component]) -> Option<usize> {
    let colons = pieces.iter().flat_map(|upper| {
        let lower = pieces.iter().filter(|lower| is_colon(upper, lower));
        lower.map(|lower| upper.bounds.union(lower.bounds))
    });
    let of_label = colons.filter(|colon| is_label(&word_before(colon, pieces), colon));
    let ends = of_label.map(|colon| colon.x1);
    ends.filter(|end| pieces.iter().any(|piece| piece.bounds.x0 >= *end))
        .min()
}

/// Two dots, one above the other.
fn is_colon(upper: &Component, lower: &Component) -> bool {
    let both = upper.bounds.union(lower.bounds);
    let height = both.height() as f64;
    let is_dot = |piece: &Component| {
        let (width, high) = (piece.bounds.width() as f64, piece.bounds.height() as f64);
        let is_round = high <= (DOT_TALL * width).max(width + 1.0);
        width.max(high) <= DOT_SHARE * height && is_round
    };
    let ratio = upper.area_px as f64 / lower.area_px.max(1) as f64;
    is_dot(upper)
        && is_dot(lower)
        && lower.bounds.y0 > upper.bounds.y1
        && (upper.middle_x() - lower.middle_x()).abs() <= (DOT_ASIDE * height).max(1.0)
        && (1.0 / DOT_RATIO..=DOT_RATIO).contains(&ratio)
}

/// The letters that stand before a colon, as far as they stand close together, on one baseline, and have about its size.
fn word_before<'a>(colon: &Area, pieces: &'a [Component]) -> Vec<&'a Component> {
    let height = colon.height() as f64;
    let is_letter = |piece: &&Component| {
        let size = piece.bounds.height() as f64 / height;
        piece.bounds.x1 <= colon.x0 && LETTER_COLONS.contains(&size)
    };
    let mut letters: Vec<&Component> = pieces.iter().filter(is_letter).collect();
    letters.sort_by_key(|piece| std::cmp::Reverse(piece.bounds.x1));
    let baseline = letters.first().map_or(0.0, |last| last.bounds.y1 as f64);
    let mut from = colon.x0 as f64;
    let goes_on = |piece: &&Component| {
        let is_close = from - piece.bounds.x1 as f64 <= LETTER_GAP * height;
        from = from.min(piece.bounds.x0 as f64);
        is_close && (piece.bounds.y1 as f64 - baseline).abs() <= (EVEN * height).max(EVEN_PX)
    };
    letters.into_iter().take_while(goes_on).collect()
}

/// Whether the letters before a colon are a word of print: wide enough, and the colon stands on their line and within their height.
fn is_label(letters: &[&Component], colon: &Area) -> bool {
    let Some(word) = letters.iter().map(|p| p.bounds).reduce(Area::union) else {
        return false;
    };
    let height = colon.height() as f64;
    word.width() as f64 >= LABEL_COLONS * height
        && word.y1.abs_diff(colon.y1) as f64 <= (DOT_BASE * height).max(EVEN_PX)
        && colon.y0 as f64 >= word.y0 as f64 - EVEN_PX
}

/// Whether letters stand as evenly as only print does.
fn is_printed(pieces: &[Component]) -> bool {
    let least = band(pieces).map_or(0.0, |(top, bottom)| LETTER_SHARE * (bottom - top));
    let letters = pieces
        .iter()
        .filter(|piece| piece.bounds.height() as f64 >= least);
    let letters: Vec<&Component> = letters.collect();
    let n_even = even(&letters).map_or(0, |(n, _)| n);
    n_even >= LEAST_LETTERS && n_even as f64 >= EVEN_SHARE * letters.len() as f64
}

/// How many letters have the usual upper and lower edge, and where the lower one is.
fn even(letters: &[&Component]) -> Option<(usize, f64)> {
    if letters.is_empty() {
        return None;
    }
    let top = middle(letters.iter().map(|p| p.bounds.y0 as f64).collect());
    let bottom = middle(letters.iter().map(|p| p.bounds.y1 as f64).collect());
    let room = (EVEN * (bottom - top)).max(EVEN_PX);
    let is_even = |piece: &&&Component| {
        (piece.bounds.y0 as f64 - top).abs() <= room
            && (piece.bounds.y1 as f64 - bottom).abs() <= room
    };
    Some((letters.iter().filter(is_even).count(), bottom))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::components::Run;

    /// A full box of ink.
    fn piece(x0: usize, y0: usize, width: usize, height: usize) -> Component {
        let runs = (y0..y0 + height).map(|y| Run {
            y,
            x0,
            x1: x0 + width,
        });
        Component::of_runs(runs.collect()).unwrap()
    }

    /// A printed word of four letters with a colon, from `x0` on, its baseline at 40.
    fn print(x0: usize) -> Vec<Component> {
        let letters = (0..4).map(|i| piece(x0 + 14 * i, 20, 12, 20));
        let dots = [piece(x0 + 60, 26, 4, 4), piece(x0 + 60, 36, 4, 4)];
        letters.chain(dots).collect()
    }

    /// Letters of a hand, from `x0` on, around the same baseline.
    fn hand(x0: usize) -> Vec<Component> {
        let letter = |(i, (up, down)): (usize, (usize, usize))| {
            piece(x0 + 22 * i, 14 + up, 15, 26 - up + down)
        };
        let uneven = [(0, 2), (5, 6), (2, 0), (7, 4), (0, 7)];
        uneven.into_iter().enumerate().map(letter).collect()
    }

    fn left_edge(pieces: Vec<Component>) -> usize {
        let line = Line::of_pieces(pieces).unwrap();
        written(&[line], 60).unwrap().bounds.x0
    }

    #[test]
    fn a_printed_label_is_left_out_and_a_written_one_is_not() {
        assert_eq!(left_edge([print(10), hand(110)].concat()), 110);
        let written_colon = vec![piece(118, 26, 4, 4), piece(118, 36, 4, 4)];
        assert_eq!(left_edge([hand(5), written_colon, hand(150)].concat()), 5);
        assert_eq!(left_edge(print(10)), 10, "nothing follows it");
        let i = vec![piece(70, 22, 4, 4), piece(70, 31, 4, 9)];
        let with_i = [print(10)[..4].to_vec(), i, hand(110)].concat();
        assert_eq!(left_edge(with_i), 10, "an i is no colon");
    }

    #[test]
    fn what_the_crop_cuts_off_is_left_out_unless_everything_is() {
        let cut = piece(30, 0, 80, 6);
        let line = Line::of_pieces([vec![cut], hand(10)].concat()).unwrap();
        assert_eq!(written(&[line], 60).unwrap().bounds.y0, 14);
        let tight = Line::of_pieces(vec![piece(0, 0, 30, 40), piece(40, 0, 30, 38)]).unwrap();
        assert_eq!(written(std::slice::from_ref(&tight), 40).unwrap(), tight);
    }

    #[test]
    fn what_stands_on_the_same_height_belongs_to_the_line() {
        let lines = [hand(10), hand(150)].map(|pieces| Line::of_pieces(pieces).unwrap());
        let line = written(&lines, 60).unwrap();
        assert_eq!((line.bounds.x0, line.pieces.len()), (10, 10));
    }

    #[test]
    fn the_written_line_is_taken_and_not_the_print_above_it() {
        let print = (0..12).map(|i| piece(10 + 14 * i, 5, 12, 20)).collect();
        let lines = [
            Line::of_pieces(print).unwrap(),
            Line::of_pieces(hand(10)).unwrap(),
        ];
        assert_eq!(written(&lines, 60).unwrap().bounds.y0, 14);
    }
}
