//! The folder for the files of a run: on the disk that cargo builds on, and removed when the run ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;

use crate::error::Error;

/// A folder of this run's own. It is removed when this goes out of scope.
pub(crate) struct Workdir {
    path: PathBuf,
    /// The kind of file system, as the system names it.
    pub(crate) kind: String,
}

impl Workdir {
    /// Creates the folder next to this program.
    pub(crate) fn create() -> Result<Self, Error> {
        let program = std::env::current_exe().map_err(Error::while_doing("this program cannot be found"))?;
        let folder = program.parent().unwrap_or(Path::new("."));
        let path = folder.join(format!("bench-{}", process::id()));
        fs::create_dir_all(&path).map_err(Error::while_doing("no folder can be made for the database"))?;
        let place = Self { kind: file_system(&path), path };
        check_disk(&place.path)?;
        Ok(place)
    }

    /// Returns the path of a file in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for Workdir {
    fn drop(&mut self) {
        // If that fails, `cargo clean` removes it.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Checks that a folder is on a disk.
///
/// # Errors
///
/// If it is in memory: a commit costs nothing there.
pub(crate) fn check_disk(folder: &Path) -> Result<(), Error> {
    let kind = file_system(folder);
    if ["tmpfs", "ramfs"].contains(&kind.as_str()) {
        return Err(Error::InMemory { path: folder.to_owned(), kind });
    }
    Ok(())
}

/// Returns the kind of file system that a path is on: that of the longest mount point above it.
fn file_system(path: &Path) -> String {
    let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let mut best = (0, "unknown");
    for line in mounts.lines() {
        let mut words = line.split(' ').skip(1);
        if let (Some(point), Some(kind)) = (words.next(), words.next())
            && path.starts_with(point)
            && point.len() >= best.0
        {
            best = (point.len(), kind);
        }
    }
    best.1.to_owned()
}
