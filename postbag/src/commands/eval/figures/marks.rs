use std::collections::BTreeMap;

use schemas::reading::MarkDecision;
use serde::Serialize;

use super::numbers::share;
use super::{change, describe_mark, differs_in_effect};
use crate::commands::eval::compare::{Compared, MarkCompared};

/// Whether boxes are read as they were ticked.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Marks {
    /// The boxes of the pages that were read.
    pub(crate) boxes: usize,
    pub(crate) decided: usize,
    pub(crate) wrong: usize,
    /// Those of the wrong ones that count as ticked and are not, or the other way round.
    pub(crate) wrong_in_effect: usize,
    pub(crate) wrong_share: f64,
    pub(crate) unsure: usize,
    pub(crate) unsure_share: f64,
    /// `truth → found`.
    pub(crate) confusion: BTreeMap<String, usize>,
    pub(crate) wrong_list: Vec<String>,
    pub(crate) unsure_list: Vec<String>,
}

impl Marks {
    pub(super) fn of<'a>(pages: impl IntoIterator<Item = &'a Compared>) -> Self {
        let mut sum = Self::default();
        for page in pages {
            for mark in &page.marks {
                sum.add(page, mark);
            }
        }
        sum.wrong_share = share(sum.wrong, sum.decided);
        sum.unsure_share = share(sum.unsure, sum.boxes);
        sum
    }

    fn add(&mut self, page: &Compared, mark: &MarkCompared) {
        let found = mark.found.map(|(decision, _)| decision);
        let change = change(&mark.truth, found);
        *self.confusion.entry(change).or_default() += 1;
        self.boxes += 1;
        let what = || format!("{} {} {:?}", page.name, describe_mark(mark), page.damages);
        if !mark.decided() {
            self.unsure += 1;
            self.unsure_list.push(what());
            return;
        }
        self.decided += 1;
        if mark.wrong() {
            let found = found.unwrap_or(MarkDecision::Unsure);
            self.wrong += 1;
            self.wrong_in_effect += usize::from(differs_in_effect(mark.truth, found));
            self.wrong_list.push(what());
        }
    }
}
