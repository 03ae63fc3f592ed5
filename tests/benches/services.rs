//! The directory at 60,000 services: how long an import takes, and looking one up. `cargo bench -p tests --bench services`.
//!
//! The services are invented (`directory/examples/trial/invented.rs`), so that everybody can run it.

#[path = "../../samples/src/dice.rs"]
#[expect(dead_code, reason = "the samples roll in more ways")]
mod dice;
#[path = "../../directory/examples/trial/invented.rs"]
mod invented;

use std::time::{Duration, Instant};

use directory::{Index, PostcodeGuess, Query, Service, resolve, search};
use schemas::{Clock as _, RandomIds, SystemClock};
use store::{Moment, Store};

const N_SERVICES: usize = 60_000;
const N_CALLS: usize = 500;

#[expect(clippy::print_stdout, reason = "a benchmark prints")]
fn main() {
    let services = invented::services(N_SERVICES, &seeds(), 1);
    let (first, again) = import(&services);
    println!(
        "import of {N_SERVICES} services into SQLite: {first:.2?}; the same again: {again:.2?}"
    );
    let started = Instant::now();
    let index = Index::new(services.clone(), Vec::new());
    println!("the index of them: {:.2?}", started.elapsed());
    let mut dice = dice::Dice::new(2, 0);
    let written: Vec<&Service> = (0..N_CALLS).map(|_| dice.pick(&services)).collect();
    let resolving = median(&written, |service| {
        let guess = PostcodeGuess {
            text: service.postcode.replacen('1', "7", 1),
            cost: 0.0,
        };
        let query = Query {
            name: &service.name.replacen('e', "c", 2),
            postcodes: &[guess],
            origin: None,
        };
        !resolve(&index, &query).candidates.is_empty()
    });
    println!("resolving a misread name and postcode: {resolving:.2?} (median of {N_CALLS})");
    let searching = median(&written, |service| {
        let typed: String = service.name.chars().take(service.name.len() - 3).collect();
        !search(&index, &typed, 10).is_empty()
    });
    println!("searching a name that is half typed: {searching:.2?} (median of {N_CALLS})");
}

/// Somewhere in every part of the country.
fn seeds() -> Vec<Service> {
    let areas = [
        "LS", "S", "M", "B", "NE", "BS", "EH", "G", "CF", "BT", "NR", "PL", "CT", "OX", "YO",
    ];
    let seed = |(area, district): (&str, u32)| Service {
        postcode: format!("{area}{district} 1AA"),
        town: format!("Town{area}"),
        ..Service::default()
    };
    areas
        .iter()
        .flat_map(|area| (1..90).map(move |district| seed((area, district))))
        .collect()
}

fn import(services: &[Service]) -> (Duration, Duration) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let url = format!("sqlite://{}/postbag.db", folder.path().display());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    runtime.block_on(async {
        let store = Store::connect(&url, 2).await.expect("the database opens");
        store.migrate().await.expect("the tables are made");
        let ids = RandomIds(rand::random::<u128>);
        let moment = Moment {
            now: SystemClock.now(),
            ids: &ids,
        };
        let timed = async || {
            let started = Instant::now();
            store
                .import_services(&moment, services.to_vec())
                .await
                .expect("the services are taken in");
            started.elapsed()
        };
        (timed().await, timed().await)
    })
}

fn median(written: &[&Service], call: impl Fn(&Service) -> bool) -> Duration {
    let time_of = |service: &&Service| {
        let started = Instant::now();
        assert!(call(service), "{} is not found", service.name);
        started.elapsed()
    };
    let mut times: Vec<Duration> = written.iter().map(time_of).collect();
    times.sort_unstable();
    times[times.len() / 2]
}
