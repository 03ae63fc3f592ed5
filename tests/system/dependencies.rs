//! Dependencies point one way, and some libraries have one home each. Read from the manifests.

use std::collections::BTreeMap;
use std::path::Path;

use toml::{Table, Value};

use crate::support::workspace;

/// Which of our crates each of our crates may use. `tests` may use all.
const INSIDE: &[(&str, &[&str])] = &[
    ("schemas", &[]),
    ("artwork", &["schemas"]),
    ("samples", &["schemas", "artwork"]),
    ("directory", &["schemas"]),
    ("checks", &["schemas"]),
    ("store", &["schemas", "directory"]),
    ("ingest", &["schemas", "store"]),
    (
        "ocr-worker",
        &["schemas", "artwork", "checks", "directory", "store"],
    ),
    ("review-web", &["schemas", "directory", "checks", "store"]),
    (
        "postbag",
        &[
            "schemas",
            "artwork",
            "directory",
            "checks",
            "samples",
            "store",
            "ingest",
            "ocr-worker",
            "review-web",
        ],
    ),
];

/// What is made of samples is tested with them; they need nothing but `schemas` and `artwork` themselves.
const TEST_ONLY: &[&str] = &["samples"];

/// Libraries that have one home, and why.
const HOMES: &[(&str, &[&str], &str)] = &[
    ("sqlx", &["store"], "SQL lives in the store"),
    ("lapin", &["store"], "the broker is the store's business"),
    ("axum", &["review-web"], "pages live in review-web"),
    ("askama", &["review-web"], "pages live in review-web"),
    ("tower-http", &["review-web"], "pages live in review-web"),
    ("clap", &["postbag"], "the command line lives in postbag"),
    (
        "figment",
        &["postbag"],
        "the configuration lives in postbag",
    ),
    (
        "tracing-subscriber",
        &["postbag"],
        "logging is set up in postbag",
    ),
    (
        "anyhow",
        &["postbag", "tests"],
        "libraries say what went wrong in types",
    ),
    (
        "hayro",
        &["ingest", "artwork", "samples"],
        "only the way in opens PDF files",
    ),
    (
        "tiff",
        &["ingest", "samples"],
        "only the way in opens TIFF files",
    ),
    (
        "csv",
        &["directory", "postbag", "review-web"],
        "only the directory, the command that measures, and what is exported are CSV files",
    ),
    ("notify", &["ingest"], "only the way in watches folders"),
    (
        "rqrr",
        &["ocr-worker", "artwork"],
        "only the worker reads codes",
    ),
];

/// Those that tests elsewhere may not use either: they would go round the interface that they test.
const KEPT_FROM_TESTS: &[&str] = &["sqlx", "lapin", "axum", "askama"];

/// The manifests of all members, by name.
type Manifests = BTreeMap<String, Table>;

fn manifests(root: &Path) -> Manifests {
    let load = |path: &Path| -> Table { std::fs::read_to_string(path).unwrap().parse().unwrap() };
    let workspace = load(&root.join("Cargo.toml"));
    let members = workspace["workspace"]["members"].as_array().unwrap();
    members
        .iter()
        .map(|member| load(&root.join(member.as_str().unwrap()).join("Cargo.toml")))
        .map(|manifest| {
            (
                manifest["package"]["name"].as_str().unwrap().to_owned(),
                manifest,
            )
        })
        .collect()
}

/// Everything that is wrong, in words.
fn faults(manifests: &Manifests) -> Vec<String> {
    manifests
        .iter()
        .flat_map(|(name, manifest)| {
            let edges = edges(manifest);
            edges
                .into_iter()
                .filter_map(|edge| fault(name, &edge))
                .chain(lint_fault(name, manifest))
        })
        .collect()
}

/// A dependency of one crate.
struct Edge {
    to: String,
    for_tests: bool,
}

fn edges(manifest: &Table) -> Vec<Edge> {
    let mut tables = vec![manifest];
    if let Some(targets) = manifest.get("target").and_then(Value::as_table) {
        tables.extend(targets.values().filter_map(Value::as_table));
    }
    let kinds = [
        ("dependencies", false),
        ("build-dependencies", false),
        ("dev-dependencies", true),
    ];
    let mut edges = Vec::new();
    for table in tables {
        for (kind, for_tests) in kinds {
            let named = table
                .get(kind)
                .and_then(Value::as_table)
                .into_iter()
                .flatten();
            edges.extend(named.map(|(key, value)| Edge {
                to: real_name(key, value),
                for_tests,
            }));
        }
    }
    edges
}

/// A dependency may go by another name.
fn real_name(key: &str, value: &Value) -> String {
    value
        .get("package")
        .and_then(Value::as_str)
        .unwrap_or(key)
        .to_owned()
}

fn fault(from: &str, edge: &Edge) -> Option<String> {
    let to = edge.to.as_str();
    if let Some((_, homes, why)) = HOMES.iter().find(|(library, ..)| *library == to) {
        if edge.for_tests && !KEPT_FROM_TESTS.contains(&to) {
            return None;
        }
        return (!homes.contains(&from)).then(|| format!("{from} uses {to}: {why}"));
    }
    let is_ours = INSIDE.iter().any(|(name, _)| *name == to) || to == "tests";
    if !is_ours || from == "tests" || (edge.for_tests && TEST_ONLY.contains(&to)) {
        return None;
    }
    let allowed = INSIDE.iter().find(|(name, _)| *name == from);
    let allowed = allowed.is_some_and(|(_, allowed)| allowed.contains(&to));
    (!allowed).then(|| format!("{from} uses {to}: dependencies point the other way"))
}

fn lint_fault(name: &str, manifest: &Table) -> Option<String> {
    let inherits = manifest
        .get("lints")
        .and_then(|lints| lints.get("workspace"));
    (inherits.and_then(Value::as_bool) != Some(true))
        .then(|| format!("{name} has no `[lints] workspace = true`"))
}

fn one(name: &str, manifest: &str) -> Manifests {
    BTreeMap::from([(name.to_owned(), manifest.parse().unwrap())])
}

const LINTED: &str = "[lints]\nworkspace = true\n";

#[test]
fn dependencies_point_one_way_and_every_crate_has_the_lints() {
    let manifests = manifests(workspace());
    assert!(manifests.len() >= INSIDE.len(), "every member was read");
    assert_eq!(faults(&manifests), [""; 0]);
}

#[test]
fn every_member_has_a_place_in_the_order() {
    for name in manifests(workspace())
        .keys()
        .filter(|name| *name != "tests")
    {
        assert!(
            INSIDE.iter().any(|(known, _)| known == name),
            "{name} has no rule here"
        );
    }
}

#[test]
fn a_sibling_is_a_forbidden_edge() {
    let manifest = format!("{LINTED}[dependencies]\nreview-web.workspace = true");
    let faults = faults(&one("ingest", &manifest));
    assert_eq!(
        faults,
        ["ingest uses review-web: dependencies point the other way"]
    );
}

#[test]
fn an_edge_is_found_under_another_name_and_for_one_system_only() {
    let manifest = format!(
        "{LINTED}[target.'cfg(unix)'.build-dependencies]\ndb = {{ package = \"sqlx\", version = \"1\" }}"
    );
    assert_eq!(
        faults(&one("postbag", &manifest)),
        ["postbag uses sqlx: SQL lives in the store"]
    );
}

#[test]
fn samples_are_for_tests_only() {
    let used = |kind: &str| {
        faults(&one(
            "ocr-worker",
            &format!("{LINTED}[{kind}]\nsamples.workspace = true"),
        ))
    };
    assert!(used("dev-dependencies").is_empty());
    assert_eq!(used("dependencies").len(), 1);
}

#[test]
fn tests_may_look_with_other_libraries_but_not_past_the_store() {
    let used = |library: &str| {
        let manifest = format!("{LINTED}[dev-dependencies]\n{library}.workspace = true");
        faults(&one("samples", &manifest))
    };
    assert!(used("rqrr").is_empty());
    assert_eq!(used("sqlx"), ["samples uses sqlx: SQL lives in the store"]);
}

#[test]
fn a_crate_without_the_lints_is_found() {
    assert_eq!(
        faults(&one("store", "")),
        ["store has no `[lints] workspace = true`"]
    );
}
