//! `ifmatch doctor`: what is on the path to an ifmatch server, and what it does to messages.
//!
//! The checks and the requests are in the crate `doctor`. Here are the command line, and the report as text and as
//! JSON. The report goes to standard output; what is written to the server is announced on standard error.

mod args;
mod error;
mod json_report;
mod run;
mod text_report;

pub(crate) use args::DoctorArgs;
pub(crate) use error::DoctorCommandError;
pub(crate) use run::run;
