//! Adds up how long each stage of the reader takes, from the spans that it opens.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::clock::busy_ns;

/// The span of decoding.
pub(crate) const DECODE: &str = "read.decode";
/// What the spans of the reader begin with.
const OF_THE_READER: &str = "read.";

/// Times by the name of the span.
#[derive(Clone, Default)]
pub(crate) struct Spans(Arc<Mutex<Times>>);

#[derive(Default)]
struct Times {
    names: HashMap<u64, &'static str>,
    entered_ns: HashMap<u64, u64>,
    total_ns: HashMap<&'static str, u64>,
}

struct Watch {
    spans: Spans,
    next_id: AtomicU64,
}

impl Spans {
    /// Watches all spans of this process from now on.
    pub(crate) fn start() -> Self {
        let spans = Self::default();
        let watch = Watch {
            spans: spans.clone(),
            next_id: AtomicU64::new(1),
        };
        tracing::subscriber::set_global_default(watch).expect("nothing else watches");
        spans
    }

    pub(crate) fn clear(&self) {
        self.locked().total_ns.clear();
    }

    pub(crate) fn total_ms(&self, name: &str) -> f64 {
        ms(self.locked().total_ns.get(name).copied().unwrap_or(0))
    }

    /// The share of each stage in all of them but decoding, the largest first.
    pub(crate) fn shares(&self) -> Vec<(&'static str, f64)> {
        let times = self.locked();
        let mut stages: Vec<(&'static str, f64)> = times
            .total_ns
            .iter()
            .filter(|(name, _)| **name != DECODE)
            .map(|(name, ns)| (*name, ms(*ns)))
            .collect();
        let all_ms: f64 = stages.iter().map(|(_, ms)| ms).sum();
        stages.sort_by(|a, b| b.1.total_cmp(&a.1));
        for (_, ms) in &mut stages {
            *ms /= all_ms;
        }
        stages
    }

    fn locked(&self) -> MutexGuard<'_, Times> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nanoseconds as milliseconds.
#[expect(clippy::cast_precision_loss, reason = "a benchmark lasts no weeks")]
pub(crate) fn ms(ns: u64) -> f64 {
    ns as f64 / 1e6
}

impl Subscriber for Watch {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.name().starts_with(OF_THE_READER)
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let name = span.metadata().name();
        self.spans.locked().names.insert(id, name);
        Id::from_u64(id)
    }

    fn enter(&self, span: &Id) {
        let now_ns = busy_ns();
        self.spans
            .locked()
            .entered_ns
            .insert(span.into_u64(), now_ns);
    }

    fn exit(&self, span: &Id) {
        let now_ns = busy_ns();
        let mut times = self.spans.locked();
        let id = span.into_u64();
        let entered_ns = times.entered_ns.remove(&id);
        let name = times.names.get(&id).copied();
        if let (Some(entered_ns), Some(name)) = (entered_ns, name) {
            *times.total_ns.entry(name).or_default() += now_ns - entered_ns;
        }
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}
}
