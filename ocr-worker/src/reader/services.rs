//! What a page says about its service, looked up in the directory once all its regions are read: the name and the
//! postcode tell together what neither tells alone.

use directory::{Index, PostcodeGuess, Query, Service, resolve};
use schemas::layout::Meaning;
use schemas::postcode::Postcode;
use schemas::reading::{Candidate, ListedService, RegionReading};

/// A postcode that some service has is read this many times as often as one that none has.
const LISTED_WORTH: f64 = 4.0;
/// A district that does not exist is a misreading.
const NO_DISTRICT_WORTH: f64 = 0.05;

/// Offers services for the regions that name one, and puts the candidates for the postcode in the order that the
/// directory suggests. What was read stays as it was read.
pub(super) fn resolve_page(index: &Index, regions: &mut [RegionReading]) {
    if index.is_empty() {
        return;
    }
    let postcodes = regions
        .iter()
        .filter(|region| region.reads == Meaning::Postcode);
    let guesses: Vec<PostcodeGuess> = postcodes.flat_map(guesses).collect();
    for region in regions.iter_mut() {
        match region.reads {
            Meaning::Postcode => rank(index, region),
            Meaning::Service => offer(index, region, &guesses),
            _ => {}
        }
    }
}

/// What the postcode may be, in nats: the confidences of candidates are `exp(-cost / 3)`.
fn guesses(region: &RegionReading) -> Vec<PostcodeGuess> {
    let guess = |text: &str, cost| PostcodeGuess {
        text: text.to_owned(),
        cost,
    };
    if region.candidates.is_empty() {
        let half_read = region.value.iter().map(|text| guess(text, 0.0));
        return half_read.collect();
    }
    let of_candidate =
        |candidate: &Candidate| guess(&candidate.text, -3.0 * candidate.confidence.max(0.001).ln());
    region.candidates.iter().map(of_candidate).collect()
}

fn offer(index: &Index, region: &mut RegionReading, postcodes: &[PostcodeGuess]) {
    let lines: Vec<&str> = region.lines.iter().map(|line| line.text.trim()).collect();
    let name = lines.join(" ");
    if name.trim().is_empty() && postcodes.is_empty() {
        return;
    }
    let query = Query {
        name: &name,
        postcodes,
        origin: None,
    };
    let found = resolve(index, &query).candidates;
    region.candidates = found
        .into_iter()
        .map(|found| Candidate {
            text: found.service.name.clone(),
            confidence: found.confidence,
            evidence: found.evidence,
            service: Some(listed(&found.service)),
        })
        .collect();
}

fn listed(service: &Service) -> ListedService {
    ListedService {
        code: service.code.clone(),
        town: service.town.clone(),
        postcode: service.postcode.clone(),
    }
}

/// Postcodes of services come before others that were read as well, and those of districts that do not exist last.
fn rank(index: &Index, region: &mut RegionReading) {
    let was_best = region.candidates.first().map(|best| best.text.clone());
    for candidate in &mut region.candidates {
        let n_there = index.at_postcode(&candidate.text).count();
        let outward =
            Postcode::parse(&candidate.text).map(|postcode| postcode.outward().to_owned());
        if n_there > 0 {
            candidate.confidence = (candidate.confidence * LISTED_WORTH).min(0.999);
            candidate.evidence = format!("{}; {}", candidate.evidence, there(n_there));
        } else if outward.is_ok_and(|outward| !index.has_outward(&outward)) {
            candidate.confidence *= NO_DISTRICT_WORTH;
            candidate.evidence = format!("{}; there is no such district", candidate.evidence);
        }
    }
    region
        .candidates
        .sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    if region.value == was_best {
        region.value = region.candidates.first().map(|best| best.text.clone());
    }
}

fn there(n: usize) -> String {
    if n == 1 {
        "a service has it".to_owned()
    } else {
        format!("{n} services have it")
    }
}

#[cfg(test)]
mod tests {
    use schemas::geometry::BoxPx;
    use schemas::reading::{InkState, LineReading};

    use super::*;

    const BOX: BoxPx = BoxPx {
        x: 0,
        y: 0,
        width: 1,
        height: 1,
    };

    fn directory() -> Index {
        let service = |code: &str, name: &str, postcode: &str| Service {
            code: code.to_owned(),
            name: name.to_owned(),
            postcode: postcode.to_owned(),
            ..Service::default()
        };
        let services = [
            service("A1", "Leeds General Infirmary", "LS1 3EX"),
            service("A2", "Leeds Road Surgery", "BD3 9LX"),
        ];
        Index::new(services, vec!["LS1".to_owned(), "LS7".to_owned()])
    }

    fn region(reads: Meaning, line: &str, candidates: &[(&str, f64)]) -> RegionReading {
        let candidate = |(text, confidence): &(&str, f64)| Candidate {
            text: (*text).to_owned(),
            confidence: *confidence,
            evidence: format!("read as '{text}'"),
            service: None,
        };
        let line = LineReading {
            box_px: BOX,
            text: line.to_owned(),
            confidence: 0.5,
            predicted_cer: None,
        };
        RegionReading {
            id: reads.as_str().to_owned(),
            kind: "line".to_owned(),
            reads,
            box_px: BOX,
            state: InkState::Writing,
            value: candidates
                .first()
                .map(|c| c.0.to_owned())
                .or(Some(line.text.clone())),
            candidates: candidates.iter().map(candidate).collect(),
            lines: vec![line],
            predicted_cer: None,
            withheld: false,
            marks: Vec::new(),
            drawings: Vec::new(),
        }
    }

    #[test]
    fn name_and_postcode_tell_the_service_and_the_name_stays_as_it_was_read() {
        let mut regions = [
            region(Meaning::Service, "Leeds Genral Infirmry", &[]),
            region(Meaning::Postcode, "", &[("L51 3EX", 0.9), ("LS1 3EX", 0.7)]),
        ];
        resolve_page(&directory(), &mut regions);
        let [service, postcode] = &regions;
        let first = &service.candidates[0];
        assert_eq!(first.text, "Leeds General Infirmary");
        assert_eq!(first.service.as_ref().unwrap().code, "A1");
        assert!(
            first.evidence.contains("2 letters differ"),
            "{}",
            first.evidence
        );
        assert_eq!(service.value.as_deref(), Some("Leeds Genral Infirmry"));
        assert_eq!(postcode.value.as_deref(), Some("LS1 3EX"));
        assert!(
            postcode.candidates[0]
                .evidence
                .ends_with("a service has it")
        );
        assert!(
            postcode.candidates[1]
                .evidence
                .ends_with("no such district")
        );
    }

    #[test]
    fn without_a_directory_nothing_changes() {
        let before = [region(Meaning::Service, "Leeds", &[])];
        let mut regions = before.clone();
        resolve_page(&Index::default(), &mut regions);
        assert_eq!(regions, before);
    }

    #[test]
    fn a_name_of_no_service_is_not_forced_on_one() {
        let mut regions = [region(Meaning::Service, "Zzyzx Quarry Vets", &[])];
        resolve_page(&directory(), &mut regions);
        let sure = regions[0]
            .candidates
            .iter()
            .filter(|c| c.confidence >= directory::SURE);
        assert_eq!(sure.count(), 0);
    }
}
