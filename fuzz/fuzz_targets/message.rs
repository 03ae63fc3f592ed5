//! Messages of the queue, as the broker hands them out: an id of its own, a line end, the job in JSON.
#![no_main]

use fuzz::panics;
use libfuzzer_sys::fuzz_target;
use schemas::JobId;
use schemas::job::{Job, JobKind};

fuzz_target!(init: panics::watch(), |message: &[u8]| {
    let mut parts = message.splitn(2, |byte| *byte == b'\n');
    let (id, body) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if let Ok(id) = JobId::parse(&String::from_utf8_lossy(id)) {
        assert_eq!(JobId::parse(id.as_str()).as_ref(), Ok(&id));
    }
    if let Ok(job) = serde_json::from_slice::<Job>(body) {
        check(&job);
    }
});

fn check(job: &Job) {
    let printed = serde_json::to_string(job).expect("a job can be printed");
    assert_eq!(
        serde_json::from_str::<Job>(&printed).ok().as_ref(),
        Some(job)
    );
    assert_eq!(JobKind::parse(job.kind().as_str()), Some(job.kind()));
    assert!(!job.subject().is_empty());
}
