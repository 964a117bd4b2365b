//! The file that a path leads to.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// The most symbolic links in a row that are followed, as Linux does.
const MAX_SYMLINKS: usize = 40;

/// The target of a path.
pub(crate) enum WriteTarget {
    /// A file, with its own path: there is no symbolic link in it.
    File(PathBuf),
    /// Nothing yet, with the path at which a file would be created, behind all links.
    Absent(PathBuf),
    /// A device, a pipe, or an open file such as `/dev/stdout`: written to, never replaced.
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

/// The names of open files, and the folders of such names.
const DESCRIPTOR_FOLDERS: [&str; 5] = ["/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/fd", "/proc"];

/// Whether a path is written to and never replaced. A shell may go on writing to an open file.
fn is_stream(path: &Path, metadata: &Metadata) -> bool {
    !metadata.is_file() || (cfg!(unix) && DESCRIPTOR_FOLDERS.iter().any(|open| path.starts_with(open)))
}

/// Returns the path at the end of a chain of links whose last one leads nowhere.
fn resolve_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_SYMLINKS {
        match fs::read_link(&path) {
            // The path in a link is relative to the folder of the link.
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
