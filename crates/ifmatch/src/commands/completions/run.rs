//! Prints the completions of a shell.

use clap::Command;

use super::args::CompletionsArgs;
use super::error::CompletionsError;
use crate::exit::Exit;
use crate::output::stdout;

/// Prints the completions of a shell for this command line.
pub(crate) fn run(arguments: &CompletionsArgs, mut command_line: Command) -> Result<Exit, CompletionsError> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command_line, "ifmatch", &mut script);
    stdout::print(script)?;
    Ok(Exit::Success)
}
