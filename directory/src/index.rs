//! All open services in memory, found by their words and by their postcodes.

use std::collections::{BTreeSet, HashMap};

use crate::service::Service;
use crate::vocabulary::Vocabulary;
use crate::words::{initials, words};

/// Every open service, ready to be found. Made once from the records and shared.
#[derive(Debug, Default)]
pub struct Index {
    pub(crate) entries: Vec<Entry>,
    pub(crate) vocabulary: Vocabulary,
    /// For each word the services that have it in a name.
    pub(crate) by_name: Vec<Vec<u32>>,
    /// For each word the services that have it in their place.
    pub(crate) by_place: Vec<Vec<u32>>,
    /// Services by the part before the space of their postcode, and by the part behind it.
    pub(crate) by_outward: HashMap<String, Vec<u32>>,
    pub(crate) by_inward: HashMap<String, Vec<u32>>,
    by_code: HashMap<String, u32>,
    /// Outward codes that exist; empty when none were imported.
    outward_codes: Vec<String>,
}

/// One service, its names as numbers of words.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) service: Service,
    pub(crate) names: Vec<Name>,
    pub(crate) place: Vec<u32>,
    /// The postcode without its space.
    pub(crate) postcode: String,
}

/// One of the names of a service.
#[derive(Debug)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) words: Vec<u32>,
    /// The letters of its words, without spaces.
    pub(crate) letters: String,
}

impl Index {
    /// Takes in every service that is open. Closed ones are left out: they are not offered.
    pub fn new(
        services: impl IntoIterator<Item = Service>,
        mut outward_codes: Vec<String>,
    ) -> Self {
        outward_codes.sort_unstable();
        let mut index = Self {
            outward_codes,
            ..Self::default()
        };
        for service in services.into_iter().filter(|service| !service.closed) {
            index.take_in(service);
        }
        index
    }

    /// How many services there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The service with this code.
    pub fn service(&self, code: &str) -> Option<&Service> {
        let number = self.by_code.get(code)?;
        Some(&self.entry(*number).service)
    }

    /// Whether the part before the space of a postcode exists. Where no postcodes were imported, all do.
    pub fn has_outward(&self, outward: &str) -> bool {
        // The forces, people without an address and territories overseas are in no list of districts.
        let is_special = matches!(outward, "BFPO" | "BF1" | "ZZ99" | "GIR")
            || !outward.bytes().any(|b| b.is_ascii_digit());
        if is_special {
            return true;
        }
        self.outward_codes.is_empty()
            || self.by_outward.contains_key(outward)
            || self
                .outward_codes
                .binary_search_by(|code| code.as_str().cmp(outward))
                .is_ok()
    }

    /// The postcode of every service, without its space; one that several have comes several times.
    pub fn postcodes(&self) -> impl Iterator<Item = &str> {
        let postcodes = self.entries.iter().map(|entry| entry.postcode.as_str());
        postcodes.filter(|postcode| !postcode.is_empty())
    }

    /// The services with this postcode.
    pub fn at_postcode(&self, postcode: &str) -> impl Iterator<Item = &Service> {
        let outward = postcode.split(' ').next().unwrap_or_default();
        let compact: String = postcode.split(' ').collect();
        let there = self.by_outward.get(outward).into_iter().flatten();
        there
            .map(|number| self.entry(*number))
            .filter(move |entry| entry.postcode == compact)
            .map(|entry| &entry.service)
    }

    pub(crate) fn entry(&self, number: u32) -> &Entry {
        &self.entries[number as usize]
    }

    pub(crate) fn number_of(&self, code: &str) -> Option<u32> {
        self.by_code.get(code).copied()
    }

    /// How much a word tells services apart, in nats: one that all have tells nothing.
    pub(crate) fn weight(&self, word: u32) -> f64 {
        let n_with = self.by_name[word as usize].len() + self.by_place[word as usize].len();
        let all = self.entries.len() as f64 + 1.0;
        (all / (n_with as f64 + 1.0)).ln().max(0.05)
    }

    fn take_in(&mut self, service: Service) {
        let number = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let mut names = vec![self.name(&service.name)];
        names.extend(service.aliases.iter().map(|alias| self.name(alias)));
        if let Some(short) = initials(&words(&service.name)).filter(|_| service.kind.is_parent()) {
            let short = self.name(&short);
            names.push(Name {
                text: service.name.clone(),
                ..short
            });
        }
        let place = self.numbers(&words(&format!("{} {}", service.town, service.address)));
        let in_names: BTreeSet<u32> = names.iter().flat_map(|name| &name.words).copied().collect();
        for word in in_names {
            self.by_name[word as usize].push(number);
        }
        let in_place: BTreeSet<u32> = place.iter().copied().collect();
        for word in in_place {
            self.by_place[word as usize].push(number);
        }
        if let Some((outward, inward)) = service.postcode.split_once(' ') {
            self.by_outward
                .entry(outward.to_owned())
                .or_default()
                .push(number);
            self.by_inward
                .entry(inward.to_owned())
                .or_default()
                .push(number);
        }
        self.by_code.insert(service.code.clone(), number);
        self.entries.push(Entry {
            postcode: service.postcode.replace(' ', ""),
            service,
            names,
            place,
        });
    }

    fn name(&mut self, text: &str) -> Name {
        let parts = words(text);
        Name {
            text: text.to_owned(),
            words: self.numbers(&parts),
            letters: parts.concat(),
        }
    }

    fn numbers(&mut self, words: &[String]) -> Vec<u32> {
        let numbers: Vec<u32> = words
            .iter()
            .map(|word| self.vocabulary.take_in(word))
            .collect();
        self.by_name.resize_with(self.vocabulary.len(), Vec::new);
        self.by_place.resize_with(self.vocabulary.len(), Vec::new);
        numbers
    }
}
