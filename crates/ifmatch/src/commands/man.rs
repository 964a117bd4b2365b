//! `ifmatch man`: manual pages, made from the command line that the program parses.

mod args;
mod error;
mod page;
mod run;

pub(crate) use args::ManArgs;
pub(crate) use error::ManError;
pub(crate) use run::run;
