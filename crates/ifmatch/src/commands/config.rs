//! `ifmatch config`: where the configuration is, whether it is valid, and what the defaults are.

mod args;
mod error;
mod run;

pub(crate) use args::ConfigArgs;
pub(crate) use error::ConfigCommandError;
pub(crate) use run::run;
