//! How often the right service is found: takes services out of real files, writes them as people and readers of
//! handwriting do, and counts. Prints every figure.
//!
//! `cargo run -p directory --example trial -- --seed 7 --count 5000 --size 60000 FILE…`
//!
//! Seeds 1 and 2 are for setting numbers (`--fit` prints the weights of the confidence, from seed 2); reported figures are
//! of seeds that nothing was set on.

#![expect(
    clippy::cast_precision_loss,
    reason = "counts of leaflets, far below what a float holds"
)]

#[path = "../../../samples/src/dice.rs"]
#[expect(dead_code, reason = "the samples roll in more ways")]
mod dice;
mod invented;
mod people;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::{Duration, Instant};

use dice::Dice;
use directory::{Features, Index, N_FEATURES, Query, SURE, Service, files, resolve, same_name};
use people::Postcode;

/// Of a hundred services so many are left out of the directory: nothing is to be filled in for them.
const LEFT_OUT: f64 = 0.03;

#[derive(Default)]
struct Options {
    seed: u64,
    count: usize,
    size: usize,
    fit: bool,
    show: usize,
    files: Vec<String>,
}

/// One leaflet and what was found.
struct Outcome {
    postcode: Postcode,
    /// Where the right one stands, from 0.
    place: Option<usize>,
    is_listed: bool,
    confidence: f64,
    features: Option<Features>,
    took: Duration,
    told: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = options()?;
    let mut services = Vec::new();
    for file in &options.files {
        services.extend(files::parse(file, &std::fs::read(file)?, "20261125")?.services);
    }
    services.retain(|service| !service.closed);
    services.sort_by(|a, b| a.code.cmp(&b.code));
    services.dedup_by(|a, b| a.code == b.code);
    let real = services.clone();
    let n_invented = options.size.saturating_sub(services.len());
    services.extend(invented::services(n_invented, &real, options.seed));
    let mut dice = Dice::new(options.seed, 1);
    let left_out: Vec<bool> = services.iter().map(|_| dice.chance(LEFT_OUT)).collect();
    let listed = services.iter().zip(&left_out).filter(|(_, out)| !**out);
    let started = Instant::now();
    let index = Index::new(listed.map(|(service, _)| service.clone()), Vec::new());
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{} services ({} real), indexed in {:.0?}; seed {}",
        index.len(),
        real.len(),
        started.elapsed(),
        options.seed
    )?;
    let mut outcomes: Vec<Outcome> = Vec::new();
    for stream in 0..options.count {
        let mut dice = Dice::new(options.seed, 2 + stream as u64);
        // A tenth is about the invented ones, so that they are no mere background.
        let i = if dice.chance(0.1) {
            dice.index(services.len())
        } else {
            dice.index(real.len())
        };
        outcomes.push(try_one(&index, &services[i], !left_out[i], &mut dice));
    }
    report(&mut out, &outcomes)?;
    for outcome in outcomes
        .iter()
        .filter(|o| o.is_listed && o.place != Some(0))
        .take(options.show)
    {
        writeln!(out, "{}", outcome.told)?;
    }
    for outcome in outcomes
        .iter()
        .filter(|o| o.place != Some(0) && o.confidence >= SURE)
        .take(options.show)
    {
        writeln!(out, "SURE {}", outcome.told)?;
    }
    if options.fit {
        writeln!(out, "weights {:.3?}", fit(&outcomes))?;
    }
    Ok(())
}

fn options() -> Result<Options, Box<dyn std::error::Error>> {
    let mut options = Options {
        seed: 1,
        count: 5000,
        ..Options::default()
    };
    let mut given = std::env::args().skip(1);
    while let Some(option) = given.next() {
        let mut value = || given.next().ok_or("a value is missing");
        match option.as_str() {
            "--seed" => options.seed = value()?.parse()?,
            "--count" => options.count = value()?.parse()?,
            "--size" => options.size = value()?.parse()?,
            "--show" => options.show = value()?.parse()?,
            "--fit" => options.fit = true,
            file => options.files.push(file.to_owned()),
        }
    }
    if options.files.is_empty() {
        return Err("name the files of services".into());
    }
    Ok(options)
}

fn try_one(index: &Index, service: &Service, is_listed: bool, dice: &mut Dice) -> Outcome {
    let written = people::write(service, dice);
    let query = Query {
        name: &written.name,
        postcodes: &written.postcodes,
        origin: None,
    };
    let started = Instant::now();
    let found = resolve(index, &query);
    let took = started.elapsed();
    let is_right = |other: &Service| {
        other.code == service.code
            || (other.postcode == service.postcode && same_name(&other.name, &service.name))
    };
    let first = found.candidates.first();
    Outcome {
        postcode: written.postcode,
        place: found.candidates.iter().position(|c| is_right(&c.service)),
        is_listed,
        confidence: first.map_or(0.0, |c| c.confidence),
        features: found.features,
        took,
        told: format!(
            "{} {} [{}] read '{}' {:?} -> {:?}",
            service.code,
            service.name,
            service.postcode,
            written.name,
            written.postcodes.first().map(|p| &p.text),
            found
                .candidates
                .iter()
                .take(2)
                .map(|c| format!(
                    "{} {} {:.3}",
                    c.service.name, c.service.postcode, c.confidence
                ))
                .collect::<Vec<_>>()
        ),
    }
}

fn report(out: &mut impl std::io::Write, outcomes: &[Outcome]) -> std::io::Result<()> {
    let mut groups: BTreeMap<String, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes {
        if outcome.is_listed {
            groups.entry("all".to_owned()).or_default().push(outcome);
            groups
                .entry(format!("postcode {:?}", outcome.postcode))
                .or_default()
                .push(outcome);
        } else {
            groups
                .entry("not in the directory".to_owned())
                .or_default()
                .push(outcome);
        }
    }
    writeln!(
        out,
        "{:22} {:>6} {:>8} {:>8} {:>8} {:>11}",
        "", "n", "first", "of 3", "sure", "sure, wrong"
    )?;
    for (name, group) in &groups {
        let share = |test: &dyn Fn(&Outcome) -> bool| {
            100.0 * group.iter().filter(|o| test(o)).count() as f64 / group.len() as f64
        };
        writeln!(
            out,
            "{name:22} {:>6} {:>7.2}% {:>7.2}% {:>7.2}% {:>10.3}%",
            group.len(),
            share(&|o| o.place == Some(0)),
            share(&|o| o.place.is_some_and(|place| place < 3)),
            share(&|o| o.confidence >= SURE),
            share(&|o| o.confidence >= SURE && o.place != Some(0)),
        )?;
    }
    report_confidence(out, outcomes)?;
    report_times(out, outcomes)
}

fn report_confidence(out: &mut impl std::io::Write, outcomes: &[Outcome]) -> std::io::Result<()> {
    let wrong = outcomes
        .iter()
        .filter(|o| o.confidence >= SURE && o.place != Some(0))
        .count();
    writeln!(
        out,
        "of all {} leaflets {wrong} have a wrong service filled in: {:.3}%",
        outcomes.len(),
        100.0 * wrong as f64 / outcomes.len() as f64
    )?;
    for sure in [0.95, 0.97, 0.98, 0.985, 0.99, 0.995] {
        let wrong = outcomes
            .iter()
            .filter(|o| o.confidence >= sure && o.place != Some(0))
            .count();
        let all = outcomes.iter().filter(|o| o.confidence >= sure).count();
        writeln!(
            out,
            "from {sure:.3}: {:.1}% filled in, {:.3}% of all wrong",
            100.0 * all as f64 / outcomes.len() as f64,
            100.0 * wrong as f64 / outcomes.len() as f64
        )?;
    }
    for low in [0.0, 0.2, 0.5, 0.8, 0.9, SURE, 0.99] {
        let high = [0.2, 0.5, 0.8, 0.9, SURE, 0.99, 1.1]
            .into_iter()
            .find(|h| *h > low)
            .unwrap_or(1.1);
        let within: Vec<&Outcome> = outcomes
            .iter()
            .filter(|o| (low..high).contains(&o.confidence))
            .collect();
        let right = within.iter().filter(|o| o.place == Some(0)).count();
        writeln!(
            out,
            "confidence {low:.2}..{:.2}: {:>6}, right {:>6.2}%",
            high.min(1.0),
            within.len(),
            100.0 * right as f64 / within.len().max(1) as f64
        )?;
    }
    Ok(())
}

fn report_times(out: &mut impl std::io::Write, outcomes: &[Outcome]) -> std::io::Result<()> {
    let mut times: Vec<Duration> = outcomes.iter().map(|o| o.took).collect();
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    writeln!(
        out,
        "a call takes {:.2?} (median), {:.2?} (95 in 100), {:.2?} (longest)",
        at(50),
        at(95),
        at(100)
    )
}

/// Logistic regression by gradient, on whether the first candidate is right.
fn fit(outcomes: &[Outcome]) -> [f64; N_FEATURES] {
    let known: Vec<([f64; N_FEATURES], f64)> = outcomes
        .iter()
        .filter_map(|o| Some((o.features?.numbers(), f64::from(o.place == Some(0)))))
        .collect();
    let mut weights = [0.0; N_FEATURES];
    for _ in 0..20_000 {
        let mut slope = [0.0; N_FEATURES];
        for (numbers, right) in &known {
            let sum: f64 = numbers.iter().zip(weights).map(|(n, w)| n * w).sum();
            let off = right - 1.0 / (1.0 + (-sum).exp());
            for (slope, number) in slope.iter_mut().zip(numbers) {
                *slope += off * number / known.len() as f64;
            }
        }
        for (weight, slope) in weights.iter_mut().zip(slope) {
            *weight += 0.05 * slope;
        }
    }
    weights
}
