use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::record::{AuditKind, PictureRole};

use super::load;
use crate::app::Shared;
use crate::error::WebError;
use crate::picture::{Keep, answer};
use crate::session::{Duty, SignedIn};

/// `GET /stories/{id}/pages/{page}/pictures/straightened`
pub(crate) async fn straightened(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path((id, page)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let wanted = Wanted {
        id,
        page,
        role: PictureRole::Straightened,
        region_id: None,
    };
    wanted.answer(&bench, &who, &headers).await
}

/// `GET /stories/{id}/pages/{page}/pictures/drawing/{region}`
pub(crate) async fn drawing(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path((id, page, region_id)): Path<(String, String, String)>,
) -> Result<Response, WebError> {
    let wanted = Wanted {
        id,
        page,
        role: PictureRole::Drawing,
        region_id: Some(region_id),
    };
    wanted.answer(&bench, &who, &headers).await
}

struct Wanted {
    id: String,
    page: String,
    role: PictureRole,
    region_id: Option<String>,
}

impl Wanted {
    async fn answer(
        &self,
        bench: &Shared,
        who: &SignedIn,
        headers: &HeaderMap,
    ) -> Result<Response, WebError> {
        who.must(Duty::SeeStories)?;
        let story = load(bench, &self.id).await?;
        let page = story
            .pages
            .iter()
            .find(|page| page.page.id.as_str() == self.page)
            .ok_or(WebError::NotFound)?;
        let picture = page
            .pictures
            .iter()
            .find(|picture| picture.role == self.role && picture.region_id == self.region_id)
            .ok_or(WebError::NotFound)?;
        let kind = match self.role {
            PictureRole::Drawing => AuditKind::Drawing,
            _ => AuditKind::Straightened,
        };
        who.sees(bench, kind, page.page.id.as_str()).await?;
        answer(bench, &picture.blob, Keep::Private, headers).await
    }
}
