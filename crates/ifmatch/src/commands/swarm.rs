//! `ifmatch swarm`: simulated people edit one document at once, and lost edits are counted.
//!
//! The writers are in the crate `swarm`. Here are the command line, and what is printed. Results go to
//! standard output, and the lines about the progress to standard error.

mod args;
mod choices;
mod error;
mod progress_lines;
mod random;
mod report;
mod run;
mod screen;
mod sweep;
mod vote;

pub(crate) use args::SwarmArgs;
pub(crate) use error::SwarmCommandError;
pub(crate) use run::run;
