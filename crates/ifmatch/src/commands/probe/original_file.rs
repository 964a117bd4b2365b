//! The file that keeps the original of a resource while the probe writes to it.
//!
//! Its name is made of the URL, and ends with a hash of it: long URLs may begin alike, and characters that names cannot
//! have are replaced. So a file that is there already is the original of a probe that ended before it
//! restored it, or that is running: neither may be written over, nor may the resource be probed again.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use files::FileAccess;
use probe::{OriginalKeeper, ProbeUrl};
use sha2::{Digest as _, Sha256};

/// The most characters of a URL in the name of a file: names have a longest length.
const MAX_NAME_CHARS: usize = 150;

/// The bytes of the hash in the name: enough that two URLs never have the same.
const HASH_BYTES: usize = 16;

/// The file that keeps the original of one resource.
pub(super) struct OriginalFile(PathBuf);

impl OriginalFile {
    /// Returns the file for a URL in this folder. Nothing is created yet.
    pub(super) fn of(url: &ProbeUrl, folder: &Path) -> Self {
        let url = url.to_string();
        let plain = |c: char| if c.is_ascii_alphanumeric() || "-.".contains(c) { c } else { '_' };
        let mut name: String = url.chars().take(MAX_NAME_CHARS).map(plain).collect();
        name.push('-');
        for byte in &Sha256::digest(&url)[..HASH_BYTES] {
            // Writing to a String cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        Self(folder.join(name + ".original"))
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
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn original_of_an_unfinished_probe_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let url: ProbeUrl = "http://[::1]:80/../a?b=c".parse().unwrap();
        let file = OriginalFile::of(&url, &folder.path().join("new"));
        let name = file.path().file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with("http______1__80_.._a_b_c-") && name.ends_with(".original"), "{name}");
        assert_eq!(file.path().parent(), Some(&*folder.path().join("new")));
        file.keep(b"first").unwrap();
        let error = file.keep(b"second").unwrap_err().to_string();
        assert!(error.contains("earlier probe"), "{error}");
        assert_eq!(fs::read(file.path()).unwrap(), b"first");
        file.drop_original();
        file.keep(b"second").unwrap();
    }

    #[test]
    fn each_url_has_a_file_of_its_own() {
        let long = format!("http://localhost/{}", "x".repeat(400));
        let urls =
            ["http://localhost/a/b".to_owned(), "http://localhost/a_b".to_owned(), "http://localhost/A_b".to_owned()];
        let urls = urls.into_iter().chain(["1", "2"].map(|end| format!("{long}{end}")));
        let name = |url: String| OriginalFile::of(&url.parse().unwrap(), Path::new("/")).path().to_owned();
        let names: BTreeSet<_> = urls.map(name).collect();
        assert_eq!(names.len(), 5);
        // Some systems do not tell upper case from lower case.
        let lower: BTreeSet<_> = names.iter().map(|name| name.to_str().unwrap().to_lowercase()).collect();
        assert_eq!(lower.len(), 5, "{names:?}");
        assert!(lower.iter().all(|name| name.len() < 255), "{names:?}");
    }
}
