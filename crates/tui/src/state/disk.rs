//! The session's use of the disk: drafts, exported texts, the log, the user's file in a merge of files.

use std::path::PathBuf;

use contract::Document;

/// The session's use of the disk.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    /// Whether unsaved text is to be kept as drafts, which the next run offers.
    ///
    /// Whether a draft has been *written* is in [`OpenDocument::draft`](crate::open_document::OpenDocument::draft).
    pub(crate) keeps_drafts: bool,
    /// The folder for exported texts, in the form in which it is displayed.
    pub(crate) folder: PathBuf,
    /// The log of this run, or `None` if there is none.
    pub(crate) log: Option<PathBuf>,
    /// Whether the user is at another machine, so that the files of this one are not theirs.
    pub(crate) is_remote: bool,
    /// In a merge of files: the user's file as it was read. Its title is the name of the file to write.
    pub(crate) my_file: Option<Document>,
}
