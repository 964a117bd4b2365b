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

Exit codes: 0 merged · 1 to 127 the number of conflicts · 255 wrong usage, or a file that cannot be read or is not text
(1 with --path-name: git, which calls a driver like that, then reports a conflict and keeps mine)"
)]
pub(crate) struct MergeArgs {
    /// My file. The result is written to it, unless an option names another place.
    #[arg(value_name = "MINE")]
    pub(super) mine: OsString,

    /// The common ancestor of both files.
    #[arg(value_name = "BASE")]
    pub(super) base: OsString,

    /// The other file.
    #[arg(value_name = "THEIRS")]
    pub(super) theirs: OsString,

    #[command(flatten)]
    pub(super) outlet: OutputMode,

    /// Print no error messages; the exit code tells.
    #[arg(short, long)]
    pub(super) quiet: bool,

    /// The label after the markers, instead of the file's name: for MINE, then BASE, then THEIRS.
    #[arg(short = 'L', value_name = "NAME", action = clap::ArgAction::Append, allow_hyphen_values = true)]
    pub(super) labels: Vec<OsString>,

    /// The file's name in the view and in messages, if MINE is a temporary copy (git's %P).
    #[arg(long, value_name = "PATH", allow_hyphen_values = true)]
    pub(super) path_name: Option<OsString>,

    /// The length of conflict markers. [default: 7, or more if the texts have such lines]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(super) marker_size: Option<i64>,

    /// Read MINE, BASE and THEIRS as objects of a git repository.
    ///
    /// Without -p, the result is stored as an object, and its id is printed.
    #[arg(long, conflicts_with_all = ["json", "view", "output"])]
    pub(super) object_id: bool,

    /// The diff algorithm, for compatibility with git.
    ///
    /// Every name of git's is accepted, and all of them compare like myers, git's default: see docs/merge.md.
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
    /// Print the result, and leave MINE unchanged.
    #[arg(short = 'p', long)]
    pub(super) stdout: bool,

    /// Open the merge view. Ctrl-S writes the file and exits with 0; leaving without saving exits with 1.
    #[arg(long, conflicts_with_all = ["stdout", "json", "ours", "take_theirs", "union"])]
    pub(super) view: bool,

    /// Print the merge as JSON, and write nothing; docs/merge.md describes the format.
    #[arg(long)]
    pub(super) json: bool,

    /// Write the result to this file, and leave MINE unchanged.
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
    /// Resolve conflicts with mine.
    #[arg(long, overrides_with_all = ["take_theirs", "union"])]
    pub(super) ours: bool,

    /// Resolve conflicts with theirs.
    #[arg(long = "theirs", overrides_with_all = ["ours", "union"])]
    pub(super) take_theirs: bool,

    /// Resolve conflicts with the lines of both, mine first.
    #[arg(long, overrides_with_all = ["ours", "take_theirs"])]
    pub(super) union: bool,
}

/// How conflicts are shown, as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ConflictStyle {
    /// Mine and theirs, as short as possible.
    Merge,
    /// Mine, base and theirs, in full.
    Diff3,
    /// Mine, base and theirs, without the lines that mine and theirs share at either end.
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
