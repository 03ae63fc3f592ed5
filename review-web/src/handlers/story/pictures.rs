use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::record::PictureRole;

use super::load;
use crate::app::Shared;
use crate::error::WebError;
use crate::picture::{Keep, answer};
use crate::session::{Duty, SignedIn};

/// `GET /stories/{id}/pictures/straightened`
pub(crate) async fn straightened(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, WebError> {
    let wanted = Wanted {
        id,
        role: PictureRole::Straightened,
        region_id: None,
    };
    wanted.answer(&bench, &who, &headers).await
}

/// `GET /stories/{id}/pictures/crop/{region}`
pub(crate) async fn crop(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path((id, region_id)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let wanted = Wanted {
        id,
        role: PictureRole::Crop,
        region_id: Some(region_id),
    };
    wanted.answer(&bench, &who, &headers).await
}

/// `GET /stories/{id}/pictures/drawing/{region}`
pub(crate) async fn drawing(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path((id, region_id)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let wanted = Wanted {
        id,
        role: PictureRole::Drawing,
        region_id: Some(region_id),
    };
    wanted.answer(&bench, &who, &headers).await
}

struct Wanted {
    id: String,
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
        let picture = story
            .pictures
            .iter()
            .find(|picture| picture.role == self.role && picture.region_id == self.region_id)
            .ok_or(WebError::NotFound)?;
        answer(bench, &picture.blob, Keep::Private, headers).await
    }
}
