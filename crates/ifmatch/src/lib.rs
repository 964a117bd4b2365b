//! The program: the command line, the places on this machine, the wiring of the rooms below.
//!
//! This is the one crate that reads the command line and the environment. It starts a server, an editor, or the stage
//! (which is a server and two editors), and turns what went wrong into a sentence and an exit code. There is nothing
//! to be learnt about lost updates here; that begins in `precondition`, `store` and `editor`.

// It panics where nobody hears it; `stderr::print_error` does not.
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod access;
mod banner;
mod certificates;
mod cli;
mod data_dirs;
mod edit;
mod error;
mod fd_limit;
mod file_permissions;
mod join_codes;
mod keep_time;
mod lesson;
mod locale;
mod log;
mod maintenance;
mod merge;
mod merge_json;
mod placeholders;
mod secret;
mod serve;
mod signal;
mod stage;
mod stderr;
mod tokens;
mod unkept;
mod warnings;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Subcommands};
use crate::data_dirs::DataDirs;
use crate::error::Error;

/// Runs the program: reads the command line and does what it says.
///
/// The exit code says how it ended: 0 done, 2 wrong usage, 3 the server cannot be reached, 4 the server refused, 70 and
/// up a failure of this machine. What went wrong is said on standard error, with the next step.
#[must_use]
pub fn run() -> ExitCode {
    // Git starts `ifmatch merge` once for each file: it shall not wait for threads, for folders that it has no use for,
    // or for the command line of all the rest.
    if let Some(arguments) = merge::parse_fast_path() {
        return merge::run(&arguments);
    }
    let cli = Cli::try_parse().unwrap_or_else(|error| error::exit_with_usage(&error));
    match start(cli) {
        Ok(code) => code,
        Err(failure) => {
            stderr::print_error(format_args!("ifmatch: {failure}"));
            failure.exit_code()
        }
    }
}

fn start(cli: Cli) -> Result<ExitCode, Error> {
    let places = DataDirs::for_this_user(cli.data)?;
    log::to_file(cli.log.as_deref())?;
    if matches!(cli.command, Some(Subcommands::Serve(_))) {
        // Later there are other threads. The stage and the editors keep what they have: they need it again at each key.
        allocator::keep_little();
    }
    let runtime = tokio::runtime::Runtime::new().map_err(Error::Runtime)?;
    let ended = runtime.block_on(async {
        match cli.command {
            None => stage::run(&cli.stage, cli.look).await,
            Some(Subcommands::Serve(arguments)) => serve::run(arguments, &places).await,
            Some(Subcommands::Edit(arguments)) => edit::run(arguments, &places, cli.look).await,
            Some(Subcommands::Lesson(arguments)) => lesson::run(arguments, cli.look).await,
            Some(Subcommands::Store(arguments)) => maintenance::run(&arguments),
            Some(Subcommands::Merge(arguments)) => merge::run_with_view(&arguments, &places, cli.look).await,
        }
    });
    // A thread that still reads the keyboard, or a client that does not hang up, shall not keep the program here.
    runtime.shutdown_background();
    ended
}
