//! `ifmatch serve`: the document server alone, and in a terminal the screen of its leader.

mod access;
pub(in crate::commands) mod access_log;
mod args;
mod banner;
mod error;
pub(in crate::commands) mod fd_limit;
mod file_permissions;
mod identity;
pub(in crate::commands) mod join_codes;
mod keep_time;
pub(in crate::commands) mod own_client;
mod run;
pub(in crate::commands) mod running;
pub(in crate::commands) mod screen;
pub(in crate::commands) mod signal;
mod ssh;
mod tokens;
pub(in crate::commands) mod warnings;

pub(crate) use args::ServeArgs;
pub(crate) use error::ServeError;
pub(crate) use run::run;
