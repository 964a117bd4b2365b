//! Drafts: unsaved text and the version that it started from, kept on disk.
//!
//! One file for each server, document and author. A file is written beside its old self, brought to the disk, and
//! then put in its place by one rename, so that a crash at any moment leaves the old draft or the new one, never half
//! of each. A file that cannot be read is set aside and never deleted: it may hold somebody's words.
//!
//! What is *not* here: when to keep a draft and when to forget it. That is the editor's to say (`Effect::KeepDraft`,
//! `Effect::ForgetDraft`).

use std::fmt::Write as _;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use contract::{Author, Document, DocumentId, Snapshot};
use editor::Draft;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;
use tokio::sync::watch;
use tokio::task::spawn_blocking;

use crate::address::ServerUrl;

/// The form in which this program writes drafts. Another number is another program's.
const FORMAT: u32 = 1;

/// Why a draft could not be kept, read or forgotten.
#[derive(Debug, Error)]
#[error("the draft {} could not be {doing}: {source}; unsaved text is in this program only", .path.display())]
pub struct DraftError {
    path: PathBuf,
    doing: &'static str,
    source: io::Error,
}

/// The folder of all drafts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafts {
    folder: PathBuf,
}

/// Where one author's draft of one document on one server is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftFile {
    path: PathBuf,
    owner: Owner,
}

/// Whose draft it is. It stands in the file too, so that a person who finds the file knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Owner {
    server: String,
    document: DocumentId,
    author: Author,
}

/// What stands in a file.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    format: u32,
    #[serde(flatten)]
    owner: Owner,
    base: Option<Snapshot>,
    mine: Document,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by_hand: Option<String>,
}

/// What was found where a draft would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// No draft.
    Nothing,
    /// A draft, to be offered.
    Draft(Draft),
    /// Something that this program cannot read. It was moved, whole, to where it is in nobody's way.
    SetAside {
        /// Where it is now.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

impl Drafts {
    /// Drafts in a folder, which is made when the first one is kept.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The place for one draft.
    #[must_use]
    pub fn of(&self, server: &ServerUrl, document: &DocumentId, author: &Author) -> DraftFile {
        let owner = Owner { server: server.to_string(), document: document.clone(), author: author.clone() };
        DraftFile { path: self.folder.join(owner.file_name()), owner }
    }
}

impl Owner {
    /// The document's id, for people, and a hash over all three: an address or a name may hold what no file name can,
    /// and may be longer than one.
    fn file_name(&self) -> String {
        let all = [self.server.as_str(), self.document.as_str(), self.author.as_str()].join("\0");
        let hash = Sha256::digest(all);
        let mut name = format!("{}-", self.document);
        for byte in &hash[..8] {
            write!(name, "{byte:02x}").expect("a String takes all that is written");
        }
        name + ".json"
    }
}

impl DraftFile {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps a draft in place of the one before. When this is back, it is on the disk.
    pub fn keep(&self, draft: &Draft) -> Result<(), DraftError> {
        self.replace(draft).map_err(|source| self.failed("kept", source))
    }

    /// Forgets the draft; that there is none is as good.
    pub fn forget(&self) -> Result<(), DraftError> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.failed("forgotten", error)),
            _ => Ok(()),
        }
    }

    /// Reads the draft. What cannot be read is set aside, so that the next [`DraftFile::keep`] does not overwrite it.
    pub fn read(&self) -> Result<Found, DraftError> {
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(error) => return Err(self.failed("read", error)),
        };
        match self.understand(&bytes) {
            Ok(draft) => Ok(Found::Draft(draft)),
            Err(why) => {
                let path = self.set_aside().map_err(|source| self.failed("set aside", source))?;
                Ok(Found::SetAside { path, why })
            }
        }
    }

    fn understand(&self, bytes: &[u8]) -> Result<Draft, String> {
        #[derive(Deserialize)]
        struct Marked {
            format: u32,
        }
        let marked: Marked = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if marked.format != FORMAT {
            return Err(format!("it is of format {}, and this program reads format {FORMAT}", marked.format));
        }
        let kept: Kept = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if kept.owner != self.owner {
            return Err(format!("it belongs to {} on {}", kept.owner.author, kept.owner.server));
        }
        Ok(Draft { base: kept.base, mine: kept.mine, by_hand: kept.by_hand })
    }

    /// Moves the file to the first free name. Nothing that was set aside before is overwritten.
    fn set_aside(&self) -> io::Result<PathBuf> {
        let mut number = 1_u32;
        loop {
            let aside = self.path.with_extension(format!("broken-{number}"));
            if aside.try_exists()? {
                number += 1;
                continue;
            }
            fs::rename(&self.path, &aside)?;
            return Ok(aside);
        }
    }

    fn replace(&self, draft: &Draft) -> io::Result<()> {
        let Draft { base, mine, by_hand } = draft.clone();
        let kept = Kept { format: FORMAT, owner: self.owner.clone(), base, mine, by_hand };
        let bytes = serde_json::to_vec_pretty(&kept)?;
        let folder = self.path.parent().unwrap_or(Path::new("."));
        make_private_folder(folder)?;
        // The process's number keeps two programs from writing into one file.
        let beside = self.path.with_extension(format!("{}.tmp", std::process::id()));
        // What a crash left there is of no use, and its permissions are not ours.
        let _ = fs::remove_file(&beside);
        let mut file = private_file(&beside)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)?;
        sync_folder(folder)
    }

    fn failed(&self, doing: &'static str, source: io::Error) -> DraftError {
        DraftError { path: self.path.clone(), doing, source }
    }
}

/// A new file that nobody but its owner reads: a draft is what somebody has not yet chosen to publish.
fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn make_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// A rename is on the disk only when its folder is. Other systems than Unix give no way to ask for that.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

/// What shall be on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Wanted {
    /// Whatever is there.
    #[default]
    Untouched,
    /// This draft.
    Kept(Box<Draft>),
    /// No draft.
    Forgotten,
}

/// Brings to the disk what is wanted, off the loop that draws. Ends, with the last wish fulfilled, when the sender is
/// dropped; await that before the program ends.
///
/// A disk may be slower than fingers: what is wanted no more by the time that it could be written is never written.
/// Each failure is told to `failed`; the next wish is tried all the same.
pub async fn keep_drafts(file: DraftFile, mut wanted: watch::Receiver<Wanted>, mut failed: impl FnMut(DraftError)) {
    while wanted.changed().await.is_ok() {
        let (file, wish) = (file.clone(), wanted.borrow_and_update().clone());
        let done = spawn_blocking(move || match wish {
            Wanted::Untouched => Ok(()),
            Wanted::Kept(draft) => file.keep(&draft),
            Wanted::Forgotten => file.forget(),
        });
        match done.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => failed(error),
            Err(end) if end.is_panic() => std::panic::resume_unwind(end.into_panic()),
            // The runtime is going down, and takes nothing on any more.
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests;
