//! How much of the code or of a region is left to be seen.

use schemas::geometry::{BoxMm, Point};

use crate::truth::CodeTruth;

/// How badly a code is hurt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// So little that the error correction mends it.
    Mended,
    /// Nobody can tell whether a decoder reads it. The generator makes no such page.
    Doubtful,
    /// No decoder can be expected to read it.
    Destroyed,
}

/// A finder pattern has 7 of at least 25 modules.
const FINDER: f64 = 0.24;
/// Codes are printed with error correction Q or M, which mend a quarter and a seventh of the code words; a word
/// is lost with any of its eight modules.
const MENDED: f64 = 0.04;
/// Well beyond what the highest error correction mends (30 %).
const DESTROYED: f64 = 0.36;

/// How badly the code in `area` is hurt when `hides` says which places are gone.
pub(crate) fn code_loss(area: &BoxMm, hides: impl Fn(Point) -> bool) -> Loss {
    let share = share_hidden(area, &hides);
    let edge = FINDER * area.width;
    let finders = [
        [area.x, area.y],
        [area.right() - edge, area.y],
        [area.x, area.bottom() - edge],
    ];
    let lost = finders.map(|[x, y]| share_hidden(&BoxMm::from([x, y, edge, edge]), &hides));
    if share > DESTROYED || lost.iter().filter(|lost| **lost > 0.6).count() >= 2 {
        Loss::Destroyed
    } else if share > MENDED || lost.iter().any(|lost| *lost > 0.08) {
        Loss::Doubtful
    } else {
        Loss::Mended
    }
}

/// Which share of an area is gone.
pub(crate) fn share_hidden(area: &BoxMm, hides: impl Fn(Point) -> bool) -> f64 {
    const N: u32 = 25;
    let place = |i: u32| (f64::from(i) + 0.5) / f64::from(N);
    let points = (0..N).flat_map(|i| (0..N).map(move |k| (place(i), place(k))));
    let gone = points.filter(|(u, v)| {
        hides(Point::new(
            area.x + u * area.width,
            area.y + v * area.height,
        ))
    });
    gone.count() as f64 / f64::from(N * N)
}

impl From<Loss> for CodeTruth {
    fn from(loss: Loss) -> Self {
        match loss {
            Loss::Mended => Self::Whole,
            Loss::Doubtful | Loss::Destroyed => Self::Destroyed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: BoxMm = BoxMm {
        x: 10.0,
        y: 10.0,
        width: 26.0,
        height: 26.0,
    };

    #[test]
    fn a_code_without_its_left_edge_is_destroyed() {
        assert_eq!(code_loss(&CODE, |at| at.x < 15.0), Loss::Destroyed);
    }

    #[test]
    fn a_code_with_a_nick_is_mended_and_one_with_a_hole_is_doubtful() {
        let hole = |radius: f64| move |at: Point| at.distance(CODE.centre()) < radius;
        assert_eq!(code_loss(&CODE, hole(2.0)), Loss::Mended);
        assert_eq!(code_loss(&CODE, hole(6.0)), Loss::Doubtful);
    }
}
