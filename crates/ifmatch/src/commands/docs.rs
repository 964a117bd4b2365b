//! `ifmatch docs`: the documents of a server, for scripts.
//!
//! A script speaks the same protocol as an editor: a read returns the text with its tag, and a write names the version
//! that it replaces. Each verb has a file with its command line and what it does. Data goes to standard output, and
//! everything else to standard error. A failure is an exit code: 12 for a 412, 28 for a 428.

mod args;
mod condition;
mod error;
mod etag_file;
mod get;
mod list;
mod log;
mod options;
mod output;
mod put;
mod rm;
mod run;
mod tag;
mod watch;

pub(crate) use args::DocsArgs;
pub(crate) use error::DocsError;
pub(crate) use run::run;
