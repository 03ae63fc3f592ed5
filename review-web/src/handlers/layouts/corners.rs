use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use schemas::geometry::Point;
use schemas::layout::PageSize;
use schemas::record::LayoutState;
use store::{BlankSource, LayoutRecord, SaveLayout, SavedLayout};

use super::blanks::straighten_all;
use super::new::in_words;
use super::size::{PaperChoice, PaperForm, PictureSize};
use super::{load_drawn, number};
use crate::app::Shared;
use crate::chrome::{Chrome, Part, page_with};
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::session::{Duty, Posted, SignedIn};
use crate::urls::{self, LayoutPart};

/// The corners in the order of the records, and what people call them.
const CORNERS: [(&str, &str); 4] = [
    ("top-left", "Top left"),
    ("top-right", "Top right"),
    ("bottom-right", "Bottom right"),
    ("bottom-left", "Bottom left"),
];

#[derive(Template)]
#[template(path = "pages/layout_corners.html")]
struct CornersPage {
    chrome: Chrome,
    title: String,
    lead: String,
    action: String,
    expected_revision: u32,
    source: String,
    width_px: u32,
    height_px: u32,
    corners: Vec<Corner>,
    paper: PaperForm,
    papers: Vec<PaperChoice>,
    fault: Option<String>,
    draw_url: String,
}

/// One corner as it is typed.
struct Corner {
    name: &'static str,
    words: &'static str,
    x: String,
    y: String,
}

/// What the page sends.
#[derive(Debug)]
struct CornersForm {
    expected_revision: u32,
    /// `turn`, or anything else to save.
    action: String,
    corners: [(String, String); 4],
    paper: PaperForm,
}

/// `GET /layouts/{id}/{version}/corners/{side}`
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path((id, version, side)): Path<(String, u32, u32)>,
) -> Result<Response, WebError> {
    who.must(Duty::DrawLayouts)?;
    let record = load_drawn(&bench, &id, version).await?;
    let source = source_of(&record, side)?;
    let form = CornersForm {
        expected_revision: record.revision_no,
        action: String::new(),
        corners: source.corners_px.map(|corner| (px(corner.x), px(corner.y))),
        paper: PaperForm::of(record.layout.page),
    };
    show(&bench, &who, &headers, &record, source, form, None)
}

/// `POST /layouts/{id}/{version}/corners/{side}`: straightens the blank, then the next side or the drawing page.
pub(crate) async fn post(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Path((id, version, side)): Path<(String, u32, u32)>,
    posted: Posted<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    posted.who.must(Duty::DrawLayouts)?;
    let record = load_drawn(&bench, &id, version).await?;
    let source = source_of(&record, side)?;
    let form = CornersForm::of_pairs(&posted.form);
    let outcome = match form.read(source) {
        Ok((page, corners_px)) => {
            let placed = Placed {
                side,
                page,
                corners_px,
                expected_revision: form.expected_revision,
            };
            set(&bench, &posted.who, &record, placed).await?
        }
        Err(fault) => Err(fault),
    };
    if let Err(fault) = outcome {
        let who = &posted.who;
        return show(&bench, who, &headers, &record, source, form, Some(fault));
    }
    let layout = &record.layout;
    if form.action == "turn" {
        let here = urls::layout_side(&layout.id, version, LayoutPart::Corners, side);
        return Ok(axum::response::IntoResponse::into_response(
            axum::response::Redirect::to(&here),
        ));
    }
    let next = record.sources.iter().find(|source| source.side > side);
    let url = match next {
        Some(next) => urls::layout_side(&layout.id, version, LayoutPart::Corners, next.side),
        None => urls::layout(&layout.id, version),
    };
    Ok(Flash::new(Happened::LayoutFits).then(&url, bench.settings()))
}

fn source_of(record: &LayoutRecord, side: u32) -> Result<&BlankSource, WebError> {
    let found = record.sources.iter().find(|source| source.side == side);
    found.ok_or(WebError::NotFound)
}

/// Where a person says that the page lies.
struct Placed {
    side: u32,
    page: PageSize,
    corners_px: [Point; 4],
    expected_revision: u32,
}

/// Straightens every side on the paper that was chosen, and saves.
async fn set(
    bench: &Shared,
    who: &SignedIn,
    record: &LayoutRecord,
    placed: Placed,
) -> Result<Result<(), String>, WebError> {
    let (mut layout, mut sources) = (record.layout.clone(), record.sources.clone());
    layout.page = placed.page;
    for source in &mut sources {
        if source.side == placed.side {
            source.corners_px = placed.corners_px;
        }
    }
    if record.state == LayoutState::Draft
        && let Err(warning) = straighten_all(bench, &mut layout, &sources).await?
    {
        return Ok(Err(in_words(&warning)));
    }
    let save = SaveLayout {
        layout,
        sources,
        user_id: who.user.id.clone(),
        expected_revision: placed.expected_revision,
    };
    let saved = bench.store().save_layout(&bench.moment(), save).await?;
    Ok(match saved {
        SavedLayout::Saved { .. } => Ok(()),
        SavedLayout::Conflict { by, .. } => Err(format!(
            "{by} changed this form meanwhile. Nothing was saved; reload the page to go on from there."
        )),
        SavedLayout::NotDraft(_) | SavedLayout::NotThere => {
            Err("This form is in use and cannot be changed; make a new version of it.".to_owned())
        }
    })
}

impl CornersForm {
    fn of_pairs(pairs: &[(String, String)]) -> Self {
        let value = |name: &str| {
            let found = pairs.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let corner =
            |(name, _): (&str, &str)| (value(&format!("{name}.x")), value(&format!("{name}.y")));
        Self {
            expected_revision: value("expected_revision").parse().unwrap_or(0),
            action: value("action"),
            corners: CORNERS.map(corner),
            paper: PaperForm {
                paper: value("paper"),
                width: value("width"),
                height: value("height"),
            },
        }
    }

    /// The paper and the corners, turned by a quarter when that was asked for.
    fn read(&self, source: &BlankSource) -> Result<(PageSize, [Point; 4]), String> {
        let mut corners = [Point::default(); 4];
        for (i, (x, y)) in self.corners.iter().enumerate() {
            let what = format!("the corner {}", CORNERS[i].1.to_lowercase());
            corners[i] = Point::new(number(x, &what)?, number(y, &what)?);
        }
        let size = PictureSize {
            width_px: source.width_px,
            height_px: source.height_px,
            dpi: None,
        };
        let mut page = self.paper.size(lying(size, &corners))?;
        if self.action == "turn" {
            corners.rotate_right(1);
            (page.width_mm, page.height_mm) = (page.height_mm, page.width_mm);
        }
        Ok((page, corners))
    }
}

/// The picture's size as the page lies in it: turned when its top edge runs down.
fn lying(picture: PictureSize, corners: &[Point; 4]) -> PictureSize {
    let across = corners[0].distance(corners[1]);
    let down = corners[1].distance(corners[2]);
    let (long, short) = (
        picture.width_px.max(picture.height_px),
        picture.width_px.min(picture.height_px),
    );
    let (width_px, height_px) = if across > down {
        (long, short)
    } else {
        (short, long)
    };
    PictureSize {
        width_px,
        height_px,
        ..picture
    }
}

fn show(
    bench: &Shared,
    who: &SignedIn,
    headers: &HeaderMap,
    record: &LayoutRecord,
    source: &BlankSource,
    form: CornersForm,
    fault: Option<String>,
) -> Result<Response, WebError> {
    let (layout, side) = (&record.layout, source.side);
    let status = if fault.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let corner = |((name, words), (x, y))| Corner { name, words, x, y };
    let url = |part| urls::layout_side(&layout.id, layout.version, part, side);
    let view = CornersPage {
        chrome: Chrome::new(bench, who, headers, Part::Layouts),
        title: layout.title.clone(),
        lead: format!("Side {side} of {}", record.sources.len()),
        action: url(LayoutPart::Corners),
        expected_revision: form.expected_revision,
        source: url(LayoutPart::Source),
        width_px: source.width_px,
        height_px: source.height_px,
        corners: CORNERS.into_iter().zip(form.corners).map(corner).collect(),
        papers: form.paper.choices(false),
        paper: form.paper,
        fault,
        draw_url: url(LayoutPart::Side),
    };
    page_with(status, bench.settings(), &view.chrome, &view)
}

/// Tenths of a pixel, nothing behind them.
fn px(value: f64) -> String {
    ((value * 10.0).round() / 10.0).to_string()
}
