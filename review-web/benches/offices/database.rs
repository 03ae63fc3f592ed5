use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

const VACUUM: &str = "VACUUM ANALYZE batches, files, leaflets, pages, readings, page_looks, page_look_keys, stories, revisions,
    decisions, publications, outbox";
/// All stories came at once, as they do in no office, and left a tally each before they were folded.
const VACUUM_TALLIES: &str = "VACUUM FULL sheet_tallies, story_tallies";

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// A database of an office, taken away at the end.
pub(crate) struct Database {
    engine: Engine,
    /// Where the store finds it.
    pub(crate) url: String,
    /// What its own program calls it.
    place: String,
    schema: String,
}

impl Database {
    /// An empty one.
    pub(crate) fn fresh(engine: Engine, folder: &Path) -> Self {
        let file = folder.join("postbag.db").display().to_string();
        let schema = format!("postbag_bench_{:032x}", rand::random::<u128>());
        let (place, url) = match engine {
            Engine::Sqlite => (file.clone(), format!("sqlite://{file}")),
            Engine::Postgres => (
                server(),
                format!("{}?options[search_path]={schema}", server()),
            ),
        };
        let database = Self {
            engine,
            url,
            place,
            schema,
        };
        if engine == Engine::Postgres {
            psql(
                &database.place,
                &["-c", &format!("CREATE SCHEMA {}", database.schema)],
            );
        }
        database
    }

    /// Runs statements, all or nothing.
    pub(crate) fn run(&self, sql: &str, folder: &Path) {
        let file = folder.join("fill.sql");
        let name = file.display().to_string();
        match self.engine {
            Engine::Sqlite => {
                std::fs::write(&file, format!("BEGIN;\n{sql}\nCOMMIT;")).unwrap();
                let mut sqlite = Command::new("sqlite3");
                sqlite.arg(&self.place).stdin(File::open(&file).unwrap());
                finish(&mut sqlite);
            }
            Engine::Postgres => {
                std::fs::write(&file, format!("SET search_path = {};\n{sql}", self.schema))
                    .unwrap();
                psql(&self.place, &["-1", "-f", &name]);
            }
        }
    }

    /// Tidies up, as PostgreSQL does by itself after a while.
    pub(crate) fn settle(&self) {
        if self.engine == Engine::Postgres {
            let path = format!("SET search_path = {}", self.schema);
            psql(
                &self.place,
                &["-c", &path, "-c", VACUUM, "-c", VACUUM_TALLIES],
            );
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.engine == Engine::Postgres {
            let drop = format!("DROP SCHEMA {} CASCADE", self.schema);
            psql(&self.place, &["-c", &drop]);
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "where the server of the tests is"
)]
fn server() -> String {
    std::env::var("POSTBAG_TEST_POSTGRES").unwrap_or_else(|_| {
        "postgres://postbag_test:postbag_test@127.0.0.1:5432/postbag_test".to_owned()
    })
}

fn psql(server: &str, arguments: &[&str]) {
    let mut psql = Command::new("psql");
    psql.args(["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", server]);
    psql.env("PGOPTIONS", "-c client_min_messages=error");
    finish(psql.args(arguments));
}

fn finish(command: &mut Command) {
    let status = command.stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command:?}");
}
