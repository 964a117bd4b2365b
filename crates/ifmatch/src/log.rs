//! The log: to a file, and never to a terminal that somebody looks at.

use std::fs::OpenOptions;
use std::path::Path;
use std::sync::Mutex;

use tracing::level_filters::LevelFilter;

use crate::exit::Failure;

/// Starts the log, where a file was named. Lines are added to what is there; no secret is ever among them.
pub(crate) fn to_file(path: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = path else { return Ok(()) };
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    // It names authors and documents, so other users of the machine have no business in it.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|source| Failure::Log { path: path.to_owned(), source })?;
    let log = tracing_subscriber::fmt().with_ansi(false).with_max_level(LevelFilter::DEBUG);
    // A line that cannot be written, because the disk is full, must not be told on standard error: it would stand in the
    // middle of the screen, and panic if there is none.
    log.log_internal_errors(false).with_writer(Mutex::new(file)).init();
    Ok(())
}
