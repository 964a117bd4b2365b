//! Files that did not exist before.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use crate::target::folder_of;

/// The most characters of a file's name in that of a temporary file: names have a longest length.
const MAX_NAME_CHARS: usize = 40;

/// The users who may read a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileAccess {
    /// All users that the umask and the folder allow, as for any file that a program creates.
    ByUmask,
    /// The owner alone.
    Owner,
}

impl FileAccess {
    /// Returns the mode to create the file with; the umask can only clear bits of it.
    #[cfg(unix)]
    const fn mode(self) -> u32 {
        match self {
            Self::ByUmask => 0o666,
            Self::Owner => 0o600,
        }
    }
}

/// Creates a file with that content. It appears whole or not at all, and never over another file.
///
/// # Errors
///
/// [`io::ErrorKind::AlreadyExists`] if `path` exists; another error if the folder or the disk refuses.
pub fn create(path: &Path, content: &[u8], readers: FileAccess) -> io::Result<()> {
    let file = temporary_beside(path, folder_of(path), ".tmp", readers)?;
    file.as_file().write_all(content)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => {}
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => return Err(error.error),
        // The file system can neither link nor rename without replacing; some in user space cannot.
        Err(_) => create_directly(path, content, readers)?,
    }
    sync_folder(path);
    Ok(())
}

fn create_directly(path: &Path, content: &[u8], readers: FileAccess) -> io::Result<()> {
    let mut file = open_new(path, readers)?;
    file.write_all(content).and_then(|()| file.sync_all()).inspect_err(|_| {
        // Under its name, half of a text would look like the whole.
        let _ = fs::remove_file(path);
    })
}

/// Opens a new file for reading and writing.
pub(crate) fn open_new(path: &Path, readers: FileAccess) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, readers.mode());
    #[cfg(not(unix))]
    let _ = readers;
    options.open(path)
}

/// Creates a temporary file in a folder, with a name that begins with that of the file it is for.
pub(crate) fn temporary_beside(
    path: &Path,
    folder: &Path,
    suffix: &str,
    readers: FileAccess,
) -> io::Result<NamedTempFile> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name: String = name.chars().filter(|character| !character.is_control()).take(MAX_NAME_CHARS).collect();
    // With our own open, an error does not name the temporary file, which means nothing to a user.
    Builder::new().prefix(&format!(".{name}.")).suffix(suffix).make_in(folder, |path| open_new(path, readers))
}

/// Syncs the folder of a file, so that a new name is on the disk. A failure loses no content.
pub(crate) fn sync_folder(path: &Path) {
    if cfg!(unix) {
        let _ = File::open(folder_of(path)).and_then(|folder| folder.sync_all());
    }
}
