use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::TimeMs;
use store::Ledger;

use crate::app::Shared;
use crate::chrome::{Chrome, Part, page};
use crate::error::WebError;
use crate::session::{Duty, SignedIn};
use crate::when;

/// Days on the page: a month, so that two of the same weekday can be compared.
const DAYS: usize = 31;

#[derive(Template)]
#[template(path = "pages/days.html")]
struct DaysPage {
    chrome: Chrome,
    n_days: usize,
    days: Vec<Day>,
}

/// What came in on one day, and where it is by now.
struct Day {
    name: String,
    ledger: Ledger,
}

/// `GET /mail-room/days`: the days on which anything came in, the latest first.
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    who.must(Duty::SeeSheets)?;
    let mut days = Vec::new();
    let mut until = TimeMs(i64::MAX);
    for start in when::latest_days(bench.now(), DAYS) {
        let ledger = bench.store().ledger_between(start, until).await?;
        if ledger.sheets > 0 {
            days.push(Day {
                name: when::weekday(start),
                ledger,
            });
        }
        until = start;
    }
    let view = DaysPage {
        chrome: Chrome::new(&bench, &who, &headers, Part::MailRoom),
        n_days: DAYS,
        days,
    };
    page(bench.settings(), &view.chrome, &view)
}
