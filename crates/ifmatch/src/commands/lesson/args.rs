//! The command line of `ifmatch lesson`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::options::PreconditionMode;

/// `ifmatch lesson`
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
#[command(after_help = "\
Examples:
  ifmatch lesson                                     list the lessons
  ifmatch lesson lost-update                         play one, check its claims, and print what happened
  ifmatch lesson lost-update --ask                   play it step by step, in lines: you get its questions and its level
  ifmatch lesson lost-update --compare               the same order of events under all three policies
  ifmatch lesson merge --save merge.svg              a picture; also .md, .mmd, .har (for a browser), .jsonl, .txt
  ifmatch lesson merge --save merge.cast             a recording of the stage, for asciinema
  ifmatch lesson --progress                          print your progress; --forget removes it
  ifmatch lesson --all                               play all of them, and check their claims
  ifmatch lesson --matrix                            what each policy and each mistake does to each anomaly
  ifmatch lesson --check mine.toml                   report the errors of your own lesson
  ifmatch lesson --lessons mine.toml                 play it

Exit codes: 0 every claim holds, and the level can be solved · 1 one does not hold, or it cannot · 2 there is no such
lesson, or its file is wrong.")]
pub(crate) struct LessonArgs {
    /// The lesson to play. [default: list all lessons]
    #[arg(value_name = "NAME")]
    pub(super) name: Option<String>,

    /// List the lessons, with their goals.
    #[arg(long, conflicts_with_all = ["name", "all"])]
    pub(super) list: bool,

    /// Play all lessons, one after the other.
    #[arg(long, conflicts_with = "name")]
    pub(super) all: bool,

    /// Ask the lesson's questions before it gives the answers, and let you play its level.
    ///
    /// This is the plain mode of the lesson: each line is a command, and an empty line is the next step. It works
    /// through pipes, too.
    #[arg(long, conflicts_with_all = ["all", "list", "check", "transcript", "save", "compare", "progress", "forget"])]
    pub(super) ask: bool,

    /// Print which lessons you have played to their end, and how well you have solved their levels.
    #[arg(long, conflicts_with_all = ["name", "all", "list", "check"])]
    pub(super) progress: bool,

    /// Remove the file with your progress.
    #[arg(long, conflicts_with_all = ["name", "all", "list", "check", "progress"])]
    pub(super) forget: bool,

    /// Check a lesson's file, and report only its errors.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "all", "list", "lessons"])]
    pub(super) check: Option<PathBuf>,

    /// Use the lessons in this file, or in the .toml files of this folder, instead of the built-in ones.
    #[arg(long, value_name = "FILE or FOLDER")]
    pub(super) lessons: Option<PathBuf>,

    /// Play each anomaly on a server with each policy and each mistake, and print what became of it.
    ///
    /// As text, or with --transcript markdown.
    #[arg(long, conflicts_with_all = ["name", "all", "list", "check", "lessons", "save", "ask", "progress", "forget"])]
    pub(super) matrix: bool,

    /// The format of the transcript. [default: by the file name of --save, or text]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) transcript: Option<FormatChoice>,

    /// Write the transcript to this file; with --all, one file for each lesson into this folder.
    #[arg(long, value_name = "FILE")]
    pub(super) save: Option<PathBuf>,

    /// The size of the stage in a recording or picture.
    #[arg(long, value_name = "COLUMNSxROWS", value_parser = columns_and_rows, default_value = "120x40")]
    pub(super) size: (u16, u16),

    /// The step that a picture of the stage shows, with its question still open. [default: the end]
    #[arg(long, value_name = "STEP")]
    pub(super) at: Option<usize>,

    /// Play the lesson under another policy of the server.
    ///
    /// The lesson's claims assume its own policy, so they are not checked.
    #[arg(long, value_enum, value_name = "POLICY", conflicts_with_all = ["compare", "matrix"])]
    pub(super) preconditions: Option<PreconditionMode>,

    /// Play the lesson under all three policies, and print the outcomes side by side.
    #[arg(long, conflicts_with_all = ["transcript", "save", "matrix"])]
    pub(super) compare: bool,
}

impl LessonArgs {
    /// Returns whether one lesson is asked for, and neither a list nor a transcript.
    pub(super) fn is_for_one(&self) -> bool {
        !(self.list || self.all || self.compare || self.progress || self.forget || self.matrix)
            && self.transcript.is_none()
            && self.save.is_none()
    }
}

/// The format of a transcript, as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatChoice {
    /// Sentences, to be read or read aloud.
    Text,
    /// A page with the questions, the diagram and every message.
    Markdown,
    /// A sequence diagram for Mermaid.
    Mermaid,
    /// HTTP Archive 1.2, which opens in a browser's developer tools.
    Har,
    /// A sequence diagram as a picture.
    Svg,
    /// One JSON object per line, for programs.
    Jsonl,
    /// A recording of the stage, which asciinema plays.
    Asciicast,
    /// A picture of the stage at the step of --at.
    Stage,
}

/// Parses a size such as `120x40`.
fn columns_and_rows(text: &str) -> Result<(u16, u16), String> {
    let number = |text: &str| text.parse().ok().filter(|number| (1..=1000).contains(number));
    let size = text.split_once('x').and_then(|(columns, rows)| Some((number(columns)?, number(rows)?)));
    size.ok_or_else(|| "such as 120x40".to_owned())
}
