//! The program: its command line, its places on this machine, and the wiring of the crates below.
//!
//! Only this crate reads the command line and the environment. It starts a server, an editor, or the stage (a server
//! and two editors), and turns errors into a sentence and an exit code. Lost updates are explained elsewhere: begin
//! with `precondition`, `store` and `editor`.
//!
//! Each command has a folder: `args` is its command line, `run` carries it out, `error` is why it failed. Commands use
//! the modules below, and never the other way round:
//!
//! | module | what it is |
//! | --- | --- |
//! | `commands` | the list of the commands, and a folder for each |
//! | `cli` | the whole command line: the commands, and the options that all of them share |
//! | `error` | the error that ends the program: a line on standard error, and the exit code |
//! | `exit` | the exit codes |
//! | [`Paths`] | the files and folders of the program, and the one reader of where they are |
//! | `options` | options that several commands have |
//! | `output` | standard output, standard error, and text that could be saved nowhere |
//! | `session` | how a session on the screen ended |
//! | `config` | the configuration file: a list of its sections, and a file for each |
//! | `catalog` | the lessons that can be chosen |
//! | `progress` | the file of the user's progress in the lessons |
//! | `local_server`, `lesson_server` | servers inside this process |
//! | `pem`, `placeholders` | certificate files; words in printed commands |
//! | `log` | the log: a file, and its options |

// These macros panic if nothing reads the output; `output` does not.
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod catalog;
mod cli;
mod commands;
mod config;
mod error;
mod exit;
mod lesson_server;
mod local_server;
mod log;
mod options;
mod output;
mod paths;
mod pem;
mod placeholders;
mod progress;
mod session;
mod stop_signal;

use std::process::ExitCode;

use clap::CommandFactory;
pub use paths::Paths;

use crate::cli::Cli;
use crate::commands::{Subcommands, merge, stage};
use crate::error::Error;
use crate::exit::Exit;

/// Runs the program as the command line says, and returns its exit code.
///
/// 0: done; 2: wrong usage; 3: the server cannot be reached; 4: the server refused; 70 and above: a failure of this
/// machine. An error is printed on standard error, with its remedy.
#[must_use]
pub fn run() -> ExitCode {
    // Git starts `ifmatch merge` once for each file. That must not wait for threads, for folders that it does not need,
    // or for the parser of all other commands.
    let ended = match merge::fast_arguments() {
        Some(arguments) => merge::run(&arguments, Paths::of_this_user(None, None).ok().as_ref()).map_err(Error::from),
        None => start(Cli::parse_or_exit()),
    };
    ended.unwrap_or_else(|error| error.report()).into()
}

fn start(cli: Cli) -> Result<Exit, Error> {
    let paths = Paths::of_this_user(cli.data, cli.config)?;
    let log = log::start(&cli.log, &paths)?;
    let paths = paths.with_log_in_use(log);
    if matches!(cli.command, Some(Subcommands::Serve(_))) {
        // This must precede all other threads. An editor returns its memory after a response.
        allocator::keep_little();
    }
    let runtime = tokio::runtime::Runtime::new().map_err(Error::Runtime)?;
    let ended = runtime.block_on(async {
        match cli.command {
            Some(command) => Box::pin(command.run(&paths, cli.display, Cli::command)).await,
            None => Ok(Box::pin(stage::run(&cli.stage, &paths, cli.display)).await?),
        }
    });
    // Neither a thread that reads the keyboard nor a client that keeps its connection may delay the end.
    runtime.shutdown_background();
    ended
}
