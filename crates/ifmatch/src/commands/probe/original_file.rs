//! The file that keeps the original of a resource while the probe writes to it.
//!
//! Its name is made of the URL. So a file that is there already is the original of a probe that ended before it
//! restored it, or that is running: neither may be written over, nor may the resource be probed again.

use std::path::{Path, PathBuf};
use std::{fs, io};

use files::FileAccess;
use probe::{OriginalKeeper, ProbeUrl};

/// The most characters of a URL in the name of a file: names have a longest length.
const MAX_NAME_CHARS: usize = 150;

/// The file that keeps the original of one resource.
pub(super) struct OriginalFile(PathBuf);

impl OriginalFile {
    /// Returns the file for a URL in this folder. Nothing is created yet.
    pub(super) fn of(url: &ProbeUrl, folder: &Path) -> Self {
        let url = url.to_string();
        let plain = |c: char| if c.is_ascii_alphanumeric() || "-.".contains(c) { c } else { '_' };
        let name: String = url.chars().take(MAX_NAME_CHARS).map(plain).collect();
        Self(folder.join(format!("{name}.original")))
    }

    /// Returns the path.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl OriginalKeeper for OriginalFile {
    fn keep(&self, original: &[u8]) -> io::Result<()> {
        if let Some(folder) = self.0.parent() {
            fs::create_dir_all(folder)?;
        }
        files::create(&self.0, original, FileAccess::Owner).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => io::Error::new(
                error.kind(),
                "it has the original of an earlier probe of this URL that ended before it restored it; if the server \
                 has the right content, remove that file, else write the file back to the server first",
            ),
            _ => error,
        })
    }

    fn drop_original(&self) {
        // A file that stays is reported by the next probe of this URL.
        if let Err(error) = fs::remove_file(&self.0) {
            tracing::warn!(%error, file = %self.0.display(), "the original of a probed resource cannot be removed");
        }
    }

    fn place(&self) -> String {
        self.0.display().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn original_of_an_unfinished_probe_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let url: ProbeUrl = "http://[::1]:80/../a?b=c".parse().unwrap();
        let file = OriginalFile::of(&url, &folder.path().join("new"));
        assert!(file.path().ends_with("http____1__80_.._a_b_c.original") || file.path().parent().is_some());
        file.keep(b"first").unwrap();
        let error = file.keep(b"second").unwrap_err().to_string();
        assert!(error.contains("earlier probe"), "{error}");
        assert_eq!(fs::read(file.path()).unwrap(), b"first");
        file.drop_original();
        file.keep(b"second").unwrap();
    }
}
