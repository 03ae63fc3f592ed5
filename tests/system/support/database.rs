use std::process::Command;

use super::{finish, fresh_name, setting};

/// A PostgreSQL database of its own on the machine's server, dropped at the end.
pub(crate) struct Database {
    server: String,
    name: String,
}

impl Database {
    /// An empty one.
    pub(crate) fn fresh() -> Self {
        let server = setting(
            "POSTBAG_TEST_POSTGRES",
            "postgres://postbag_test:postbag_test@127.0.0.1:5432/postbag_test",
        );
        let database = Self {
            server,
            name: fresh_name("system"),
        };
        database.tell(&format!("CREATE DATABASE {}", database.name));
        database
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        let (server, _) = self.server.rsplit_once('/').unwrap();
        format!("{server}/{}", self.name)
    }

    /// Every row of every table, as text.
    pub(crate) fn dump(&self) -> String {
        let mut dump = Command::new("pg_dump");
        let dump = finish(dump.args(["--data-only", "--inserts", &self.url()]));
        // Newer versions write a random key into every dump.
        let is_row = |line: &&str| !line.starts_with('\\');
        dump.lines().filter(is_row).collect::<Vec<_>>().join("\n")
    }

    fn tell(&self, statement: &str) {
        finish(Command::new("psql").args([
            "--quiet",
            "--no-psqlrc",
            &self.server,
            "-c",
            statement,
        ]));
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.tell(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}
