//! Which service a leaflet is about: the name that was read, the postcode that was read and the directory, together.
//!
//! Each service gets a cost in nats, the negative logarithm of how probable it is that somebody who means it writes
//! what was read (a noisy channel: Kernighan, Church and Gale, 1990). What the costs leave to every service, and to
//! none of them, is its share.

use std::collections::BTreeMap;

use crate::confidence::{Features, SURE};
use crate::evidence;
use crate::index::{Entry, Index};
use crate::postal::{Nearness, PostcodeGuess, ReadPostcode, fit};
use crate::reading::ReadName;
use crate::service::{Kind, Service};

/// So many services are compared in full.
const MAX_COMPARED: usize = 160;
/// What a person looks through.
const MAX_CANDIDATES: usize = 5;
/// A candidate with less than this share of the best one's is not worth a look; nor is the best one below the second.
const LEAST_OF_BEST: f64 = 0.003;
const LEAST_SHARE: f64 = 1e-5;
/// What it costs to be of this kind: people tell of hospitals and practices, and hardly of offices.
const ORGANISATION_COST: f64 = 2.0;
const SITE_COST: f64 = 0.7;
/// What it costs that a leaflet is about a service that is not in the directory: few are.
const NONE_COST: f64 = 3.0;
/// What it is worth when the leaflets were handed out by the service itself or its organisation.
const ORIGIN_WORTH: f64 = 3.0;
/// A word that so many services have leads to no service by itself.
const MAX_SHARED: usize = 4000;
/// A part of the postcode leads to its services this much, against the weights of words.
const OUTWARD_LEAD: f64 = 7.0;
const INWARD_LEAD: f64 = 7.0;
/// What a word of the address leads to its services, against a word of the name.
const PLACE_LEAD: f64 = 0.4;
/// An organisation or a site is offered for its services when so much points to them together.
const PARENT_SHARE: f64 = 0.6;

/// What was read on a leaflet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<'a> {
    /// The name as it was read.
    pub name: &'a str,
    /// What the postcode may be, best first.
    pub postcodes: &'a [PostcodeGuess],
    /// The code of the service or organisation that handed the leaflets out, where that is known.
    pub origin: Option<&'a str>,
}

/// A service that the leaflet may be about.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceCandidate {
    /// Which.
    pub service: Service,
    /// How probable it is, 0 to 1.
    pub confidence: f64,
    /// Why it is offered, in words.
    pub evidence: String,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Resolution {
    /// Best first, at most five, with sites and organisations where no service can be told.
    pub candidates: Vec<ServiceCandidate>,
    /// What the confidence of the first was computed from.
    pub features: Option<Features>,
}

impl Resolution {
    /// The first candidate, when it is sure enough to be filled in.
    pub fn sure(&self) -> Option<&ServiceCandidate> {
        self.candidates
            .first()
            .filter(|first| first.confidence >= SURE)
    }
}

/// One service with its costs.
pub(crate) struct Scored<'i> {
    pub(crate) entry: &'i Entry,
    /// Which of its names fits best.
    pub(crate) name_idx: usize,
    pub(crate) name_cost: f64,
    pub(crate) nearness: Nearness,
    cost: f64,
    share: f64,
}

/// Finds out which service a leaflet is about. Never forces one: the candidates may be none.
pub fn resolve(index: &Index, query: &Query<'_>) -> Resolution {
    let name = ReadName::new(index, query.name);
    let postcodes: Vec<ReadPostcode> = query
        .postcodes
        .iter()
        .filter_map(ReadPostcode::of)
        .collect();
    let mut scored: Vec<Scored<'_>> = leads(index, &name, &postcodes)
        .into_iter()
        .map(|number| score(index, number, &name, &postcodes, query.origin))
        .collect();
    scored.sort_by(|a, b| {
        a.cost
            .total_cmp(&b.cost)
            .then_with(|| a.entry.service.code.cmp(&b.entry.service.code))
    });
    share_out(&mut scored, &name, &postcodes);
    let features = scored.first().map(|first| features(&scored, first, &name));
    let mut candidates = candidates(&scored, &name, query, features);
    add_parents(index, &scored, &mut candidates);
    Resolution {
        candidates,
        features,
    }
}

/// The services that are worth comparing in full: those that share the most telling words and parts of the postcode.
fn leads(index: &Index, name: &ReadName, postcodes: &[ReadPostcode]) -> Vec<u32> {
    let mut lead = vec![0.0_f32; index.len()];
    let mut touched = Vec::new();
    let mut add = |services: &[u32], worth: f64| {
        for number in services {
            let sum = &mut lead[*number as usize];
            if *sum <= 0.0 {
                touched.push(*number);
            }
            *sum += worth as f32;
        }
    };
    for (word, cost) in name.likely() {
        let worth = index.weight(word) * (-cost / 2.5).exp();
        let (named, placed) = (
            &index.by_name[word as usize],
            &index.by_place[word as usize],
        );
        if named.len() <= MAX_SHARED {
            add(named, worth);
        }
        if placed.len() <= MAX_SHARED {
            add(placed, worth * PLACE_LEAD);
        }
    }
    for read in postcodes {
        let fade = (-read.cost / 4.0).exp();
        let text = |part: &[u8]| String::from_utf8_lossy(part).into_owned();
        if let Some(there) = index.by_outward.get(&text(read.outward())) {
            add(there, OUTWARD_LEAD * fade);
        }
        if let Some(there) = read
            .inward()
            .and_then(|part| index.by_inward.get(&text(part)))
        {
            add(there, INWARD_LEAD * fade);
        }
    }
    let best_first = |a: &u32, b: &u32| {
        lead[*b as usize]
            .total_cmp(&lead[*a as usize])
            .then(a.cmp(b))
    };
    if touched.len() > MAX_COMPARED {
        touched.select_nth_unstable_by(MAX_COMPARED, best_first);
        touched.truncate(MAX_COMPARED);
    }
    touched
}

fn score<'i>(
    index: &'i Index,
    number: u32,
    name: &ReadName,
    postcodes: &[ReadPostcode],
    origin: Option<&str>,
) -> Scored<'i> {
    let entry = index.entry(number);
    let costs = entry
        .names
        .iter()
        .map(|own| name.cost(index, own, &entry.place));
    let (name_idx, name_cost) = costs
        .enumerate()
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or((0, f64::INFINITY));
    let (postal_cost, nearness) = fit(postcodes, &entry.postcode);
    let kind_cost = match entry.service.kind {
        Kind::Organisation => ORGANISATION_COST,
        Kind::Site => SITE_COST,
        Kind::Hospital | Kind::Practice | Kind::Service => 0.0,
    };
    let is_origin =
        origin.is_some_and(|code| entry.service.code == code || entry.service.parent == code);
    let origin_worth = if is_origin { ORIGIN_WORTH } else { 0.0 };
    Scored {
        entry,
        name_idx,
        name_cost,
        nearness,
        cost: name_cost + postal_cost + kind_cost - origin_worth,
        share: 0.0,
    }
}

/// Gives every service its share of what is probable; the rest is none of them.
fn share_out(scored: &mut [Scored<'_>], name: &ReadName, postcodes: &[ReadPostcode]) {
    let elsewhere = if postcodes.is_empty() { 0.0 } else { 6.0 };
    let none = NONE_COST + name.cost_of_none() + elsewhere;
    let least = scored.first().map_or(none, |first| first.cost.min(none));
    let all: f64 =
        scored.iter().map(|s| (least - s.cost).exp()).sum::<f64>() + (least - none).exp();
    for service in scored {
        service.share = (least - service.cost).exp() / all;
    }
}

/// One place often has several codes: whoever is given either is given the right one.
fn share_of_place(scored: &[Scored<'_>], one: &Scored<'_>) -> f64 {
    let same = |other: &&Scored<'_>| is_same_place(other.entry, one.entry);
    scored
        .iter()
        .filter(same)
        .map(|s| s.share)
        .sum::<f64>()
        .min(1.0)
}

fn is_same_place(one: &Entry, other: &Entry) -> bool {
    one.postcode == other.postcode && one.names[0].words == other.names[0].words
}

fn features(scored: &[Scored<'_>], one: &Scored<'_>, name: &ReadName) -> Features {
    let share = share_of_place(scored, one);
    Features {
        odds: (share / (1.0 - share).max(1e-9)).ln(),
        name_cost: one.name_cost,
        name_gain: name.cost_of_none() - one.name_cost,
        nearness: one.nearness,
    }
}

fn candidates(
    scored: &[Scored<'_>],
    name: &ReadName,
    query: &Query<'_>,
    first: Option<Features>,
) -> Vec<ServiceCandidate> {
    let mut candidates: Vec<ServiceCandidate> = Vec::new();
    let mut left = first.map_or(0.0, |features| features.confidence());
    if name.words.is_empty() {
        // A postcode alone does not say which of the services there it is.
        left = left.min(0.5);
    }
    let least = scored
        .first()
        .map_or(0.0, |first| first.share * LEAST_OF_BEST)
        .max(LEAST_SHARE);
    for service in scored.iter().filter(|s| s.share >= least) {
        let share = share_of_place(scored, service);
        let confidence = if candidates.is_empty() {
            left
        } else {
            share.min(left).min(1.0 - left)
        };
        candidates.push(ServiceCandidate {
            service: service.entry.service.clone(),
            confidence: rounded(confidence),
            evidence: evidence::of(service, query),
        });
        if candidates.len() == MAX_CANDIDATES {
            break;
        }
    }
    candidates
}

/// Where no service can be told from its neighbours, the site or organisation that they belong to is offered as well.
fn add_parents(index: &Index, scored: &[Scored<'_>], candidates: &mut Vec<ServiceCandidate>) {
    if candidates
        .first()
        .is_none_or(|first| first.confidence >= SURE)
    {
        return;
    }
    let mut shares: BTreeMap<u32, (f64, usize)> = BTreeMap::new();
    for service in scored.iter().filter(|s| s.share >= LEAST_SHARE) {
        let mut parent = index.number_of(&service.entry.service.parent);
        // Service, site, organisation: a longer chain is a mistake in the file.
        for _ in 0..3 {
            let Some(number) = parent else { break };
            let sum = shares.entry(number).or_default();
            *sum = (sum.0 + service.share, sum.1 + 1);
            parent = index.number_of(&index.entry(number).service.parent);
        }
    }
    let parents = shares
        .into_iter()
        .filter(|(_, (share, n))| *share >= PARENT_SHARE && *n > 1);
    for (number, (share, n)) in parents {
        let service = &index.entry(number).service;
        if candidates
            .iter()
            .any(|known| known.service.code == service.code)
        {
            continue;
        }
        candidates.truncate(MAX_CANDIDATES - 1);
        candidates.push(ServiceCandidate {
            service: service.clone(),
            confidence: rounded(share.min(SURE - 0.01)),
            evidence: format!("{n} of its services fit, and it cannot be told which one is meant"),
        });
    }
}

fn rounded(confidence: f64) -> f64 {
    (confidence * 1000.0).round() / 1000.0
}
