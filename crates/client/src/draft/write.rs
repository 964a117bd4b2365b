//! Drafts on their way to the disk, off the loop that draws.
//!
//! What becomes of each is told: an editor must say of a draft what happened to it, and nothing else. What fails is
//! tried again, after a while and with the next change.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use editor::Draft;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::key::DraftId;
use super::{DraftError, DraftFile};

/// What shall be on the disk, and which of an editor's wishes it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DraftCommand {
    /// Counts the wishes of one editor from 1. 0 is that there was none.
    pub generation: u64,
    /// What is wanted.
    pub wish: DraftWish,
}

/// What shall be on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum DraftWish {
    /// Whatever is there.
    #[default]
    Untouched,
    /// This draft of what was typed before it is known which draft to go on with, or none of that. It is in a file of
    /// its own until a draft of the whole is there.
    Early(Option<Box<Draft>>),
    /// This draft.
    Kept(Box<Draft>),
    /// No draft.
    Forgotten,
}

/// One draft's files, with the wishes that were fulfilled.
#[derive(Debug)]
pub struct DraftWriter {
    files: Mutex<Files>,
    executed: AtomicU64,
}

/// The files of a draft.
#[derive(Debug)]
struct Files {
    /// The file that is gone on with; `None` before it is known which that is.
    file: Option<DraftFile>,
    /// The file of what was typed before that was known.
    early: Option<DraftFile>,
}

impl Files {
    fn keep(&mut self, draft: &Draft) -> Result<(), DraftError> {
        match self.file.as_mut().or(self.early.as_mut()) {
            Some(file) => file.keep(draft)?,
            None => return Ok(()),
        }
        // What was typed early is in that draft by now.
        if self.file.is_some() { self.forget_early() } else { Ok(()) }
    }

    fn forget(&mut self) -> Result<(), DraftError> {
        self.file.as_mut().map_or(Ok(()), DraftFile::forget)?;
        self.forget_early()
    }

    fn forget_early(&mut self) -> Result<(), DraftError> {
        self.early.as_mut().map_or(Ok(()), DraftFile::forget)
    }
}

impl DraftWriter {
    /// Returns a writer for a file, before any wish.
    #[must_use]
    pub fn new(file: DraftFile) -> Self {
        Self::with(Files { file: Some(file), early: None })
    }

    /// Returns a writer before it is known which draft to go on with; `early` is the file for what is typed meanwhile.
    #[must_use]
    pub fn before_choice(early: DraftFile) -> Self {
        Self::with(Files { file: None, early: Some(early) })
    }

    fn with(files: Files) -> Self {
        Self { files: Mutex::new(files), executed: AtomicU64::new(0) }
    }

    /// From here on this is the file of the draft. What was typed early stays in its own file until the next draft is
    /// in this one. Waits for a wish that is being fulfilled.
    pub fn go_on_with(&self, file: DraftFile) {
        self.lock().file = Some(file);
    }

    /// Returns the draft of what was typed early, if it is on the disk. Waits for a wish that is being fulfilled.
    #[must_use]
    pub fn early_draft(&self) -> Option<DraftId> {
        self.lock().early.as_ref().and_then(DraftFile::id)
    }

    /// A panic of another thread leaves the files as a crash would: whole.
    fn lock(&self) -> MutexGuard<'_, Files> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings to the disk what is wanted, unless it is there. Waits for a wish that is being fulfilled elsewhere.
    pub fn execute(&self, wanted: &DraftCommand) -> Result<(), DraftError> {
        let mut files = self.lock();
        if self.executed.load(Ordering::Acquire) >= wanted.generation {
            return Ok(());
        }
        match &wanted.wish {
            DraftWish::Untouched => {}
            DraftWish::Early(None) => files.forget_early()?,
            DraftWish::Early(Some(draft)) => files.early.as_mut().map_or(Ok(()), |early| early.keep(draft))?,
            DraftWish::Kept(draft) => files.keep(draft)?,
            DraftWish::Forgotten => files.forget()?,
        }
        self.executed.store(wanted.generation, Ordering::Release);
        Ok(())
    }
}

/// Brings to the disk what is wanted. When the sender is dropped, tries the last wish once more if it failed, and ends
/// with what became of it; await that before the program ends.
///
/// A disk may be slower than fingers: what is wanted no more by the time that it could be written is never written.
/// `told` hears what became of each wish that was tried, whenever that is another than what it heard last. What failed
/// is tried again after `retry`.
pub async fn keep_drafts(
    writer: Arc<DraftWriter>,
    mut wanted: watch::Receiver<DraftCommand>,
    retry: Duration,
    mut told: impl FnMut(u64, Result<(), String>),
) -> Result<(), DraftError> {
    let mut last: Option<(u64, Result<(), String>)> = None;
    let mut failed = None;
    loop {
        let goes_on = if failed.is_some() {
            tokio::select! {
                changed = wanted.changed() => changed.is_ok(),
                () = sleep(retry) => true,
            }
        } else {
            wanted.changed().await.is_ok()
        };
        if !goes_on && failed.is_none() {
            return Ok(());
        }
        let (writer, wish) = (Arc::clone(&writer), wanted.borrow_and_update().clone());
        let generation = wish.generation;
        let done = match spawn_blocking(move || writer.execute(&wish)).await {
            Ok(done) => done,
            Err(end) if end.is_panic() => std::panic::resume_unwind(end.into_panic()),
            // The runtime is going down, and takes nothing on any more.
            Err(_) => return failed.map_or(Ok(()), Err),
        };
        let news = (generation, done.as_ref().map_err(DraftError::cause).copied());
        if last.as_ref() != Some(&news) {
            told(news.0, news.1.clone());
            last = Some(news);
        }
        failed = done.err();
        if !goes_on {
            return failed.map_or(Ok(()), Err);
        }
    }
}
