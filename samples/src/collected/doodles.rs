//! Drawings of real people from *Quick, Draw!*: pictures of 28 × 28 pixels, made strokes again.
#![expect(
    clippy::cast_precision_loss,
    reason = "places in a picture of 28 pixels"
)]

use std::path::Path;
use std::sync::Arc;

use schemas::geometry::Point;

use crate::SampleError;
use crate::strokes::Stroke;

/// Pixels along an edge.
const SIZE: usize = 28;
/// So much of the pen on a pixel is a stroke.
const INKED: u8 = 96;
/// So many drawings are taken of a file.
const OF_EACH: usize = 300;

/// The drawings of all `.bin` files of a folder and the folders in it, in a fixed order.
pub(super) fn read(folder: &Path) -> Result<Vec<Arc<Vec<Stroke>>>, SampleError> {
    let failed = |source| SampleError::Collected {
        folder: folder.display().to_string(),
        source,
    };
    let mut files = Vec::new();
    bin_files(folder, &mut files).map_err(failed)?;
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let bytes = std::fs::read(&file).map_err(failed)?;
        let pictures = bytes.chunks_exact(SIZE * SIZE).take(OF_EACH);
        found.extend(pictures.map(strokes).filter(|s| s.len() > 2).map(Arc::new));
    }
    if found.is_empty() {
        return Err(SampleError::NothingCollected(folder.display().to_string()));
    }
    Ok(found)
}

fn bin_files(folder: &Path, into: &mut Vec<std::path::PathBuf>) -> Result<(), std::io::Error> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            bin_files(&path, into)?;
        } else if path.extension().is_some_and(|ending| ending == "bin") {
            into.push(path);
        }
    }
    Ok(())
}

/// The thin lines of a picture, in a square of side 1.
fn strokes(picture: &[u8]) -> Vec<Stroke> {
    let mut inked: Vec<bool> = picture.iter().map(|v| *v >= INKED).collect();
    thin(&mut inked);
    let mut left = inked.clone();
    let mut found = Vec::new();
    // Ends first, so that a line is one stroke; then what is left, which is round.
    for round in [false, true] {
        for start in 0..left.len() {
            if left[start] && (round || neighbours(&left, start).len() == 1) {
                found.push(follow(&inked, &mut left, start));
            }
        }
    }
    found.retain(|stroke| stroke.len() > 1);
    found.iter().map(|stroke| smoothed(stroke)).collect()
}

/// Without the stairs of the pixels.
fn smoothed(stroke: &[Point]) -> Stroke {
    let mut out = stroke.to_vec();
    for (at, around) in out.iter_mut().skip(1).zip(stroke.windows(3)) {
        let mean = |of: fn(&Point) -> f64| around.iter().map(of).sum::<f64>() / 3.0;
        *at = Point::new(mean(|p| p.x), mean(|p| p.y));
    }
    out
}

/// A stroke from one pixel to the next until there is none; what it passes is taken away. Where it leaves or meets another one it
/// touches it.
fn follow(inked: &[bool], left: &mut [bool], start: usize) -> Stroke {
    let passed = |left: &[bool], at: usize| {
        let mut around = neighbours(inked, at).into_iter();
        around.find(|i| !left[*i])
    };
    let mut at = start;
    let mut stroke: Stroke = passed(left, at).map(middle).into_iter().collect();
    stroke.push(middle(at));
    left[at] = false;
    while let Some(next) = neighbours(left, at).first().copied() {
        stroke.push(middle(next));
        left[next] = false;
        at = next;
    }
    let before = stroke.len().checked_sub(2).map(|i| stroke[i]);
    let other = |i: &usize| Some(middle(*i)) != before;
    let around = neighbours(inked, at).into_iter();
    stroke.extend(around.filter(|i| !left[*i]).find(other).map(middle));
    stroke
}

fn middle(at: usize) -> Point {
    let place = |i: usize| (i as f64 + 0.5) / SIZE as f64;
    Point::new(place(at % SIZE), place(at / SIZE))
}

/// The pixels around one that are inked, straight ones first.
fn neighbours(inked: &[bool], at: usize) -> Vec<usize> {
    const AROUND: [(isize, isize); 8] = [
        (1, 0),
        (0, 1),
        (-1, 0),
        (0, -1),
        (1, 1),
        (-1, 1),
        (-1, -1),
        (1, -1),
    ];
    let steps = AROUND.iter().filter_map(|step| beside(at, *step));
    steps.filter(|i| inked[*i]).collect()
}

fn beside(at: usize, (dx, dy): (isize, isize)) -> Option<usize> {
    let x = (at % SIZE).checked_add_signed(dx).filter(|x| *x < SIZE)?;
    let y = (at / SIZE).checked_add_signed(dy).filter(|y| *y < SIZE)?;
    Some(y * SIZE + x)
}

/// Takes pixels from the edges until lines are one pixel wide (Zhang and Suen, CACM 27, 1984).
fn thin(inked: &mut [bool]) {
    loop {
        let before = inked.iter().filter(|v| **v).count();
        for second in [false, true] {
            let gone: Vec<usize> = (0..inked.len())
                .filter(|at| inked[*at] && is_edge(inked, *at, second))
                .collect();
            for at in gone {
                inked[at] = false;
            }
        }
        if inked.iter().filter(|v| **v).count() == before {
            return;
        }
    }
}

fn is_edge(inked: &[bool], at: usize, second: bool) -> bool {
    // From above, clockwise.
    const ROUND: [(isize, isize); 8] = [
        (0, -1),
        (1, -1),
        (1, 0),
        (1, 1),
        (0, 1),
        (-1, 1),
        (-1, 0),
        (-1, -1),
    ];
    let p = ROUND.map(|step| beside(at, step).is_some_and(|i| inked[i]));
    let n = p.iter().filter(|v| **v).count();
    let changes = (0..8).filter(|i| !p[*i] && p[(i + 1) % 8]).count();
    let [above, _, right, _, below, _, left, _] = p;
    let open = if second {
        !(above && left && (right || below))
    } else {
        !(right && below && (above || left))
    };
    (2..=6).contains(&n) && changes == 1 && open
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(inked: impl Fn(usize, usize) -> bool) -> Vec<u8> {
        let pixel = |at: usize| if inked(at % SIZE, at / SIZE) { 255 } else { 0 };
        (0..SIZE * SIZE).map(pixel).collect()
    }

    #[test]
    fn a_thick_line_becomes_one_stroke_along_its_middle() {
        let found = strokes(&drawn(|x, y| (4..24).contains(&x) && (10..13).contains(&y)));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].len() > 12);
        let off = |p: &Point| (p.y - 11.5 / SIZE as f64).abs();
        assert!(found[0].iter().all(|p| off(p) < 1.1 / SIZE as f64));
    }

    #[test]
    fn a_ring_is_closed() {
        let found = strokes(&drawn(|x, y| {
            let r = (x as f64 - 13.5).hypot(y as f64 - 13.5);
            (8.0..10.5).contains(&r)
        }));
        let longest = found.iter().max_by_key(|stroke| stroke.len()).unwrap();
        assert!(longest.len() > 30);
        assert!(longest[0].distance(*longest.last().unwrap()) < 0.1);
    }

    #[test]
    fn an_empty_picture_has_no_strokes() {
        assert!(strokes(&drawn(|_, _| false)).is_empty());
    }
}
