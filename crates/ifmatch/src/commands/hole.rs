//! `ifmatch hole`: three small servers with one mistake each, to be found by a learner.
//!
//! The servers and their mistakes are in the crate `holes`. Here are the addresses, the guesses and the answers.

mod args;
mod error;
mod hunt;
mod run;

pub(crate) use args::HoleArgs;
pub(crate) use error::HoleCommandError;
pub(crate) use run::run;
