use axum::Json;
use axum::extract::{Path, State};
use schemas::layout::Layout;
use serde::Serialize;

use super::boxes::BoxForm;
use super::form::DrawForm;
use super::{grid, load_drawn_side, print};
use crate::app::Shared;
use crate::error::WebError;
use crate::session::{Duty, Posted};

/// Boxes for the drawing page to show, or why there are none.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Laid {
    boxes: Vec<BoxForm>,
    fault: Option<String>,
}

/// `POST /layouts/{id}/{version}/grid/{side}`: the boxes of a grid as it is typed; nothing is saved.
pub(crate) async fn grid(
    State(bench): State<Shared>,
    Path((id, version, side)): Path<(String, u32, u32)>,
    posted: Posted<Vec<(String, String)>>,
) -> Result<Json<Laid>, WebError> {
    posted.who.must(Duty::DrawLayouts)?;
    let record = load_drawn_side(&bench, (&id, version, side)).await?;
    let form = DrawForm::of_pairs(posted.form);
    Ok(Json(
        match grid::lay(&bench, &record.layout, side, &form.grid).await? {
            Ok(regions) => Laid {
                boxes: regions.iter().map(BoxForm::of).collect(),
                fault: None,
            },
            Err(words) => Laid {
                boxes: Vec::new(),
                fault: Some(words),
            },
        },
    ))
}

/// `POST /layouts/{id}/{version}/lay/{side}`: the boxes that are sent, those to tick on their print; nothing is saved.
pub(crate) async fn on_print(
    State(bench): State<Shared>,
    Path((id, version, side)): Path<(String, u32, u32)>,
    posted: Posted<Vec<(String, String)>>,
) -> Result<Json<Laid>, WebError> {
    posted.who.must(Duty::DrawLayouts)?;
    let record = load_drawn_side(&bench, (&id, version, side)).await?;
    let mut form = DrawForm::of_pairs(posted.form);
    form.lay_on_print(&bench, &record.layout, side).await?;
    Ok(Json(Laid {
        boxes: form.boxes,
        fault: None,
    }))
}

impl DrawForm {
    /// Moves the boxes to tick onto their print; those that cannot be understood stay as they were typed.
    pub(super) async fn lay_on_print(
        &mut self,
        bench: &Shared,
        layout: &Layout,
        side_no: u32,
    ) -> Result<(), WebError> {
        for typed in &mut self.boxes {
            let Ok(region) = typed.region() else {
                continue;
            };
            let mut settled = region.clone();
            print::settle(bench, layout, side_no, &mut settled).await?;
            if settled != region {
                *typed = BoxForm::of(&settled);
            }
        }
        Ok(())
    }
}
