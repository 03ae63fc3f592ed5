use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use schemas::layout::Layout;
use schemas::record::LayoutState;
use store::{ChangeLayout, LayoutRecord, PutInUse, SaveLayout, SavedLayout};

use super::boxes::{SYMBOLS, mm};
use super::form::DrawForm;
use super::problems::{self, Problem};
use super::view::{BoxView, DrawPage, decided, tabs, tag_of};
use super::{Known, grid, load, load_drawn_side, side_of};
use crate::app::Shared;
use crate::chrome::{Chrome, Part, page_with};
use crate::error::WebError;
use crate::flash::{Flash, Happened};
use crate::session::{Duty, Posted, SignedIn};
use crate::urls::{self, LayoutPart};
use crate::when;

/// `GET /layouts/{id}/{version}`
pub(crate) async fn first(
    state: State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path((id, version)): Path<(String, u32)>,
) -> Result<Response, WebError> {
    get(state, who, headers, Path((id, version, 1))).await
}

/// `GET /layouts/{id}/{version}/side/{side}`
pub(crate) async fn get(
    State(bench): State<Shared>,
    who: SignedIn,
    headers: HeaderMap,
    Path((id, version, side)): Path<(String, u32, u32)>,
) -> Result<Response, WebError> {
    who.must(Duty::SeeLayouts)?;
    let known = load(&bench, &id, version).await?;
    let revision_no = match &known {
        Known::Drawn(record) => record.revision_no,
        Known::Installed(_) => 0,
    };
    let layout = known.layout();
    let form = DrawForm::of(layout, side_of(layout, side)?, revision_no);
    let given = Given::new(&known, side, form);
    answer(&bench, &who, &headers, StatusCode::OK, given).await
}

/// `POST /layouts/{id}/{version}/side/{side}`: one form for every button, so that nothing drawn is lost.
pub(crate) async fn post(
    State(bench): State<Shared>,
    headers: HeaderMap,
    Path((id, version, side)): Path<(String, u32, u32)>,
    posted: Posted<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    let who = posted.who;
    who.must(Duty::DrawLayouts)?;
    let record = load_drawn_side(&bench, (&id, version, side)).await?;
    let mut given = Given::new(
        &Known::Drawn(record.clone()),
        side,
        DrawForm::of_pairs(posted.form),
    );
    match given.form.action.as_str() {
        "add" => {
            given.form.add_box(&record.layout);
            given.status = StatusCode::OK;
        }
        "grid" => given.lay_grid(&bench, &record.layout).await?,
        "lay" => {
            let form = &mut given.form;
            form.lay_on_print(&bench, &record.layout, side).await?;
            given.status = StatusCode::OK;
        }
        _ => {
            if let Some(done) = save(&bench, &who, &record, &mut given).await? {
                return Ok(done);
            }
        }
    }
    let status = given.status;
    answer(&bench, &who, &headers, status, given).await
}

/// What a page is made of.
struct Given {
    known: Known,
    side: u32,
    form: DrawForm,
    conflict: Option<String>,
    grid_fault: Option<String>,
    status: StatusCode,
}

impl Given {
    fn new(known: &Known, side: u32, form: DrawForm) -> Self {
        Self {
            known: known.clone(),
            side,
            form,
            conflict: None,
            grid_fault: None,
            status: StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    async fn lay_grid(&mut self, bench: &Shared, layout: &Layout) -> Result<(), WebError> {
        match grid::lay(bench, layout, self.side, &self.form.grid).await? {
            Ok(regions) => {
                self.form.add_regions(&regions);
                self.status = StatusCode::OK;
            }
            Err(fault) => self.grid_fault = Some(fault),
        }
        Ok(())
    }
}

/// Saves, and puts in use when that was asked for. Nothing comes back when the page must be shown again as it is.
async fn save(
    bench: &Shared,
    who: &SignedIn,
    record: &LayoutRecord,
    given: &mut Given,
) -> Result<Option<Response>, WebError> {
    let Ok(layout) = given.form.apply(&record.layout, given.side) else {
        return Ok(None);
    };
    let here = urls::layout_side(&layout.id, layout.version, LayoutPart::Side, given.side);
    let saved = bench
        .store()
        .save_layout(&bench.moment(), wish(who, record, &layout, &given.form))
        .await?;
    match saved {
        SavedLayout::Saved { revision_no } if given.form.action == "use" => {
            given.form.expected_revision = revision_no;
            put_in_use(bench, who, layout, given).await
        }
        SavedLayout::Saved { .. } => Ok(Some(
            Flash::new(Happened::LayoutSaved).then(&here, bench.settings()),
        )),
        SavedLayout::Conflict { current, by } => {
            given.conflict(current, &by);
            Ok(None)
        }
        SavedLayout::NotDraft(_) | SavedLayout::NotThere => {
            given.conflict = Some(
                "This form was put in use or retired meanwhile, so it can no longer be changed. What you drew is \
                 still below; make a new version to go on."
                    .to_owned(),
            );
            given.status = StatusCode::CONFLICT;
            Ok(None)
        }
    }
}

fn wish(who: &SignedIn, record: &LayoutRecord, layout: &Layout, form: &DrawForm) -> SaveLayout {
    SaveLayout {
        layout: layout.clone(),
        sources: record.sources.clone(),
        user_id: who.user.id.clone(),
        expected_revision: form.expected_revision,
    }
}

async fn put_in_use(
    bench: &Shared,
    who: &SignedIn,
    layout: Layout,
    given: &mut Given,
) -> Result<Option<Response>, WebError> {
    if !problems::of_layout(&layout, given.side).is_empty() {
        return Ok(None);
    }
    let change = ChangeLayout {
        id: layout.id,
        version: layout.version,
        user_id: who.user.id.clone(),
        expected_revision: given.form.expected_revision,
    };
    let url = urls::layout(&change.id, change.version);
    match bench
        .store()
        .put_layout_in_use(&bench.moment(), change)
        .await?
    {
        PutInUse::Done { .. } => Ok(Some(
            Flash::new(Happened::LayoutInUse).then(&url, bench.settings()),
        )),
        PutInUse::Conflict { current, by } => {
            given.conflict(current, &by);
            Ok(None)
        }
        // The page shows the faults, or what the layout is now.
        PutInUse::Faults(_) | PutInUse::NotDraft(_) | PutInUse::NotThere => Ok(None),
    }
}

impl Given {
    /// Both are kept: theirs is saved, this person's is on the page, and saving again is a decision.
    fn conflict(&mut self, current: u32, by: &str) {
        self.conflict = Some(format!(
            "{by} saved this form while you were drawing. What you drew is still here, and theirs is saved. Open the \
             page in a second tab to compare; saving again replaces theirs with yours."
        ));
        self.form.expected_revision = current;
        self.status = StatusCode::CONFLICT;
    }
}

async fn answer(
    bench: &Shared,
    who: &SignedIn,
    headers: &HeaderMap,
    status: StatusCode,
    given: Given,
) -> Result<Response, WebError> {
    let layout = given.known.layout();
    let told = match &given.known {
        Known::Drawn(record) => told(bench, record).await?,
        Known::Installed(_) => vec![
            "Comes with this installation. It is printed and read by Postbag and cannot be changed here.".to_owned(),
        ],
    };
    let problems = match &given.known {
        Known::Drawn(_) => problems::of_form(bench, &given.form, layout, given.side).await?,
        Known::Installed(_) => Vec::new(),
    };
    let chrome = Chrome::new(bench, who, headers, Part::Layouts);
    let view = view(chrome, who, &given, told, problems);
    page_with(status, bench.settings(), &view.chrome, &view)
}

async fn told(bench: &Shared, record: &LayoutRecord) -> Result<Vec<String>, WebError> {
    let layout = &record.layout;
    let decisions = bench
        .store()
        .layout_decisions(&layout.id, layout.version)
        .await?;
    if decisions.is_empty() {
        let at = when::day_and_time(record.changed_at);
        return Ok(vec![format!("Saved by {}, {at}.", record.changed_by)]);
    }
    Ok(decisions.iter().map(decided).collect())
}

fn view(
    chrome: Chrome,
    who: &SignedIn,
    given: &Given,
    told: Vec<String>,
    problems: Vec<Problem>,
) -> DrawPage {
    let layout = given.known.layout();
    let state = match &given.known {
        Known::Drawn(record) => record.state,
        Known::Installed(_) => LayoutState::InUse,
    };
    let is_drawn = matches!(given.known, Known::Drawn(_));
    let may_draw = who.may(Duty::DrawLayouts);
    let editable = is_drawn && may_draw && state == LayoutState::Draft;
    let url = |part| urls::layout_side(&layout.id, layout.version, part, given.side);
    let boxes = BoxView::all(&given.form, &problems);
    let (faults, advice) = problems.into_iter().partition(|problem| problem.blocks);
    let step = |name| urls::layout_step(&layout.id, layout.version, name);
    DrawPage {
        chrome,
        heading: layout.title.clone(),
        name: format!("{}, version {}", layout.id, layout.version),
        tag: tag_of(state),
        told,
        conflict: given.conflict.clone(),
        grid_fault: given.grid_fault.clone(),
        editable,
        may_draw,
        is_drawn,
        is_retired: state == LayoutState::Retired,
        tabs: tabs(layout, given.side),
        corners_url: editable.then(|| url(LayoutPart::Corners)),
        blank_url: url(LayoutPart::Blank),
        action: url(LayoutPart::Side),
        check_url: step(&format!("check/{}", given.side)),
        grid_url: step(&format!("grid/{}", given.side)),
        lay_url: step(&format!("lay/{}", given.side)),
        retire_url: step("retire"),
        copy_url: step("copy"),
        width: mm(layout.page.width_mm),
        height: mm(layout.page.height_mm),
        expected_revision: given.form.expected_revision,
        title: given.form.title.clone(),
        code: given.form.code.clone(),
        marks: given.form.marks.clone(),
        boxes,
        pattern: BoxView::pattern(),
        grid: given.form.grid.clone(),
        symbols: SYMBOLS.map(|(value, _, words)| (value, words)),
        faults,
        advice,
    }
}
