//! What the program says to people beside its output: on standard error, a line at a time.
//!
//! What is printed for programs goes to standard output, and what happens for an operator to the log
//! ([`log`](crate::log)).

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// How long a terminal is waited for that takes no output: its flow may be stopped, or its connection may hang.
pub(crate) const WRITE_TIMEOUT: Duration = Duration::from_secs(1);

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

/// How much of a text is written at once.
const PIECE_BYTES: usize = 4096;

/// How long a terminal that would block is left alone.
const RETRY_INTERVAL: Duration = Duration::from_millis(10);

/// Says this in a line of its own, if a terminal takes it within [`WRITE_TIMEOUT`]. Where nobody hears it any more, the
/// work goes on all the same, and does not panic, as `eprintln!` would.
pub(crate) fn print_error(what: impl Display) {
    let line = format!("{what}\n");
    if !io::stderr().is_terminal() {
        let _ = io::stderr().write_all(line.as_bytes());
        return;
    }
    write_patiently(io::stderr(), line);
}

/// Writes a text for as long as it is taken: until a piece of it is not within [`WRITE_TIMEOUT`]. Returns whether all
/// of it was.
pub(crate) fn write_patiently(to: impl Write + Send + 'static, text: String) -> bool {
    let pieces = text.len().div_ceil(PIECE_BYTES);
    let (sender, written) = channel();
    let begun = thread::Builder::new().spawn(move || {
        let mut to = to;
        for piece in text.as_bytes().chunks(PIECE_BYTES) {
            let is_written = write_and_flush(&mut to, piece).is_ok();
            // An error means that it was waited for long enough.
            if sender.send(is_written).is_err() || !is_written {
                return;
            }
        }
    });
    begun.is_ok() && (0..pieces).all(|_| matches!(written.recv_timeout(WRITE_TIMEOUT), Ok(true)))
}

fn write_and_flush(to: &mut impl Write, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match to.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // Another process has made the terminal that we share non-blocking.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(RETRY_INTERVAL),
            Err(error) => return Err(error),
        }
    }
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes, and then none.
    struct Room(usize);

    impl Write for Room {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(self.0).min(100);
            self.0 -= taken;
            if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn text_is_written_only_if_all_of_it_is() {
        let text = "x".repeat(3 * PIECE_BYTES + 1);
        assert!(write_patiently(Room(text.len()), text.clone()));
        assert!(!write_patiently(Room(text.len() - 1), text));
    }
}
