//! What is printed below the boxes to tick: a box is read against its print, so it must lie on it.

use schemas::BlobHash;
use schemas::geometry::BoxMm;
use schemas::layout::{Layout, MarkOption, Region, RegionKind};

use super::boxes::hundredths;
use super::problems::Problem;
use crate::app::Shared;
use crate::error::WebError;
use crate::paper::on_paper;

/// An edge that is further from its print than this is worth a look. At 0.15 mm readings begin to suffer, and so exact
/// is what is measured here.
const BESIDE_MM: f64 = 0.25;
/// Room between a box to tick and the edge of its region.
const AROUND_MM: f64 = 0.5;

/// Moves equal boxes onto their print, all of them together; whether they are printed.
pub(super) async fn lay(
    bench: &Shared,
    layout: &Layout,
    side_no: u32,
    regions: &mut [Region],
) -> Result<bool, WebError> {
    let marks: Vec<MarkOption> = regions.iter().flat_map(options).cloned().collect();
    let Some(blank) = blank(bench, layout, side_no).await? else {
        return Ok(false);
    };
    let page = layout.page;
    let laid = on_paper(bench, move |paper| paper.lay(&blank, page, &marks)).await?;
    let Ok(Some(areas)) = laid else {
        return Ok(false);
    };
    let mut areas = areas.into_iter();
    for option in regions.iter_mut().flat_map(options_mut) {
        if let Some(area) = areas.next() {
            option.area = rounded(area);
        }
    }
    Ok(true)
}

/// Moves the boxes of a region onto their print where they are printed, each by itself, and widens the region around them.
pub(super) async fn settle(
    bench: &Shared,
    layout: &Layout,
    side_no: u32,
    region: &mut Region,
) -> Result<(), WebError> {
    let marks = options(region).to_vec();
    let n_marks = marks.len();
    let found = outlines(bench, layout, side_no, marks).await?;
    let n_found = found.iter().flatten().count();
    // The size of a first box is a guess, and where most are not found it is wrong: then it is looked for as well.
    if n_marks == 1 || 2 * n_found < n_marks {
        lay(bench, layout, side_no, std::slice::from_mut(region)).await?;
    } else {
        for (option, area) in options_mut(region).iter_mut().zip(found) {
            option.area = area.map_or(option.area, rounded);
        }
    }
    widen(region);
    Ok(())
}

/// The boxes of a side that do not lie on their print, told at their regions.
pub(super) async fn advice(
    bench: &Shared,
    layout: &Layout,
    side_no: u32,
) -> Result<Vec<Problem>, WebError> {
    let Some(side) = layout.side(side_no) else {
        return Ok(Vec::new());
    };
    let marks: Vec<MarkOption> = side.regions.iter().flat_map(options).cloned().collect();
    let mut outlines = outlines(bench, layout, side_no, marks).await?.into_iter();
    let told = |(i, region): (usize, &Region)| {
        let options = options(region);
        let here: Vec<Option<BoxMm>> = outlines.by_ref().take(options.len()).collect();
        let words = words(options, &here)?;
        Some(Problem {
            box_idx: Some(i),
            place: region.id.clone(),
            words,
            blocks: false,
        })
    };
    Ok(side.regions.iter().enumerate().filter_map(told).collect())
}

/// `B, C: up to 0.6 mm beside the print`
fn words(options: &[MarkOption], outlines: &[Option<BoxMm>]) -> Option<String> {
    let mut beside = Vec::new();
    let mut nowhere = Vec::new();
    let mut worst_mm = 0.0_f64;
    for (option, outline) in options.iter().zip(outlines) {
        match outline {
            None => nowhere.push(option.value.as_str()),
            Some(outline) => {
                let off_mm = off_mm(&option.area, outline);
                if off_mm > BESIDE_MM {
                    beside.push(option.value.as_str());
                    worst_mm = worst_mm.max(off_mm);
                }
            }
        }
    }
    let beside_words = format!(
        "{}: up to {worst_mm:.1} mm beside the print",
        beside.join(", ")
    );
    let nowhere_words = format!("{}: no outline is printed there", nowhere.join(", "));
    match (beside.is_empty(), nowhere.is_empty()) {
        (true, true) => None,
        (false, true) => Some(beside_words),
        (true, false) => Some(nowhere_words),
        (false, false) => Some(format!("{beside_words}; {nowhere_words}")),
    }
}

/// How far the edge that is furthest off is from where it is printed.
fn off_mm(drawn: &BoxMm, printed: &BoxMm) -> f64 {
    let [a, b] = [drawn, printed].map(|area| [area.x, area.y, area.right(), area.bottom()]);
    a.into_iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f64::max)
}

/// Where each of these is printed; an empty list when there is no picture to look at.
async fn outlines(
    bench: &Shared,
    layout: &Layout,
    side_no: u32,
    marks: Vec<MarkOption>,
) -> Result<Vec<Option<BoxMm>>, WebError> {
    let blank = blank(bench, layout, side_no).await?;
    let Some(blank) = blank.filter(|_| !marks.is_empty()) else {
        return Ok(Vec::new());
    };
    let page = layout.page;
    let found = on_paper(bench, move |paper| paper.outlines(&blank, page, &marks)).await?;
    Ok(found.unwrap_or_default())
}

async fn blank(bench: &Shared, layout: &Layout, side_no: u32) -> Result<Option<Vec<u8>>, WebError> {
    let name = layout.side(side_no).and_then(|side| side.blank.as_deref());
    let Some(hash) = name.and_then(|name| BlobHash::parse(name).ok()) else {
        return Ok(None);
    };
    Ok(bench.app.blobs.get(&hash).await?)
}

fn options(region: &Region) -> &[MarkOption] {
    match &region.kind {
        RegionKind::Marks { options, .. } => options,
        _ => &[],
    }
}

fn options_mut(region: &mut Region) -> &mut [MarkOption] {
    match &mut region.kind {
        RegionKind::Marks { options, .. } => options,
        _ => &mut [],
    }
}

fn widen(region: &mut Region) {
    let mut area = region.area;
    for option in options(region) {
        let (right, bottom) = (area.right(), area.bottom());
        area.x = area.x.min(option.area.x - AROUND_MM);
        area.y = area.y.min(option.area.y - AROUND_MM);
        area.width = right.max(option.area.right() + AROUND_MM) - area.x;
        area.height = bottom.max(option.area.bottom() + AROUND_MM) - area.y;
    }
    region.area = rounded(area);
}

fn rounded(area: BoxMm) -> BoxMm {
    BoxMm::from(<[f64; 4]>::from(area).map(hundredths))
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::layout::MarkSymbol;

    fn option(value: &str, x: f64) -> MarkOption {
        MarkOption {
            value: value.to_owned(),
            label: value.to_owned(),
            symbol: MarkSymbol::Bubble,
            area: BoxMm::from([x, 10.0, 4.0, 4.0]),
        }
    }

    #[test]
    fn boxes_beside_their_print_are_named_with_the_worst_distance() {
        let options = [option("A", 10.0), option("B", 20.0), option("C", 30.0)];
        let at = |x: f64| Some(BoxMm::from([x, 10.0, 4.0, 4.0]));
        assert_eq!(words(&options, &[at(10.0), at(20.1), at(29.9)]), None);
        assert_eq!(
            words(&options, &[at(10.4), at(19.4), None]).unwrap(),
            "A, B: up to 0.6 mm beside the print; C: no outline is printed there"
        );
    }
}
