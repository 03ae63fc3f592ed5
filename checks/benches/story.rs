//! How long a story of a thousand words takes, and how long the dictionary takes to be made.

use std::hint::black_box;

use checks::privacy::{About, find};
use checks::{safeguarding, tidy};

const SENTENCES: &str = "On Tuesday we waited four hours in A&E and nobody told us what was going on. My husband Trevor was in a lot of pain \
    and Dr Sangha came at half past four. The nurse, Chantelle, was lovely and got him a blanket and a cup of tea. We live at 22 Gasworks \
    Terrace, SR5 1LX and it took two buses to get home. Ring me on 0114 496 0555 or write to jane dot smith at example dot com. \
    His hospital number is J/662018 and the scan was on 12 March 2025. I cannot thank the team on Heather ward enough for all they did. ";

fn main() {
    let start = std::time::Instant::now();
    tidy::load();
    eprintln!("the dictionary took {} ms", start.elapsed().as_millis());
    divan::main();
}

fn story() -> String {
    let n_words = SENTENCES.split_whitespace().count();
    SENTENCES.repeat(1000 / n_words + 1)
}

#[divan::bench]
fn privacy(bencher: divan::Bencher<'_, '_>) {
    let story = story();
    bencher.bench_local(|| find(black_box(&story), &About { is_positive: false }));
}

#[divan::bench]
fn safeguarding_words(bencher: divan::Bencher<'_, '_>) {
    let story = story();
    bencher.bench_local(|| safeguarding::words(black_box(&story)));
}

#[divan::bench]
fn tidying(bencher: divan::Bencher<'_, '_>) {
    let story = story();
    bencher.bench_local(|| tidy::suggest(black_box(&story)));
}

/// Twenty wrong words in a row.
#[divan::bench]
fn misspellings(bencher: divan::Bencher<'_, '_>) {
    let text = "recieved docter hosptial apoinment definately ".repeat(4);
    bencher.bench_local(|| tidy::suggest(black_box(&text)));
}
