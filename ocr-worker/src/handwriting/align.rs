//! Where in the line each character of a text stands: the likeliest way to write exactly this text (Viterbi).

use std::ops::Range;

use super::network::Scores;

/// How a frame's state was come to.
#[derive(Clone, Copy)]
enum Step {
    Stay,
    Next,
    /// Over the blank between two different characters.
    Skip,
}

/// The frames of each character, in order and apart from each other; empty ranges where the text does not fit the line.
pub(super) fn spans(scores: &Scores, classes: &[usize]) -> Vec<Range<usize>> {
    let n_states = 2 * classes.len() + 1;
    let class = |state: usize| {
        if state.is_multiple_of(2) {
            0
        } else {
            classes[state / 2]
        }
    };
    let skips = |state: usize| state % 2 == 1 && state > 1 && class(state) != class(state - 2);
    let mut now = vec![f32::NEG_INFINITY; n_states];
    now[0] = 0.0;
    let mut steps = Vec::new();
    for (at, frame) in scores.frames().enumerate() {
        let before = now.clone();
        for state in 0..n_states {
            let mut best = (before[state], Step::Stay);
            if state > 0 && before[state - 1] > best.0 {
                best = (before[state - 1], Step::Next);
            }
            if skips(state) && before[state - 2] > best.0 {
                best = (before[state - 2], Step::Skip);
            }
            // Nothing comes before the first frame: it is the first blank or the first character.
            if at == 0 {
                best = (if state < 2 { 0.0 } else { f32::NEG_INFINITY }, Step::Stay);
            }
            now[state] = best.0 + frame[class(state)];
            steps.push(best.1);
        }
    }
    let ends_on_character = n_states > 1 && now[n_states - 2] > now[n_states - 1];
    traced(
        &steps,
        n_states,
        n_states - 1 - usize::from(ends_on_character),
    )
}

/// Follows the steps back from the last state.
fn traced(steps: &[Step], n_states: usize, last: usize) -> Vec<Range<usize>> {
    let mut found = vec![0..0; n_states / 2];
    let mut state = last;
    for (frame, steps) in steps.chunks_exact(n_states).enumerate().rev() {
        if state % 2 == 1 {
            let span = &mut found[state / 2];
            span.end = span.end.max(frame + 1);
            span.start = frame;
        }
        state -= match steps[state] {
            Step::Stay => 0,
            Step::Next => 1,
            Step::Skip => 2,
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(likeliest: &[usize]) -> Scores {
        let frame = |class: &usize| {
            (0..3)
                .map(|c| if c == *class { -0.1 } else { -3.0 })
                .collect::<Vec<f32>>()
        };
        Scores::new(3, likeliest.iter().flat_map(frame).collect())
    }

    #[test]
    fn characters_stand_where_they_were_seen() {
        let scores = frames(&[0, 1, 1, 0, 2, 0, 2, 2]);
        assert_eq!(spans(&scores, &[1, 2, 2]), [1..3, 4..5, 6..8]);
        assert_eq!(spans(&frames(&[1, 2]), &[1, 2]), [0..1, 1..2]);
        assert!(spans(&scores, &[]).is_empty());
        assert_eq!(spans(&frames(&[]), &[1, 2]), [0..0, 0..0]);
    }
}
