use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::record::LayoutState;
use serde::Deserialize;
use store::{ChangeLayout, ChangedLayout, SaveLayout, SavedLayout};

use super::load_drawn;
use crate::app::Shared;
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::session::{Duty, Posted};
use crate::urls;

/// A button and nothing else.
#[derive(Debug, Deserialize)]
pub(crate) struct Seen {
    /// The revision that the person saw.
    #[serde(default)]
    expected_revision: u32,
}

/// `POST /layouts/{id}/{version}/retire`
pub(crate) async fn retire(
    State(bench): State<Shared>,
    Path((id, version)): Path<(String, u32)>,
    posted: Posted<Seen>,
) -> Result<Response, WebError> {
    posted.who.must(Duty::DrawLayouts)?;
    let record = load_drawn(&bench, &id, version).await?;
    let change = ChangeLayout {
        id: record.layout.id,
        version,
        user_id: posted.who.user.id,
        expected_revision: posted.form.expected_revision,
    };
    let url = urls::layout(&change.id, version);
    let changed = bench.store().retire_layout(&bench.moment(), change).await?;
    if changed != ChangedLayout::Done {
        // The page shows what it is now.
        return Ok(Redirect::to(&url).into_response());
    }
    Ok(Flash::new(Happened::LayoutRetired).then(urls::LAYOUTS, bench.settings()))
}

/// `POST /layouts/{id}/{version}/copy`: a new version, to be changed while the old one is in use.
pub(crate) async fn copy(
    State(bench): State<Shared>,
    Path((id, version)): Path<(String, u32)>,
    posted: Posted<Seen>,
) -> Result<Response, WebError> {
    posted.who.must(Duty::DrawLayouts)?;
    let record = load_drawn(&bench, &id, version).await?;
    let all = bench.store().layouts().await?;
    let versions = || {
        all.iter()
            .filter(|other| other.layout.id == record.layout.id)
    };
    let open = versions().find(|other| other.state == LayoutState::Draft);
    if let Some(open) = open {
        let url = urls::layout(&open.layout.id, open.layout.version);
        return Ok(Redirect::to(&url).into_response());
    }
    let newest = versions().map(|other| other.layout.version).max();
    let mut layout = record.layout.clone();
    layout.version = newest.unwrap_or(version) + 1;
    let url = urls::layout(&layout.id, layout.version);
    let save = SaveLayout {
        layout,
        sources: record.sources,
        user_id: posted.who.user.id,
        expected_revision: 0,
    };
    match bench.store().save_layout(&bench.moment(), save).await? {
        SavedLayout::Saved { .. } => {
            Ok(Flash::new(Happened::LayoutCopied).then(&url, bench.settings()))
        }
        // Somebody else made it in this moment: it is the same copy.
        SavedLayout::Conflict { .. } | SavedLayout::NotDraft(_) | SavedLayout::NotThere => {
            Ok(Redirect::to(&url).into_response())
        }
    }
}
