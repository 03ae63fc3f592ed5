use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use store::{PageChange, PlacePage};

use super::choices::known_layouts;
use super::place_form::PlaceForm;
use super::view::Typed;
use super::{go_on, load, show};
use crate::app::Shared;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::session::{Duty, Posted};

/// `POST /quarantine/{id}/place`: the sheet is read again as what the person says, and the next one opens.
pub(crate) async fn post(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Path(id): Path<String>,
    posted: Posted<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    let Posted { who, form } = posted;
    who.must(Duty::PlaceSheets)?;
    let page = load(&bench, &id).await?;
    let picture = page.picture.as_ref().ok_or(WebError::BadForm(None))?;
    let form = PlaceForm::of_pairs(&form);
    let placement = match form.read(&known_layouts(&bench).await?, picture) {
        Ok(placement) => placement,
        Err(faults) => {
            let typed = Typed::Place(form, faults);
            return show::again(&bench, &who, &headers, &page, typed).await;
        }
    };
    let place = PlacePage {
        page_id: page.id.clone(),
        user_id: who.user.id.clone(),
        placement,
    };
    let change = bench.store().place_page(&bench.moment(), &place).await?;
    let happened = match change {
        PageChange::Done => Happened::Placed,
        PageChange::NotThere => return Err(WebError::NotFound),
        _ => Happened::TooLate,
    };
    go_on(&bench, &page, &Flash::about_page(happened, page.id.clone())).await
}
