//! One of the texts that a merge of files begins with.

use std::path::PathBuf;

/// One of three texts to be merged.
#[derive(Debug, Clone)]
pub struct MergeInput {
    /// The name of its author on the screen: a label, or the name of the file.
    pub label: String,
    /// The file that it was read from.
    pub path: PathBuf,
    /// Its text when it was read.
    pub text: String,
}
