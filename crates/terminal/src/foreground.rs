//! Notices when this process returns to the foreground.
//!
//! A shell's `fg` sends SIGCONT only to a stopped job. A job that is running in the background gets no signal, not even
//! if the terminal's size has changed. So while another job owns the terminal, we poll for its foreground process
//! group.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crossterm::terminal::size;

use crate::event::{EventSink, TerminalEvent};

/// The time between two polls.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// A thread that runs while this process is in the background.
#[derive(Debug, Default)]
pub(super) struct ForegroundWatch {
    is_running: Arc<AtomicBool>,
}

impl ForegroundWatch {
    /// Starts a thread that waits until this process owns the terminal.
    ///
    /// The thread then sends the size and [`TerminalEvent::Continued`]. Does nothing if the thread is already running.
    pub(super) fn begin(&self, events: impl EventSink) {
        if self.is_running.swap(true, Ordering::SeqCst) {
            return;
        }
        let is_running = Arc::clone(&self.is_running);
        let watched = thread::Builder::new().name("foreground".to_owned()).spawn(move || {
            while !is_in_foreground() {
                if events.is_closed() {
                    return;
                }
                thread::sleep(POLL_INTERVAL);
            }
            // If the process is stopped again from here on, a new thread is needed.
            is_running.store(false, Ordering::SeqCst);
            if let Ok((width, height)) = size() {
                // An error means that the program is ending already.
                let _ = events.send(TerminalEvent::Resized { width, height });
            }
            let _ = events.send(TerminalEvent::Continued);
        });
        if let Err(error) = watched {
            tracing::warn!(%error, "cannot start the thread that watches for a return to the foreground");
            self.is_running.store(false, Ordering::SeqCst);
        }
    }
}

/// Returns whether the terminal belongs to this job.
///
/// Returns true if there is no job control, or if the terminal does not tell.
#[cfg(unix)]
pub(crate) fn is_in_foreground() -> bool {
    use std::io::stdin;

    use rustix::process::getpgrp;
    use rustix::termios::tcgetpgrp;

    tcgetpgrp(stdin()).map_or(true, |foreground| foreground == getpgrp())
}

/// Returns true: other systems have no job control.
#[cfg(not(unix))]
pub(crate) fn is_in_foreground() -> bool {
    true
}
