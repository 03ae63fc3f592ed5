use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use store::{CountBatch, ExplainBatch};

use super::{load, numbers};
use crate::app::Shared;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::session::{Duty, Posted};
use crate::urls;

/// What the clerk counted.
#[derive(Deserialize)]
pub(crate) struct Count {
    #[serde(default)]
    papers: String,
    #[serde(default)]
    sides: String,
}

/// Why it does not fit.
#[derive(Deserialize)]
pub(crate) struct Explanation {
    #[serde(default)]
    reason: String,
    /// The difference that the page showed: another one is not explained by these words.
    #[serde(default)]
    difference: i64,
}

/// `POST /batches/{id}/count`
pub(crate) async fn post(
    State(bench): State<Shared>,
    Path(id): Path<String>,
    Posted { who, form }: Posted<Count>,
) -> Result<Response, WebError> {
    who.must(Duty::PlaceSheets)?;
    let batch = load(&bench, &id).await?;
    let page = urls::batch(&batch.id);
    let Ok(Some(n_papers)) = numbers::papers(&form.papers) else {
        return Ok(Flash::new(Happened::NoNumber).then(&page, bench.settings()));
    };
    let count = CountBatch {
        batch_id: batch.id,
        user_id: who.user.id,
        n_papers,
        n_sides: numbers::sides(&form.sides),
    };
    bench.store().count_batch(&bench.moment(), &count).await?;
    Ok(Flash::new(Happened::Counted).then(&page, bench.settings()))
}

/// `POST /batches/{id}/explain`
pub(crate) async fn explain(
    State(bench): State<Shared>,
    Path(id): Path<String>,
    Posted { who, form }: Posted<Explanation>,
) -> Result<Response, WebError> {
    who.must(Duty::PlaceSheets)?;
    let batch = load(&bench, &id).await?;
    let page = urls::batch(&batch.id);
    let reason = form.reason.trim();
    if reason.is_empty() {
        return Ok(Flash::new(Happened::NoReason).then(&page, bench.settings()));
    }
    let said = ExplainBatch {
        batch_id: batch.id,
        user_id: who.user.id,
        difference: form.difference,
        reason: reason.to_owned(),
    };
    bench.store().explain_batch(&bench.moment(), &said).await?;
    Ok(Flash::new(Happened::Explained).then(&page, bench.settings()))
}
