use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::TryStreamExt as _;
use schemas::TimeMs;
use schemas::record::AuditKind;

use crate::app::Shared;
use crate::error::WebError;
use crate::export::{Export, ExportFormat, export};
use crate::session::{Duty, SignedIn};

/// `GET /export.csv`
pub(crate) async fn get_csv(
    State(bench): State<Shared>,
    who: SignedIn,
) -> Result<Response, WebError> {
    download(&bench, &who, ExportFormat::Csv).await
}

/// `GET /export.json`
pub(crate) async fn get_json(
    State(bench): State<Shared>,
    who: SignedIn,
) -> Result<Response, WebError> {
    download(&bench, &who, ExportFormat::Json).await
}

async fn download(
    bench: &Shared,
    who: &SignedIn,
    format: ExportFormat,
) -> Result<Response, WebError> {
    who.must(Duty::SendDeliveries)?;
    who.sees(bench, AuditKind::Export, "").await?;
    let (media_type, saved_as) = match format {
        ExportFormat::Csv => (
            "text/csv; charset=utf-8",
            "attachment; filename=stories.csv",
        ),
        ExportFormat::Json => ("application/json", "attachment; filename=stories.json"),
    };
    let what = Export {
        format,
        since: TimeMs(0),
        base: bench.settings().public_url.clone(),
    };
    // The head has left by the time that anything fails: the download breaks off, and the browser says so.
    let parts = export(bench.store().clone(), what).inspect_err(|error| {
        tracing::error!(error = %error, error.causes = crate::error::causes(error), "an export broke off");
    });
    let head = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, saved_as),
    ];
    tracing::info!(user.id = %who.user.id, "exports what is published");
    Ok((head, Body::from_stream(parts)).into_response())
}
