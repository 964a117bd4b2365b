//! `ifmatch merge`: three files in, one text out, as `git merge-file` does it.
//!
//! Arguments, output and exit codes are git's, so that it stands in wherever that one is called. What is better about
//! it is told in the crate `merge`. No server and no threads are started for it, unless somebody wants to merge on the
//! screen.

mod said;

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use merge::{Fallback, Merge, Rendering, Style, Text};
use thiserror::Error;
use tui::{MergeConfig, MergeEnd, MergeText, run_merge};

use crate::cli::Look;
use crate::exit::{Failure, how_it_ended};
use crate::merge_json;
use crate::places::Places;
use crate::replace::replace;
use crate::stderr::say;

/// Ended for a reason that is no conflict: what git ends with.
pub(crate) const REFUSED: u8 = 255;

/// The most conflicts that an exit code can count.
const COUNTED: usize = 127;

/// How long the sides may be compared with the base. Real texts need milliseconds; this is for those that were made to
/// take for ever.
const COMPARING: Duration = Duration::from_millis(750);

/// How long the sides may then be compared with each other, so that conflicts are short.
const SHORTENING: Duration = Duration::from_millis(250);

/// The most bytes of one text; beyond, git refuses, too.
const LARGEST: u64 = 1023 * 1024 * 1024;

/// How far into a text a NUL byte is looked for, as git does to tell what is no text.
const LOOKED_AT: usize = 8000;

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
  git config merge.ifmatch.driver 'ifmatch merge --marker-size %L -L %X -L %S -L %Y %A %O %B'

Exit codes: 0 merged · 1 to 127 so many conflicts · 255 wrong usage, or a file that cannot be read or is not text"
)]
pub(crate) struct Merging {
    /// My file. The result is written here, unless it is printed.
    #[arg(value_name = "MINE")]
    mine: OsString,

    /// The file that both started from.
    #[arg(value_name = "BASE")]
    base: OsString,

    /// The other's file.
    #[arg(value_name = "THEIRS")]
    theirs: OsString,

    #[command(flatten)]
    outlet: Outlet,

    /// Say nothing when something is wrong; the exit code tells.
    #[arg(short, long)]
    quiet: bool,

    /// What stands behind the markers in place of the file's name: first for MINE, then BASE, then THEIRS.
    #[arg(short = 'L', value_name = "NAME", action = clap::ArgAction::Append)]
    labels: Vec<OsString>,

    /// How long markers are. [default: 7, or more where the texts hold such lines]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    marker_size: Option<i64>,

    #[command(flatten)]
    styles: Styles,

    #[command(flatten)]
    taken: Taken,
}

/// Where the result goes; into MINE, unless something else is said.
#[derive(Debug, Default, PartialEq, Eq, Args)]
struct Outlet {
    /// Print the result, and leave MINE alone.
    #[arg(short = 'p', long)]
    stdout: bool,

    /// Open the merge view. Ctrl-S there writes MINE; whoever leaves without it ends with 1, and MINE is as it was.
    #[arg(long, conflicts_with_all = ["stdout", "json", "ours", "take_theirs", "union"])]
    view: bool,

    /// Print what was found as JSON, and write nothing: see docs/merge.md for its form.
    #[arg(long)]
    json: bool,
}

/// How conflicts are shown. What is said last counts.
#[derive(Debug, Default, PartialEq, Eq, Args)]
struct Styles {
    /// How conflicts are shown.
    #[arg(long, value_enum, value_name = "STYLE", overrides_with_all = ["diff3", "zdiff3"])]
    style: Option<Shown>,

    /// The same as --style diff3.
    #[arg(long, overrides_with_all = ["style", "zdiff3"])]
    diff3: bool,

    /// The same as --style zdiff3.
    #[arg(long, overrides_with_all = ["style", "diff3"])]
    zdiff3: bool,
}

/// What is taken where there is a conflict. What is said last counts.
#[derive(Debug, Default, PartialEq, Eq, Args)]
struct Taken {
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
enum Shown {
    /// Mine and theirs, as short as can be.
    Merge,
    /// Mine, base and theirs, whole.
    Diff3,
    /// Mine, base and theirs; what mine and theirs have in common at either end stands outside.
    Zdiff3,
}

/// Why there is no result.
#[derive(Debug, Error)]
enum Refusal {
    #[error("{} cannot be read: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{} holds a NUL byte and is taken for no text; take one of the two files as a whole", _0.display())]
    Binary(PathBuf),
    #[error("{} is larger than a gigabyte; take one of the two files as a whole", _0.display())]
    Large(PathBuf),
    #[error("{} is not UTF-8, and the view shows nothing else; -p prints what can be merged", _0.display())]
    Encoding(PathBuf),
    #[error("-L stands there more than three times: once for MINE, BASE and THEIRS each, in this order")]
    Labels,
    #[error("{} cannot be written: {source}; -p prints the result", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("a merge has no plain mode; -p prints the result, --json tells the conflicts, and --view needs a screen")]
    Plain,
    #[error("the result cannot be printed: {0}")]
    Print(io::Error),
}

/// What was said to `ifmatch merge`, if it is that and is said as usual. See [`said`].
pub(crate) fn said_alone() -> Option<Merging> {
    let mut words = env::args_os().skip(1);
    words.next().filter(|command| command == "merge")?;
    said::read(words)
}

/// Merges on the screen if that is wanted, else as [`run`] does. Nothing is merged line by line.
pub(crate) async fn shown_or_not(arguments: &Merging, look: Look) -> Result<ExitCode, Failure> {
    match arguments.outlet.view {
        _ if look.is_plain() => Ok(exit_code(Err(Refusal::Plain), arguments.quiet)),
        true => view(arguments, look).await,
        false => Ok(run(arguments)),
    }
}

/// Merges, and says in the exit code how many conflicts are left.
pub(crate) fn run(arguments: &Merging) -> ExitCode {
    exit_code(merged(arguments), arguments.quiet)
}

fn exit_code(ended: Result<usize, Refusal>, quiet: bool) -> ExitCode {
    match ended {
        Ok(conflicts) => ExitCode::from(u8::try_from(conflicts.min(COUNTED)).unwrap_or(u8::MAX)),
        Err(refusal) => {
            if !quiet {
                say(format_args!("ifmatch: {refusal}"));
            }
            ExitCode::from(REFUSED)
        }
    }
}

/// Lets somebody merge on the screen.
async fn view(arguments: &Merging, look: Look) -> Result<ExitCode, Failure> {
    let ended = match shown(arguments) {
        Ok([mine, base, theirs]) => {
            let config = MergeConfig { mine, base, theirs, folder: Places::here(), theme: look.theme() };
            match run_merge(config).await? {
                MergeEnd::Saved(result) => write(&arguments.mine, result.as_bytes()).map(|()| 0),
                MergeEnd::Left => Ok(1),
                MergeEnd::Ended(end) => return how_it_ended(end),
            }
        }
        Err(refusal) => Err(refusal),
    };
    Ok(exit_code(ended, arguments.quiet))
}

/// The three texts as the view shows them.
fn shown(arguments: &Merging) -> Result<[MergeText; 3], Refusal> {
    let labels = arguments.checked_labels()?;
    let text = |path: &OsString, label: &[u8]| -> Result<MergeText, Refusal> {
        let bytes = readable(path)?;
        let text = String::from_utf8(bytes).map_err(|_| Refusal::Encoding(path.into()))?;
        Ok(MergeText { name: String::from_utf8_lossy(label).into_owned(), text })
    };
    let [mine, base, theirs] = labels;
    let files = arguments;
    Ok([text(&files.mine, mine)?, text(&files.base, base)?, text(&files.theirs, theirs)?])
}

fn merged(arguments: &Merging) -> Result<usize, Refusal> {
    let labels = arguments.checked_labels()?;
    let [mine, base, theirs] = [&arguments.mine, &arguments.base, &arguments.theirs].map(|path| read(path));
    let (base, mine, theirs) = (base?, mine?, theirs?);
    let merge = Merge::of(base, mine, theirs, Some(Instant::now() + COMPARING));
    let rendered = merge.render(&arguments.rendering(labels, Instant::now() + SHORTENING));
    if arguments.outlet.json {
        print(merge_json::document(&merge, rendered.conflicts).as_bytes())?;
    } else if arguments.outlet.stdout {
        print(&rendered.text)?;
    } else {
        write(&arguments.mine, &rendered.text)?;
    }
    Ok(rendered.conflicts)
}

impl Merging {
    /// What the three texts are called: as was said, or as their files.
    fn checked_labels(&self) -> Result<[&[u8]; 3], Refusal> {
        if self.labels.len() > 3 {
            return Err(Refusal::Labels);
        }
        let names = [&self.mine, &self.base, &self.theirs];
        let label = |at: usize| self.labels.get(at).unwrap_or(names[at]).as_encoded_bytes();
        Ok([label(0), label(1), label(2)])
    }

    fn rendering<'a>(&self, labels: [&'a [u8]; 3], deadline: Instant) -> Rendering<'a> {
        Rendering {
            style: match self.styles.style {
                _ if self.styles.diff3 => Style::Diff3,
                _ if self.styles.zdiff3 => Style::Zdiff3,
                Some(Shown::Diff3) => Style::Diff3,
                Some(Shown::Zdiff3) => Style::Zdiff3,
                Some(Shown::Merge) | None => Style::Merge,
            },
            fallback: match () {
                () if self.taken.ours => Fallback::Mine,
                () if self.taken.take_theirs => Fallback::Theirs,
                () if self.taken.union => Fallback::Union,
                () => Fallback::Markers,
            },
            labels,
            // As for git, a size that makes no marker is none.
            marker_size: self.marker_size.and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0),
            deadline: Some(deadline),
        }
    }
}

/// A file as a text.
fn read(path: &OsStr) -> Result<Text, Refusal> {
    readable(path).map(Text::from)
}

/// The bytes of a file, if they are a text's.
fn readable(path: &OsStr) -> Result<Vec<u8>, Refusal> {
    let path = PathBuf::from(path);
    match bytes(&path) {
        Ok(bytes) if bytes.len() as u64 > LARGEST => Err(Refusal::Large(path)),
        Ok(bytes) if bytes.iter().take(LOOKED_AT).any(|byte| *byte == 0) => Err(Refusal::Binary(path)),
        Ok(bytes) => Ok(bytes),
        Err(source) => Err(Refusal::Read { path, source }),
    }
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let size = usize::try_from(file.metadata()?.len().min(LARGEST)).unwrap_or(0);
    let mut bytes = Vec::with_capacity(size + 1);
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn write(path: &OsStr, text: &[u8]) -> Result<(), Refusal> {
    replace(Path::new(path), text).map_err(|source| Refusal::Write { path: path.into(), source })
}

fn print(text: &[u8]) -> Result<(), Refusal> {
    let mut out = io::stdout().lock();
    out.write_all(text).and_then(|()| out.flush()).map_err(Refusal::Print)
}
