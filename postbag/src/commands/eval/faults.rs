//! What went wrong with a page, the worst first.

use samples::Expected;

use super::compare::Compared;
use super::figures::{
    MAX_OFF_MM, came_in_silence, describe_mark, describe_state, lies_wrong, name,
};

/// Something that went wrong, and how much it matters beside the others.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    weight: u32,
    pub(super) text: String,
}

/// The pages that went most wrong, the worst first; never one that went right.
pub(super) fn worst(pages: &[Compared], n: usize) -> Vec<(&Compared, Vec<Fault>)> {
    let mut faulty: Vec<(&Compared, Vec<Fault>)> = pages
        .iter()
        .map(|page| (page, faults(page)))
        .filter(|(_, faults)| !faults.is_empty())
        .collect();
    let weight = |faults: &[Fault]| faults.iter().map(|fault| fault.weight).sum::<u32>();
    faulty.sort_by_key(|(_, faults)| std::cmp::Reverse(weight(faults)));
    faulty.truncate(n);
    faulty
}

/// Everything that went wrong with a page, the worst first.
///
/// The weights only order pages: what misleads in silence comes before what costs a person time.
fn faults(page: &Compared) -> Vec<Fault> {
    let mut faults = of_the_page(page);
    let mut add = |weight, text: String| faults.push(Fault { weight, text });
    for mark in page.marks.iter().filter(|mark| mark.wrong()) {
        add(30, describe_mark(mark));
    }
    for mark in page.marks.iter().filter(|mark| !mark.decided()) {
        add(2, describe_mark(mark));
    }
    for region in page.regions.iter().filter(|region| !region.right()) {
        let weight = if region.called_blank() { 40 } else { 10 };
        add(weight, describe_state(region));
    }
    faults.sort_by_key(|fault| std::cmp::Reverse(fault.weight));
    faults
}

fn of_the_page(page: &Compared) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut add = |weight, text: String| faults.push(Fault { weight, text });
    if lies_wrong(page) {
        let deg = page.turned_deg.unwrap_or_default();
        add(100, format!("thought to lie {deg:.0}° from how it lies"));
    }
    if let Some(off) = page.off.filter(|off| off.max_mm > MAX_OFF_MM) {
        add(80, format!("accepted {:.2} mm off", off.max_mm));
    }
    if came_in_silence(page) {
        add(50, "neither refused nor warned of".to_owned());
    }
    if !page.names.all() {
        add(20, unnamed(page));
    }
    if !page.read && page.expected == Expected::Read {
        let cause = page.cause.as_deref().unwrap_or("no cause given");
        let warnings: Vec<String> = page.warnings.iter().map(name).collect();
        add(20, format!("not read ({}): {cause}", warnings.join(", ")));
    }
    match page.margin {
        Some((true, false)) => add(15, "writing in the margin was missed".to_owned()),
        Some((false, true)) => add(5, "a clean margin was reported".to_owned()),
        _ => {}
    }
    faults
}

fn unnamed(page: &Compared) -> String {
    let names = page.names;
    let parts = [
        ("layout", names.layout),
        ("version", names.version),
        ("side", names.side),
        ("serial", names.serial),
    ];
    let wrong = parts.iter().filter(|(_, right)| !right);
    let wrong: Vec<&str> = wrong.map(|(what, _)| *what).collect();
    format!("not named right: {}", wrong.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::eval::compare::{Compared, Names, Off, compare};
    use crate::commands::eval::known::Known;

    /// A page that was read right.
    fn page(name: &str) -> Compared {
        let json = r#"{"file": "a", "layout": "theirs", "version": 1, "side": 1}"#;
        let known = Known::parse(json).unwrap();
        Compared {
            read: true,
            names: Names {
                layout: true,
                version: true,
                side: true,
                serial: true,
            },
            ..compare(0, name.to_owned(), &known, None, None)
        }
    }

    #[test]
    fn a_page_that_is_off_in_silence_comes_before_one_that_was_refused() {
        let refused = Compared {
            read: false,
            ..page("refused")
        };
        let off = Some(Off {
            rms_mm: 1.0,
            max_mm: 2.0,
            regions_mm: 2.0,
        });
        let off = Compared { off, ..page("off") };
        let pages = [page("right"), refused, off];
        let worst = worst(&pages, 9);
        let names: Vec<&str> = worst.iter().map(|(page, _)| page.name.as_str()).collect();
        assert_eq!(names, ["off", "refused"]);
        assert_eq!(worst[0].1[0].text, "accepted 2.00 mm off");
    }
}
