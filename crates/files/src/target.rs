//! The file that a path leads to.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// The most symbolic links in a row that are followed, as Linux does.
const MAX_SYMLINKS: usize = 40;

/// What a path leads to.
pub(crate) enum WriteTarget {
    /// A file, under its own path: no symbolic link is left in it.
    File(PathBuf),
    /// Nothing yet. Here it would be created: a dangling link leads to the place where its file would be.
    Absent(PathBuf),
    /// A device, a pipe, or a file that is open already under that name (`/dev/stdout`): written to, never replaced.
    Stream,
}

impl WriteTarget {
    /// Follows all symbolic links.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(metadata) if is_stream(path, &metadata) => Ok(Self::Stream),
            Ok(_) => fs::canonicalize(path).map(Self::File),
            Err(error) if error.kind() == io::ErrorKind::NotFound => resolve_links(path).map(Self::Absent),
            Err(error) => Err(error),
        }
    }
}

/// Names of open files, and folders of such names.
const DESCRIPTOR_FOLDERS: [&str; 5] = ["/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/fd", "/proc"];

/// Whether a path names something to be written to and not to be replaced. A shell may write to an open file further.
fn is_stream(path: &Path, metadata: &Metadata) -> bool {
    !metadata.is_file() || (cfg!(unix) && DESCRIPTOR_FOLDERS.iter().any(|open| path.starts_with(open)))
}

/// Returns the path at the end of a chain of links whose last one leads nowhere.
fn resolve_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_SYMLINKS {
        match fs::read_link(&path) {
            // The path of a link is meant from the folder that the link is in.
            Ok(next) => path = folder_of(&path).join(next),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many levels of symbolic links"))
}

/// Returns the folder that a file is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
