//! The log: to a file, and never to a terminal that somebody looks at.
//!
//! A client can have lines written, and the store may be on the same disk. So the file has a budget, [`LOG_BYTES`]. It
//! is not rotated: what came first in an attack is what tells about it, and no second file appears that was not asked
//! for. A program that rotates by truncating (`copytruncate` of logrotate) makes room, as lines are always appended.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;

use server::budget::LOG_BYTES;
use tracing::level_filters::LevelFilter;

use crate::error::Error;

/// Starts the log, where a file was named. Lines are added to what is there; no secret is ever among them.
pub(crate) fn to_file(path: Option<&Path>) -> Result<(), Error> {
    let Some(path) = path else { return Ok(()) };
    let failed = |source| Error::Log { path: path.to_owned(), source };
    refuse_read_only(path).map_err(failed)?;
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    // It names authors and documents, so other users of the machine have no business in it.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(failed)?;
    let log = tracing_subscriber::fmt().with_ansi(false).with_max_level(LevelFilter::DEBUG);
    // A line that cannot be written, because the disk is full, must not be told on standard error: it would stand in
    // the middle of the screen, and panic if there is none.
    log.log_internal_errors(false).with_writer(Mutex::new(Bounded::new(file, LOG_BYTES.default))).init();
    Ok(())
}

/// Refuses a file that is read-only by its mode, also for root, who could append to it: as [`files::write`] does.
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

/// A file that is appended to until it has so many bytes.
struct Bounded {
    file: File,
    limit: u64,
    /// How many bytes there is room for, as far as is known.
    room: u64,
    is_full: bool,
}

impl Bounded {
    fn new(file: File, limit: u64) -> Self {
        Self { file, limit, room: 0, is_full: false }
    }

    /// Takes room for a line, and returns whether there is any.
    fn take(&mut self, bytes: u64) -> io::Result<bool> {
        if bytes > self.room {
            // The file had something in it at the start, or has been truncated since.
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
                "This log has its {limit} bytes (budget {budget}). No more is written until it is truncated."
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
