//! Draft or no draft: a text that takes longer to correct than to type is kept, and not offered.

use schemas::layout::Meaning;
use schemas::reading::{LineReading, RegionReading};

use crate::engine::thousandths;

/// Says of each region how much of it is expected to be wrong, and withholds stories and answers of which more than `limit` is.
pub(super) fn judge(regions: &mut [RegionReading], limit: f64) {
    for region in regions {
        region.predicted_cer = predicted_cer(&region.lines);
        let prose = matches!(region.reads, Meaning::Story | Meaning::Answer);
        region.withheld = prose && region.predicted_cer.is_some_and(|cer| cer > limit);
    }
}

/// The share of the characters of some lines that are expected to be wrong; nothing where no line tells.
pub(super) fn predicted_cer(lines: &[LineReading]) -> Option<f64> {
    let told = lines
        .iter()
        .filter_map(|line| Some((line.text.chars().count() as f64, line.predicted_cer?)));
    let (n, wrong) = told.fold((0.0, 0.0), |(n, wrong), (length, cer)| {
        (n + length, wrong + length * cer)
    });
    (n > 0.0).then(|| thousandths(wrong / n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::geometry::BoxPx;
    use schemas::reading::InkState;

    fn region(reads: Meaning, lines: &[(&str, f64)]) -> RegionReading {
        let box_px = BoxPx::from([0, 0, 1, 1]);
        let line = |(text, cer): &(&str, f64)| LineReading {
            box_px,
            text: (*text).to_owned(),
            confidence: 1.0 - cer,
            predicted_cer: Some(*cer),
        };
        RegionReading {
            id: "r".to_owned(),
            kind: "text".to_owned(),
            reads,
            box_px,
            state: InkState::Writing,
            value: None,
            candidates: Vec::new(),
            lines: lines.iter().map(line).collect(),
            predicted_cer: None,
            withheld: false,
            marks: Vec::new(),
            drawings: Vec::new(),
        }
    }

    #[test]
    fn a_story_counts_by_its_characters_and_a_bad_one_is_withheld() {
        let good = [("a long and easy line", 0.02), ("??", 0.9)];
        let mut regions = [
            region(Meaning::Story, &good),
            region(Meaning::Story, &[("??", 0.9)]),
            region(Meaning::Service, &[("??", 0.9)]),
        ];
        judge(&mut regions, 0.2);
        assert_eq!(
            regions.each_ref().map(|region| region.withheld),
            [false, true, false]
        );
        assert_eq!(regions[0].predicted_cer, Some(0.1));
    }
}
