//! Notices when this process is put back into the foreground.
//!
//! A shell's `fg` sends SIGCONT only to a job that is stopped. A job that runs in the background already gets no
//! signal, not even if the size has changed meanwhile. So the terminal is asked who owns it for as long as it is not
//! ours.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crossterm::terminal::size;

use crate::event::{EventSink, TerminalEvent};

/// The time between two questions to the terminal.
const ASK_INTERVAL: Duration = Duration::from_millis(50);

/// A thread that runs while this process is in the background.
#[derive(Debug, Default)]
pub(super) struct ForegroundWatch {
    is_running: Arc<AtomicBool>,
}

impl ForegroundWatch {
    /// Starts a thread that sends the size and [`TerminalEvent::Continued`] once the terminal is this process's.
    ///
    /// Does nothing if such a thread is running.
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
                thread::sleep(ASK_INTERVAL);
            }
            // From here on, another stop needs another watch.
            is_running.store(false, Ordering::SeqCst);
            if let Ok((width, height)) = size() {
                // An error means that the program is ending already.
                let _ = events.send(TerminalEvent::Resized { width, height });
            }
            let _ = events.send(TerminalEvent::Continued);
        });
        if let Err(error) = watched {
            tracing::warn!(%error, "a return to the foreground will not be seen");
            self.is_running.store(false, Ordering::SeqCst);
        }
    }
}

/// Returns whether the terminal belongs to this job.
///
/// Without job control, and if the terminal does not tell, it does.
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
