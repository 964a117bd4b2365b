//! An input of a merge of files.

use std::path::PathBuf;

/// One of the three texts to merge.
#[derive(Debug, Clone)]
pub struct MergeInput {
    /// The author of the text on the screen: a label, or the name of the file.
    pub label: String,
    /// The file that was read.
    pub path: PathBuf,
    /// The file's content when it was read.
    pub text: String,
}
