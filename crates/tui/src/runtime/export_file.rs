//! Texts in files of their own, for use in other programs or because a draft could not be written.

use std::io;
use std::path::{self, Path, PathBuf};

use files::{FileAccess, create};

/// Writes a text to a new file in a folder, and returns the file's path.
///
/// The file is called `name` with the extension `txt`; a number is appended if that file exists.
pub(super) fn keep(folder: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    for number in 1_u32.. {
        let numbered = if number == 1 { format!("{name}.txt") } else { format!("{name}-{number}.txt") };
        match keep_as(&folder.join(numbered), text) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            kept => return kept,
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Writes a text to a new file at a path, and returns the absolute path.
///
/// The file is on the disk when the function returns. Only its owner may read it, because the text is not published
/// yet.
pub(super) fn keep_as(path: &Path, text: &str) -> io::Result<PathBuf> {
    let path = path::absolute(path)?;
    create(&path, text.as_bytes(), FileAccess::Owner)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn existing_file_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let first = keep(folder.path(), "welcome-mine", "one\r\n").unwrap();
        let second = keep(folder.path(), "welcome-mine", "two").unwrap();
        assert_eq!(fs::read_to_string(&first).unwrap(), "one\r\n");
        assert_eq!(fs::read_to_string(&second).unwrap(), "two");
        assert_eq!(first, folder.path().join("welcome-mine.txt"));
        assert_eq!(second, folder.path().join("welcome-mine-2.txt"));
        assert!(keep(&folder.path().join("nowhere"), "welcome-mine", "").is_err());
        assert_eq!(keep_as(&first, "three").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&first).unwrap(), "one\r\n");
    }
}
