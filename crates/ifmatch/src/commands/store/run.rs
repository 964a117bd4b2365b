//! Checks or copies a store, and prints what was found.

use store::OpenError;

use super::args::{BackupArgs, CheckArgs, StoreArgs, StoreSubcommands};
use super::error::StoreCommandError;
use crate::exit::Exit;
use crate::output::stdout;

/// Checks or copies a store.
pub(crate) fn run(arguments: &StoreArgs) -> Result<Exit, StoreCommandError> {
    match &arguments.command {
        StoreSubcommands::Check(arguments) => check(arguments),
        StoreSubcommands::Backup(arguments) => backup(arguments),
    }
}

fn check(CheckArgs { file }: &CheckArgs) -> Result<Exit, StoreCommandError> {
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
    lines.push(match checked.problems {
        0 => format!("{}: sound: {content}\n", file.display()),
        problems => format!("{}: {} in {content}\n", file.display(), counted(problems, "problem")),
    });
    stdout::print(lines.join("\n"))?;
    Ok(if checked.problems > 0 { Exit::CheckFailed } else { Exit::Success })
}

fn line(problem: &store::StoreProblem) -> String {
    match (&problem.document, problem.version) {
        // A damaged name may have any characters, even some that would control the terminal.
        (Some(document), Some(version)) => format!("{} version {version}: {}", document.escape_debug(), problem.flaw),
        (Some(document), None) => format!("{}: {}", document.escape_debug(), problem.flaw),
        _ => problem.flaw.to_string(),
    }
}

fn backup(BackupArgs { file, to, overwrite }: &BackupArgs) -> Result<Exit, StoreCommandError> {
    let copied = store::backup(file, to, *overwrite)?;
    stdout::print(format!(
        "{}: {} and {}, {}\n",
        to.display(),
        counted(copied.documents, "document"),
        counted(copied.versions, "version"),
        counted(copied.bytes, "byte")
    ))?;
    Ok(Exit::Success)
}

/// Returns a number with a noun, in the plural if need be.
fn counted(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
