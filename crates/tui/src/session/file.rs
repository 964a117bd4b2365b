//! A text kept as a file of its own, because a person wants to have it elsewhere than here.

use std::io;
use std::path::{self, Path, PathBuf};

use files::{Readers, create};

/// Writes a text into a new file in a folder, and returns its path. An existing file is never written to: the new one gets
/// a number.
pub(super) fn keep(folder: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    for number in 1_u32.. {
        let numbered = if number == 1 { format!("{name}.txt") } else { format!("{name}-{number}.txt") };
        let path = path::absolute(folder.join(numbered))?;
        // The text is not published yet, so others must not read it.
        match create(&path, text.as_bytes(), Readers::Owner) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            created => return created.map(|()| path),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn no_file_is_ever_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let first = keep(folder.path(), "welcome-mine", "one\r\n").unwrap();
        let second = keep(folder.path(), "welcome-mine", "two").unwrap();
        assert_eq!(fs::read_to_string(&first).unwrap(), "one\r\n");
        assert_eq!(fs::read_to_string(&second).unwrap(), "two");
        assert_eq!(first, folder.path().join("welcome-mine.txt"));
        assert_eq!(second, folder.path().join("welcome-mine-2.txt"));
        assert!(keep(&folder.path().join("nowhere"), "welcome-mine", "").is_err());
    }
}
