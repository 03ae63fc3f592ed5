use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodRouter, get, post, put};
use axum::{Router, middleware};
use tokio_util::sync::CancellationToken;
use tower_http::compression::CompressionLayer;

use crate::app::{App, Bench, Shared};
use crate::error::WebError;
use crate::handlers::{
    account, audit, batches, deliveries, drop, healthz, layouts, mail_room, next_story,
    page_picture, people, public, quarantine, queue, sign_in, sign_out, story, told_story,
};
use crate::upload::MAX_UPLOAD_BYTES;
use crate::{assets, security, urls};

/// The largest form: a thousand words three times over, every letter escaped, and then some.
const MAX_FORM_BYTES: usize = 512 * 1024;

/// The most that is sent at once: a file as large as intake takes, or a few of the usual size.
const MAX_SENT_BYTES: usize = 300 * 1024 * 1024;

/// Builds the bench and the public pages.
pub fn router(app: App) -> Router {
    router_until(app, CancellationToken::new())
}

/// The same; answers that go on for ever end with `stopping`.
pub(crate) fn router_until(app: App, stopping: CancellationToken) -> Router {
    let bench = Arc::new(Bench::new(app, stopping));
    doors()
        .router
        .fallback(async || WebError::NotFound)
        .method_not_allowed_fallback(async || WebError::WrongMethod)
        .layer(DefaultBodyLimit::max(MAX_FORM_BYTES))
        .layer(middleware::from_fn(security::headers))
        .layer(middleware::from_fn_with_state(
            bench.clone(),
            security::observe,
        ))
        .with_state(bench)
}

/// Every address there is, with what differs from page to page in braces, in no order.
pub fn addresses() -> Vec<&'static str> {
    doors().addresses
}

fn doors() -> Doors {
    Doors::default()
        .merge(public_routes())
        .merge(bench_routes())
        .merge(layout_routes())
        .merge(sheet_routes())
        .merge(mail_room_routes())
        .merge(drop_routes())
        .merge(delivery_routes())
        .merge(people_routes())
        .route("/healthz", get(healthz::get))
}

/// Routes, and a list of their addresses: a router does not say what it knows, and who may open which door is tested for
/// each.
#[derive(Default)]
struct Doors {
    router: Router<Shared>,
    addresses: Vec<&'static str>,
}

impl Doors {
    fn route(mut self, address: &'static str, handler: MethodRouter<Shared>) -> Self {
        self.addresses.push(address);
        self.router = self.router.route(address, handler);
        self
    }

    fn merge(mut self, other: Self) -> Self {
        self.addresses.extend(other.addresses);
        self.router = self.router.merge(other.router);
        self
    }

    fn compressed(mut self) -> Self {
        self.router = self.router.layer(CompressionLayer::new());
        self
    }
}

/// Pages without secrets. Only these are compressed: beside a secret, the size of a compressed page tells
/// something about it (BREACH, 2013).
fn public_routes() -> Doors {
    Doors::default()
        .route(urls::HOME, get(public::list))
        .route("/opinions/{number}", get(public::opinion))
        .route("/opinions/{number}/drawing", get(public::drawing))
        .route(urls::SERVICES, get(public::service))
        .route(urls::FEED, get(public::feed))
        .route(urls::SITEMAP, get(public::sitemap_index))
        .route("/sitemap/{part}", get(public::sitemap_part))
        .route(urls::ROBOTS, get(public::robots))
        .route(urls::OPINIONS_JSON, get(public::opinions_json))
        .route("/api/v2/opinions/{number}", get(public::opinion_json))
        .route("/static/{bundle}/{name}", get(assets::serve))
        .compressed()
}

fn bench_routes() -> Doors {
    Doors::default()
        .route(urls::SIGN_IN, get(sign_in::get).post(sign_in::post))
        .route(urls::SIGN_OUT, post(sign_out::post))
        .route(urls::QUEUE, get(queue::get))
        .route(urls::NEXT_STORY, post(next_story::post))
        .route(urls::TOLD_STORY, post(told_story::post))
        .route("/stories/{id}", get(story::get).post(story::post))
        .route("/stories/{id}/history", get(story::history))
        .route("/stories/{id}/lease", post(story::keep))
        .route("/stories/{id}/give-back", post(story::give_back))
        .route("/stories/{id}/checks", post(story::checks))
        .route("/stories/{id}/differences", post(story::differences))
        .route("/stories/{id}/draft", post(story::keep_draft))
        .route("/stories/{id}/undo", post(story::undo))
        .route(
            "/stories/{id}/pages/{page}/pictures/straightened",
            get(story::straightened),
        )
        .route(
            "/stories/{id}/pages/{page}/pictures/drawing/{region}",
            get(story::drawing),
        )
}

fn layout_routes() -> Doors {
    let upload = post(layouts::upload).layer(DefaultBodyLimit::max(MAX_UPLOAD_BYTES));
    Doors::default()
        .route(urls::LAYOUTS, get(layouts::list))
        .route(urls::NEW_LAYOUT, upload.get(layouts::new))
        .route("/layouts/{id}/{version}", get(layouts::show))
        .route(
            "/layouts/{id}/{version}/side/{side}",
            get(layouts::side).post(layouts::draw),
        )
        .route(
            "/layouts/{id}/{version}/corners/{side}",
            get(layouts::corners).post(layouts::set_corners),
        )
        .route("/layouts/{id}/{version}/check/{side}", post(layouts::check))
        .route(
            "/layouts/{id}/{version}/grid/{side}",
            post(layouts::lay_grid),
        )
        .route(
            "/layouts/{id}/{version}/lay/{side}",
            post(layouts::lay_on_print),
        )
        .route("/layouts/{id}/{version}/blank/{side}", get(layouts::blank))
        .route(
            "/layouts/{id}/{version}/source/{side}",
            get(layouts::source),
        )
        .route("/layouts/{id}/{version}/retire", post(layouts::retire))
        .route("/layouts/{id}/{version}/copy", post(layouts::copy))
}

/// What came in, pile by pile.
fn mail_room_routes() -> Doors {
    let files = |send: MethodRouter<Shared>| send.layer(DefaultBodyLimit::max(MAX_SENT_BYTES));
    Doors::default()
        .route(urls::MAIL_ROOM, get(mail_room::get))
        .route(urls::MAIL_ROOM_EVENTS, get(mail_room::events))
        .route(urls::DAYS, get(mail_room::days))
        .route(urls::BATCHES, files(post(batches::send)))
        .route(
            urls::COVER,
            get(batches::cover_form).post(batches::print_cover),
        )
        .route("/batches/{id}", get(batches::show))
        .route("/batches/{id}/files", files(post(batches::add)))
        .route("/batches/{id}/count", post(batches::count))
        .route("/batches/{id}/explain", post(batches::explain))
        .route("/batches/{id}/join", post(batches::join))
        .route("/batches/{id}/part", post(batches::part))
        .route("/batches/{id}/passes", post(batches::passes))
        .route("/batches/{id}/pull-list", get(batches::pull_list))
}

/// What is published beyond our own pages.
fn delivery_routes() -> Doors {
    Doors::default()
        .route(urls::DELIVERIES, get(deliveries::page))
        .route(urls::TEST_DELIVERY, post(deliveries::test))
        .route("/deliveries/{id}/again", post(deliveries::again))
        .route(urls::EXPORT_CSV, get(deliveries::export_csv))
        .route(urls::EXPORT_JSON, get(deliveries::export_json))
}

/// Accounts: everybody's own, those of others, and who saw and changed what.
fn people_routes() -> Doors {
    Doors::default()
        .route(urls::ACCOUNT, get(account::page))
        .route(urls::CHANGE_PASSWORD, post(account::change_password))
        .route(urls::END_SESSION, post(account::end))
        .route(urls::END_OTHER_SESSIONS, post(account::end_others))
        .route(urls::AUDIT, get(audit::page))
        .route(urls::AUDIT_CSV, get(audit::export))
        .route(urls::PEOPLE, get(people::list).post(people::invite))
        .route("/people/{id}", get(people::show))
        .route("/people/{id}/disable", post(people::disable))
        .route("/people/{id}/enable", post(people::enable))
        .route("/people/{id}/role", post(people::role))
        .route("/people/{id}/reset", post(people::reset))
        .route("/people/{id}/sessions/end", post(people::end_session))
        .route("/people/{id}/sessions/end-all", post(people::end_sessions))
        .route(
            urls::CHOOSE_PASSWORD,
            get(people::choose_password).post(people::set_password),
        )
}

/// Where bureaus send what they scanned; the limit of each is its own.
fn drop_routes() -> Doors {
    Doors::default()
        .route(urls::DROP, put(drop::put_without_name))
        .route("/drop/{*file_name}", put(drop::put))
}

/// Sheets that a person looks at.
fn sheet_routes() -> Doors {
    Doors::default()
        .route(urls::QUARANTINE, get(quarantine::list))
        .route("/quarantine/{id}", get(quarantine::show))
        .route("/quarantine/{id}/place", post(quarantine::place))
        .route("/quarantine/{id}/letter", post(quarantine::letter))
        .route("/quarantine/{id}/discard", post(quarantine::discard))
        .route("/quarantine/{id}/restore", post(quarantine::restore))
        .route("/quarantine/{id}/story", post(quarantine::story))
        .route("/pages/{id}/picture", get(page_picture::get))
        .route("/pages/{id}/small", get(page_picture::small))
        .route("/pages/{id}/tile", get(page_picture::tile))
        .route("/pages/{id}/found", get(page_picture::found))
}
