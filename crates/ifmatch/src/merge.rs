//! `ifmatch merge`: three files in, one text out, as `git merge-file` does it.
//!
//! Arguments, output and exit codes are git's, so it can be used wherever that one is called. The crate `merge` says
//! what it does better. No server and no threads are started for it, unless the merge view is wanted.

mod error;
mod fast_args;
mod git;
mod inputs;
mod view;

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use files::{ExpectedContent, SeenContent, WriteError};
use merge::{Fallback, Merge, Rendered, Rendering, Side, Style, Text};

use crate::cli::DisplayOptions;
use crate::data_dirs::DataDirs;
use crate::error::Error;
use crate::merge_json;
use crate::stderr::print_error;
use error::MergeError;

/// Ended for a reason that is no conflict: what git ends with.
pub(crate) const EXIT_REFUSED: u8 = 255;

/// Ended with a conflict, and MINE as it was.
const UNTOUCHED: u8 = 1;

/// The most conflicts that an exit code can count.
const MAX_CONFLICTS_IN_EXIT_CODE: usize = 127;

/// How long the sides may be compared with the base. Real texts need milliseconds; this is for those that were made to
/// take for ever.
const COMPARISON_BUDGET: Duration = Duration::from_millis(750);

/// How long the sides may then be compared with each other, so that conflicts are short.
const SHORTENING_BUDGET: Duration = Duration::from_millis(250);

/// How often a merge is made again because a file changed while it was merged.
const MAX_ATTEMPTS: usize = 10;

/// `ifmatch merge`
#[derive(Debug, Default, PartialEq, Eq, Args)]
#[command(
    args_override_self = true,
    after_help = "\
Examples:
  ifmatch merge mine.txt base.txt theirs.txt         the result replaces mine.txt
  ifmatch merge -p mine.txt base.txt theirs.txt      the result is printed
  ifmatch merge --json mine.txt base.txt theirs.txt  regions, reasons and suggestions, for programs

As a merge driver of git (with '*.md merge=ifmatch' in .gitattributes):
  git config merge.ifmatch.driver 'ifmatch merge --marker-size %L -L %X -L %S -L %Y --path-name %P %A %O %B'

As a merge tool of git:
  git config mergetool.ifmatch.cmd 'ifmatch merge --view -o \"$MERGED\" -L mine -L base -L theirs \"$LOCAL\" \"$BASE\" \"$REMOTE\"'
  git config mergetool.ifmatch.trustExitCode true

Exit codes: 0 merged · 1 to 127 so many conflicts · 255 wrong usage, or a file that cannot be read or is not text
(1 with --path-name: to git, which calls a driver like that, the file is in conflict, and mine stays)"
)]
pub(crate) struct MergeArgs {
    /// My file. The result is written here, unless another outlet is named.
    #[arg(value_name = "MINE")]
    mine: OsString,

    /// The file that both started from.
    #[arg(value_name = "BASE")]
    base: OsString,

    /// The other's file.
    #[arg(value_name = "THEIRS")]
    theirs: OsString,

    #[command(flatten)]
    outlet: OutputMode,

    /// Say nothing when something is wrong; the exit code tells.
    #[arg(short, long)]
    quiet: bool,

    /// The label behind the markers in place of the file's name: first for MINE, then BASE, then THEIRS.
    #[arg(short = 'L', value_name = "NAME", action = clap::ArgAction::Append, allow_hyphen_values = true)]
    labels: Vec<OsString>,

    /// The name of the file in the view and in messages, if MINE is a copy under another name (git's %P).
    #[arg(long, value_name = "PATH", allow_hyphen_values = true)]
    path_name: Option<OsString>,

    /// How long markers are. [default: 7, or more where the texts hold such lines]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    marker_size: Option<i64>,

    /// Take MINE, BASE and THEIRS for objects in git's repository; without -p, the result is stored as one, and its id
    /// is printed.
    #[arg(long, conflicts_with_all = ["json", "view", "output"])]
    object_id: bool,

    /// Git's choice of how texts are compared. Each of its names is accepted, and each compares as myers, git's
    /// default: see docs/merge.md.
    #[arg(long, value_enum, value_name = "NAME", ignore_case = true)]
    diff_algorithm: Option<Algorithm>,

    #[command(flatten)]
    styles: ConflictStyles,

    #[command(flatten)]
    taken: Favor,
}

/// Where the result goes; into MINE, unless something else is said.
#[derive(Debug, Default, PartialEq, Eq, Args)]
struct OutputMode {
    /// Print the result, and leave MINE alone.
    #[arg(short = 'p', long)]
    stdout: bool,

    /// Open the merge view. Ctrl-S there writes the file and ends with 0; leaving without it ends with 1.
    #[arg(long, conflicts_with_all = ["stdout", "json", "ours", "take_theirs", "union"])]
    view: bool,

    /// Print what was found as JSON, and write nothing: see docs/merge.md for its form.
    #[arg(long)]
    json: bool,

    /// Write the result to this file, and leave MINE alone.
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["stdout", "json"], allow_hyphen_values = true)]
    output: Option<OsString>,
}

/// How conflicts are shown. What is said last counts.
#[derive(Debug, Default, PartialEq, Eq, Args)]
struct ConflictStyles {
    /// How conflicts are shown. [default: git's setting merge.conflictStyle, or else merge]
    #[arg(long, value_enum, value_name = "STYLE", overrides_with_all = ["diff3", "zdiff3"])]
    style: Option<ConflictStyle>,

    /// The same as --style diff3.
    #[arg(long, overrides_with_all = ["style", "zdiff3"])]
    diff3: bool,

    /// The same as --style zdiff3.
    #[arg(long, overrides_with_all = ["style", "diff3"])]
    zdiff3: bool,
}

/// What is taken where there is a conflict. What is said last counts.
#[derive(Debug, Default, PartialEq, Eq, Args)]
struct Favor {
    /// Take mine where there is a conflict.
    #[arg(long, overrides_with_all = ["take_theirs", "union"])]
    ours: bool,

    /// Take theirs where there is a conflict.
    #[arg(long = "theirs", overrides_with_all = ["ours", "union"])]
    take_theirs: bool,

    /// Take the lines of both where there is a conflict, mine first.
    #[arg(long, overrides_with_all = ["ours", "take_theirs"])]
    union: bool,
}

/// How conflicts are shown, as it is said on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ConflictStyle {
    /// Mine and theirs, as short as can be.
    Merge,
    /// Mine, base and theirs, whole.
    Diff3,
    /// Mine, base and theirs; what mine and theirs have in common at either end stands outside.
    Zdiff3,
}

/// Git's ways to compare texts, as they are said on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Algorithm {
    #[value(alias = "default")]
    Myers,
    Minimal,
    Patience,
    Histogram,
}

/// Returns what was said to `ifmatch merge`, if it is that and is said as usual. See [`fast_args`].
pub(crate) fn parse_fast_path() -> Option<MergeArgs> {
    let mut words = env::args_os().skip(1);
    words.next().filter(|command| command == "merge")?;
    fast_args::read(words)
}

/// Merges on the screen or line by line if that is wanted, else as [`run`] does.
pub(crate) async fn run_with_view(
    arguments: &MergeArgs,
    places: &DataDirs,
    look: DisplayOptions,
) -> Result<ExitCode, Error> {
    match arguments.outlet.view {
        true => view::run(arguments, places, look).await,
        false if look.is_plain() => Ok(arguments.exit_code(Err(MergeError::Plain))),
        false => Ok(arguments.exit_code(merge_and_write(arguments, Some(places)))),
    }
}

/// Merges, and says in the exit code how many conflicts are left.
pub(crate) fn run(arguments: &MergeArgs) -> ExitCode {
    arguments.exit_code(merge_and_write(arguments, DataDirs::from_environment().ok().as_ref()))
}

/// Merges, again if a file changes meanwhile. Returns how many conflicts are left.
fn merge_and_write(arguments: &MergeArgs, places: Option<&DataDirs>) -> Result<usize, MergeError> {
    for _ in 0..MAX_ATTEMPTS {
        if let Some(conflicts) = try_merge(arguments, places)? {
            return Ok(conflicts);
        }
    }
    Err(MergeError::Restless { path: arguments.target().into(), attempts: MAX_ATTEMPTS })
}

/// Returns how many conflicts are left, or `None` if a file has changed since it was read, and nothing was written.
fn try_merge(arguments: &MergeArgs, places: Option<&DataDirs>) -> Result<Option<usize>, MergeError> {
    let before = arguments.output_now()?;
    let labels = arguments.checked_labels()?;
    let [mine, base, theirs] = arguments.texts()?.map(Text::from);
    let merge = Merge::of(base, mine, theirs, Some(Instant::now() + COMPARISON_BUDGET));
    let rendered = merge.render(&arguments.rendering(&merge, labels, Instant::now() + SHORTENING_BUDGET)?);
    let Rendered { text, conflicts } = &rendered;
    if arguments.outlet.json {
        print(merge_json::document(&merge, *conflicts).as_bytes())?;
    } else if arguments.outlet.stdout {
        print(text)?;
    } else if arguments.object_id {
        print(&git::store(text)?)?;
    } else {
        let mine = ExpectedContent::Content(merge.text(Side::Mine).bytes());
        let expected = before.as_ref().map_or(mine, SeenContent::expected);
        let sides = [(&arguments.mine, Side::Mine), (&arguments.base, Side::Base), (&arguments.theirs, Side::Theirs)];
        let has_changed =
            |(path, side): (&OsString, Side)| files::has_changed(Path::new(path), merge.text(side).bytes());
        if sides.into_iter().any(has_changed) {
            return Ok(None);
        }
        let path = PathBuf::from(arguments.target());
        match files::write(&path, text, expected, places.map(DataDirs::backups).as_deref()) {
            Ok(()) => {}
            // Of another file only the content at the beginning was seen, and no merge has the new one in it.
            Err(WriteError::Changed) if before.is_none() => return Ok(None),
            Err(source) => return Err(MergeError::Write { path, source }),
        }
    }
    Ok(Some(*conflicts))
}

impl MergeArgs {
    /// The file that the result is written to.
    fn target(&self) -> &OsString {
        self.outlet.output.as_ref().unwrap_or(&self.mine)
    }

    /// Returns the name of the file in the view and in messages.
    fn shown_name(&self) -> String {
        self.path_name.as_ref().unwrap_or(self.target()).to_string_lossy().into_owned()
    }

    /// Looks at the file that --output names, if one is named.
    fn output_now(&self) -> Result<Option<SeenContent>, MergeError> {
        let Some(output) = &self.outlet.output else { return Ok(None) };
        let seen = SeenContent::of(Path::new(output), inputs::MAX_BYTES);
        seen.map(Some).map_err(|source| MergeError::Read { path: output.into(), source })
    }

    /// Whether the options go together. The whole command line says in words what does not.
    fn is_consistent(&self) -> bool {
        !(self.object_id && self.outlet.json)
    }

    /// Returns the labels of the three texts: as was said, or the names of their files.
    fn checked_labels(&self) -> Result<[&[u8]; 3], MergeError> {
        if self.labels.len() > 3 {
            return Err(MergeError::Labels);
        }
        let names = self.names();
        let label = |at: usize| self.labels.get(at).unwrap_or(names[at]).as_encoded_bytes();
        Ok([label(0), label(1), label(2)])
    }

    fn rendering<'a>(
        &self,
        merge: &Merge,
        labels: [&'a [u8]; 3],
        deadline: Instant,
    ) -> Result<Rendering<'a>, MergeError> {
        let fallback = match () {
            () if self.taken.ours => Fallback::Mine,
            () if self.taken.take_theirs => Fallback::Theirs,
            () if self.taken.union => Fallback::Union,
            () => Fallback::Markers,
        };
        let style = match self.styles.style {
            _ if self.styles.diff3 => Style::Diff3,
            _ if self.styles.zdiff3 => Style::Zdiff3,
            Some(ConflictStyle::Diff3) => Style::Diff3,
            Some(ConflictStyle::Zdiff3) => Style::Zdiff3,
            // To ask git takes longer than the merge.
            None if fallback == Fallback::Markers && merge.conflicts().next().is_some() => git::conflict_style()?,
            Some(ConflictStyle::Merge) | None => Style::Merge,
        };
        Ok(Rendering {
            style,
            fallback,
            labels: labels.map(Some),
            // As for git, a size that makes no marker is none.
            marker_size: self.marker_size.and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0),
            deadline: Some(deadline),
        })
    }

    /// Whether git calls this for a file that it merges: the result goes to its copy of mine.
    fn is_driver(&self) -> bool {
        let OutputMode { stdout, view, json, output } = &self.outlet;
        self.path_name.is_some() && !(*stdout || *view || *json || self.object_id || output.is_some())
    }

    fn exit_code(&self, ended: Result<usize, MergeError>) -> ExitCode {
        match ended {
            Ok(conflicts) => ExitCode::from(u8::try_from(conflicts.min(MAX_CONFLICTS_IN_EXIT_CODE)).unwrap_or(u8::MAX)),
            Err(refusal) => {
                match &self.path_name {
                    _ if self.quiet => {}
                    // Git's copies have names that nobody knows.
                    Some(name) => print_error(format_args!("ifmatch: {}: {refusal}", name.display())),
                    None => print_error(format_args!("ifmatch: {refusal}")),
                }
                // To git, a driver that ends with more than 128 has broken down: it merges no other file either.
                let is_conflict = refusal.is_about_a_text() && self.is_driver();
                ExitCode::from(if is_conflict { UNTOUCHED } else { EXIT_REFUSED })
            }
        }
    }
}

fn print(text: &[u8]) -> Result<(), MergeError> {
    let mut out = io::stdout().lock();
    out.write_all(text).and_then(|()| out.flush()).map_err(MergeError::Print)
}
