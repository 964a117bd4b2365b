//! Drafts: unsaved text, the version it is based on and its merge in progress, kept on disk.
//!
//! A draft belongs to one editor. Each draft has its own file and, beside it, a lock that the editor's process holds
//! while it lives, so two editors with the same name and document never write to one file. [`Drafts::find`] and
//! [`find_drafts`] find the drafts that ended processes left behind; [`Drafts::take`] hands such a draft to the editor
//! that gets its lock. Only [`DraftFile::forget`] (the text is saved) and [`Drafts::discard`] delete a draft.
//!
//! ```text
//! welcome-0f3a…e1-5f2c-18a7….json    the draft of the document welcome; the hash covers server, document and author
//! welcome-0f3a…e1-5f2c-18a7….lock    held by the editor that owns the draft
//! welcome-0f3a…e1-5f2c-18a7….tmp     the next state of the draft, before it replaces the .json file
//! ```
//!
//! The next state is written beside the old file, synced to the disk, and renamed over the old file in one step. So a
//! crash at any moment leaves the old draft or the new one, never half of either. A file that cannot be read is set
//! aside and never deleted: it may hold a user's words.
//!
//! A long text is written once, and its later states are appended to the file as edits, each synced: so a key costs the
//! disk as little in a long text as in a short one. A crash while an edit is appended leaves the state before it.
//!
//! A name is never used twice. Otherwise, if a lock file were removed while another process has it open, two processes
//! could each hold a lock on a file with that name.
//!
//! *Not* here: when to keep a draft and when to forget it. The editor decides that (`Effect::KeepDraft`,
//! `Effect::ForgetDraft`).

mod cause;
mod edits;
mod error;
mod file;
mod find;
mod json_form;
mod key;
mod lock;
mod private;
mod record;
mod search;
mod write;

use std::path::{Path, PathBuf};

pub use cause::plain_cause;
pub use error::DraftError;
pub use file::DraftFile;
pub use find::{DraftMatch, FoundDraft, FoundDrafts, UnreadableDraft};
pub use json_form::optional_draft;
pub use key::{DraftId, DraftKey};
pub use search::find_drafts;
pub use write::{DraftCommand, DraftTiming, DraftWish, DraftWriter, keep_drafts};

/// The folder that holds all drafts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafts {
    folder: PathBuf,
}

impl Drafts {
    /// Returns the drafts in a folder. The folder is created when the first draft is written.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Returns the path of the folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns a new draft that is not yet on the disk.
    #[must_use]
    pub fn begin(&self, key: DraftKey) -> DraftFile {
        DraftFile::new(self.folder.clone(), key)
    }
}

#[cfg(test)]
mod tests;
