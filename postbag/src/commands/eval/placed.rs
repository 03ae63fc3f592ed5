//! Pages that were set aside, read again as if a person had dragged their four corners in the bench.

use std::collections::HashMap;

use ocr_worker::PageSource;
use schemas::placement::Placement;

use super::Bench;
use super::compare::{Compared, compare};
use super::truths::Scan;
use crate::commands::read::for_each_opened;

/// Reads those pages of a scan again that were set aside and whose corners are known, and keeps beside each what came
/// of that. `compared` is in the order of the scan's truths.
pub(super) fn read_again(
    bench: &Bench,
    scan: &Scan,
    compared: &mut [Compared],
) -> anyhow::Result<()> {
    let mut placements = placements(bench, scan, compared);
    if placements.is_empty() {
        return Ok(());
    }
    for_each_opened(&bench.limits, &scan.file, |source, page| {
        let (Some((idx, placement)), Ok(page)) = (placements.remove(&source.page_idx), page) else {
            return Ok(());
        };
        let placed = PageSource {
            placement: Some(placement),
            ..source
        };
        let reading = bench.reader.read(&page.picture, &placed).reading;
        let (known, before) = (&scan.truths[idx], &mut compared[idx]);
        let after = compare(
            before.scan_idx,
            before.name.clone(),
            known,
            Some(&reading),
            bench.layout_of(known),
        );
        before.placed = Some(Box::new(after));
        Ok(())
    })
}

/// By the page of the file: which truth it has, and what a person says of it.
fn placements(
    bench: &Bench,
    scan: &Scan,
    compared: &[Compared],
) -> HashMap<u32, (usize, Placement)> {
    let set_aside = compared.iter().enumerate().filter(|(_, page)| !page.read);
    set_aside
        .filter_map(|(idx, page)| {
            let known = &scan.truths[idx];
            let placement = known.placement(bench.layout_of(known)?.page)?;
            Some((page.page_idx, (idx, placement)))
        })
        .collect()
}
