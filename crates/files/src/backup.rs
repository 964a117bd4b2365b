//! Writing in place: for a file that cannot be replaced without losing what belongs to it.
//!
//! While it is written, a reader may see half of each content, and a crash may leave that. So the old content is saved
//! elsewhere on the disk first. The backup is removed when the write is complete, or was undone.

use std::fs::{DirBuilder, File};
use std::io::{self, Seek as _, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::attributes::Attributes;
use crate::create::{FileAccess, sync_folder, temporary_beside};
use crate::error::WriteError;
use crate::lock;
use crate::target::folder_of;

/// Writes a file in place, after saving its content `old` elsewhere.
///
/// The backup is beside the file, or in `backups` if that folder takes no new files.
pub(crate) fn write_in_place(
    path: &Path,
    file: &File,
    old: &[u8],
    content: &[u8],
    backups: Option<&Path>,
) -> Result<(), WriteError> {
    let attributes = Attributes::of(file)?;
    let backup = save_backup(path, old, backups)?;
    // Saving took a while, and the lock only keeps out programs that use it.
    if lock::read_content(file)? != old {
        return Err(WriteError::Changed);
    }
    let written = overwrite(file, content).and_then(|()| file.sync_all());
    attributes.restore_mode(file);
    let Err(source) = written else { return Ok(()) };
    // The old content fits into the blocks that it had: this needs no room on the disk.
    if overwrite(file, old).and_then(|()| file.sync_all()).is_ok() {
        return Err(source.into());
    }
    match backup.keep() {
        Ok((_, backup)) => Err(WriteError::Torn { backup, source }),
        Err(_) => Err(source.into()),
    }
}

/// Overwrites a file. The end is cut off last: until then, the old content could still be put back.
fn overwrite(mut file: &File, content: &[u8]) -> io::Result<()> {
    file.rewind()?;
    file.write_all(content)?;
    file.set_len(content.len() as u64)
}

fn save_backup(path: &Path, old: &[u8], backups: Option<&Path>) -> Result<NamedTempFile, WriteError> {
    let beside_it = folder_of(path);
    match (save_backup_in(path, old, beside_it), backups) {
        (Err(_), Some(folder)) => make_private_folder(folder)
            .and_then(|()| save_backup_in(path, old, folder))
            .map_err(|source| WriteError::NoBackup { folder: folder.to_owned(), source }),
        (saved, _) => saved.map_err(|source| WriteError::NoBackup { folder: beside_it.to_owned(), source }),
    }
}

fn save_backup_in(path: &Path, old: &[u8], folder: &Path) -> io::Result<NamedTempFile> {
    let backup = temporary_beside(path, folder, ".backup", FileAccess::Owner)?;
    backup.as_file().write_all(old)?;
    backup.as_file().sync_all()?;
    sync_folder(backup.path());
    Ok(backup)
}

fn make_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
