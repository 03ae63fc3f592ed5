use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::peak::{Peak, parent, processes};
use super::program;

/// The processes that a process has started and that are still there.
fn children(pid: u32) -> Vec<u32> {
    processes()
        .filter(|&other| parent(other) == Some(pid))
        .collect()
}

/// The settings of one installation, as environment variables.
pub(crate) type Settings = Vec<(&'static str, String)>;

/// One role of Postbag, running as a process. Killed when it goes out of scope.
pub(crate) struct Role {
    arguments: Vec<String>,
    settings: Settings,
    folder: PathBuf,
    log: PathBuf,
    child: Child,
}

impl Role {
    /// Starts `postbag ARGUMENTS`, working in `folder`. What it logs goes to a file there.
    pub(crate) fn start(arguments: &[&str], settings: &Settings, folder: &Path) -> Self {
        let log = folder.join(format!("{}.log", super::fresh_name(arguments[0])));
        let arguments: Vec<String> = arguments
            .iter()
            .map(|&argument| argument.to_owned())
            .collect();
        let child = spawn(&arguments, settings, folder, &log);
        Self {
            arguments,
            settings: settings.clone(),
            folder: folder.to_owned(),
            log,
            child,
        }
    }

    /// Kills it as the machine would: no signal that could be caught.
    pub(crate) fn kill(&mut self) {
        assert!(
            self.child.try_wait().unwrap().is_none(),
            "{:?} ended by itself",
            self.arguments
        );
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it again, with the same settings.
    pub(crate) fn start_again(&mut self) {
        self.child = spawn(&self.arguments, &self.settings, &self.folder, &self.log);
    }

    /// The processes that it has started and that still run.
    pub(crate) fn children(&self) -> Vec<u32> {
        children(self.child.id())
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Role {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = std::fs::read_to_string(&self.log).unwrap_or_default();
            let tail: Vec<&str> = log.lines().rev().take(25).collect();
            eprintln!("--- the last of postbag {:?}", self.arguments);
            tail.into_iter().rev().for_each(|line| eprintln!("{line}"));
        }
    }
}

fn command(arguments: &[String], settings: &Settings, folder: &Path) -> Command {
    let mut command = Command::new(program());
    command
        .args(arguments)
        .envs(settings.clone())
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

fn spawn(arguments: &[String], settings: &Settings, folder: &Path, log: &Path) -> Child {
    let log = File::options().append(true).create(true).open(log).unwrap();
    command(arguments, settings, folder)
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) output: String,
    pub(crate) taken: Duration,
    /// The most memory that it ever held, with the processes that it started.
    pub(crate) peak_bytes: u64,
}

/// Runs `postbag ARGUMENTS` to its end and watches its memory.
pub(crate) fn run_watched(arguments: &[&str], settings: &Settings, folder: &Path) -> Finished {
    let arguments: Vec<String> = arguments
        .iter()
        .map(|&argument| argument.to_owned())
        .collect();
    let output = folder.join(super::fresh_name("output"));
    // The first command of all builds the program; that is not its own time.
    let mut command = command(&arguments, settings, folder);
    let started = Instant::now();
    let mut child = command
        .stdout(File::create(&output).unwrap())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let peak = Peak::of(child.id());
    let status = child.wait().unwrap();
    let taken = started.elapsed();
    let output = std::fs::read_to_string(output).unwrap();
    Finished {
        status,
        output,
        taken,
        peak_bytes: peak.bytes(),
    }
}

/// A line that a command printed.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) text: String,
    /// Since the line before it.
    pub(crate) waited: Duration,
}

/// What a command did, line by line.
pub(crate) struct FinishedLines {
    pub(crate) status: ExitStatus,
    pub(crate) lines: Vec<Line>,
    /// The most memory that it ever held, with the processes that it started.
    pub(crate) peak_bytes: u64,
}

/// Runs `postbag ARGUMENTS` to its end and takes the time of each line that it prints.
pub(crate) fn run_line_by_line(
    arguments: &[&str],
    settings: &Settings,
    folder: &Path,
) -> FinishedLines {
    let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    let mut command = command(&arguments, settings, folder);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let peak = Peak::of(child.id());
    let (mut lines, mut last) = (Vec::new(), Instant::now());
    for text in BufReader::new(child.stdout.take().unwrap()).lines() {
        lines.push(Line {
            text: text.unwrap(),
            waited: last.elapsed(),
        });
        last = Instant::now();
    }
    FinishedLines {
        status: child.wait().unwrap(),
        lines,
        peak_bytes: peak.bytes(),
    }
}

/// Kills a process and those that it started, without a chance to tidy up: itself first, so that it starts no others in
/// their place.
pub(crate) fn kill_hard(pid: u32) {
    let children = children(pid);
    for pid in [pid].into_iter().chain(children) {
        // One that has just gone by itself is no matter.
        let _ = Command::new("kill")
            .args(["-9", &pid.to_string()])
            .stderr(Stdio::null())
            .status();
    }
}

/// Runs `postbag ARGUMENTS`, which must fail; what it says to people.
pub(crate) fn finish_with_errors(arguments: &[&str], folder: &Path) -> String {
    let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
    let output = command(&arguments, &Vec::new(), folder).output().unwrap();
    assert!(!output.status.success(), "{arguments:?} did not fail");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs a command that must succeed.
pub(crate) fn finish(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed: {errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
