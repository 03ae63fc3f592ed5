//! The committed JSON Schemas are those of the types; `REGENERATE=1` writes them anew.

use std::path::PathBuf;

use schemas::{layout::Layout, reading::Reading};

fn check(name: &str, schema: &schemars::Schema) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("json/{name}.schema.json"));
    let expected = serde_json::to_string_pretty(schema).expect("a schema is JSON") + "\n";
    #[expect(clippy::disallowed_methods, reason = "the switch of the golden files")]
    if std::env::var("REGENERATE").is_ok() {
        std::fs::write(&path, &expected).expect("the schemas can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        committed,
        expected,
        "{} is stale: REGENERATE=1",
        path.display()
    );
}

#[test]
fn the_committed_schemas_are_those_of_the_types() {
    check("layout", &schemars::schema_for!(Layout));
    check("reading", &schemars::schema_for!(Reading));
}

#[test]
fn the_layout_files_satisfy_the_committed_schema() {
    let schema = include_str!("../json/layout.schema.json");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let layout = serde_json::from_str(include_str!("../layouts/story-a4.json")).unwrap();
    assert!(validator.is_valid(&layout));
}
