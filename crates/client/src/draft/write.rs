//! Writes drafts to the disk, outside the loop that draws.
//!
//! The result of each command is reported, since an editor must tell the user exactly what happened to a draft. A
//! failed command is retried after a while, and with the next change.

use std::pin::pin;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use editor::Draft;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::key::DraftId;
use super::{DraftError, DraftFile};

/// The wanted state of the disk, numbered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DraftCommand {
    /// Counts the commands of one editor from 1; 0 means that there was none.
    pub generation: u64,
    /// The wanted state.
    pub wish: DraftWish,
}

/// The wanted state of a draft on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum DraftWish {
    /// Leave the files as they are.
    #[default]
    Untouched,
    /// Keep this draft of what was typed before the user chose which draft to continue; `None` removes it.
    ///
    /// It has its own file until a complete draft is on the disk.
    Early(Option<Box<Draft>>),
    /// Keep this draft.
    Kept(Box<Draft>),
    /// Keep no draft.
    Forgotten,
}

/// One draft's files, and the last command that was executed.
#[derive(Debug)]
pub struct DraftWriter {
    files: Mutex<Files>,
    executed: AtomicU64,
}

/// The files of a draft.
#[derive(Debug)]
struct Files {
    /// The file of the draft that is continued; `None` before the user has chosen one.
    file: Option<DraftFile>,
    /// The file of what was typed before that choice.
    early: Option<DraftFile>,
}

impl Files {
    fn keep(&mut self, draft: &Draft) -> Result<(), DraftError> {
        let Some(file) = &mut self.file else {
            return self.early.as_mut().map_or(Ok(()), |early| early.keep(draft));
        };
        // The draft contains what was typed early. A new draft replaces the early one in a single step, since a crash
        // between two steps would leave two drafts of one text.
        if let Some(early) = &mut self.early {
            file.continue_from(early);
        }
        file.keep(draft)?;
        self.forget_early()
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
    /// Returns a writer for a file, before any command.
    #[must_use]
    pub fn new(file: DraftFile) -> Self {
        Self::with(Files { file: Some(file), early: None })
    }

    /// Returns a writer for the time before the user has chosen a draft.
    ///
    /// `early` is the file for what is typed meanwhile.
    #[must_use]
    pub fn before_choice(early: DraftFile) -> Self {
        Self::with(Files { file: None, early: Some(early) })
    }

    fn with(files: Files) -> Self {
        Self { files: Mutex::new(files), executed: AtomicU64::new(0) }
    }

    /// Sets the file of the draft. Waits for a command that is being executed.
    ///
    /// What was typed early stays in its own file until the next draft is in this one.
    pub fn go_on_with(&self, file: DraftFile) {
        self.lock().file = Some(file);
    }

    /// Returns the id of the draft of what was typed early, if it is on the disk.
    ///
    /// Waits for a command that is being executed.
    #[must_use]
    pub fn early_draft(&self) -> Option<DraftId> {
        self.lock().early.as_ref().and_then(DraftFile::id)
    }

    /// Locks the files. If another thread panicked, the files are whole, as after a crash.
    fn lock(&self) -> MutexGuard<'_, Files> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings the disk to the wanted state, unless this command or a later one has been executed.
    ///
    /// Waits for a command that another thread is executing.
    ///
    /// # Errors
    ///
    /// [`DraftError`] if a file cannot be written or removed; the command may be executed again.
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

/// When drafts are written.
///
/// A draft is written as soon as the text has changed. While a user types a long text, writing again and again would
/// keep a processor and the disk busy, so after a write that took more than 20 ms, the writer rests for three times as
/// long, for at most one second. It writes at once if the text was saved, or if the program ends.
///
/// So a key is on the disk no later than two writes and one second after it was pressed, and for texts that are written
/// quickly no later than two writes.
#[derive(Debug, Clone, Copy)]
pub struct DraftTiming {
    /// How long after a failure a draft is written again if nothing is typed.
    pub retry_after: Duration,
    /// How long to rest after a write that took so long.
    pub rest: fn(Duration) -> Duration,
}

/// A write that takes no longer than this costs too little to rest after it.
const SHORT_WRITE: Duration = Duration::from_millis(20);

/// How many times as long as the last write a rest is.
const REST_FACTOR: u32 = 3;

/// The longest rest: what is typed during it would be lost in a crash.
const MAX_REST: Duration = Duration::from_secs(1);

impl Default for DraftTiming {
    fn default() -> Self {
        let rest = |took: Duration| {
            if took <= SHORT_WRITE { Duration::ZERO } else { MAX_REST.min(took.saturating_mul(REST_FACTOR)) }
        };
        Self { retry_after: Duration::from_secs(2), rest }
    }
}

/// Brings the disk to the wanted state after each change, and again after a while if that failed.
///
/// When the sender is dropped, the task retries the last command once if it failed, and returns its result; await that
/// before the program ends. A disk may be slower than the user's typing: a state that is outdated before it can be
/// written is never written, and [`DraftTiming`] says how often a text is written. `told` hears the result of each
/// command that was tried, if it differs from the last result it heard.
///
/// # Errors
///
/// The [`DraftError`] of the last command, if the retry failed too.
///
/// # Panics
///
/// If writing a draft panics, the panic is passed on.
pub async fn keep_drafts(
    writer: Arc<DraftWriter>,
    mut wanted: watch::Receiver<DraftCommand>,
    timing: DraftTiming,
    mut told: impl FnMut(u64, Result<(), String>),
) -> Result<(), DraftError> {
    let mut last: Option<(u64, Result<(), String>)> = None;
    let mut failed = None;
    // Whether the state has changed during a rest.
    let mut is_due = false;
    loop {
        let goes_on = if is_due {
            true
        } else if failed.is_some() {
            tokio::select! {
                changed = wanted.changed() => changed.is_ok(),
                () = sleep(timing.retry_after) => true,
            }
        } else {
            wanted.changed().await.is_ok()
        };
        if !goes_on && failed.is_none() {
            return Ok(());
        }
        let (writer, wish) = (Arc::clone(&writer), wanted.borrow_and_update().clone());
        let generation = wish.generation;
        let began = Instant::now();
        let done = match spawn_blocking(move || writer.execute(&wish)).await {
            Ok(done) => done,
            Err(end) if end.is_panic() => std::panic::resume_unwind(end.into_panic()),
            // The runtime is shutting down and accepts no more tasks.
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
        is_due = failed.is_none() && rest(&mut wanted, (timing.rest)(began.elapsed())).await;
    }
}

/// Waits until a time has passed, and returns whether the wanted state has changed meanwhile.
///
/// The wait ends early if no text is to be kept any more, or if the sender is dropped.
async fn rest(wanted: &mut watch::Receiver<DraftCommand>, time: Duration) -> bool {
    if time.is_zero() {
        return false;
    }
    let mut has_changed = false;
    let mut over = pin!(sleep(time));
    loop {
        tokio::select! {
            changed = wanted.changed() => match changed {
                Ok(()) => has_changed = true,
                // The caller notices it as well.
                Err(_) => return has_changed,
            },
            () = &mut over => return has_changed,
        }
        let keeps = matches!(wanted.borrow().wish, DraftWish::Kept(_) | DraftWish::Early(Some(_)));
        if !keeps {
            return true;
        }
    }
}
