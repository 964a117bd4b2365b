//! Checks, copies or migrates a store, and prints what was found.

use std::path::Path;

use store::OpenError;

use super::args::{BackupArgs, CheckArgs, MigrateArgs, StoreArgs, StoreSubcommands};
use super::error::StoreCommandError;
use crate::exit::Exit;
use crate::options::database_login;
use crate::output::stdout;
use crate::paths::Paths;

/// Checks, copies or migrates a store.
pub(crate) async fn run(arguments: &StoreArgs, paths: &Paths) -> Result<Exit, StoreCommandError> {
    match &arguments.command {
        StoreSubcommands::Check(arguments) => check(arguments, paths).await,
        StoreSubcommands::Backup(arguments) => backup(arguments),
        StoreSubcommands::Migrate(arguments) => migrate(arguments, paths).await,
    }
}

/// Returns the URL of a PostgreSQL database, or `None` if it is the path of a file.
fn database_url(place: &Path) -> Option<&str> {
    place.to_str().filter(|place| store::is_postgres(place))
}

async fn check(CheckArgs { file }: &CheckArgs, paths: &Paths) -> Result<Exit, StoreCommandError> {
    let mut lines = Vec::new();
    let report = |problem| lines.push(line(&problem));
    let (place, checked) = match database_url(file) {
        Some(url) => (store::display_address(url), store::check_database(url, &database_login(paths), report).await?),
        None => (file.display().to_string(), store::check(file, report).map_err(OpenError::from)?),
    };
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
        0 => format!("{place}: sound: {content}\n"),
        problems => format!("{place}: {} in {content}\n", counted(problems, "problem")),
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
    if let Some(url) = database_url(file) {
        let (url, to) = (store::display_address(url), to.display().to_string());
        return Err(StoreCommandError::PgDump { url, to });
    }
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

async fn migrate(MigrateArgs { url }: &MigrateArgs, paths: &Paths) -> Result<Exit, StoreCommandError> {
    if !store::is_postgres(url) {
        return Err(StoreCommandError::NoDatabase);
    }
    let (before, now) = store::migrate_database(url, &database_login(paths)).await?;
    let place = store::display_address(url);
    stdout::print(match before {
        0 => format!("{place}: created with schema {now}\n"),
        before if before == now => format!("{place}: has schema {now} already\n"),
        before => format!("{place}: migrated from schema {before} to {now}\n"),
    })?;
    Ok(Exit::Success)
}

/// Returns a number with a noun, in the plural if need be.
fn counted(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
