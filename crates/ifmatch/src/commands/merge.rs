//! `ifmatch merge`: three files in, one text out, as `git merge-file` does it.
//!
//! Arguments, output and exit codes are git's, so the command can replace it. The crate `merge` explains what it does
//! better. Neither a server nor a thread is started, unless the merge view is wanted.

mod args;
mod error;
mod fast_args;
mod git;
mod inputs;
mod json;
mod run;
mod view;

pub(crate) use args::MergeArgs;
pub(crate) use error::MergeFailure;
pub(crate) use fast_args::fast_arguments;
pub(crate) use run::{run, run_with_view};
