use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::PageId;
use schemas::layout::{Layout, LayoutId, SerialStyle, Side};
use schemas::reading::{Warning, WarningCode};
use serde::Deserialize;
use store::{BlankSource, PageRecord, SaveLayout, SavedLayout};

use super::blanks::{keep, straighten_all};
use super::size::{PaperChoice, PaperForm, PictureSize};
use crate::app::Shared;
use crate::chrome::{Chrome, Part, page_with};
use crate::error::WebError;
use crate::paper::on_paper;
use crate::session::{Duty, SignedIn};
use crate::upload::{Uploaded, UploadedFile};
use crate::urls::LayoutPart;
use crate::{sheet, urls};

/// The newest quarantined sheets that are offered as a blank.
const SHEETS: u32 = 12;
/// More sides than any form that is filled in by hand.
const MAX_SIDES: usize = 8;
/// The length of a title: one line on the page.
const MAX_TITLE_CHARS: usize = 80;
/// How many forms of one title there may be.
const MAX_TWINS: u32 = 50;

#[derive(Template)]
#[template(path = "pages/layout_new.html")]
struct NewPage {
    chrome: Chrome,
    title: String,
    paper: PaperForm,
    papers: Vec<PaperChoice>,
    sheets: Vec<SheetChoice>,
    fault: Option<String>,
}

/// A quarantined sheet that can serve as a blank.
struct SheetChoice {
    id: String,
    name: String,
    picture: String,
    chosen: bool,
}

/// What was typed, to be shown again.
struct Typed {
    title: String,
    paper: PaperForm,
    page: String,
}

/// Which quarantined sheet to begin with.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    page: String,
}

/// `GET /layouts/new`
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Response, WebError> {
    who.must(Duty::DrawLayouts)?;
    let typed = Typed {
        title: String::new(),
        paper: PaperForm::guessing(),
        page: wanted.page,
    };
    show(&bench, &who, &headers, typed, None).await
}

/// `POST /layouts/new`: an empty form, as a file or as a sheet that is in quarantine.
pub(crate) async fn post(
    State(bench): State<Shared>,
    headers: HeaderMap,
    sent: Uploaded,
) -> Result<Response, WebError> {
    sent.who.must(Duty::DrawLayouts)?;
    let typed = Typed {
        title: sent.field("title").trim().to_owned(),
        paper: PaperForm {
            paper: sent.field("paper").to_owned(),
            width: sent.field("width").to_owned(),
            height: sent.field("height").to_owned(),
        },
        page: sent.field("page").to_owned(),
    };
    let who = sent.who;
    match make(&bench, &who, &typed, sent.file).await? {
        Ok(url) => Ok(Redirect::to(&url).into_response()),
        Err(fault) => show(&bench, &who, &headers, typed, Some(fault)).await,
    }
}

async fn show(
    bench: &Shared,
    who: &SignedIn,
    headers: &HeaderMap,
    typed: Typed,
    fault: Option<String>,
) -> Result<Response, WebError> {
    let pages = bench.store().quarantined_pages(SHEETS).await?;
    let status = if fault.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let view = NewPage {
        chrome: Chrome::new(bench, who, headers, Part::Layouts),
        papers: typed.paper.choices(true),
        sheets: pages
            .iter()
            .filter(|page| page.picture.is_some())
            .map(|page| sheet_choice(page, &typed.page))
            .collect(),
        title: typed.title,
        paper: typed.paper,
        fault,
    };
    page_with(status, bench.settings(), &view.chrome, &view)
}

fn sheet_choice(page: &PageRecord, chosen: &str) -> SheetChoice {
    SheetChoice {
        id: page.id.to_string(),
        name: sheet::of_page(page),
        picture: urls::page_picture(&page.id),
        chosen: page.id.as_str() == chosen,
    }
}

/// Makes the draft and says where it is, or what is wrong.
async fn make(
    bench: &Shared,
    who: &SignedIn,
    typed: &Typed,
    file: Option<UploadedFile>,
) -> Result<Result<String, String>, WebError> {
    if typed.title.is_empty() || typed.title.chars().count() > MAX_TITLE_CHARS {
        return Ok(Err(format!(
            "Please give the form a title of at most {MAX_TITLE_CHARS} letters."
        )));
    }
    let (sources, dpi) = match sources(bench, typed, file).await? {
        Ok(found) => found,
        Err(fault) => return Ok(Err(fault)),
    };
    let size = PictureSize {
        width_px: sources[0].width_px,
        height_px: sources[0].height_px,
        dpi,
    };
    let page = match typed.paper.size(size) {
        Ok(page) => page,
        Err(fault) => return Ok(Err(fault)),
    };
    let mut layout = Layout {
        schema: None,
        id: LayoutId::parse("form").map_err(|_| WebError::Internal("a plain name is an id"))?,
        version: 1,
        title: typed.title.clone(),
        page,
        large_print_of: None,
        folds: Vec::new(),
        serial: SerialStyle::Words,
        sides: sources.iter().map(empty_side).collect(),
    };
    if let Err(warning) = straighten_all(bench, &mut layout, &sources).await? {
        return Ok(Err(in_words(&warning)));
    }
    save(bench, who, layout, sources).await
}

type Sources = (Vec<BlankSource>, Option<f64>);

/// The pictures to begin with: of the file when there is one, otherwise of the sheet.
async fn sources(
    bench: &Shared,
    typed: &Typed,
    file: Option<UploadedFile>,
) -> Result<Result<Sources, String>, WebError> {
    if let Some(file) = file {
        return sources_of_file(bench, file).await;
    }
    if typed.page.is_empty() {
        return Ok(Err(
            "Please choose a file with the empty form, or one of the sheets.".to_owned(),
        ));
    }
    let id = PageId::parse(&typed.page).map_err(|_| WebError::NotFound)?;
    let page = bench.store().page(&id).await?.ok_or(WebError::NotFound)?;
    let Some(picture) = page.picture else {
        return Ok(Err("There is no picture of this sheet.".to_owned()));
    };
    let bytes = bench.app.blobs.get(&picture.blob).await?;
    let bytes = bytes.ok_or(WebError::Internal("the picture of a page is missing"))?;
    let name = page.file_name;
    sources_of_file(bench, UploadedFile { name, bytes }).await
}

async fn sources_of_file(
    bench: &Shared,
    file: UploadedFile,
) -> Result<Result<Sources, String>, WebError> {
    let UploadedFile { name, bytes } = file;
    let opened = on_paper(bench, move |paper| paper.open(&name, bytes)).await?;
    let pictures = match opened {
        Ok(pictures) => pictures,
        Err(warning) => return Ok(Err(in_words(&warning))),
    };
    if pictures.is_empty() || pictures.len() > MAX_SIDES {
        return Ok(Err(format!(
            "The file has {} pages; a form has 1 to {MAX_SIDES} sides.",
            pictures.len()
        )));
    }
    let dpi = pictures[0].dpi;
    let mut sources = Vec::with_capacity(pictures.len());
    for (side, picture) in (1..).zip(pictures) {
        sources.push(keep(bench, side, picture).await?);
    }
    Ok(Ok((sources, dpi)))
}

/// What to do, for a file that cannot be opened or straightened.
pub(super) fn in_words(warning: &Warning) -> String {
    match warning.code {
        // The advice for the mail room is about a sheet; here somebody has a file in hand.
        WarningCode::UnknownFormat | WarningCode::EmptyFile | WarningCode::DamagedFile => {
            format!("{} Please choose a PDF, PNG, JPEG or TIFF.", warning.cause)
        }
        _ => format!("{} {}", warning.cause, warning.next_action),
    }
}

fn empty_side(source: &BlankSource) -> Side {
    Side {
        side: source.side,
        code: None,
        marks: Vec::new(),
        // Until it is straightened, the blank is the picture itself.
        blank: Some(source.blob.to_string()),
        texts: Vec::new(),
        shapes: Vec::new(),
        regions: Vec::new(),
    }
}

/// Saves under the first name that is free, and says where its corners are set.
async fn save(
    bench: &Shared,
    who: &SignedIn,
    mut layout: Layout,
    sources: Vec<BlankSource>,
) -> Result<Result<String, String>, WebError> {
    let stem = name_of(&layout.title);
    for twin in 1..=MAX_TWINS {
        let name = if twin == 1 {
            stem.clone()
        } else {
            format!("{stem}-{twin}")
        };
        let Ok(id) = LayoutId::parse(&name) else {
            continue;
        };
        if bench.app.layouts.iter().any(|installed| installed.id == id) {
            continue;
        }
        layout.id = id;
        let save = SaveLayout {
            layout: layout.clone(),
            sources: sources.clone(),
            user_id: who.user.id.clone(),
            expected_revision: 0,
        };
        let saved = bench.store().save_layout(&bench.moment(), save).await?;
        if matches!(saved, SavedLayout::Saved { .. }) {
            let url = urls::layout_side(&layout.id, layout.version, LayoutPart::Corners, 1);
            return Ok(Ok(url));
        }
    }
    Ok(Err(
        "There are too many forms with this title; please choose another.".to_owned(),
    ))
}

/// `Ward card (blue)` becomes `ward-card-blue`.
fn name_of(title: &str) -> String {
    let letters = title
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' });
    let words = letters.collect::<String>().to_ascii_lowercase();
    let name = words.split_whitespace().collect::<Vec<_>>().join("-");
    let short: String = name.chars().take(34).collect();
    match short.trim_end_matches('-') {
        "" => "form".to_owned(),
        short => short.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_of_the_title() {
        for (title, name) in [
            ("Ward card (blue)", "ward-card-blue"),
            ("Überweisung", "berweisung"),
            ("…", "form"),
            (
                "A very long title that nobody would ever give to a form",
                "a-very-long-title-that-nobody-woul",
            ),
        ] {
            assert_eq!(name_of(title), name);
            assert!(LayoutId::parse(&format!("{}-50", name_of(title))).is_ok());
        }
    }
}
