//! `postbag eval texts DIR`: pictures that are read without a layout, against what is written on them.

mod predicted;
mod truth;

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use ingest::Limits;
use ocr_worker::Reader;
use rayon::prelude::*;
use schemas::lone::{LoneReading, ReadAs};
use schemas::reading::Engine;
use serde::Serialize;

use super::figures::{cer, count, share};
use crate::cli::EvalTexts;
use crate::commands::read::for_each_lone;
use crate::output::{line, table};
use predicted::Predicted;
use truth::Written;

/// The share of wrong characters up to which a text needs hardly any correction, and up to which it is worth correcting.
const GOOD_CER: [f64; 2] = [0.06, 0.10];

/// A picture, read.
#[derive(Debug, Serialize)]
struct Text {
    picture: String,
    written: String,
    read: String,
    /// Characters that are wrong, for each one written; line ends count as spaces.
    cer: f64,
    /// How many of them the engine expects to be wrong, where it can tell.
    predicted_cer: Option<f64>,
    /// The same of Tesseract, where it was asked for.
    tesseract_cer: Option<f64>,
}

/// How many characters are wrong in a set of pictures.
#[derive(Debug, Serialize)]
struct TextFigures {
    engine: Engine,
    all: CerFigures,
    predicted: Option<Predicted>,
    tesseract: Option<CerFigures>,
    texts: Vec<Text>,
}

/// Character error rates of a set of pictures.
#[derive(Debug, Serialize)]
struct CerFigures {
    pictures: usize,
    /// Over all characters of all pictures.
    cer: f64,
    mean: f64,
    median: f64,
    /// A tenth of the pictures are at least as good, and as bad.
    best_tenth: f64,
    worst_tenth: f64,
    /// The share of pictures at or under 6 % and 10 %.
    at_most: [f64; 2],
}

/// What reads.
pub(super) struct Reading<'a> {
    pub(super) reader: &'a Reader,
    pub(super) limits: &'a Limits,
    /// The program `tesseract`.
    pub(super) tesseract: &'a Path,
}

impl Reading<'_> {
    /// Reads every picture and says what is wrong.
    pub(super) fn eval(&self, args: &EvalTexts) -> anyhow::Result<()> {
        let written = truth::find(args)?;
        let read_as = args.read_as.into();
        let texts: Vec<Text> = written
            .par_iter()
            .map(|one| self.text(one, read_as, args.beside))
            .collect::<anyhow::Result<_>>()?;
        let mut figures = TextFigures {
            engine: self.reader.engine(),
            all: CerFigures::of(&texts, |text| Some(text.cer)),
            predicted: Predicted::of(&texts),
            tesseract: args
                .beside
                .then(|| CerFigures::of(&texts, |text| text.tesseract_cer)),
            texts,
        };
        if args.json {
            return line(&serde_json::to_string_pretty(&figures)?);
        }
        print(&figures)?;
        figures.texts.sort_by(|a, b| b.cer.total_cmp(&a.cer));
        for text in figures.texts.iter().take(args.worst) {
            line(&format!(
                "\n{}: {:.1} %\n  written: {}\n  read:    {}",
                text.picture,
                100.0 * text.cer,
                text.written,
                text.read
            ))?;
        }
        Ok(())
    }

    fn text(&self, written: &Written, read_as: ReadAs, beside: bool) -> anyhow::Result<Text> {
        let (mut read, mut predicted_cer) = (String::new(), None);
        for_each_lone(self.reader, self.limits, &written.file, read_as, |found| {
            read.push_str(&as_one_line(&found.reading));
            predicted_cer = found.reading.predicted_cer.or(predicted_cer);
            Ok(())
        })?;
        let theirs = beside
            .then(|| self.by_tesseract(&written.file, read_as))
            .transpose()?;
        Ok(Text {
            picture: written.name.clone(),
            cer: cer(&written.text, &read),
            predicted_cer,
            tesseract_cer: theirs.map(|theirs| cer(&written.text, &theirs)),
            written: written.text.clone(),
            read,
        })
    }

    /// The whole picture, with Tesseract's own way of finding lines.
    fn by_tesseract(&self, file: &Path, read_as: ReadAs) -> anyhow::Result<String> {
        let one_line = if read_as == ReadAs::Text { "3" } else { "7" };
        let mut command = Command::new(self.tesseract);
        command
            .arg(file)
            .args(["stdout", "-l", "eng", "--psm", one_line])
            .env("OMP_THREAD_LIMIT", "1");
        let answer = command
            .output()
            .with_context(|| format!("cannot run {}", self.tesseract.display()))?;
        Ok(spaced(&String::from_utf8_lossy(&answer.stdout)))
    }
}

fn as_one_line(reading: &LoneReading) -> String {
    spaced(reading.value.as_deref().unwrap_or_default())
}

/// With one space between words, whatever there was.
pub(in crate::commands) fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl CerFigures {
    fn of(texts: &[Text], rate: impl Fn(&Text) -> Option<f64>) -> Self {
        let mut rates: Vec<f64> = texts.iter().filter_map(&rate).collect();
        rates.sort_by(f64::total_cmp);
        let at = |tenths: usize| rates.get(rates.len() * tenths / 10).copied().unwrap_or(0.0);
        let characters = |text: &Text| count(text.written.chars().count());
        let wrong: f64 = texts
            .iter()
            .filter_map(|text| Some(rate(text)? * characters(text)))
            .sum();
        let good = |limit: f64| rates.iter().filter(|rate| **rate <= limit).count();
        Self {
            pictures: rates.len(),
            cer: wrong / texts.iter().map(characters).sum::<f64>().max(1.0),
            mean: rates.iter().sum::<f64>() / count(rates.len()).max(1.0),
            median: at(5),
            best_tenth: at(1),
            worst_tenth: at(9),
            at_most: GOOD_CER.map(|limit| share(good(limit), rates.len())),
        }
    }

    fn row(&self, name: &str) -> Vec<String> {
        let percent = |value: f64| format!("{:.1} %", 100.0 * value);
        let rates = [
            self.cer,
            self.mean,
            self.median,
            self.best_tenth,
            self.worst_tenth,
            self.at_most[0],
            self.at_most[1],
        ];
        let mut row = vec![name.to_owned(), self.pictures.to_string()];
        row.extend(rates.map(percent));
        row
    }
}

fn print(figures: &TextFigures) -> anyhow::Result<()> {
    let heading = [
        "CHARACTERS WRONG",
        "pictures",
        "of all",
        "mean",
        "median",
        "best tenth",
        "worst tenth",
        "≤ 6 %",
        "≤ 10 %",
    ];
    let mut rows = vec![
        heading.map(str::to_owned).to_vec(),
        figures.all.row(&figures.engine.text),
    ];
    rows.extend(
        figures
            .tesseract
            .as_ref()
            .map(|theirs| theirs.row("tesseract alone")),
    );
    table(&rows)?;
    figures.predicted.as_ref().map_or(Ok(()), Predicted::print)
}
