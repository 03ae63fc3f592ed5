//! What the sides of a delivery are, and where a pile begins among them.

use schemas::FileId;
use schemas::record::PageRole;
use schemas::separation::Separation;

/// One side, in the order of the scanner.
#[derive(Clone, Debug)]
pub(super) struct Side {
    pub(super) file_id: FileId,
    pub(super) page_idx: u32,
    pub(super) role: Option<PageRole>,
}

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// What each side is.
    pub(super) roles: Vec<Option<PageRole>>,
    /// Which sides begin a pile, besides the first one.
    pub(super) starts: Vec<usize>,
}

/// Every side has been looked at; nothing depends on the order in which that happened.
pub(super) fn plan(sides: &[Side], separation: Separation) -> Plan {
    let role = |idx: usize| match sides[idx].role {
        Some(PageRole::Blank) => Some(role_of_blank(sides, idx, separation)),
        role => role,
    };
    let roles: Vec<_> = (0..sides.len()).map(role).collect();
    let starts = starts(sides, &roles, separation);
    Plan { roles, starts }
}

fn role_of_blank(sides: &[Side], idx: usize, separation: Separation) -> PageRole {
    use PageRole::{Blank, BlankBack, Cover, CoverBack, Divider};
    let other = other_side(sides, idx).map(|other| sides[other].role);
    match (separation, other) {
        (_, Some(Some(Cover))) => CoverBack,
        (Separation::BlankSheets { two_sided: false }, _)
        | (Separation::BlankSheets { two_sided: true }, Some(Some(Blank | Divider))) => Divider,
        // Something is on the other side.
        (_, Some(None)) => BlankBack,
        _ => Blank,
    }
}

/// The other side of the same sheet, as a scanner of both sides writes it: the pages 0 and 1, 2 and 3, … of a file.
fn other_side(sides: &[Side], idx: usize) -> Option<usize> {
    let side = &sides[idx];
    let other = if side.page_idx.is_multiple_of(2) {
        idx + 1
    } else {
        idx.checked_sub(1)?
    };
    let found = sides.get(other)?;
    (found.file_id == side.file_id && found.page_idx == (side.page_idx ^ 1)).then_some(other)
}

fn starts(sides: &[Side], roles: &[Option<PageRole>], separation: Separation) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut n_sides = 0;
    for idx in 0..sides.len() {
        let is_counted = !is_between(roles[idx]);
        let is_full = matches!(separation, Separation::EverySides(most) if n_sides >= most);
        if begins(sides, roles, idx) || (is_counted && is_full) {
            starts.push(idx);
            n_sides = 0;
        }
        n_sides += u32::from(is_counted);
    }
    starts.retain(|idx| *idx > 0);
    starts
}

/// Whether the sheet lies between two piles, and this is the side of it that was scanned first.
fn begins(sides: &[Side], roles: &[Option<PageRole>], idx: usize) -> bool {
    let before = idx.checked_sub(1);
    match roles[idx] {
        Some(PageRole::Cover) => {
            let is_back = |at: usize| roles[at] == Some(PageRole::CoverBack);
            !before.is_some_and(|at| is_back(at) && other_side(sides, idx) == Some(at))
        }
        Some(PageRole::CoverBack) => other_side(sides, idx) == Some(idx + 1),
        // Several of them lie together, and nobody calls a divider without anything behind it a pile.
        Some(PageRole::Divider) => {
            !before.is_some_and(|at| is_between(roles[at]))
                && roles[idx..]
                    .iter()
                    .find(|role| **role != Some(PageRole::Divider))
                    .is_some_and(|next| !is_between(*next))
        }
        _ => false,
    }
}

fn is_between(role: Option<PageRole>) -> bool {
    role.is_some_and(PageRole::is_between_piles)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sides of one file: `c` is a cover, `_` blank, anything else a side with something on it.
    fn file(looks: &str) -> Vec<Side> {
        let file_id = FileId::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").unwrap();
        let side = |(page_idx, look): (u32, char)| Side {
            file_id: file_id.clone(),
            page_idx,
            role: match look {
                'c' => Some(PageRole::Cover),
                '_' => Some(PageRole::Blank),
                _ => None,
            },
        };
        (0..).zip(looks.chars()).map(side).collect()
    }

    /// The same as letters, with a bar where a pile begins: `b` is the back of a cover, `d` a divider, `e` an empty back.
    fn sorted(looks: &str, separation: Separation) -> String {
        let plan = plan(&file(looks), separation);
        let mut words = String::new();
        for (idx, role) in plan.roles.iter().enumerate() {
            if plan.starts.contains(&idx) {
                words.push('|');
            }
            words.push(match role {
                None => 'x',
                Some(PageRole::Cover) => 'c',
                Some(PageRole::CoverBack) => 'b',
                Some(PageRole::Divider) => 'd',
                Some(PageRole::BlankBack) => 'e',
                Some(PageRole::Blank) => '_',
            });
        }
        words
    }

    const COVERS: Separation = Separation::CoverSheets;

    #[test]
    fn a_pile_begins_at_each_cover_sheet() {
        assert_eq!(sorted("xxcxxcx", COVERS), "xx|cxx|cx");
        assert_eq!(sorted("cxx", COVERS), "cxx");
        assert_eq!(sorted("xxccx", COVERS), "xx|c|cx");
        assert_eq!(sorted("xxc", COVERS), "xx|c");
    }

    #[test]
    fn the_empty_side_of_a_cover_sheet_goes_with_it_whichever_comes_first() {
        assert_eq!(sorted("xxc_xx", COVERS), "xx|cbxx");
        assert_eq!(sorted("xx_cxx", COVERS), "xx|bcxx");
        assert_eq!(sorted("c_xx", COVERS), "cbxx");
    }

    #[test]
    fn an_empty_back_is_told_from_an_empty_sheet() {
        assert_eq!(sorted("x__xxx", COVERS), "xeexxx");
        assert_eq!(sorted("xx__xx", COVERS), "xx__xx");
        assert_eq!(sorted("xx_", COVERS), "xx_");
    }

    #[test]
    fn blank_sheets_part_piles_where_that_was_asked_for() {
        let one = Separation::BlankSheets { two_sided: false };
        assert_eq!(sorted("xx_x__xx_", one), "xx|dx|ddxxd");
        let two = Separation::BlankSheets { two_sided: true };
        assert_eq!(sorted("x___xx", two), "xe|ddxx");
        assert_eq!(sorted("c___xx", two), "cbddxx");
        assert_eq!(sorted("__xx", two), "ddxx");
    }

    #[test]
    fn so_many_sides_are_a_pile() {
        assert_eq!(sorted("xxxxx", Separation::EverySides(2)), "xx|xx|x");
        assert_eq!(sorted("xxxcxxx", Separation::EverySides(2)), "xx|x|cxx|x");
        assert_eq!(sorted("xx", Separation::EverySides(2)), "xx");
    }

    #[test]
    fn what_is_sorted_already_stays_as_it_is() {
        let mut sides = file("_cxx_x");
        let first = plan(&sides, COVERS);
        for (side, role) in sides.iter_mut().zip(&first.roles) {
            side.role = *role;
        }
        assert_eq!(plan(&sides, COVERS), first);
    }
}
