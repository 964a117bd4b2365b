//! The folder for sessions that a leader saves.

use std::path::PathBuf;

use clap::Args;

/// The folder for saved sessions.
#[derive(Debug, Args)]
pub(crate) struct SessionFolderOptions {
    /// Save sessions in this folder, each in a new one; the default is the working folder.
    #[arg(long, value_name = "FOLDER")]
    session_folder: Option<PathBuf>,
}

impl SessionFolderOptions {
    /// Returns the folder.
    pub(crate) fn folder(&self) -> PathBuf {
        self.session_folder.clone().unwrap_or_else(|| PathBuf::from("."))
    }
}
