//! The command line.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use schemas::separation::Separation;

use crate::config::TextEngineName;

/// Hand-written leaflets about health care become published stories.
#[derive(Debug, Parser)]
#[command(name = "postbag", version, max_term_width = 100)]
pub(crate) struct Cli {
    /// The configuration file [default: postbag.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run everything in one process: intake, reading, bench (no server needed)
    Run,
    /// Run in a fresh directory with sample leaflets and demo accounts
    Demo(Demo),
    /// Take in scans: watch a folder, read a mailbox, or take the files named
    Ingest(Ingest),
    /// Read the pages in the queue
    Worker,
    /// Serve the bench and the public pages, and publish approved stories
    Web,
    /// Read scans and print one JSON object a page; touches no database
    Read(Read),
    /// Measure how well scans are read, against the truth beside them
    Eval(Eval),
    /// Read the pages of approved stories again with another engine, and report what would have changed; changes nothing
    ///
    /// Before another engine reads all new leaflets: what would it have made of those that people have corrected already?
    ///
    /// Takes every story that is approved or published now, the newest approval first, and reads the stored pages of its
    /// leaflet again, with the configuration as it is but for the engine. What the engine of then and the new one leave to a
    /// person is counted against what moderators kept: characters to change, the right suggestion first or not, and silent
    /// errors, which are wrong although nothing would make a person look.
    ///
    /// Nothing is written, neither to the database nor to the queue nor to the pictures, so that it may run beside the
    /// workers and be stopped at any moment: Ctrl-C ends it after the pages in hand, with the figures up to there. It reads as
    /// many pages at once as a worker. It prints numbers and ids only, never a word of a story.
    ///
    /// The exit code is 0 when all stories were compared, and 1 when pages could not be read again (they are named, with the
    /// cause) or it was stopped.
    Replay(Replay),
    /// Make filled-in and badly scanned leaflets with the truth about each
    #[command(subcommand)]
    Samples(Samples),
    /// Look at the boxes of scans by their score
    #[command(subcommand)]
    Marks(Marks),
    /// List, show, print and check layouts
    #[command(subcommand)]
    Layout(Layout),
    /// Take the directory of services in, and search it
    #[command(subcommand)]
    Services(Services),
    /// Take the districts of postcodes in
    #[command(subcommand)]
    Postcodes(Postcodes),
    /// Manage the people who sign in
    #[command(subcommand)]
    User(User),
    /// Open, list and close the addresses that scanning bureaus send files to
    #[command(subcommand, name = "drop")]
    Drop(DropCommand),
    /// Show the ledger of every batch
    #[command(subcommand)]
    Batch(Batch),
    /// List, run again or drop the jobs that gave up
    #[command(subcommand)]
    Dead(Dead),
    /// Write what is published and not taken down as one file
    Export(Export),
    /// Receive what a webhook is sent, check its signature and print one line each, to try a webhook out
    WebhookReceiver(WebhookReceiver),
    /// Check or show the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Bring the database up to this version
    Migrate,
    /// Check that everything Postbag needs is there and answers
    Doctor,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Where the demo keeps its data; must be empty or absent [default: a new temporary folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub(crate) listen: std::net::SocketAddr,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub(crate) struct Ingest {
    #[command(subcommand)]
    pub(crate) watch: Option<IngestWatch>,
    /// Files to take in, as one batch; they stay where they are
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Where another pile begins: cover-sheets, blank-sheets, blank-two-sided-sheets, every-40-sides [default:
    /// ingest.separation of the configuration]
    #[arg(long, value_name = "WHERE", value_parser = Separation::parse)]
    pub(crate) separation: Option<Separation>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum IngestWatch {
    /// Watch a folder until stopped
    Watch {
        /// The folder [default: ingest.inbox of the configuration]
        dir: Option<PathBuf>,
    },
    /// Read the mailbox until stopped (mailbox.server and its other settings)
    Mailbox,
}

#[derive(Debug, Args)]
pub(crate) struct Read {
    /// Scans: PNG, JPEG, TIFF or PDF
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Read each picture as one region, without a layout: a letter, a line that was cut out
    #[arg(long = "as", value_name = "WHAT")]
    pub(crate) what: Option<ReadAs>,
    /// Print one JSON object a page, a line each
    #[arg(long)]
    pub(crate) json: bool,
    /// Also write the straightened pages, drawings and inks into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) pictures: Option<PathBuf>,
}

/// What a picture without a layout shows.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ReadAs {
    /// Any number of lines: a letter, a page
    Text,
    /// One line
    Line,
    /// A postcode, in one line
    Postcode,
    /// The name of a service, in one line
    Service,
}

impl From<ReadAs> for schemas::lone::ReadAs {
    fn from(read_as: ReadAs) -> Self {
        match read_as {
            ReadAs::Text => Self::Text,
            ReadAs::Line => Self::Line,
            ReadAs::Postcode => Self::Postcode,
            ReadAs::Service => Self::Service,
        }
    }
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub(crate) struct Eval {
    #[command(subcommand)]
    pub(crate) what: Option<EvalWhat>,
    /// A folder of scans, each with its NAME.truth.json beside it; folders inside are searched too
    #[arg(value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// Print one JSON object with every figure
    #[arg(long)]
    pub(crate) json: bool,
    /// Read everything but text: much quicker
    #[arg(long)]
    pub(crate) no_text: bool,
    /// Read the pages that were set aside again, as if a person had dragged their corners; their figures are apart
    #[arg(long)]
    pub(crate) placed: bool,
    /// Read so many files at once [default: one a core]
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        hide_default_value = true,
        global = true
    )]
    pub(crate) jobs: usize,
    /// Also list so many of the pages that went most wrong, with the reasons
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        default_value_if("out", clap::builder::ArgPredicate::IsPresent, "50")
    )]
    pub(crate) worst: usize,
    /// Copy the pages that went most wrong into this folder, with an index.html that shows what was found
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The kind of file; in a table, a cell that a spreadsheet would take for a formula begins with an apostrophe
    #[arg(long, value_enum)]
    pub(crate) format: FormatName,
    /// Only stories that were published on this day or later, for example 2026-11-01; the day begins at midnight UTC
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) since: Option<NaiveDate>,
    /// The file to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct WebhookReceiver {
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1:8090")]
    pub(crate) listen: std::net::SocketAddr,
    /// The file that holds the secret, as in `webhook.secret_file`
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FormatName {
    /// A table with a heading
    Csv,
    /// One array of opinions in the shape of the Care Opinion API v2
    Json,
}

impl From<FormatName> for review_web::ExportFormat {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Csv => Self::Csv,
            FormatName::Json => Self::Json,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// Which engine reads the pages again
    #[arg(long, value_enum)]
    pub(crate) engine: EngineName,
    /// Only stories that were approved on this day or later, for example 2026-11-01; the day begins at midnight UTC
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(crate) since: Option<NaiveDate>,
    /// At most so many stories [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
    /// Print one JSON object with every figure
    #[arg(long)]
    pub(crate) json: bool,
}

/// What reads lines of handwriting.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum EngineName {
    /// The recogniser that comes with Postbag
    Handwriting,
    /// The program Tesseract
    Tesseract,
}

impl From<EngineName> for TextEngineName {
    fn from(name: EngineName) -> Self {
        match name {
            EngineName::Handwriting => Self::Handwriting,
            EngineName::Tesseract => Self::Tesseract,
        }
    }
}

fn day(text: &str) -> Result<NaiveDate, String> {
    text.parse()
        .map_err(|_| "write the day as year, month, day: 2026-11-01".to_owned())
}

#[derive(Debug, Subcommand)]
pub(crate) enum EvalWhat {
    /// Look for codes in pictures (NAME.png with NAME.txt), each turned four ways
    Qr {
        dir: PathBuf,
        #[arg(long)]
        json: bool,
    },
    /// Read pictures without a layout and count the characters that are wrong
    Texts(EvalTexts),
}

#[derive(Debug, Args)]
pub(crate) struct EvalTexts {
    /// The folder of pictures; for --truth, the one that its file names begin in
    pub(crate) dir: PathBuf,
    /// A CSV with a heading: the picture in its first column, what is written in its second
    #[arg(long, value_name = "FILE.csv", required_unless_present = "text")]
    pub(crate) truth: Option<PathBuf>,
    /// Only its rows with one of these values in a column
    #[arg(long = "where", value_name = "COLUMN=VALUE,…", requires = "truth")]
    pub(crate) only: Option<String>,
    /// A text file: what is written on every picture of the folder
    #[arg(long, value_name = "FILE.txt", conflicts_with = "truth")]
    pub(crate) text: Option<PathBuf>,
    /// What each picture shows
    #[arg(long = "as", value_name = "WHAT", default_value = "text")]
    pub(crate) read_as: ReadAs,
    /// Also let Tesseract read each whole picture, by itself
    #[arg(long)]
    pub(crate) beside: bool,
    /// Print one JSON object with every figure and every picture
    #[arg(long)]
    pub(crate) json: bool,
    /// Also list so many of the pictures that were read worst, with both texts
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) worst: usize,
}

#[derive(Debug, Args)]
pub(crate) struct PrintLayout {
    /// The file to write; its ending says the format
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Serial numbers, for example 1..500; one copy each (PDF only for more than one)
    #[arg(long, value_name = "A..B")]
    pub(crate) serials: Option<String>,
    /// The side of an .svg or .png
    #[arg(long, default_value_t = 1)]
    pub(crate) side: u32,
    /// The resolution of a .png
    #[arg(long, default_value_t = 300)]
    pub(crate) dpi: u32,
    /// For a print shop: a larger page with 3 mm of bleed and marks where to cut (PDF only)
    #[arg(long)]
    pub(crate) crop_marks: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Marks {
    /// Write one page of HTML with every box, sorted by score, to tune thresholds
    Report {
        /// A folder of scans; where NAME.truth.json lies beside one, wrong boxes are outlined
        dir: PathBuf,
        /// The page to write
        #[arg(long, value_name = "FILE.html")]
        out: PathBuf,
    },
    /// Write every box with a known truth as the network sees it, to train it
    Boxes {
        /// A folder of scans with NAME.truth.json beside them
        dir: PathBuf,
        /// The file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Samples {
    /// Make leaflets; the same seed gives the same ones
    Make(SamplesMake),
}

#[derive(Debug, Args)]
pub(crate) struct SamplesMake {
    /// Any number; another one gives other leaflets
    #[arg(long)]
    pub(crate) seed: u64,
    /// How many leaflets; those with two sides become two pages
    #[arg(long, value_name = "M")]
    pub(crate) count: u32,
    /// The folder to write to; it is made when it is not there
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Only this layout (every version), only this version of it, or one that is in a file: story-a4, story-a4.2 or FORM.json;
    /// may be repeated
    /// [default: the newest version of all that come with Postbag]
    #[arg(long = "layout", value_name = "ID")]
    pub(crate) layouts: Vec<String>,
    /// Leaflets that are filled in as asked and scanned well
    #[arg(long)]
    pub(crate) gentle: bool,
    /// A folder with UNIPEN's `data` and `include`: half of the writers are real people then
    #[arg(long, value_name = "DIR", conflicts_with = "gentle")]
    pub(crate) unipen: Option<PathBuf>,
    /// A folder with drawings of 28 × 28 bytes in `.bin` files: half of the drawings are those of real people then
    #[arg(long, value_name = "DIR", conflicts_with = "gentle")]
    pub(crate) doodles: Option<PathBuf>,
    /// A file of services, as `services import` takes it; may be repeated: the leaflets are about these then
    #[arg(long, value_name = "FILE", conflicts_with = "gentle")]
    pub(crate) services: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Layout {
    /// List the layouts that are known
    List,
    /// Show one layout
    Show {
        id: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Print a layout to a file: .pdf, .svg or .png
    Print {
        id: String,
        #[command(flatten)]
        how: PrintLayout,
    },
    /// Write a layout that was drawn in the bench into a folder, with the pictures of its empty sides beside it; the folder can
    /// be another installation's reading.layouts
    Export {
        id: String,
        /// The folder; it is made when it is not there
        #[arg(long, value_name = "FOLDER")]
        out: PathBuf,
        /// Which version [default: the newest]
        #[arg(long, value_name = "N")]
        version: Option<u32>,
    },
    /// Check a layout file: whether it would print, fold, copy, scan and read
    Check { file: PathBuf },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Services {
    /// Take services in: files of the organisation data service (etr.csv, ets.csv, epraccur.csv, niorg.csv, … by their own
    /// names), Scotland's hospitals, or your own with the heading code,name,kind,parent,address,town,postcode,aliases,closed
    Import {
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Search as the bench does: words, a postcode or its beginning, a code
    Search {
        #[arg(required = true, value_name = "WORD")]
        words: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Postcodes {
    /// Take districts in: the ONS postcode directory, or the files of Code-Point Open
    Import {
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Add a person; the password is read from standard input
    Add {
        name: String,
        #[arg(long, value_enum)]
        role: RoleName,
        /// How the person is shown to others [default: the name]
        #[arg(long)]
        display_name: Option<String>,
    },
    /// List everybody
    List,
    /// Keep a person out and end their sessions
    Disable { name: String },
    /// Let a person in again
    Enable { name: String },
    /// Set a new password, read from standard input, and end the sessions
    Reset { name: String },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RoleName {
    MailRoom,
    Moderator,
    Senior,
    Administrator,
    Auditor,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DropCommand {
    /// Open an address for a bureau, and print it with its token, once
    Add(AddDrop),
    /// List every address, also those that were revoked
    List,
    /// Close an address: what is sent to it from now on is refused
    Revoke {
        /// As `postbag drop list` names it
        name: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct AddDrop {
    /// Whose it is, in a word; it names the piles
    pub(crate) name: String,
    /// The largest file, in MiB [default: that of the configuration]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) max_mib: Option<u64>,
    /// The most new files that come on one day (UTC)
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) files_per_day: u32,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Batch {
    /// List the newest batches with their ledgers
    List,
    /// Show every sheet of a batch
    Show { id: String },
    /// Make a cover sheet: whatever is scanned behind it is one pile
    Cover(CoverSheet),
}

#[derive(Debug, Args)]
pub(crate) struct CoverSheet {
    /// The file to write, a .pdf
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// What the pile is called; without it the sheet can be used again and again, for any pile
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// How many sheets of paper the pile has; a difference is shown when it comes in
    #[arg(long)]
    pub(crate) sheets: Option<u32>,
    /// How many sides of each sheet will be scanned
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=2))]
    pub(crate) sides: u32,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Dead {
    /// List the jobs that gave up
    List,
    /// Run one again, or all of them
    Retry {
        /// The job's id, or "all"
        id: String,
    },
    /// Forget one
    Drop { id: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Say whether the configuration is right
    Check,
    /// Print the configuration that is in force, passwords hidden
    Show,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        super::Cli::command().debug_assert();
    }
}
