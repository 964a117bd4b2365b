//! The log: a file, and never a terminal.
//!
//! There is always one, since users ask for a log only after something went wrong: the user's own, with warnings and
//! errors. It appears with its first line. `--log` names another file, the level says what is written, and F1 shows the
//! path.
//!
//! Clients can cause log lines, and the store may be on the same disk. So a file that `--log` names has a budget,
//! [`LOG_BYTES`]. It is not rotated: the first lines of an attack explain it best, and no second file appears that the
//! user did not ask for. A program that rotates by truncating (`copytruncate` of logrotate) makes room, as lines are
//! always appended. The user's own log is smaller, and the file of earlier runs is kept once, as `ifmatch.log.old`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Mutex;

use clap::{Args, ValueEnum};
use server::budget::LOG_BYTES;
use thiserror::Error;
use tracing::level_filters::LevelFilter;

use crate::paths::Paths;

/// The most bytes of the user's own log.
const OWN_LOG_BYTES: u64 = 4 * 1024 * 1024;

/// The options of the log.
#[derive(Debug, Args)]
pub(crate) struct LogOptions {
    /// Write the log to this file. [default: ifmatch.log in the user's state folder, which F1 shows]
    #[arg(long, global = true, value_name = "FILE")]
    log: Option<PathBuf>,

    /// How much the log says. [default: warn, or debug with --log]
    #[arg(long, global = true, value_enum, value_name = "LEVEL", env = "IFMATCH_LOG")]
    log_level: Option<LogLevel>,
}

/// How much the log says.
///
/// There is no level below `debug`: below it, libraries would write requests as they are, with their tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogLevel {
    /// Nothing.
    Off,
    /// Failures of the program itself.
    Error,
    /// Also warnings: work may be lost.
    Warn,
    /// Also events that are rare.
    Info,
    /// Also each request.
    Debug,
}

/// The log cannot be written.
#[derive(Debug, Error)]
#[error("the log {} cannot be written: {source}", path.display())]
pub(crate) struct LogError {
    path: PathBuf,
    source: io::Error,
}

/// Starts the log, and returns its file. Lines are appended to the file; none contains a secret.
pub(crate) fn start(options: &LogOptions, paths: &Paths) -> Result<Option<PathBuf>, LogError> {
    let level = options.log_level.unwrap_or(if options.log.is_some() { LogLevel::Debug } else { LogLevel::Warn });
    let filter = match level {
        LogLevel::Off => return Ok(None),
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let (path, file) = match &options.log {
        Some(path) => {
            let failed = |source| LogError { path: path.clone(), source };
            refuse_read_only(path).map_err(failed)?;
            let file = Bounded::new(open(path).map_err(failed)?, LOG_BYTES.default);
            (path.clone(), LogFile { path: path.clone(), state: LogState::Open(file) })
        }
        None => (paths.log(), LogFile { path: paths.log(), state: LogState::Unopened }),
    };
    let log = tracing_subscriber::fmt().with_ansi(false).with_max_level(filter);
    // If a line cannot be written (the disk is full, say), standard error must not show that: the report would be drawn
    // into the middle of the screen, and would panic if standard error is closed.
    log.log_internal_errors(false).with_writer(Mutex::new(file)).init();
    Ok(Some(std::path::absolute(&path).unwrap_or(path)))
}

/// Opens a file to append lines to.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    // The log names authors and documents, so it is private to its owner.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The file of the log. The user's own is opened for its first line.
struct LogFile {
    path: PathBuf,
    state: LogState,
}

enum LogState {
    Unopened,
    Open(Bounded),
    /// The file cannot be opened, and there is no one to tell.
    Failed,
}

impl LogFile {
    /// Opens the user's own log, and keeps the lines of earlier runs once if there are many.
    fn open_own(path: &Path) -> io::Result<Bounded> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        if fs::metadata(path).is_ok_and(|file| file.len() > OWN_LOG_BYTES / 2) {
            fs::rename(path, path.with_extension("log.old"))?;
        }
        let mut file = open(path)?;
        // Several processes may write at once; each line names none of them.
        writeln!(file, "ifmatch {} (process {}) begins to log", env!("CARGO_PKG_VERSION"), process::id())?;
        Ok(Bounded::new(file, OWN_LOG_BYTES))
    }
}

impl Write for LogFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if matches!(self.state, LogState::Unopened) {
            self.state = Self::open_own(&self.path).map_or(LogState::Failed, LogState::Open);
        }
        match &mut self.state {
            LogState::Open(file) => file.write(line),
            LogState::Unopened | LogState::Failed => Ok(line.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.state {
            LogState::Open(file) => file.flush(),
            LogState::Unopened | LogState::Failed => Ok(()),
        }
    }
}

/// Refuses a file that is read-only by its mode, even for root, as [`files::write`] does.
fn refuse_read_only(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Ok(metadata) = fs::metadata(path)
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
    use super::*;

    #[test]
    fn own_log_appears_with_its_first_line_and_old_lines_are_kept_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/ifmatch.log");
        let log = || LogFile { path: path.clone(), state: LogState::Unopened };
        let mut first = log();
        assert!(!path.exists());
        first.write_all(b"one\n").unwrap();
        log().write_all(b"two\n").unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert!(lines.len() == 4 && lines[0].contains("begins to log"), "{text}");
        assert_eq!((lines[1], lines[3]), ("one", "two"));
        fs::write(&path, vec![b'x'; 3 << 20]).unwrap();
        log().write_all(b"three\n").unwrap();
        assert!(fs::read_to_string(&path).unwrap().ends_with("begins to log\nthree\n"));
        assert_eq!(fs::metadata(path.with_extension("log.old")).unwrap().len(), 3 << 20);
    }

    /// A full disk, or a folder without permission, must not stop the program.
    #[test]
    fn own_log_that_cannot_be_opened_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let mut log = LogFile { path: folder.path().join("file/ifmatch.log"), state: LogState::Unopened };
        log.write_all(b"one\n").unwrap();
        assert!(matches!(log.state, LogState::Failed));
    }

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
