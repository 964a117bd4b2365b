//! The command line of `ifmatch merge`, and what follows from it alone.

use std::ffi::OsString;

use clap::{Args, ValueEnum};

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
    pub(super) mine: OsString,

    /// The file that both started from.
    #[arg(value_name = "BASE")]
    pub(super) base: OsString,

    /// The other's file.
    #[arg(value_name = "THEIRS")]
    pub(super) theirs: OsString,

    #[command(flatten)]
    pub(super) outlet: OutputMode,

    /// Print nothing if something is wrong; the exit code tells.
    #[arg(short, long)]
    pub(super) quiet: bool,

    /// The label behind the markers in place of the file's name: for MINE, then BASE, then THEIRS.
    #[arg(short = 'L', value_name = "NAME", action = clap::ArgAction::Append, allow_hyphen_values = true)]
    pub(super) labels: Vec<OsString>,

    /// The name of the file in the view and in messages, if MINE is a copy under another name (git's %P).
    #[arg(long, value_name = "PATH", allow_hyphen_values = true)]
    pub(super) path_name: Option<OsString>,

    /// How long markers are. [default: 7, or more if the texts have such lines]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(super) marker_size: Option<i64>,

    /// Read MINE, BASE and THEIRS as objects of git's repository.
    ///
    /// Without -p, the result is stored as an object, and its id is printed.
    #[arg(long, conflicts_with_all = ["json", "view", "output"])]
    pub(super) object_id: bool,

    /// Git's choice of how texts are compared.
    ///
    /// Each of its names is accepted, and each compares as myers, git's default: see docs/merge.md.
    #[arg(long, value_enum, value_name = "NAME", ignore_case = true)]
    pub(super) diff_algorithm: Option<Algorithm>,

    #[command(flatten)]
    pub(super) styles: ConflictStyles,

    #[command(flatten)]
    pub(super) taken: Favor,
}

/// The outlet of the result: MINE, unless another one is named.
#[derive(Debug, Default, PartialEq, Eq, Args)]
pub(super) struct OutputMode {
    /// Print the result, and leave MINE alone.
    #[arg(short = 'p', long)]
    pub(super) stdout: bool,

    /// Open the merge view. Ctrl-S there writes the file and ends with 0; leaving without it ends with 1.
    #[arg(long, conflicts_with_all = ["stdout", "json", "ours", "take_theirs", "union"])]
    pub(super) view: bool,

    /// Print what was found as JSON, and write nothing: see docs/merge.md for its form.
    #[arg(long)]
    pub(super) json: bool,

    /// Write the result to this file, and leave MINE alone.
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["stdout", "json"], allow_hyphen_values = true)]
    pub(super) output: Option<OsString>,
}

/// How conflicts are shown. The last of these options counts.
#[derive(Debug, Default, PartialEq, Eq, Args)]
pub(super) struct ConflictStyles {
    /// How conflicts are shown. [default: git's setting merge.conflictStyle, or else merge]
    #[arg(long, value_enum, value_name = "STYLE", overrides_with_all = ["diff3", "zdiff3"])]
    pub(super) style: Option<ConflictStyle>,

    /// Short for --style diff3.
    #[arg(long, overrides_with_all = ["style", "zdiff3"])]
    pub(super) diff3: bool,

    /// Short for --style zdiff3.
    #[arg(long, overrides_with_all = ["style", "diff3"])]
    pub(super) zdiff3: bool,
}

/// The text that a conflict becomes. The last of these options counts.
#[derive(Debug, Default, PartialEq, Eq, Args)]
pub(super) struct Favor {
    /// Take mine in conflicts.
    #[arg(long, overrides_with_all = ["take_theirs", "union"])]
    pub(super) ours: bool,

    /// Take theirs in conflicts.
    #[arg(long = "theirs", overrides_with_all = ["ours", "union"])]
    pub(super) take_theirs: bool,

    /// Take the lines of both in conflicts, mine first.
    #[arg(long, overrides_with_all = ["ours", "take_theirs"])]
    pub(super) union: bool,
}

/// How conflicts are shown, as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ConflictStyle {
    /// Mine and theirs, as short as can be.
    Merge,
    /// Mine, base and theirs, whole.
    Diff3,
    /// Mine, base and theirs, without the common lines of mine and theirs at either end.
    Zdiff3,
}

/// Git's diff algorithms, as the command line names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Algorithm {
    #[value(alias = "default")]
    Myers,
    Minimal,
    Patience,
    Histogram,
}

impl MergeArgs {
    /// Returns the names of mine, base and theirs, in this order.
    pub(super) fn names(&self) -> [&OsString; 3] {
        [&self.mine, &self.base, &self.theirs]
    }

    /// Returns the file that the result is written to.
    pub(super) fn target(&self) -> &OsString {
        self.outlet.output.as_ref().unwrap_or(&self.mine)
    }

    /// Returns the name of the file in the view and in messages.
    pub(super) fn shown_name(&self) -> String {
        self.path_name.as_ref().unwrap_or(self.target()).to_string_lossy().into_owned()
    }

    /// Whether the options go together, of those that the fast path knows.
    pub(super) fn is_consistent(&self) -> bool {
        !(self.object_id && self.outlet.json)
    }

    /// Whether git calls this as a merge driver: the result goes to git's copy of mine.
    pub(super) fn is_driver(&self) -> bool {
        let OutputMode { stdout, view, json, output } = &self.outlet;
        self.path_name.is_some() && !(*stdout || *view || *json || self.object_id || output.is_some())
    }
}
