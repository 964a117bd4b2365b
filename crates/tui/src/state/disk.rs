//! What this session reads from the disk, and whether it keeps anything there.

use std::path::PathBuf;

use contract::Document;

/// What is kept on the disk.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    /// Whether unsaved text is to be kept as drafts, and comes back in the next run. Whether it *is*, each document
    /// knows.
    pub(crate) keeps_drafts: bool,
    /// The folder for texts that are kept as files, as it is shown.
    pub(crate) folder: PathBuf,
    /// In a merge of files: my file as it was read, with the name of the file that is written as its title.
    pub(crate) my_file: Option<Document>,
}
