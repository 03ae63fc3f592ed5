//! Which sides belong together: two of them by their places, or a whole pile that was scanned in two passes.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use schemas::PageId;
use serde::Deserialize;
use store::{
    BatchSummary, DecidePage, JoinPasses, JoinSides, Joined, Mismatch, PageRecord, PassOrder,
    Passes,
};

use super::{load, show};
use crate::app::Shared;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::session::{Duty, Posted, SignedIn};
use crate::urls;

/// Two sheets, by their places in the pile.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Two {
    first: String,
    second: String,
}

/// One sheet, by its place.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct One {
    sheet: String,
}

/// How the second pass lay.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Order {
    order: String,
}

/// What became of it: done, or what does not fit.
type Outcome = Result<Happened, Vec<String>>;

/// `POST /batches/{id}/join`
pub(crate) async fn join(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Posted { who, form }: Posted<Two>,
) -> Result<Response, WebError> {
    who.must(Duty::PlaceSheets)?;
    let batch = load(&bench, &id).await?;
    let outcome = join_two(&bench, &batch, &who, &form).await?;
    answer(&bench, &who, &headers, batch, outcome).await
}

async fn join_two(
    bench: &Shared,
    batch: &BatchSummary,
    who: &SignedIn,
    form: &Two,
) -> Result<Outcome, WebError> {
    let pages = bench.store().batch_pages(&batch.id).await?;
    let (Some(first), Some(second)) = (at(&pages, &form.first), at(&pages, &form.second)) else {
        return Ok(Err(vec![NO_SUCH_SHEET.to_owned()]));
    };
    let join = JoinSides {
        pages: [first, second],
        user_id: who.user.id.clone(),
    };
    let joined = bench.store().join_sides(&bench.moment(), &join).await?;
    Ok(match joined {
        Joined::Done => Ok(Happened::Joined),
        Joined::Together => Ok(Happened::TogetherAlready),
        Joined::Mismatch(why) => Err(vec![two(form.first.trim(), form.second.trim(), why)]),
    })
}

/// `POST /batches/{id}/part`
pub(crate) async fn part(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Posted { who, form }: Posted<One>,
) -> Result<Response, WebError> {
    who.must(Duty::PlaceSheets)?;
    let batch = load(&bench, &id).await?;
    let outcome = part_one(&bench, &batch, &who, &form).await?;
    answer(&bench, &who, &headers, batch, outcome).await
}

async fn part_one(
    bench: &Shared,
    batch: &BatchSummary,
    who: &SignedIn,
    form: &One,
) -> Result<Outcome, WebError> {
    let pages = bench.store().batch_pages(&batch.id).await?;
    let Some(page_id) = at(&pages, &form.sheet) else {
        return Ok(Err(vec![NO_SUCH_SHEET.to_owned()]));
    };
    let part = DecidePage {
        page_id,
        user_id: who.user.id.clone(),
        reason: String::new(),
    };
    let parted = bench.store().part_side(&bench.moment(), &part).await?;
    let why = |why| vec![format!("Sheet {}: {}.", form.sheet.trim(), reason(why))];
    Ok(parted.map(|()| Happened::Parted).map_err(why))
}

/// `POST /batches/{id}/passes`
pub(crate) async fn passes(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Posted { who, form }: Posted<Order>,
) -> Result<Response, WebError> {
    who.must(Duty::PlaceSheets)?;
    let batch = load(&bench, &id).await?;
    let join = JoinPasses {
        batch_id: batch.id.clone(),
        order: if form.order == "same" {
            PassOrder::Same
        } else {
            PassOrder::Reversed
        },
        user_id: who.user.id.clone(),
    };
    let passes = bench.store().join_passes(&bench.moment(), &join).await?;
    answer(&bench, &who, &headers, batch, of_passes(passes)).await
}

fn of_passes(passes: Passes) -> Outcome {
    match passes {
        Passes::Done { unread, .. } if unread.is_empty() => Ok(Happened::PassesJoined),
        Passes::Done { unread, .. } => Err(unread.into_iter().map(left).collect()),
        Passes::Odd { n_sides } => Err(vec![format!(
            "There are {n_sides} sides, so that one has no other side: a sheet was missed in one of the passes, or two went \
             through at once. Nothing was changed. Count both passes; scan what is missing into this pile, or discard what is \
             too many."
        )]),
        Passes::StillReading => Err(vec![
            "Some sheets are still being read. Nothing was changed; try again in a moment."
                .to_owned(),
        ]),
        Passes::DoNotFit(wrong) => {
            let wrong = wrong
                .iter()
                .map(|(a, b, why)| two(&a.to_string(), &b.to_string(), *why));
            let advice = "Nothing was changed. Usually a sheet is missing in one of the passes just before the first of these.";
            Err(wrong.chain([advice.to_owned()]).collect())
        }
    }
}

fn left((a, b): (u32, u32)) -> String {
    format!(
        "Sheets {a} and {b}: one of them is still to be looked at. Put them together afterwards."
    )
}

const NO_SUCH_SHEET: &str =
    "There is no such sheet in this pile. Type the numbers below the pictures.";

fn at(pages: &[PageRecord], typed: &str) -> Option<PageId> {
    let position: u32 = typed.trim().parse().ok()?;
    let found = pages.iter().find(|page| page.position == position);
    found.map(|page| page.id.clone())
}

fn two(first: &str, second: &str, why: Mismatch) -> String {
    format!("Sheets {first} and {second}: {}.", reason(why))
}

const fn reason(why: Mismatch) -> &'static str {
    match why {
        Mismatch::NotRead => "not both were read",
        Mismatch::OtherLayout => "they are different prints",
        Mismatch::SameSide => "both are the same side",
        Mismatch::OtherNumber => "their printed numbers differ",
        Mismatch::HasOtherSide => "one of them has its other side already; take it apart first",
        Mismatch::Alone => "it has no other side",
        Mismatch::InWork => "somebody has begun to work on the story",
    }
}

/// The page of the pile: what was done is told on it, or it comes back with what does not fit.
async fn answer(
    bench: &Shared,
    who: &SignedIn,
    headers: &HeaderMap,
    batch: BatchSummary,
    outcome: Outcome,
) -> Result<Response, WebError> {
    match outcome {
        Ok(what) => Ok(Flash::new(what).then(&urls::batch(&batch.id), bench.settings())),
        Err(told) => show::with(bench, who, headers, batch, (StatusCode::CONFLICT, told)).await,
    }
}
