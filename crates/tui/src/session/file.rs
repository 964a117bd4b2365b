//! A text kept as a file of its own, because somebody wants to have it elsewhere than here.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{self, Path, PathBuf};

/// Writes a text into a new file in a folder, and says where it is. A file that is there already is never written to:
/// the new one gets a number.
pub(super) fn keep(folder: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    for number in 1_u32.. {
        let numbered = if number == 1 { format!("{name}.txt") } else { format!("{name}-{number}.txt") };
        let path = path::absolute(folder.join(numbered))?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        // What somebody has not chosen to publish is nobody else's to read.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = match options.open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            opened => opened?,
        };
        if let Err(error) = file.write_all(text.as_bytes()).and_then(|()| file.sync_all()) {
            // Half of a text under its name would be taken for the whole.
            let _ = fs::remove_file(&path);
            return Err(error);
        }
        return Ok(path);
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
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
