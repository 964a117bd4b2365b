//! The command line of `ifmatch store`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `ifmatch store`
#[derive(Debug, Args)]
pub(crate) struct StoreArgs {
    #[command(subcommand)]
    pub(super) command: StoreSubcommands,
}

/// The action on the file.
#[derive(Debug, Subcommand)]
pub(super) enum StoreSubcommands {
    /// Verify every version of every document, and say what is broken.
    Check(CheckArgs),
    /// Copy the store to another file.
    Backup(BackupArgs),
}

/// `ifmatch store check`
#[derive(Debug, Args)]
#[command(after_help = "\
Verifies the hash of every version, the chain of tags of every document, and the database itself. The file is only read,
and a server may have it meanwhile. Each problem is a line on standard output: the document, the version, what is wrong.
Stores of older versions of this program are checked as they are.

Exit codes: 0 everything is as it was written · 1 something is broken · 2 wrong usage · 74 the file cannot be read")]
pub(super) struct CheckArgs {
    /// The SQLite file.
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
}

/// `ifmatch store backup`
#[derive(Debug, Args)]
#[command(after_help = "\
A server may have the store meanwhile, and goes on reading and writing. The copy is the store at one moment, and can be
served as it is: ifmatch serve --store TO. Only its owner can read it. TO has its name when the copy is complete and on
the disk, and not before.

Exit codes: 0 the copy is on the disk · 2 wrong usage · 74 there is no copy: a file is in the way, cannot be read or
cannot be written")]
pub(super) struct BackupArgs {
    /// The SQLite file.
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,

    /// The file to copy it to.
    #[arg(value_name = "TO")]
    pub(super) to: PathBuf,

    /// Replace TO if it exists.
    #[arg(long)]
    pub(super) overwrite: bool,
}
