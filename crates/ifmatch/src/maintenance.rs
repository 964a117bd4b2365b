//! `ifmatch store`: checks and copies the file of a store, also while a server has it.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use store::OpenError;

use crate::error::Error;

/// `ifmatch store`
#[derive(Debug, Args)]
pub(crate) struct StoreArgs {
    #[command(subcommand)]
    command: StoreSubcommands,
}

/// What to do with the file.
#[derive(Debug, Subcommand)]
enum StoreSubcommands {
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
struct CheckArgs {
    /// The SQLite file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// `ifmatch store backup`
#[derive(Debug, Args)]
#[command(after_help = "\
A server may have the store meanwhile, and goes on reading and writing. The copy is the store at one moment, and can be
served as it is: ifmatch serve --store TO. Only its owner can read it. TO has its name when the copy is complete and on
the disk, and not before.

Exit codes: 0 the copy is on the disk · 2 wrong usage · 74 there is no copy: a file is in the way, cannot be read or
cannot be written")]
struct BackupArgs {
    /// The SQLite file.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The file to copy it to.
    #[arg(value_name = "TO")]
    to: PathBuf,

    /// Replace TO if it exists.
    #[arg(long)]
    overwrite: bool,
}

/// Does it, and says what was done.
pub(crate) fn run(arguments: &StoreArgs) -> Result<ExitCode, Error> {
    match &arguments.command {
        StoreSubcommands::Check(arguments) => check(arguments),
        StoreSubcommands::Backup(arguments) => backup(arguments),
    }
}

fn check(CheckArgs { file }: &CheckArgs) -> Result<ExitCode, Error> {
    let mut lines = Vec::new();
    let checked = store::check(file, |problem| lines.push(line(&problem))).map_err(OpenError::from)?;
    let content = format!(
        "{} and {}{} (schema {})",
        counted(checked.documents, "document"),
        counted(checked.versions, "version"),
        match checked.removed {
            0 => String::new(),
            removed => format!(", {removed} of them without their texts,"),
        },
        checked.schema
    );
    let verdict = match checked.problems {
        0 => format!("{}: sound: {content}", file.display()),
        problems => format!("{}: {} in {content}", file.display(), counted(problems, "problem")),
    };
    lines.push(verdict);
    say(&lines)?;
    Ok(ExitCode::from(u8::from(checked.problems > 0)))
}

fn line(problem: &store::StoreProblem) -> String {
    match (&problem.document, problem.version) {
        // A damaged name may hold anything, also what would steer the terminal.
        (Some(document), Some(version)) => format!("{} version {version}: {}", document.escape_debug(), problem.flaw),
        (Some(document), None) => format!("{}: {}", document.escape_debug(), problem.flaw),
        _ => problem.flaw.to_string(),
    }
}

fn backup(BackupArgs { file, to, overwrite }: &BackupArgs) -> Result<ExitCode, Error> {
    let copied = store::backup(file, to, *overwrite)?;
    say(&[format!(
        "{}: {} and {}, {}",
        to.display(),
        counted(copied.documents, "document"),
        counted(copied.versions, "version"),
        counted(copied.bytes, "byte")
    )])?;
    Ok(ExitCode::SUCCESS)
}

fn counted(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Writes lines to standard output.
fn say(lines: &[String]) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    lines.iter().try_for_each(|line| writeln!(out, "{line}")).and_then(|()| out.flush()).map_err(Error::Output)
}
