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
    /// Verify every version of every document, and report what is damaged.
    Check(CheckArgs),
    /// Copy the store to another file.
    Backup(BackupArgs),
    /// Bring the schema of a PostgreSQL database to that of this version.
    Migrate(MigrateArgs),
}

/// `ifmatch store check`
#[derive(Debug, Args)]
#[command(after_help = "\
Verifies the hash of every version, the chain of tags of every document, and the database itself. The command only reads
the file, even while a server has it open. It prints a line for each problem: the document, the version, the damage.
It checks stores of older versions of this program too, and does not migrate them.

Of a PostgreSQL database (postgres://…), it verifies all but PostgreSQL's own structures, for which there is pg_amcheck.

Exit codes: 0 the store is sound · 1 it is damaged · 2 wrong usage · 74 the file cannot be read")]
pub(super) struct CheckArgs {
    /// The SQLite file, or the URL of a PostgreSQL database.
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
}

/// `ifmatch store backup`
#[derive(Debug, Args)]
#[command(after_help = "\
A server may have the store open, and continues to read and write. The copy is a snapshot that you can serve:
ifmatch serve --store TO. Only its owner can read it. TO appears only when the copy is complete and on the disk.

A PostgreSQL database is copied by PostgreSQL's own pg_dump; for one, this command prints how.

Exit codes: 0 the copy is on the disk · 2 wrong usage · 74 there is no copy: TO exists, or a file cannot be read or
written")]
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

/// `ifmatch store migrate`
#[derive(Debug, Args)]
#[command(after_help = "\
A server refuses a database of an older version, since other servers may be using it. Stop them first. The schema is
created if there is none. If another program migrates the same database at the same time, this one waits for it. A SQLite
file needs no command: the server that opens it migrates it.

Exit codes: 0 the database has the schema of this version · 2 wrong usage · 74 it cannot be reached, or has a newer
schema")]
pub(super) struct MigrateArgs {
    /// The URL of the database, as for 'ifmatch serve --store'.
    #[arg(value_name = "URL")]
    pub(super) url: String,
}
