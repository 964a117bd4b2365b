//! `ifmatch serve`: the document server alone, and in a terminal the screen of its leader.

pub(crate) mod access;
pub(crate) mod access_log;
mod args;
mod banner;
mod error;
pub(crate) mod fd_limit;
mod file_permissions;
mod identity;
mod join_codes;
mod keep_time;
pub(crate) mod own_client;
mod run;
pub(crate) mod running;
pub(crate) mod screen;
pub(crate) mod signal;
mod ssh;
mod tokens;
pub(crate) mod warnings;

pub(crate) use args::ServeArgs;
pub(crate) use error::ServeError;
pub(crate) use run::run;
