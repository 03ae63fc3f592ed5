//! Layout files: parsed, checked, printed and parsed again.
#![no_main]

use fuzz::panics;
use libfuzzer_sys::fuzz_target;
use schemas::layout::{Layout, LayoutError, serial_cells};

fuzz_target!(init: panics::watch(), |json: &str| {
    match Layout::parse(json) {
        Ok(layout) => check(&layout),
        Err(LayoutError::Faults { faults, .. }) => assert!(!faults.is_empty()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});

fn check(layout: &Layout) {
    let printed = serde_json::to_string(layout).expect("a layout can be printed");
    let again = Layout::parse(&printed).expect("what was printed is a layout");
    assert_eq!(layout, &again);
    for side in &layout.sides {
        let _ = serial_cells(layout, side, 12);
        for region in &side.regions {
            assert!(region.area.right().is_finite() && region.area.bottom().is_finite());
            assert!(region.cells().len() <= 1_000);
        }
    }
}
