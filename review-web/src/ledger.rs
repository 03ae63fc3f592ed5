use store::Ledger;

/// Where the sheets are, as an equation: nothing is ever lost between its terms.
#[derive(Clone, Debug)]
pub(crate) struct LedgerView {
    pub(crate) sheets: u64,
    pub(crate) parts: Vec<LedgerPart>,
}

/// One term of the equation.
#[derive(Clone, Debug)]
pub(crate) struct LedgerPart {
    /// `=` before the first, `+` before the others.
    pub(crate) sign: &'static str,
    pub(crate) count: u64,
    pub(crate) label: &'static str,
    /// Whether it asks for somebody to come.
    pub(crate) calls: bool,
}

impl From<&Ledger> for LedgerView {
    fn from(ledger: &Ledger) -> Self {
        let terms = [
            (ledger.published, "published", false),
            (ledger.rejected, "rejected", false),
            (
                ledger.quarantined,
                "to be looked at",
                ledger.quarantined > 0,
            ),
            (ledger.waiting, "waiting", false),
            (ledger.discarded, "discarded", false),
        ];
        let parts = terms
            .into_iter()
            .enumerate()
            .map(|(i, (count, label, calls))| LedgerPart {
                sign: if i == 0 { "=" } else { "+" },
                count,
                label,
                calls,
            });
        Self {
            sheets: ledger.sheets,
            parts: parts.collect(),
        }
    }
}
