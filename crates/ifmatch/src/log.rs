//! The log: a file, and never a terminal.
//!
//! Clients can cause log lines, and the store may be on the same disk. So the file has a budget, [`LOG_BYTES`]. It is
//! not rotated: the first lines of an attack explain it best, and no second file appears that the user did not ask for.
//! A program that rotates by truncating (`copytruncate` of logrotate) makes room, as lines are always appended.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use server::budget::LOG_BYTES;
use thiserror::Error;
use tracing::level_filters::LevelFilter;

/// The log cannot be written.
#[derive(Debug, Error)]
#[error("the log {} cannot be written: {source}", path.display())]
pub(crate) struct LogError {
    path: PathBuf,
    source: io::Error,
}

/// Starts the log if a file is named. Lines are appended to the file; none contains a secret.
pub(crate) fn start(path: Option<&Path>) -> Result<(), LogError> {
    let Some(path) = path else { return Ok(()) };
    let failed = |source| LogError { path: path.to_owned(), source };
    refuse_read_only(path).map_err(failed)?;
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    // The log names authors and documents, so it is private to its owner.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(failed)?;
    let log = tracing_subscriber::fmt().with_ansi(false).with_max_level(LevelFilter::DEBUG);
    // If a line cannot be written (the disk is full, say), standard error must not show that: the report would be drawn
    // into the middle of the screen, and would panic if standard error is closed.
    log.log_internal_errors(false).with_writer(Mutex::new(Bounded::new(file, LOG_BYTES.default))).init();
    Ok(())
}

/// Refuses a file that is read-only by its mode, even for root, as [`files::write`] does.
fn refuse_read_only(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Ok(metadata) = std::fs::metadata(path)
        && metadata.is_file()
        && metadata.permissions().readonly()
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o7777;
        return Err(io::Error::other(files::WriteError::ReadOnly { mode }));
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// A file that is appended to until it has `limit` bytes.
struct Bounded {
    file: File,
    limit: u64,
    /// The number of bytes that may still be appended, or more if the file was truncated meanwhile.
    room: u64,
    is_full: bool,
}

impl Bounded {
    fn new(file: File, limit: u64) -> Self {
        Self { file, limit, room: 0, is_full: false }
    }

    /// Reserves room for a line. Returns whether there is enough.
    fn take(&mut self, bytes: u64) -> io::Result<bool> {
        if bytes > self.room {
            // The file may have been truncated since, and at the start its length is not known yet.
            self.room = self.limit.saturating_sub(self.file.metadata()?.len());
        }
        let has_room = bytes <= self.room;
        self.room -= if has_room { bytes } else { 0 };
        Ok(has_room)
    }
}

impl Write for Bounded {
    /// Writes all of a line, or none of it.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.take(line.len() as u64)? {
            self.is_full = false;
            self.file.write_all(line)?;
        } else if !self.is_full {
            self.is_full = true;
            let Self { file, limit, .. } = self;
            let budget = LOG_BYTES.name;
            writeln!(
                file,
                "This log has reached its limit of {limit} bytes (budget {budget}). Nothing more is written until it \
                 is truncated."
            )?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn full_log_says_so_once_and_goes_on_when_truncated() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, "an earlier line\n").unwrap();
        let open = || OpenOptions::new().append(true).open(&path).unwrap();
        let mut log = Bounded::new(open(), 40);
        for line in 1..=5 {
            log.write_all(format!("line {line}...\n").as_bytes()).unwrap();
        }
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[..3], ["an earlier line", "line 1...", "line 2..."]);
        assert!(lines.len() == 4 && lines[3].contains("log-bytes"), "{text}");
        open().set_len(0).unwrap();
        log.write_all(b"line 6...\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "line 6...\n");
    }
}
