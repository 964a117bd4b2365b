//! `ifmatch probe`: a conformance test of conditional requests, for one resource of any HTTP API.
//!
//! The checks and the engine are in the crate `probe`. Here are the command line, the file that keeps the original, and
//! what is printed. Results go to standard output; the progress and warnings to standard error.

mod args;
mod error;
mod header_option;
mod original_file;
mod progress_line;
mod run;

pub(crate) use args::ProbeArgs;
pub(crate) use error::ProbeCommandError;
pub(crate) use run::run;
