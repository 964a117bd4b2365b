//! Where the files of a run lie: on the disk that cargo builds on, and gone when the run ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;

use crate::error::Error;

/// A folder of this run's own. It is removed when this goes out of scope.
pub(crate) struct Workdir {
    path: PathBuf,
    /// The kind of file system, in the words of the system.
    pub(crate) kind: String,
}

impl Workdir {
    /// Makes the folder next to this program.
    pub(crate) fn create() -> Result<Self, Error> {
        let program = std::env::current_exe().map_err(Error::while_doing("this program cannot be found"))?;
        let folder = program.parent().unwrap_or(Path::new("."));
        let path = folder.join(format!("bench-{}", process::id()));
        fs::create_dir_all(&path).map_err(Error::while_doing("no folder can be made for the database"))?;
        let kind = file_system(&path);
        let place = Self { path, kind };
        if ["tmpfs", "ramfs"].contains(&place.kind.as_str()) {
            return Err(Error::InMemory { path: place.path.clone(), kind: place.kind.clone() });
        }
        Ok(place)
    }

    /// A file in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for Workdir {
    fn drop(&mut self) {
        // What cannot be removed now goes with `cargo clean`.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// The kind of the file system that a path is on: that of the longest mount point above it.
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
