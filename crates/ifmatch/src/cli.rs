//! The whole command line: the commands, and the options that all of them share.
//!
//! The options of a command are in its folder below `commands`.

use std::env;
use std::path::PathBuf;

use clap::Parser;

use crate::commands::Subcommands;
use crate::commands::stage::StageArgs;
use crate::exit::Exit;
use crate::log::LogOptions;
use crate::options::DisplayOptions;
use crate::paths::Paths;

/// See lost updates happen, and how HTTP stops them.
///
/// Without a command, this opens the stage: a menu of lessons, and free play. In a lesson, Alice and Bob save to a real
/// server whenever you press Space, and this one terminal shows every message between them. You may type at any time.
/// F1 helps everywhere.
#[derive(Debug, Parser)]
#[command(name = "ifmatch", version, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) stage: StageArgs,

    #[command(flatten, next_help_heading = EVERY_COMMAND)]
    pub(crate) log: LogOptions,

    /// Keep documents and drafts in this folder instead of the user's data folder.
    #[arg(long, global = true, help_heading = EVERY_COMMAND, value_name = "FOLDER", env = Paths::DATA_VARIABLE)]
    pub(crate) data: Option<PathBuf>,

    /// Read this configuration instead of the one whose path `ifmatch config` prints.
    #[arg(long, global = true, help_heading = EVERY_COMMAND, value_name = "FILE", env = Paths::CONFIG_VARIABLE)]
    pub(crate) config: Option<PathBuf>,

    #[command(flatten, next_help_heading = EVERY_COMMAND)]
    pub(crate) display: DisplayOptions,

    #[command(subcommand)]
    pub(crate) command: Option<Subcommands>,
}

/// The heading of the options that each command has. The command's own options come first.
const EVERY_COMMAND: &str = "Options of every command";

const EXAMPLES: &str = "\
Examples:
  ifmatch                                  the stage: lessons and free play in one terminal
  ifmatch --lesson lost-update             start with a lesson
  ifmatch --free                           start with free play
  ifmatch --room http://192.0.2.7:4280     the people in that room answer the questions of the lessons
  ifmatch serve                            a server for several terminals, at http://127.0.0.1:4280
  ifmatch edit welcome --as Alice          edit the document 'welcome' on that server
  ifmatch docs get welcome                 print it; docs has ls, get, put, rm, log and watch for scripts
  ifmatch --plain                          the stage line by line, for a screen reader; edit and lesson have --plain too
  curl -i http://127.0.0.1:4280/api/documents/welcome      ask the same server yourself

Exit codes: 0 success · 1 a check failed · 2 wrong usage · 3 the server cannot be reached · 4 the server refused ·
            12 it refused with a 412 · 28 with a 428 · 70 an internal error ·
            74 a file, an address or the terminal failed · 128+n ended by signal n";

impl Cli {
    /// Reads the command line. If it asks for help or is not valid, prints that and ends the program.
    pub(crate) fn parse_or_exit() -> Self {
        Self::try_parse().unwrap_or_else(|error| exit_with_usage(&error))
    }
}

/// Prints what is wrong with a command line, or the help that it asks for, and ends the program.
///
/// The exit code for wrong usage is 2, except for `ifmatch merge`, which may be called in place of `git merge-file` and
/// ends as that does.
fn exit_with_usage(error: &clap::Error) -> ! {
    let is_merge = env::args_os().nth(1).is_some_and(|command| command == "merge");
    if !(is_merge && error.use_stderr()) {
        error.exit();
    }
    // Nothing else can be done if standard error is closed: the exit code says enough.
    let _ = error.print();
    std::process::exit(Exit::MergeFailed.code().into())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn invalid_document_id_is_refused_with_the_rule() {
        let error = Cli::try_parse_from(["ifmatch", "edit", "No Such Name"]).unwrap_err().to_string();
        assert!(error.contains("1 to 64 characters from a-z 0-9 . _ -"), "{error}");
    }
}
