//! Tesseract: the text engine of the command line `tesseract`, one process for all lines of a page.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, ErrorKind, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use image::GrayImage;

use crate::engine::{Alphabet, EngineError, LineText, TextEngine};

/// Characters that nobody writes in a story, and that strokes are often taken for.
const NEVER_WRITTEN: &str = "{}[]<>~^_=€§«»©®";
/// How often is looked whether the process has ended.
const POLL: Duration = Duration::from_millis(5);

/// Which Tesseract, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TesseractSettings {
    /// The program.
    pub program: String,
    /// The language model; `eng` comes with Debian's `tesseract-ocr`.
    pub language: String,
    /// A page of handwriting takes one to two seconds; a process that takes longer than this is ended.
    pub timeout_ms: u64,
}

impl Default for TesseractSettings {
    fn default() -> Self {
        Self {
            program: "tesseract".to_owned(),
            language: "eng".to_owned(),
            timeout_ms: 60_000,
        }
    }
}

/// The engine.
#[derive(Debug)]
pub struct Tesseract {
    settings: TesseractSettings,
    version: OnceLock<String>,
}

impl Tesseract {
    /// An engine with these settings; nothing is started yet.
    pub const fn new(settings: TesseractSettings) -> Self {
        Self {
            settings,
            version: OnceLock::new(),
        }
    }

    fn command(&self, list: &Path, alphabet: Alphabet) -> Command {
        let mut command = Command::new(&self.settings.program);
        command.arg(list).arg("stdout");
        command.args(["-l", &self.settings.language, "--psm", "7"]);
        // Ink is black on white by construction: without this every doubtful word is read twice.
        command.args(["-c", "tessedit_do_invert=0"]);
        match alphabet {
            Alphabet::Prose => {
                command.args(["-c", &format!("tessedit_char_blacklist={NEVER_WRITTEN}")]);
            }
            Alphabet::Postcode => {
                command.args([
                    "-c",
                    "tessedit_char_whitelist=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
                ]);
                command.args(["-c", "load_system_dawg=0", "-c", "load_freq_dawg=0"]);
            }
        }
        command.arg("tsv");
        // Its threads spin on small pictures: on two cores one thread is faster than two.
        command.env("OMP_THREAD_LIMIT", "1");
        command
    }

    fn run(&self, command: &mut Command) -> Result<String, EngineError> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| self.spawn_error(error))?;
        let stdout = child.stdout.take();
        let reader = thread::spawn(move || {
            let mut text = Vec::new();
            let read = stdout
                .map(|mut pipe| pipe.read_to_end(&mut text))
                .transpose();
            read.map(|_| String::from_utf8_lossy(&text).into_owned())
        });
        let status = self.wait(&mut child)?;
        let text = reader.join().map_err(|_| EngineError::Failed {
            status: "a broken pipe".to_owned(),
        })??;
        if status.success() {
            Ok(text)
        } else {
            Err(EngineError::Failed {
                status: status.to_string(),
            })
        }
    }

    /// Waits for the process, and ends it when its time is over.
    fn wait(&self, child: &mut Child) -> Result<std::process::ExitStatus, EngineError> {
        let limit_ms = self.settings.timeout_ms;
        let begin = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            if begin.elapsed() > Duration::from_millis(limit_ms) {
                child.kill()?;
                child.wait()?;
                return Err(EngineError::TooSlow { limit_ms });
            }
            thread::sleep(POLL);
        }
    }

    fn spawn_error(&self, error: std::io::Error) -> EngineError {
        if error.kind() == ErrorKind::NotFound {
            EngineError::Missing {
                program: self.settings.program.clone(),
            }
        } else {
            EngineError::Io(error)
        }
    }
}

impl TextEngine for Tesseract {
    fn version(&self) -> String {
        let ask = || {
            let answer = self.run(Command::new(&self.settings.program).arg("--version"));
            let first = answer.ok()?.lines().next()?.trim().to_owned();
            first.starts_with("tesseract ").then_some(first)
        };
        self.version
            .get_or_init(|| ask().unwrap_or_else(|| "none".to_owned()))
            .clone()
    }

    fn read(&self, lines: &[GrayImage], alphabet: Alphabet) -> Result<Vec<LineText>, EngineError> {
        if lines.is_empty() {
            return Ok(Vec::new());
        }
        // The folder and everything in it go when this returns, whatever happens.
        let folder = tempfile::Builder::new()
            .prefix("postbag-lines-")
            .tempdir()?;
        let mut list = String::new();
        for (line_idx, line) in lines.iter().enumerate() {
            let path = folder.path().join(format!("{line_idx}.pgm"));
            write_pgm(&path, line)?;
            list.push_str(&path.to_string_lossy());
            list.push('\n');
        }
        let list_path = folder.path().join("lines.txt");
        std::fs::write(&list_path, list)?;
        let answer = self.run(&mut self.command(&list_path, alphabet))?;
        Ok(parse_tsv(&answer, lines.len()))
    }
}

/// Portable grey map: three numbers and the pixels; nothing to compress or to unpack.
fn write_pgm(path: &Path, line: &GrayImage) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    write!(file, "P5\n{} {}\n255\n", line.width(), line.height())?;
    file.write_all(line.as_raw())?;
    file.flush()
}

/// Reads Tesseract's table: one page for each line picture, one row for each word (level 5) with its confidence
/// in percent.
fn parse_tsv(table: &str, n_lines: usize) -> Vec<LineText> {
    let mut words: BTreeMap<usize, Vec<(&str, f64)>> = BTreeMap::new();
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [level, page, .., confidence, text] = cells.as_slice() else {
            continue;
        };
        let text = text.trim();
        let numbers = (page.parse::<usize>(), confidence.parse::<f64>());
        if let ("5", (Ok(page), Ok(confidence)), false) = (*level, numbers, text.is_empty()) {
            words
                .entry(page)
                .or_default()
                .push((text, confidence / 100.0));
        }
    }
    (1..=n_lines)
        .map(|page| {
            words
                .get(&page)
                .map_or_else(LineText::default, |words| joined(words))
        })
        .collect()
}

/// The words of a line with one space between; the confidence is the mean over the characters.
fn joined(words: &[(&str, f64)]) -> LineText {
    let texts: Vec<&str> = words.iter().map(|(text, _)| *text).collect();
    let length = |text: &str| text.chars().count() as f64;
    let total: f64 = words.iter().map(|(text, _)| length(text)).sum();
    let weighted: f64 = words.iter().map(|(text, c)| c * length(text)).sum();
    LineText {
        // A bare upright or leaning stroke is nothing in English but a capital I.
        text: texts.join(" ").replace(['|', '\\'], "I"),
        confidence: (weighted / total.max(1.0)).clamp(0.0, 1.0),
        predicted_cer: None,
        postcodes: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line of printed words, drawn with the leaflet's own letters.
    fn printed_line() -> GrayImage {
        let layout = &schemas::layout::builtin()[0];
        let blank = artwork::blank(layout, &layout.sides[0], 200.0).unwrap();
        image::imageops::crop_imm(&blank, 130, 75, 900, 140).to_image()
    }

    #[test]
    fn printed_words_are_read_each_line_by_itself() {
        let engine = Tesseract::new(TesseractSettings::default());
        let line = printed_line();
        let word = image::imageops::crop_imm(&line, 0, 0, 206, 140).to_image();
        let texts = engine
            .read(&[line.clone(), word, line], Alphabet::Prose)
            .unwrap();
        let texts_only: Vec<&str> = texts.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts_only, ["Tell your story", "Tell", "Tell your story"]);
        assert!(texts[0].confidence > 0.8);
        assert!(engine.version().starts_with("tesseract 5."));
    }

    #[test]
    fn a_missing_program_is_said_by_name() {
        let settings = TesseractSettings {
            program: "no-such-tesseract".to_owned(),
            ..TesseractSettings::default()
        };
        let engine = Tesseract::new(settings);
        let error = engine.read(&[printed_line()], Alphabet::Prose).unwrap_err();
        assert!(
            matches!(error, EngineError::Missing { program } if program == "no-such-tesseract")
        );
        assert_eq!(engine.version(), "none");
    }

    #[test]
    fn a_program_that_takes_too_long_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("slow");
        std::fs::write(&program, "#!/bin/sh\nexec sleep 30\n").unwrap();
        let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&program, executable).unwrap();
        let engine = Tesseract::new(TesseractSettings {
            program: program.to_string_lossy().into_owned(),
            timeout_ms: 100,
            ..TesseractSettings::default()
        });
        let begin = Instant::now();
        let error = engine.read(&[printed_line()], Alphabet::Prose).unwrap_err();
        assert!(matches!(error, EngineError::TooSlow { limit_ms: 100 }));
        assert!(begin.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn the_confidence_of_a_line_is_the_mean_over_its_characters() {
        let table =
            "level\tpage_num\tconf\ttext\n5\t1\t90\tabcd\n5\t1\t30\tef\n4\t1\t-1\t\n5\t2\t50\t \n";
        let lines = parse_tsv(table, 2);
        assert_eq!(lines[0].text, "abcd ef");
        assert!((lines[0].confidence - 0.7).abs() < 1e-9);
        assert_eq!(lines[1], LineText::default());
    }

    #[test]
    fn a_bare_stroke_is_a_capital_i() {
        let table = "level\tpage_num\tconf\ttext\n5\t1\t90\t|\n5\t1\t90\twent\n";
        assert_eq!(parse_tsv(table, 1)[0].text, "I went");
    }
}
