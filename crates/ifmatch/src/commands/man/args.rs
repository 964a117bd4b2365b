//! The command line of `ifmatch man`.

use std::path::PathBuf;

use clap::Args;

/// `ifmatch man`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ifmatch man docs put | man -l -           read the page of `ifmatch docs put`
  ifmatch man --dir ~/.local/share/man/man1           install all pages, for `man ifmatch-docs-put`")]
pub(crate) struct ManArgs {
    /// The command, such as 'docs put'. [default: ifmatch itself]
    #[arg(value_name = "COMMAND")]
    pub(super) command: Vec<String>,

    /// Write all pages to this folder.
    #[arg(long, value_name = "FOLDER", conflicts_with = "command")]
    pub(super) dir: Option<PathBuf>,
}
