//! `ifmatch`: the stage.
//!
//! A menu of lessons, and free play; each has a server of its own in this process, and editors of several people that
//! speak real HTTP to it.

mod args;
mod error;
mod free_play;
mod replay;
mod run;
mod servers;

#[cfg(test)]
mod tests;

pub(crate) use args::StageArgs;
pub(crate) use error::StageError;
pub(crate) use run::{play, run};
pub(crate) use servers::LocalServerFactory;
