use std::collections::BTreeMap;

use serde::Serialize;

use super::numbers::share;
use super::{change, describe_state};
use crate::commands::eval::compare::{Compared, RegionCompared};

/// Whether the kind of ink in regions is right.
#[derive(Debug, Default, Serialize)]
pub(crate) struct States {
    /// Spaces for drawings: right when the kind of ink is.
    pub(crate) spaces: usize,
    pub(crate) spaces_right: usize,
    pub(crate) spaces_right_share: f64,
    /// Blocks and lines for writing: right when it is right whether something is drawn there.
    pub(crate) written: usize,
    pub(crate) written_right: usize,
    /// All of them.
    pub(crate) right_share: f64,
    /// Where there is a drawing and nothing was seen.
    pub(crate) called_blank: Vec<String>,
    /// For each kind of region, `truth → found`.
    pub(crate) confusion: BTreeMap<String, BTreeMap<String, usize>>,
    pub(crate) wrong_list: Vec<String>,
}

/// Whether writing outside of every region is seen.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Margin {
    pub(crate) written: usize,
    pub(crate) seen: usize,
    pub(crate) clean: usize,
    pub(crate) false_alarms: usize,
    pub(crate) missed_list: Vec<String>,
    pub(crate) false_list: Vec<String>,
}

impl States {
    pub(super) fn of(pages: &[Compared]) -> Self {
        let mut sum = Self::default();
        for page in pages {
            for region in &page.regions {
                sum.add(page, region);
            }
        }
        sum.spaces_right_share = share(sum.spaces_right, sum.spaces);
        sum.right_share = share(
            sum.spaces_right + sum.written_right,
            sum.spaces + sum.written,
        );
        sum
    }

    fn add(&mut self, page: &Compared, region: &RegionCompared) {
        let right = region.right();
        if region.is_space() {
            self.spaces += 1;
            self.spaces_right += usize::from(right);
        } else {
            self.written += 1;
            self.written_right += usize::from(right);
        }
        let of_kind = self.confusion.entry(region.kind.to_owned()).or_default();
        let change = change(&region.truth, region.found);
        *of_kind.entry(change).or_default() += 1;
        let what = || {
            format!(
                "{} {} {:?}",
                page.name,
                describe_state(region),
                page.damages
            )
        };
        if region.called_blank() {
            self.called_blank.push(what());
        }
        if !right {
            self.wrong_list.push(what());
        }
    }
}

impl Margin {
    pub(super) fn of(pages: &[Compared]) -> Self {
        let mut sum = Self::default();
        for page in pages {
            let what = || format!("{} {:?}", page.name, page.damages);
            match page.margin {
                None => {}
                Some((true, seen)) => {
                    sum.written += 1;
                    sum.seen += usize::from(seen);
                    sum.missed_list.extend((!seen).then(what));
                }
                Some((false, seen)) => {
                    sum.clean += 1;
                    sum.false_alarms += usize::from(seen);
                    sum.false_list.extend(seen.then(what));
                }
            }
        }
        sum
    }
}
