//! The program on its command line: arguments, environment, files, exit codes, and what it prints.
//!
//! Terminals and sockets are tested with the whole program, in the folder `tests` of the workspace.

mod access;
mod configuration;
mod docs;
mod doctor;
mod hole;
mod log;
mod manual;
#[cfg(unix)]
mod merging;
mod probe;
mod program;
mod progress;
mod refusals;
mod tls;
#[cfg(unix)]
mod users_files;
