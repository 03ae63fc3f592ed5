//! Forms that bring a file along.

use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest, FromRequestParts, Request};

use crate::app::Shared;
use crate::error::WebError;
use crate::session::{SignedIn, check_token};

/// The largest file: an empty form in colour at 600 dpi as a TIFF, both sides, with room to spare.
pub(crate) const MAX_UPLOAD_BYTES: usize = 96 * 1024 * 1024;

/// A form with a file that a signed-in person sent from one of our pages.
#[derive(Debug)]
pub(crate) struct Uploaded {
    pub(crate) who: SignedIn,
    /// The fields of text, in the order of the form.
    fields: Vec<(String, String)>,
    pub(crate) file: Option<UploadedFile>,
}

/// The file, when one was chosen.
#[derive(Debug)]
pub(crate) struct UploadedFile {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl Uploaded {
    /// What was typed into a field; nothing when it is not there.
    pub(crate) fn field(&self, name: &str) -> &str {
        value_of(&self.fields, name)
    }
}

impl FromRequest<Shared> for Uploaded {
    type Rejection = WebError;

    async fn from_request(request: Request, bench: &Shared) -> Result<Self, WebError> {
        let (mut parts, body) = request.into_parts();
        let who = SignedIn::from_request_parts(&mut parts, bench).await?;
        let headers = parts.headers.clone();
        let request = Request::from_parts(parts, body);
        let mut form = Multipart::from_request(request, bench)
            .await
            .map_err(|_| WebError::BadForm(None))?;
        let (fields, file) = take_apart(&mut form).await.map_err(WebError::Upload)?;
        check_token(&headers, value_of(&fields, "csrf"), &who.form_token)?;
        Ok(Self { who, fields, file })
    }
}

type Parts = (Vec<(String, String)>, Option<UploadedFile>);

async fn take_apart(form: &mut Multipart) -> Result<Parts, MultipartError> {
    let (mut fields, mut file) = (Vec::new(), None);
    while let Some(field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        let Some(file_name) = field.file_name().map(str::to_owned) else {
            fields.push((name, field.text().await?));
            continue;
        };
        let bytes = field.bytes().await?.to_vec();
        if !bytes.is_empty() {
            let name = file_name;
            file = Some(UploadedFile { name, bytes });
        }
    }
    Ok((fields, file))
}

/// The value of a field; nothing when it is not there.
pub(crate) fn value_of<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    fields
        .iter()
        .find(|(known, _)| known == name)
        .map_or("", |(_, value)| value)
}
