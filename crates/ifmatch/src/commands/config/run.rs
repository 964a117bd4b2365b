//! Prints the path of the configuration or the default configuration, or checks a file.

use std::fs;
use std::io;
use std::path::Path;

use super::args::ConfigArgs;
use super::error::ConfigCommandError;
use crate::config::{ConfigError, UserConfig};
use crate::exit::Exit;
use crate::output::stderr::{print_line, print_message};
use crate::output::stdout;
use crate::paths::Paths;

/// Does what the command line says.
pub(crate) fn run(arguments: &ConfigArgs, paths: &Paths) -> Result<Exit, ConfigCommandError> {
    if arguments.print_default {
        stdout::print(UserConfig::default_text())?;
        return Ok(Exit::Success);
    }
    if let Some(file) = &arguments.file {
        return check(file, true);
    }
    let file = paths.config().ok_or(ConfigCommandError::NoFolder)?;
    if arguments.check {
        return check(&file.path, file.is_named);
    }
    stdout::print(format!("{}\n", file.path.display()))?;
    Ok(Exit::Success)
}

/// Checks a file. If it need not exist, a missing one is valid.
fn check(path: &Path, must_exist: bool) -> Result<Exit, ConfigCommandError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !must_exist => {
            print_message(format_args!("{} does not exist: the defaults apply", path.display()));
            return Ok(Exit::Success);
        }
        Err(source) => return Err(ConfigError::Read { path: path.to_owned(), source }.into()),
    };
    let (_, remarks) = UserConfig::parse(path, &text)?;
    if let Some(remarks) = remarks {
        print_line(remarks);
    }
    print_message(format_args!("{} is valid", path.display()));
    Ok(Exit::Success)
}
