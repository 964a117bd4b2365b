//! The command line of `ifmatch lesson`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::options::PreconditionMode;

/// `ifmatch lesson`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ifmatch lesson                                     which lessons there are
  ifmatch lesson lost-update                         plays one, checks what it claims, and tells what happened
  ifmatch lesson lost-update --plain                 step by step, line by line: Enter goes on, questions are asked
  ifmatch lesson lost-update --compare               the same order of events under all three policies
  ifmatch lesson merge --save merge.svg              a picture; also .md, .mmd, .har (for a browser), .jsonl, .txt
  ifmatch lesson merge --save merge.cast             a recording of the stage, for asciinema
  ifmatch lesson --all                               checks all of them
  ifmatch lesson --check mine.toml                   says what is wrong with a lesson of your own
  ifmatch lesson --lessons mine.toml                 plays it

Exit codes: 0 every claim holds · 1 a claim does not hold · 2 there is no such lesson, or its file is wrong.")]
pub(crate) struct LessonArgs {
    /// Which lesson; without it, the list of them.
    #[arg(value_name = "NAME")]
    pub(super) name: Option<String>,

    /// List the lessons, with their goals.
    #[arg(long, conflicts_with_all = ["name", "all"])]
    pub(super) list: bool,

    /// Play all lessons, one after the other.
    #[arg(long, conflicts_with = "name")]
    pub(super) all: bool,

    /// Only say what is wrong with a lesson's file.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "all", "list", "lessons"])]
    pub(super) check: Option<PathBuf>,

    /// Take the lessons from this file, or from the .toml files of this folder, not those built in.
    #[arg(long, value_name = "FILE or FOLDER")]
    pub(super) lessons: Option<PathBuf>,

    /// The format of the transcript. [default: that of the name of --save, or else text]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) transcript: Option<FormatChoice>,

    /// Write what happened to this file; with --all, one file for each lesson in this folder.
    #[arg(long, value_name = "FILE")]
    pub(super) save: Option<PathBuf>,

    /// How large the stage is in a recording or a picture of it.
    #[arg(long, value_name = "COLUMNSxROWS", value_parser = columns_and_rows, default_value = "120x40")]
    pub(super) size: (u16, u16),

    /// At which step a picture of the stage is taken; a question is still open there. [default: the end]
    #[arg(long, value_name = "STEP")]
    pub(super) at: Option<usize>,

    /// Play the same order of events under another policy of the server.
    ///
    /// The claims of the lesson are about its own policy, so none of them is checked then.
    #[arg(long, value_enum, value_name = "POLICY", conflicts_with = "compare")]
    pub(super) preconditions: Option<PreconditionMode>,

    /// Play it under all three policies, and print the outcomes side by side.
    #[arg(long, conflicts_with_all = ["transcript", "save"])]
    pub(super) compare: bool,
}

impl LessonArgs {
    /// Whether one lesson is asked for, and neither a list nor a transcript.
    pub(super) fn is_for_one(&self) -> bool {
        !(self.list || self.all || self.compare) && self.transcript.is_none() && self.save.is_none()
    }
}

/// The format of a transcript, as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatChoice {
    /// Line by line, to be read or read aloud.
    Text,
    /// A page with the questions, the diagram and every message.
    Markdown,
    /// A sequence diagram for Mermaid.
    Mermaid,
    /// HTTP Archive 1.2, which opens in a browser's developer tools.
    Har,
    /// A sequence diagram as a picture.
    Svg,
    /// One JSON object a line, for programs.
    Jsonl,
    /// A recording of the stage, which asciinema plays.
    Asciicast,
    /// A picture of the stage, at the step that --at says.
    Stage,
}

/// Parses a size such as `120x40`.
fn columns_and_rows(text: &str) -> Result<(u16, u16), String> {
    let number = |text: &str| text.parse().ok().filter(|number| (1..=1000).contains(number));
    let size = text.split_once('x').and_then(|(columns, rows)| Some((number(columns)?, number(rows)?)));
    size.ok_or_else(|| "such as 120x40".to_owned())
}
