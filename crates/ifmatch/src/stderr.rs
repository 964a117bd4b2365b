//! What the program says to people beside its output: on standard error, a line at a time.
//!
//! What is printed for programs goes to standard output, and what happens for an operator to the log ([`log`](crate::log)).

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// How long a terminal is waited for that takes no output: its flow may be stopped, or its connection may hang.
pub(crate) const PATIENCE: Duration = Duration::from_secs(1);

/// Whether standard error can be written to. A terminal may stop the processes that write to it from the background
/// (`stty tostop`), and a server would not be continued before somebody notices.
#[cfg(unix)]
pub(crate) fn can_write() -> bool {
    use rustix::process::getpgrp;
    use rustix::termios::{LocalModes, tcgetattr, tcgetpgrp};

    let stderr = io::stderr();
    let is_in_background = || tcgetpgrp(&stderr).is_ok_and(|foreground| foreground != getpgrp());
    // What is not a terminal has no modes.
    !tcgetattr(&stderr).is_ok_and(|modes| modes.local_modes.contains(LocalModes::TOSTOP) && is_in_background())
}

/// Elsewhere a terminal stops nothing.
#[cfg(not(unix))]
pub(crate) fn can_write() -> bool {
    true
}

/// Says this in a line of its own, if a terminal takes it within [`PATIENCE`]. Where nobody hears it any more, the work
/// goes on all the same, and does not panic, as `eprintln!` would.
pub(crate) fn say(what: impl Display) {
    let line = format!("{what}\n");
    if !io::stderr().is_terminal() {
        let _ = io::stderr().write_all(line.as_bytes());
        return;
    }
    let (sender, written) = channel();
    let begun = thread::Builder::new().spawn(move || {
        let _ = io::stderr().write_all(line.as_bytes());
        // An error means that it was waited for long enough.
        let _ = sender.send(());
    });
    if begun.is_ok() {
        let _ = written.recv_timeout(PATIENCE);
    }
}
