//! `ifmatch config`: the path of the configuration, its check, and the default configuration.

mod args;
mod error;
mod run;

pub(crate) use args::ConfigArgs;
pub(crate) use error::ConfigCommandError;
pub(crate) use run::run;
