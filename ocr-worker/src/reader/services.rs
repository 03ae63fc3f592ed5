//! What a page says about its service, looked up in the directory once all its regions are read: the name and the
//! postcode tell together what neither tells alone.

use directory::{Index, PostcodeGuess, Query, Service, resolve};
use schemas::layout::Meaning;
use schemas::reading::{Candidate, ListedService, RegionReading};

use crate::engine::thousandths;

/// The postcode of the service that the name surely means is so many times as likely as it was without the name.
const NAMED_WORTH: f64 = 50.0;

/// Offers services for the regions that name one, and puts the candidates for the postcode in the order that the name
/// suggests. What was read stays as it was read.
pub(super) fn resolve_page(index: &Index, regions: &mut [RegionReading]) {
    if index.is_empty() {
        return;
    }
    let names: Vec<String> = regions
        .iter()
        .filter(|region| region.reads == Meaning::Service)
        .map(name_of)
        .collect();
    for region in regions.iter_mut() {
        if region.reads == Meaning::Postcode && !region.candidates.is_empty() {
            rank(region, &places_of(index, &names));
        }
    }
    let postcodes = regions
        .iter()
        .filter(|region| region.reads == Meaning::Postcode);
    let guesses: Vec<PostcodeGuess> = postcodes.flat_map(guesses).collect();
    for region in regions.iter_mut() {
        if region.reads == Meaning::Service {
            offer(index, region, &guesses);
        }
    }
}

/// What the postcode may be, in nats beside the best.
fn guesses(region: &RegionReading) -> Vec<PostcodeGuess> {
    let guess = |text: &str, cost| PostcodeGuess {
        text: text.to_owned(),
        cost,
    };
    let Some(best) = region.candidates.first() else {
        let half_read = region.value.iter().map(|text| guess(text, 0.0));
        return half_read.collect();
    };
    let of_candidate = |candidate: &Candidate| {
        let share = candidate.confidence.max(0.0005) / best.confidence.max(0.0005);
        guess(&candidate.text, -share.ln())
    };
    region.candidates.iter().map(of_candidate).collect()
}

fn name_of(region: &RegionReading) -> String {
    let lines: Vec<&str> = region.lines.iter().map(|line| line.text.trim()).collect();
    lines.join(" ")
}

fn offer(index: &Index, region: &mut RegionReading, postcodes: &[PostcodeGuess]) {
    let name = name_of(region);
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

/// Where the services are that the names alone may mean, with how probable each is.
fn places_of(index: &Index, names: &[String]) -> Vec<(String, f64)> {
    let asked = names.iter().filter(|name| !name.trim().is_empty());
    let found = asked.flat_map(|name| {
        let query = Query {
            name,
            ..Query::default()
        };
        resolve(index, &query).candidates
    });
    found
        .map(|c| (c.service.postcode.clone(), c.confidence))
        .collect()
}

/// Weighs the candidates anew; together they are as probable as before.
fn rank(region: &mut RegionReading, places: &[(String, f64)]) {
    let was_best = region.candidates.first().map(|best| best.text.clone());
    let sum = |candidates: &[Candidate]| candidates.iter().map(|c| c.confidence).sum::<f64>();
    let before = sum(&region.candidates);
    for candidate in &mut region.candidates {
        let here = places.iter().filter(|place| place.0 == candidate.text);
        let named: f64 = here.map(|place| place.1).sum();
        candidate.confidence *= 1.0 + NAMED_WORTH * named;
    }
    let scale = before / sum(&region.candidates).max(f64::MIN_POSITIVE);
    for candidate in &mut region.candidates {
        candidate.confidence = thousandths(candidate.confidence * scale);
    }
    region
        .candidates
        .sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    if region.value == was_best {
        region.value = region.candidates.first().map(|best| best.text.clone());
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
            region(Meaning::Postcode, "", &[("L51 3EX", 0.6), ("LS1 3EX", 0.3)]),
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
        let sum: f64 = postcode.candidates.iter().map(|c| c.confidence).sum();
        assert!((sum - 0.9).abs() < 0.01 && postcode.candidates[0].confidence > 0.8);
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
