//! Drawing: whether a region holds writing, a drawing, both or nothing.
//!
//! Letters are small and stand in rows; what is much higher than a line of writing is drawn, and so is what lies
//! within its outline.

use schemas::reading::InkState;

use super::ink::Ink;
use super::lines::{Line, kept, unruled};
use crate::picture::mask::Area;
use crate::picture::{self, Component};

/// Less ink than this in a whole region is dirt.
const MIN_REGION_MM2: f64 = 1.5;
/// Smaller pieces may be dust, and do not count for [`MIN_REGION_MM2`].
const DUST_MM: f64 = 1.3;
/// A closed outline in writing is drawn from this share of the pitch on, in both directions: a heart, a smiley.
const CLOSED_PITCHES: f64 = 0.8;
/// And when it is so much higher than letters usually are.
const CLOSED_LETTERS: f64 = 2.2;
/// And encloses this share of its box.
const CLOSED_SHARE: f64 = 0.35;
/// A row of this many like letters is writing even close to a drawing; the rays of a sun are not in a row.
const SURE_LETTERS: usize = 6;
/// A row is not higher than so many of its letters.
const ROW_LETTERS: f64 = 3.2;
/// Without rules, people write lines of about this height.
const USUAL_LINE_MM: f64 = 9.0;
/// A piece higher than this is no letter; the tallest looped letters of a large hand have eleven.
const DRAWN_HEIGHT_MM: f64 = 12.0;
/// On ruled lines letters of two neighbouring lines may touch; a piece over more than two lines is drawn.
const DRAWN_PITCHES: f64 = 2.3;
/// A piece over two lines is drawn when it is wide and its rows are crossed as seldom as those of an outline;
/// two words that touch have many more strokes side by side.
const OUTLINE_PITCHES: f64 = 1.45;
/// See [`OUTLINE_PITCHES`].
const OUTLINE_WIDTH_MM: f64 = 8.0;
/// See [`OUTLINE_PITCHES`].
const OUTLINE_CROSSINGS: f64 = 3.0;
/// An outline covers no more of its box than this. Letters of a thick pen that touch cover more, and are drawn only when they
/// are higher than [`FILLED_PITCHES`].
const OUTLINE_FILL: f64 = 0.33;
/// See [`OUTLINE_FILL`].
const FILLED_PITCHES: f64 = 3.4;
/// How far from a drawn piece the middle of others still belongs to the drawing: the rays of a sun.
const REACH_MM: f64 = 6.5;
/// The same in heights of the drawn piece: a large sun has long rays.
const REACH_HEIGHTS: f64 = 0.55;
/// Letters are between these heights.
const LETTER_MM: (f64, f64) = (0.9, 11.0);
/// Fewer letters than this in a row may as well be strokes of a drawing.
const MIN_LETTERS: usize = 4;

/// Pieces of ink with a wider gap between them are two drawings.
const GAP_MM: f64 = 4.0;
/// Drawings whose tops differ by less stand side by side.
const ROW_MM: f64 = 15.0;

/// The ink of a region, sorted.
#[derive(Clone, Debug)]
pub struct Sorted {
    /// What kind of ink there is.
    pub state: InkState,
    /// What is written.
    pub written: Vec<Component>,
    /// The outline of each drawing, in reading order.
    pub drawn: Vec<Area>,
}

/// Sorts the ink of a block for writing into writing and drawings.
pub fn sort_text(pieces: Vec<Component>, ink: &Ink, pitch_px: Option<f64>) -> Sorted {
    let pitch_px = pitch_px.unwrap_or_else(|| ink.px(USUAL_LINE_MM));
    let letter_px = usual_height(&pieces, ink);
    let is_closed = |piece: &Component| {
        let (width, height) = (piece.bounds.width() as f64, piece.bounds.height() as f64);
        let large =
            width.min(height) >= CLOSED_PITCHES * pitch_px && height >= CLOSED_LETTERS * letter_px;
        large && piece.enclosed_px() as f64 >= CLOSED_SHARE * width * height
    };
    let is_drawn = |piece: &Component| {
        let (width, height) = (piece.bounds.width() as f64, piece.bounds.height() as f64);
        let wide = width >= ink.px(OUTLINE_WIDTH_MM);
        let thin = piece.area_px as f64 <= OUTLINE_FILL * width * height;
        let crossings = piece.runs.len() as f64 / height;
        let outline =
            thin && height >= OUTLINE_PITCHES * pitch_px && crossings <= OUTLINE_CROSSINGS;
        let drawn_pitches = if thin { DRAWN_PITCHES } else { FILLED_PITCHES };
        wide && (height >= drawn_pitches * pitch_px || outline) || is_closed(piece)
    };
    let (drawn, written) = split(pieces, is_drawn, |_| 0);
    sorted(&drawn, written, ink)
}

/// How high the pieces of some writing usually are.
fn usual_height(pieces: &[Component], ink: &Ink) -> f64 {
    let least = ink.px(LETTER_MM.0) as usize;
    let heights = pieces.iter().map(|piece| piece.bounds.height());
    let mut heights: Vec<usize> = heights.filter(|height| *height >= least).collect();
    heights.sort_unstable();
    heights.get(heights.len() / 2).copied().unwrap_or(0) as f64
}

/// Sorts the ink of a space for drawings.
pub fn sort_drawing(pieces: Vec<Component>, ink: &Ink) -> Sorted {
    let high = ink.px(DRAWN_HEIGHT_MM);
    let is_high = |piece: &Component| piece.bounds.height() as f64 >= high;
    let (tall, small): (Vec<_>, Vec<_>) = pieces.into_iter().partition(is_high);
    let mut written = Vec::new();
    let mut others = Vec::new();
    for line in lines_of(small, ink) {
        if is_sure_writing(&line, ink) {
            written.extend(line);
        } else {
            others.extend(line);
        }
    }
    others.extend(tall);
    let reach = |piece: &Component| {
        let height = piece.bounds.height() as f64;
        ink.px(REACH_MM).max(REACH_HEIGHTS * height) as usize
    };
    let (mut drawn, rest) = split(others, is_high, reach);
    for line in lines_of(rest, ink) {
        let as_line = kept(Line::of_pieces(line.clone()).into_iter().collect(), ink);
        if as_line.iter().any(|line| is_writing(line, ink)) {
            written.extend(line);
        } else {
            drawn.extend(line);
        }
    }
    sorted(&drawn, written, ink)
}

fn lines_of(pieces: Vec<Component>, ink: &Ink) -> Vec<Vec<Component>> {
    unruled(pieces, ink.mask.height, ink.px(USUAL_LINE_MM))
}

/// Whether a row of pieces can be nothing but letters: many of like height, none far from the others' row.
fn is_sure_writing(line: &[Component], ink: &Ink) -> bool {
    let letter_px = usual_height(line, ink);
    let letter = |piece: &&Component| {
        let height = piece.bounds.height() as f64;
        (0.5 * letter_px..2.2 * letter_px).contains(&height)
    };
    let letters: Vec<&Component> = line.iter().filter(letter).collect();
    let Some(bounds) = letters.iter().map(|piece| piece.bounds).reduce(Area::union) else {
        return false;
    };
    letters.len() >= SURE_LETTERS
        && bounds.height() as f64 <= ROW_LETTERS * letter_px
        && bounds.width() > 3 * bounds.height()
}

/// Takes out the pieces that are drawn, and with them what lies within reach of their outlines.
fn split(
    pieces: Vec<Component>,
    is_drawn: impl Fn(&Component) -> bool,
    reach: impl Fn(&Component) -> usize,
) -> (Vec<Component>, Vec<Component>) {
    let drawn = pieces.iter().filter(|piece| is_drawn(piece));
    let reaches: Vec<(Area, usize)> = drawn.map(|piece| (piece.bounds, reach(piece))).collect();
    let belongs = |piece: &Component| {
        let middle = (piece.middle_x(), piece.middle_y());
        let within =
            |(bounds, reach): &(Area, usize)| *reach > 0 && bounds.grown(*reach).holds(middle);
        is_drawn(piece) || reaches.iter().any(within)
    };
    pieces.into_iter().partition(belongs)
}

/// Whether a row of pieces looks like letters: several, of like height, side by side.
fn is_writing(line: &Line, ink: &Ink) -> bool {
    let letter = |piece: &&Component| {
        let height = ink.mm(piece.bounds.height() as f64);
        (LETTER_MM.0..LETTER_MM.1).contains(&height)
    };
    let mut heights: Vec<usize> = line
        .pieces
        .iter()
        .filter(letter)
        .map(|piece| piece.bounds.height())
        .collect();
    heights.sort_unstable();
    let line_height = ink.mm(line.bounds.height() as f64);
    let long = line.bounds.width() > 2 * line.bounds.height();
    // One joined word may be a single piece: then its length tells.
    let joined = !heights.is_empty() && line.bounds.width() > 3 * line.bounds.height();
    line_height < 2.0 * USUAL_LINE_MM && long && (heights.len() >= MIN_LETTERS || joined)
}

fn sorted(drawn: &[Component], written: Vec<Component>, ink: &Ink) -> Sorted {
    let min_px = ink.px(1.0).powi(2) * MIN_REGION_MM2;
    let large = |piece: &&Component| {
        let longest = piece.bounds.width().max(piece.bounds.height());
        ink.mm(longest as f64) >= DUST_MM
    };
    let enough = |pieces: &[Component]| {
        let large = pieces.iter().filter(large);
        large.map(|piece| piece.area_px).sum::<usize>() as f64 >= min_px
    };
    let state = match (enough(&written), enough(drawn)) {
        (false, false) => InkState::Blank,
        (true, false) => InkState::Writing,
        (false, true) => InkState::Drawing,
        (true, true) => InkState::Both,
    };
    let drawn = if state.has_drawing() {
        outlines(drawn, ink)
    } else {
        Vec::new()
    };
    Sorted {
        state,
        written,
        drawn,
    }
}

/// The outlines of the drawings: what lies close together is one.
fn outlines(drawn: &[Component], ink: &Ink) -> Vec<Area> {
    let boxes: Vec<Area> = drawn.iter().map(|piece| piece.bounds).collect();
    let mut outlines = picture::outlines(&boxes, ink.px(GAP_MM) as usize);
    let row_px = ink.px(ROW_MM).max(1.0) as usize;
    outlines.sort_by_key(|outline| (outline.y0 / row_px, outline.x0));
    outlines
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::GrayImage;
    use schemas::geometry::{BoxMm, px_per_mm};

    /// Ink on a paper of 120 × 50 mm, from a test for each point in millimetres.
    fn ink(has_ink: impl Fn(f64, f64) -> bool) -> Ink {
        let scale = px_per_mm(200.0);
        let grey = GrayImage::from_fn(945, 394, |x, y| {
            let dark = has_ink(f64::from(x) / scale, f64::from(y) / scale);
            image::Luma([if dark { 30 } else { 255 }])
        });
        let blank = GrayImage::from_pixel(945, 394, image::Luma([255]));
        let area = BoxMm::from([0.0, 0.0, 120.0, 50.0]);
        crate::stages::ink::tests::extracted(grey, &blank, area)
    }

    fn ring(x: f64, y: f64, radius: f64) -> bool {
        (x.hypot(y) - radius).abs() < 0.3
    }

    /// Ten letters of 4 mm in a row.
    fn word(x: f64, y: f64) -> bool {
        let inside = (0.0..50.0).contains(&x) && (0.0..4.0).contains(&y);
        inside && ring(x.rem_euclid(5.0) - 2.0, y - 2.0, 1.7)
    }

    fn sorted_drawing(ink: &Ink) -> InkState {
        sort_drawing(ink.pieces.clone(), ink).state
    }

    #[test]
    fn an_empty_space_is_blank() {
        assert_eq!(sorted_drawing(&ink(|_, _| false)), InkState::Blank);
    }

    #[test]
    fn a_sun_with_rays_is_a_drawing_and_its_outline_holds_the_rays() {
        let ray = |x: f64, y: f64| {
            let angle = y.atan2(x).to_degrees().rem_euclid(36.0);
            (8.5..14.0).contains(&x.hypot(y)) && (angle - 18.0).abs() < 2.0
        };
        let ink = ink(|x, y| ring(x - 30.0, y - 25.0, 7.0) || ray(x - 30.0, y - 25.0));
        let sorted = sort_drawing(ink.pieces.clone(), &ink);
        assert_eq!(sorted.state, InkState::Drawing);
        assert!(ink.mm(sorted.drawn[0].height() as f64) > 24.0);
    }

    #[test]
    fn a_line_of_words_in_the_drawing_space_is_writing() {
        assert_eq!(
            sorted_drawing(&ink(|x, y| word(x - 20.0, y - 20.0))),
            InkState::Writing
        );
    }

    #[test]
    fn a_drawing_with_a_caption_is_both() {
        let ink = ink(|x, y| ring(x - 25.0, y - 25.0, 14.0) || word(x - 50.0, y - 30.0));
        assert_eq!(sorted_drawing(&ink), InkState::Both);
    }

    #[test]
    fn a_ring_over_two_ruled_lines_is_drawn_and_the_words_stay_written() {
        let ink = ink(|x, y| ring(x - 90.0, y - 20.0, 8.0) || word(x - 10.0, y - 12.0));
        let sorted = sort_text(ink.pieces.clone(), &ink, Some(ink.px(9.0)));
        assert_eq!(sorted.state, InkState::Both);
        assert_eq!(sorted.written.len(), 10);
    }

    #[test]
    fn a_caption_close_to_a_drawing_stays_writing() {
        let ink = ink(|x, y| ring(x - 25.0, y - 25.0, 14.0) || word(x - 41.0, y - 22.0));
        assert_eq!(sorted_drawing(&ink), InkState::Both);
    }

    #[test]
    fn a_small_heart_or_smiley_between_words_is_drawn() {
        let ink = ink(|x, y| ring(x - 75.0, y - 14.0, 4.2) || word(x - 10.0, y - 12.0));
        let sorted = sort_text(ink.pieces.clone(), &ink, Some(ink.px(9.0)));
        assert_eq!((sorted.state, sorted.drawn.len()), (InkState::Both, 1));
    }

    #[test]
    fn a_space_full_of_dust_is_blank_and_two_drawings_apart_are_two() {
        let dust = ink(|x, y| (x.rem_euclid(6.0) - 3.0).hypot(y.rem_euclid(5.0) - 2.0) < 0.35);
        assert_eq!(sorted_drawing(&dust), InkState::Blank);
        let two = ink(|x, y| ring(x - 20.0, y - 25.0, 10.0) || ring(x - 80.0, y - 25.0, 10.0));
        assert_eq!(sort_drawing(two.pieces.clone(), &two).drawn.len(), 2);
    }
}
