//! The command line of `ifmatch docs`: the verbs.

use clap::{Args, Subcommand};

use super::get::GetArgs;
use super::list::ListArgs;
use super::log::LogArgs;
use super::put::PutArgs;
use super::rm::RmArgs;
use super::watch::WatchArgs;

/// `ifmatch docs`
#[derive(Debug, Args)]
#[command(after_help = "\
Read a text with its tag, change it, and save it under that tag:
  ifmatch docs get notes --etag-file notes.etag > notes.txt
  sed -i 's/draft/final/' notes.txt
  ifmatch docs put notes notes.txt --etag-file notes.etag        exit code 12 if the document has changed since

Data goes to standard output, messages go to standard error. If the reader of the output closes it, as `head` does, that
is not an error.

Exit codes: 0 done · 1 saved, but the server ignored --if-match and an update is lost · 2 wrong usage ·
            3 no response from the server · 4 refused (401, 403, 404, 409, 410, 413 and so on) ·
            12 the precondition is false (412) · 28 a precondition is required (428) · 74 a file or the output failed")]
pub(crate) struct DocsArgs {
    #[command(subcommand)]
    pub(super) verb: DocsVerb,
}

/// The verb: an action on the documents.
#[derive(Debug, Subcommand)]
pub(super) enum DocsVerb {
    /// List the documents: id, tag, time, author and title.
    Ls(ListArgs),
    /// Print the text of a document, byte for byte.
    Get(GetArgs),
    /// Save a text as a document, and print its new tag.
    Put(PutArgs),
    /// Delete a document.
    Rm(RmArgs),
    /// List the versions of a document, newest first, and which of them overwrote another unseen.
    Log(LogArgs),
    /// Print a line for each change, until interrupted.
    Watch(WatchArgs),
}
