//! The one way to write a user's file.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use crate::attributes::{Attributes, has_other_names};
use crate::backup::write_in_place;
use crate::create::{FileAccess, create, sync_folder, temporary_beside};
use crate::error::WriteError;
use crate::exchange::{SwapResult, swap_in};
use crate::lock::{self, lock_for_writing};
use crate::target::{WriteTarget, folder_of};

/// The precondition of a write: the content that the writer knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectedContent<'a> {
    /// Whatever is there.
    Anything,
    /// There is no such file.
    Absent,
    /// Exactly this content.
    Content(&'a [u8]),
}

/// Writes a file if it has the expected content, and keeps all of its attributes.
///
/// The documentation of the crate says what happens to which file. If a file has to be written in place, its content is
/// saved first: beside it, or in the folder `backups` if its own folder takes no file. The content of a device or a
/// pipe is not compared.
///
/// # Errors
///
/// If the file does not have the expected content, or cannot be written. Then it is as it was, except for
/// [`WriteError::Torn`].
pub fn write(
    path: &Path,
    content: &[u8],
    expected: ExpectedContent<'_>,
    backups: Option<&Path>,
) -> Result<(), WriteError> {
    loop {
        let written = match (WriteTarget::of(path)?, expected) {
            (WriteTarget::Stream, _) => return Ok(write_to_stream(path, content)?),
            (WriteTarget::File(_), ExpectedContent::Absent) => Err(WriteError::Changed),
            (WriteTarget::File(target), ExpectedContent::Content(old)) => replace(&target, content, Some(old), backups),
            (WriteTarget::File(target), ExpectedContent::Anything) => replace(&target, content, None, backups),
            (WriteTarget::Absent(_), ExpectedContent::Content(_)) => {
                Err(io::Error::from(io::ErrorKind::NotFound).into())
            }
            (WriteTarget::Absent(target), _) => match create(&target, content, FileAccess::ByUmask) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(WriteError::Changed),
                created => created.map_err(WriteError::from),
            },
        };
        match (written, expected) {
            // Any content will do, also the one that is there now: try again.
            (Err(WriteError::Changed), ExpectedContent::Anything) => {}
            (written, _) => return written,
        }
    }
}

fn write_to_stream(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut stream = OpenOptions::new().write(true).truncate(true).open(path)?;
    stream.write_all(content)?;
    stream.flush()
}

/// Replaces the content of an existing file, if it is the expected one.
fn replace(path: &Path, content: &[u8], expected: Option<&[u8]>, backups: Option<&Path>) -> Result<(), WriteError> {
    let file = lock_for_writing(path)?;
    let old = lock::read_content(&file)?;
    if expected.is_some_and(|expected| expected != old) {
        return Err(WriteError::Changed);
    }
    let attributes = Attributes::of(&file)?;
    // With several names, a new file would take one of them, and the others would keep the old content.
    if !has_other_names(&file.metadata()?)
        && let Ok(new) = temporary_beside(path, folder_of(path), ".tmp", FileAccess::Owner)
    {
        new.as_file().write_all(content)?;
        if attributes.give_to(new.as_file()) {
            new.as_file().sync_all()?;
            if let SwapResult::Done = swap_in(new, path, &file, &old)? {
                sync_folder(path);
                return Ok(());
            }
        }
    }
    write_in_place(path, &file, &old, content, backups)
}
