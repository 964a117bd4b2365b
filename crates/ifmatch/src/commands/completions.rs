//! `ifmatch completions`: the completions of a shell.
//!
//! They are made from the command line that the program parses.

mod args;
mod error;
mod run;

pub(crate) use args::CompletionsArgs;
pub(crate) use error::CompletionsError;
pub(crate) use run::run;
