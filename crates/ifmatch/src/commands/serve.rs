//! `ifmatch serve`: the document server alone, and in a terminal the screen of its leader.

mod access;
mod access_log;
mod args;
mod banner;
mod error;
mod fd_limit;
mod file_permissions;
mod identity;
mod join_codes;
mod keep_time;
mod own_client;
mod run;
mod screen;
mod signal;
mod ssh;
mod tokens;
mod warnings;

pub(crate) use args::ServeArgs;
pub(crate) use error::ServeError;
pub(crate) use run::run;
