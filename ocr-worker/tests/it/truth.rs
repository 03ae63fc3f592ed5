//! Readings against what is really on the samples.

use std::collections::BTreeSet;

use samples::truth::RegionTruth;
use schemas::layout::Meaning;
use schemas::reading::{InkState, MarkDecision, Reading, Status};
use schemas::record::PictureRole;

use crate::{committed, read};

/// The angle between two directions, in degrees.
fn turn_between(a: f64, b: f64) -> f64 {
    let turn = (a - b).rem_euclid(360.0);
    turn.min(360.0 - turn)
}

fn ticked(reading: &Reading) -> BTreeSet<(String, String)> {
    let of_region = |region: &schemas::reading::RegionReading| {
        let ticked = region
            .marks
            .iter()
            .filter(|mark| mark.decision == MarkDecision::Ticked);
        ticked
            .map(|mark| (region.id.clone(), mark.value.clone()))
            .collect::<Vec<_>>()
    };
    reading.regions.iter().flat_map(of_region).collect()
}

#[test]
fn what_a_person_can_see_at_a_glance_is_right_on_every_committed_sample() {
    let samples = committed();
    assert!(
        samples.len() >= 8,
        "only {} samples are PNG or JPEG",
        samples.len()
    );
    let (mut n_postcodes, mut n_offered) = (0, 0);
    for sample in &samples {
        let truth = &sample.truth;
        let page = read(sample);
        let reading = &page.reading;
        let name = &truth.file;
        assert_eq!(
            reading.status,
            Status::Read,
            "{name}: {:?}",
            reading.warnings
        );
        assert_eq!(reading.layout.as_ref(), Some(&truth.layout), "{name}");
        assert_eq!(reading.side, Some(truth.side), "{name}");
        assert_eq!(reading.serial, truth.serial, "{name}");
        let orientation_deg = reading.orientation_deg.unwrap();
        assert!(
            turn_between(orientation_deg, truth.orientation_deg) < 0.3,
            "{name}: {orientation_deg}"
        );
        assert!(
            reading.registration.as_ref().unwrap().residual_mm < 0.1,
            "{name}"
        );
        for region in &truth.regions {
            assert_eq!(
                reading.region(&region.id).unwrap().state,
                region.state,
                "{name} {}",
                region.id
            );
        }
        let truly_ticked = truth.ticks.iter().filter(|tick| tick.ticked);
        let truly_ticked: BTreeSet<(String, String)> = truly_ticked
            .map(|tick| (tick.region.clone(), tick.value.clone()))
            .collect();
        assert_eq!(ticked(reading), truly_ticked, "{name}");
        if let Some(postcode) = &truth.postcode {
            let region = reading.region_for(Meaning::Postcode).unwrap();
            n_postcodes += 1;
            n_offered += usize::from(region.candidates.iter().any(|c| c.text == *postcode));
        }
        let pictures = |role| {
            page.pictures
                .iter()
                .filter(move |picture| picture.role == role)
                .count()
        };
        let inked = |region: &&RegionTruth| region.state != InkState::Blank;
        let drawings: usize = reading.regions.iter().map(|r| r.drawings.len()).sum();
        assert_eq!(pictures(PictureRole::Straightened), 1, "{name}");
        assert_eq!(pictures(PictureRole::Drawing), drawings, "{name}");
        let n_inked = truth.regions.iter().filter(inked).count();
        assert_eq!(pictures(PictureRole::Ink), n_inked, "{name}");
        for region in &reading.regions {
            let drawn = region.state.has_drawing();
            assert_eq!(!region.drawings.is_empty(), drawn, "{name} {}", region.id);
        }
    }
    assert!(
        n_offered * 12 >= n_postcodes * 10,
        "{n_offered} of {n_postcodes} postcodes offered"
    );
}

#[test]
fn the_corners_of_the_page_are_found_to_half_a_millimetre() {
    for sample in committed() {
        let reading = read(&sample).reading;
        let found = reading.registration.unwrap().corners_px;
        let page = [[0.0, 0.0], [210.0, 0.0], [210.0, 297.0], [0.0, 297.0]];
        let px_per_mm = sample.truth.dpi / 25.4;
        for (found, corner) in found.iter().zip(page) {
            let truth = sample.truth.homography.apply(corner.into());
            let error_mm = found.distance(truth) / px_per_mm;
            assert!(error_mm < 0.5, "{}: {error_mm} mm", sample.truth.file);
        }
    }
}
