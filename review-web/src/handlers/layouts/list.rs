use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::layout::Layout;
use schemas::record::LayoutState;
use store::LayoutRecord;

use super::size::PaperForm;
use super::view::{Tag, tag_of};
use crate::app::Shared;
use crate::chrome::{Chrome, Part, page};
use crate::error::WebError;
use crate::session::{Duty, SignedIn};
use crate::urls::LayoutPart;
use crate::{urls, when, words};

#[derive(Template)]
#[template(path = "pages/layouts.html")]
struct LayoutsPage {
    chrome: Chrome,
    may_draw: bool,
    drawn: Vec<Card>,
    installed: Vec<Card>,
}

/// One version of a layout.
struct Card {
    url: String,
    title: String,
    name: String,
    facts: String,
    changed: Option<String>,
    tag: Tag,
    pictures: Vec<Thumb>,
}

struct Thumb {
    url: String,
    alt: String,
}

/// `GET /layouts`
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    who.must(Duty::SeeLayouts)?;
    let drawn = bench.store().layouts().await?;
    let view = LayoutsPage {
        chrome: Chrome::new(&bench, &who, &headers, Part::Layouts),
        may_draw: who.may(Duty::DrawLayouts),
        drawn: drawn.iter().map(drawn_card).collect(),
        installed: bench
            .app
            .layouts
            .iter()
            .map(|layout| card(layout, LayoutState::InUse))
            .collect(),
    };
    page(bench.settings(), &view.chrome, &view)
}

fn drawn_card(record: &LayoutRecord) -> Card {
    Card {
        changed: Some(format!(
            "{}, {}",
            record.changed_by,
            when::day_and_time(record.changed_at)
        )),
        ..card(&record.layout, record.state)
    }
}

fn card(layout: &Layout, state: LayoutState) -> Card {
    let thumb = |side: &schemas::layout::Side| Thumb {
        url: urls::layout_side(&layout.id, layout.version, LayoutPart::Blank, side.side),
        alt: format!("Side {} of {}", side.side, layout.title),
    };
    Card {
        url: urls::layout(&layout.id, layout.version),
        title: layout.title.clone(),
        name: format!("{}, version {}", layout.id, layout.version),
        facts: facts(layout),
        changed: None,
        tag: tag_of(state),
        pictures: layout.sides.iter().take(2).map(thumb).collect(),
    }
}

/// `A4 · 2 sides · 9 boxes`
fn facts(layout: &Layout) -> String {
    let paper = PaperForm::of(layout.page);
    let choices = paper.choices(false);
    let named = choices
        .iter()
        .find(|choice| choice.chosen && choice.value != "custom");
    let paper = named.map_or_else(
        || format!("{} × {} mm", paper.width, paper.height),
        |choice| choice.words.to_owned(),
    );
    let count = |n: usize, one, many| words::count(u64::try_from(n).unwrap_or(0), one, many);
    let n_boxes = layout.sides.iter().map(|side| side.regions.len()).sum();
    format!(
        "{paper} · {} · {}",
        count(layout.sides.len(), "side", "sides"),
        count(n_boxes, "box", "boxes")
    )
}
