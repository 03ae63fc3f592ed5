use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{Settings, program};

/// Makes an account.
pub(crate) fn add_person(
    folder: &Path,
    settings: &Settings,
    name: &str,
    password: &str,
    role: &str,
) {
    let mut adding = Command::new(program())
        .args(["user", "add", name, "--role", role])
        .envs(settings.clone())
        .current_dir(folder)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = adding.stdin.take().unwrap();
    writeln!(input, "{password}").unwrap();
    drop(input);
    assert!(
        adding.wait().unwrap().success(),
        "the account could not be made"
    );
}
