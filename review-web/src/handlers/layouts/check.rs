use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;

use super::form::DrawForm;
use super::load_drawn_side;
use super::problems::{self, Problem};
use crate::app::Shared;
use crate::error::WebError;
use crate::session::{Duty, Posted};

/// What the drawing page is told while somebody draws.
#[derive(Serialize)]
pub(crate) struct Checked {
    problems: Vec<Problem>,
}

/// `POST /layouts/{id}/{version}/check/{side}`: what is wrong with the form as it is typed; nothing is saved.
pub(crate) async fn post(
    State(bench): State<Shared>,
    Path((id, version, side)): Path<(String, u32, u32)>,
    posted: Posted<Vec<(String, String)>>,
) -> Result<Json<Checked>, WebError> {
    posted.who.must(Duty::DrawLayouts)?;
    let record = load_drawn_side(&bench, (&id, version, side)).await?;
    let form = DrawForm::of_pairs(posted.form);
    Ok(Json(Checked {
        problems: problems::of_form(&bench, &form, &record.layout, side).await?,
    }))
}
