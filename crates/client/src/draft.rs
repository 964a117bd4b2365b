//! Drafts: unsaved text, the version that it started from and the merge that it is in, kept on disk.
//!
//! A draft belongs to one editor. Each has a file of its own, and beside it a lock that its process holds for as long
//! as it lives; so two editors with the same name and document never write into one file. What a process that has ended
//! left behind is found ([`Drafts::find`], [`find_drafts`]), offered, and taken over by the editor that gets its lock
//! ([`Drafts::take`]). Nothing is deleted but by [`DraftFile::forget`] (its text is saved) and [`Drafts::discard`].
//!
//! ```text
//! welcome-0f3a…e1-5f2c-18a7….json    the draft: welcome is the document; the hash is over server, document and author
//! welcome-0f3a…e1-5f2c-18a7….lock    held by the editor that it belongs to
//! welcome-0f3a…e1-5f2c-18a7….tmp     the next state of the draft, on its way into its place
//! ```
//!
//! A file is written beside its old self, brought to the disk, and then put in its place by one rename, so that a crash
//! at any moment leaves the old draft or the new one, never half of each. A file that cannot be read is set aside and
//! never deleted: it may hold a user's words.
//!
//! A name is never used twice. A lock file that is removed while another process has it open would otherwise let two
//! processes each hold *the* lock of that name.
//!
//! What is *not* here: when to keep a draft and when to forget it. That is the editor's to say (`Effect::KeepDraft`,
//! `Effect::ForgetDraft`).

mod cause;
mod error;
mod file;
mod find;
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
pub use key::{DraftId, DraftKey};
pub use search::find_drafts;
pub use write::{DraftCommand, DraftWish, DraftWriter, keep_drafts};

/// The folder of all drafts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafts {
    folder: PathBuf,
}

impl Drafts {
    /// Returns the drafts in a folder, which is made when the first one is written.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Returns the folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns a new draft, of which nothing is on the disk yet.
    #[must_use]
    pub fn begin(&self, key: DraftKey) -> DraftFile {
        DraftFile::new(self.folder.clone(), key)
    }
}

#[cfg(test)]
mod tests;
