//! Prints a manual page, or writes all of them.

use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::Path;

use clap::Command;

use super::args::ManArgs;
use super::error::ManError;
use super::page::page;
use crate::exit::Exit;
use crate::output::stderr::print_message;
use crate::output::stdout;

/// Prints the page that was asked for, or writes all pages.
pub(crate) fn run(arguments: &ManArgs, command_line: Command) -> Result<Exit, ManError> {
    // The generated command `help` has no page of its own.
    let mut command_line = command_line.disable_help_subcommand(true);
    command_line.build();
    if let Some(folder) = &arguments.dir {
        fs::create_dir_all(folder).map_err(|source| ManError::Write { path: folder.clone(), source })?;
        write_pages(&command_line, folder)?;
        return Ok(Exit::Success);
    }
    let mut command = &command_line;
    for word in &arguments.command {
        command = command.find_subcommand(word).ok_or_else(|| unknown(command, word))?;
    }
    if io::stdout().is_terminal() {
        print_message("this is the source of the page; pipe it into `man -l -` to read it");
    }
    stdout::print(page(command)?.roff)?;
    Ok(Exit::Success)
}

fn unknown(command: &Command, word: &str) -> ManError {
    let near = lesson::did_you_mean(word, command.get_subcommands().map(Command::get_name));
    let near = near.map_or_else(String::new, |near| format!("did you mean '{near}'? "));
    ManError::Unknown { command: word.to_owned(), near }
}

/// Writes the page of a command, and those of the commands in it.
fn write_pages(command: &Command, folder: &Path) -> Result<(), ManError> {
    let page = page(command)?;
    let path = folder.join(page.file);
    fs::write(&path, page.roff).map_err(|source| ManError::Write { path, source })?;
    command.get_subcommands().filter(|command| !command.is_hide_set()).try_for_each(|one| write_pages(one, folder))
}
