//! Fragments: peaks that face each other from strip to strip, and lines put together from them.

/// Peaks of neighbouring strips that are farther apart than this many letters are of different lines.
const STEP_LETTERS: f64 = 0.5;
/// Pieces of one line are no farther apart across it than this share of the pitch.
const JOINED_PITCHES: f64 = 0.42;
/// A short piece that lies closer to a line than this share of the pitch is part of it.
const ABSORBED_PITCHES: f64 = 0.55;
/// With one line only there is no pitch: so many letters.
const USUAL_PITCH_LETTERS: f64 = 3.0;
/// Pieces that overlap by more strips than this are not of one line.
const OVERLAP_STRIPS: usize = 2;
/// What each strip between two pieces adds to their distance, in pitches.
const GAP_PITCHES: f64 = 0.004;
/// Strips at an end by which its direction is known.
const END_STRIPS: usize = 6;

/// A line, or a part of one: the row of its middle in each strip from the first on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fragment {
    pub(super) first: usize,
    pub(super) rows: Vec<f64>,
}

impl Fragment {
    /// The strip behind the last one.
    fn end(&self) -> usize {
        self.first + self.rows.len()
    }

    fn row_at(&self, strip: usize) -> Option<f64> {
        strip
            .checked_sub(self.first)
            .and_then(|i| self.rows.get(i))
            .copied()
    }

    /// The mean row of its last strips and of its first ones.
    fn end_rows(&self) -> (f64, f64) {
        let n = END_STRIPS.min(self.rows.len());
        let mean = |rows: &[f64]| rows.iter().sum::<f64>() / rows.len() as f64;
        (
            mean(&self.rows[..n]),
            mean(&self.rows[self.rows.len() - n..]),
        )
    }

    /// Goes on with another one; rows between them are on the way from one to the other.
    fn go_on(&mut self, next: &Self) {
        let overlap = self
            .end()
            .saturating_sub(next.first)
            .min(self.rows.len() - 1);
        self.rows.truncate(self.rows.len() - overlap);
        let gap = next.first.saturating_sub(self.end());
        let from = self.rows[self.rows.len() - 1];
        let to = next.rows[0];
        let between = (1..=gap).map(|i| from + (to - from) * i as f64 / (gap + 1) as f64);
        let skipped = self.end().saturating_sub(next.first);
        self.rows.extend(between);
        self.rows.extend(next.rows.iter().skip(skipped));
    }
}

/// The lines that the peaks of the strips make. `letter_rows` is the height of a small letter, `pitch_rows` the distance of the
/// lines where it is known.
pub(super) fn joined(
    peaks: &[Vec<f64>],
    letter_rows: f64,
    pitch_rows: Option<f64>,
) -> Vec<Fragment> {
    let pitch = pitch_rows.unwrap_or_else(|| usual_pitch(peaks, letter_rows));
    let mut found = linked(peaks, STEP_LETTERS * letter_rows);
    while let Some((left, right)) = best_pair(&found, pitch) {
        let next = found[right].clone();
        found[left].go_on(&next);
        found.remove(right);
    }
    without_doubles(found, ABSORBED_PITCHES * pitch)
}

/// The usual distance of peaks that lie above each other.
fn usual_pitch(peaks: &[Vec<f64>], letter_rows: f64) -> f64 {
    let steps = |strip: &Vec<f64>| {
        strip
            .windows(2)
            .map(|pair| pair[1] - pair[0])
            .collect::<Vec<_>>()
    };
    let mut distances: Vec<f64> = peaks.iter().flat_map(steps).collect();
    distances.sort_by(f64::total_cmp);
    let usual = distances.get(distances.len() / 2).copied();
    usual
        .unwrap_or(USUAL_PITCH_LETTERS * letter_rows)
        .max(1.5 * letter_rows)
}

/// Peaks of neighbouring strips that are nearest to each other.
fn linked(peaks: &[Vec<f64>], farthest: f64) -> Vec<Fragment> {
    let mut done: Vec<Fragment> = Vec::new();
    let mut open: Vec<Fragment> = Vec::new();
    for (strip, rows) in peaks.iter().enumerate() {
        let ends: Vec<f64> = open
            .iter()
            .map(|fragment| fragment.rows[fragment.rows.len() - 1])
            .collect();
        let mut going_on = Vec::new();
        let mut taken = vec![false; open.len()];
        for row in rows {
            let facing = nearest(&ends, *row).filter(|at| {
                (ends[*at] - row).abs() <= farthest
                    && nearest(rows, ends[*at]).is_some_and(|back| (rows[back] - row).abs() < 1e-9)
            });
            match facing {
                Some(at) if !taken[at] => {
                    taken[at] = true;
                    let mut fragment = open[at].clone();
                    fragment.rows.push(*row);
                    going_on.push(fragment);
                }
                _ => going_on.push(Fragment {
                    first: strip,
                    rows: vec![*row],
                }),
            }
        }
        let ended = open.into_iter().zip(taken).filter(|(_, taken)| !taken);
        done.extend(ended.map(|(fragment, _)| fragment));
        open = going_on;
    }
    done.extend(open);
    done
}

fn nearest(rows: &[f64], to: f64) -> Option<usize> {
    (0..rows.len()).min_by(|a, b| (rows[*a] - to).abs().total_cmp(&(rows[*b] - to).abs()))
}

/// The two pieces that follow on from each other the best, the left one first.
fn best_pair(found: &[Fragment], pitch: f64) -> Option<(usize, usize)> {
    let mut best: Option<(f64, (usize, usize))> = None;
    for (i, left) in found.iter().enumerate() {
        for (j, right) in found.iter().enumerate() {
            let behind = right.first + OVERLAP_STRIPS >= left.end()
                && right.end() > left.end()
                && right.first > left.first;
            if i == j || !behind {
                continue;
            }
            let off = (left.end_rows().1 - right.end_rows().0).abs() / pitch;
            let gap = right.first.saturating_sub(left.end()) as f64;
            let cost = off + GAP_PITCHES * gap;
            if off <= JOINED_PITCHES && best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, (i, j)));
            }
        }
    }
    best.map(|(_, pair)| pair)
}

/// Without pieces that lie along a longer line: heads and tails of its letters, and accents.
fn without_doubles(mut found: Vec<Fragment>, closest: f64) -> Vec<Fragment> {
    found.sort_by_key(|fragment| std::cmp::Reverse(fragment.rows.len()));
    let mut kept: Vec<Fragment> = Vec::new();
    for fragment in found {
        let beside = |line: &Fragment| {
            let near = (fragment.first..fragment.end()).filter(|strip| {
                let row = line.row_at(*strip);
                row.is_some_and(|row| (row - fragment.rows[strip - fragment.first]).abs() < closest)
            });
            2 * near.count() > fragment.rows.len()
        };
        if !kept.iter().any(beside) {
            kept.push(fragment);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_a_wide_gap_is_one_line_and_its_neighbour_another() {
        let mut peaks: Vec<Vec<f64>> = (0..30)
            .map(|i| vec![20.0 + 0.1 * f64::from(i), 45.0])
            .collect();
        for strip in &mut peaks[10..18] {
            strip.remove(0);
        }
        let lines = joined(&peaks, 6.0, None);
        assert_eq!(lines.len(), 2);
        assert!(
            lines
                .iter()
                .all(|line| line.first == 0 && line.rows.len() == 30)
        );
    }

    #[test]
    fn heads_of_letters_are_no_line() {
        let mut peaks: Vec<Vec<f64>> = (0..30).map(|_| vec![20.0, 45.0]).collect();
        for strip in &mut peaks[5..8] {
            strip.insert(1, 37.0);
        }
        assert_eq!(joined(&peaks, 6.0, Some(25.0)).len(), 2);
    }
}
