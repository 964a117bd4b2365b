//! One draft on the disk, and the editor that it belongs to.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process;
use std::time::{SystemTime, UNIX_EPOCH};

use editor::Draft;

use super::edits::WrittenDraft;
use super::key::DraftId;
use super::lock::{DraftLock, remove};
use super::private::{make_private_folder, owner_only};
use super::{DraftError, DraftKey, record};

/// How many names are tried for a new draft.
///
/// Each name is new, unless another file with that name appears within the same nanosecond.
const MAX_NAME_ATTEMPTS: u32 = 100;

/// One editor's draft. While this value exists, no other editor can take the draft over.
#[derive(Debug)]
pub struct DraftFile {
    folder: PathBuf,
    key: DraftKey,
    /// The files; `None` while nothing is kept.
    held: Option<ClaimedFile>,
    /// Files of this draft that lost their lock because a user removed it.
    ///
    /// They are deleted once the draft has been written elsewhere.
    outdated: Vec<PathBuf>,
}

/// The files of a draft, and the lock that claims them for this process.
#[derive(Debug)]
pub(super) struct ClaimedFile {
    stem: PathBuf,
    lock: DraftLock,
    /// The content of the file, if a later state can be appended to it.
    written: Option<WrittenDraft>,
}

impl DraftFile {
    pub(super) fn new(folder: PathBuf, key: DraftKey) -> Self {
        Self { folder, key, held: None, outdated: Vec::new() }
    }

    /// Returns a draft that was taken over, with its lock.
    pub(super) fn taken_over(folder: PathBuf, key: DraftKey, held: ClaimedFile) -> Self {
        Self { folder, key, held: Some(held), outdated: Vec::new() }
    }

    /// Returns the folder that the draft is in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the draft's file, or `None` while nothing is kept.
    #[must_use]
    pub fn path(&self) -> Option<PathBuf> {
        self.held.as_ref().map(ClaimedFile::json)
    }

    /// Returns the id of the draft within its folder, or `None` while nothing is kept.
    #[must_use]
    pub fn id(&self) -> Option<DraftId> {
        let stem = &self.held.as_ref()?.stem;
        stem.file_name().map(|name| DraftId::new(name.to_string_lossy().into_owned()))
    }

    /// Writes a draft in place of the previous one. When this returns, the draft is on the disk.
    ///
    /// # Errors
    ///
    /// [`DraftError`] if the draft cannot be written.
    pub fn keep(&mut self, draft: &Draft) -> Result<(), DraftError> {
        self.write(draft).map_err(|source| self.failed("written", source))
    }

    /// Removes the draft, if there is one.
    ///
    /// # Errors
    ///
    /// [`DraftError`] if a file of the draft cannot be removed.
    pub fn forget(&mut self) -> Result<(), DraftError> {
        self.remove().map_err(|source| self.failed("removed", source))
    }

    /// Moves the files of another draft with the same key into this value, unless this value has files.
    ///
    /// Outdated files stay with the other draft, which removes them when it is forgotten.
    pub(super) fn continue_from(&mut self, other: &mut Self) {
        if self.held.is_none() {
            self.held = other.held.take();
        }
    }

    fn write(&mut self, draft: &Draft) -> io::Result<()> {
        make_private_folder(&self.folder)?;
        if self.held.as_ref().is_none_or(|held| !held.lock.exists()) {
            let new = ClaimedFile::claim(&self.folder, &self.key)?;
            self.outdated.extend(self.held.replace(new).map(|held| held.json()));
        }
        if let Some(held) = &mut self.held {
            held.keep(&self.key, draft)?;
        }
        self.remove_outdated()
    }

    /// Removes the files, the lock last.
    ///
    /// Until the lock is gone, no other editor takes the files for left behind. The name is never used again.
    fn remove(&mut self) -> io::Result<()> {
        self.remove_outdated()?;
        if let Some(held) = &self.held {
            remove(&held.json())?;
        }
        self.held.take().map_or(Ok(()), |held| held.lock.remove())
    }

    fn remove_outdated(&mut self) -> io::Result<()> {
        while let Some(path) = self.outdated.last() {
            remove(path)?;
            self.outdated.pop();
        }
        Ok(())
    }

    fn failed(&self, doing: &'static str, source: io::Error) -> DraftError {
        DraftError::new(&self.path().unwrap_or_else(|| self.folder.clone()), doing, source)
    }
}

impl Drop for DraftFile {
    /// Removes a lock without a draft.
    fn drop(&mut self) {
        if let Some(held) = self.held.take_if(|held| matches!(held.json().try_exists(), Ok(false))) {
            let _ = held.lock.remove();
        }
    }
}

impl ClaimedFile {
    pub(super) const fn new(stem: PathBuf, lock: DraftLock) -> Self {
        Self { stem, lock, written: None }
    }

    /// Claims files with a name that has never been used.
    fn claim(folder: &Path, key: &DraftKey) -> io::Result<Self> {
        for _ in 0..MAX_NAME_ATTEMPTS {
            let stem = folder.join(format!("{}-{}", key.stem(), unique_suffix()));
            if let Some(lock) = DraftLock::create(sibling_path(&stem, LOCK_SUFFIX))? {
                return Ok(Self::new(stem, lock));
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    pub(super) fn json(&self) -> PathBuf {
        sibling_path(&self.stem, JSON_SUFFIX)
    }

    /// Brings the file to this state: appends an edit if the file allows it, or else replaces the file.
    fn keep(&mut self, key: &DraftKey, draft: &Draft) -> io::Result<()> {
        let json = self.json();
        if let Some(written) = &mut self.written
            && let Some(edit) = written.edit_to(draft)
            && written.append(&json, draft, edit.as_ref())?
        {
            return Ok(());
        }
        self.written = None;
        if WrittenDraft::can_have_edits(draft) {
            self.replace(|file| record::write_with_edits(file, key, draft))?;
            self.written = Some(WrittenDraft::new(draft.clone(), fs::metadata(json)?.len()));
            return Ok(());
        }
        self.replace(|file| record::write(file, key, draft))
    }

    /// Has a temporary file written, and renames it over the draft.
    fn replace(&self, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
        let next = sibling_path(&self.stem, TEMPORARY_SUFFIX);
        let replaced = write_and_rename(write, &next, &self.json());
        if replaced.is_err() {
            // On a full disk, half a draft would occupy the space that the next attempt needs.
            let _ = fs::remove_file(&next);
        }
        replaced
    }
}

/// The suffixes of a draft, of its lock, and of its next state.
pub(super) const JSON_SUFFIX: &str = ".json";
pub(super) const LOCK_SUFFIX: &str = ".lock";
pub(super) const TEMPORARY_SUFFIX: &str = ".tmp";

/// How many bytes of a draft are written at one time.
const WRITE_BYTES: usize = 64 * 1024;

/// Appends a suffix to a file's name, which may contain dots itself.
pub(super) fn sibling_path(stem: &Path, ending: &str) -> PathBuf {
    let mut name = stem.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Returns a suffix that no other draft has: the process id, and the current time in nanoseconds.
fn unique_suffix() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{:x}-{:x}", process::id(), since.as_nanos())
}

fn write_and_rename(
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    next: &Path,
    place: &Path,
) -> io::Result<()> {
    // A file that a crash left behind may have other permissions.
    remove(next)?;
    let file = owner_only(OpenOptions::new().write(true).create_new(true)).open(next)?;
    let mut file = BufWriter::with_capacity(WRITE_BYTES, file);
    write(&mut file)?;
    file.flush()?;
    file.into_parts().0.sync_all()?;
    fs::rename(next, place)?;
    sync_folder(place.parent().unwrap_or(Path::new(".")))
}

/// Syncs a folder: a rename is on the disk only when its folder is.
///
/// Only Unix offers a way to ask for that.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}
