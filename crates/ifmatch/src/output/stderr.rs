//! Standard error: messages for people, a line at a time.
//!
//! Results go to standard output ([`stdout`](super::stdout)), and what an operator wants to know later to the log
//! ([`log`](crate::log)).

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use unicode_width::UnicodeWidthStr as _;

use super::columns::columns;
use super::visible::visible_lines;

/// How long to wait for a terminal that takes no output.
///
/// The terminal's flow control may have stopped the output, or its connection may hang.
pub(crate) const WRITE_TIMEOUT: Duration = Duration::from_secs(1);

/// Whether writing to standard error does not stop this process.
///
/// A terminal can stop background processes that write to it (`stty tostop`), and a server that is stopped serves no
/// one until its user notices.
#[cfg(unix)]
pub(crate) fn can_write() -> bool {
    use rustix::termios::{LocalModes, tcgetattr};

    // Only a terminal has modes.
    !tcgetattr(io::stderr()).is_ok_and(|modes| modes.local_modes.contains(LocalModes::TOSTOP) && is_in_background())
}

/// Whether this process is in the background of its terminal.
///
/// The terminal stops a background process that takes it.
#[cfg(unix)]
pub(crate) fn is_in_background() -> bool {
    use std::os::fd::{AsFd as _, BorrowedFd};

    use rustix::process::getpgrp;
    use rustix::termios::tcgetpgrp;

    let is_behind = |terminal: BorrowedFd<'_>| tcgetpgrp(terminal).is_ok_and(|foreground| foreground != getpgrp());
    is_behind(io::stdin().as_fd()) || is_behind(io::stderr().as_fd())
}

/// On other systems, no process is in the background of a terminal.
#[cfg(not(unix))]
pub(crate) fn is_in_background() -> bool {
    false
}

/// On other systems, a terminal stops no process.
#[cfg(not(unix))]
pub(crate) fn can_write() -> bool {
    true
}

/// The most bytes that are written at once.
const PIECE_BYTES: usize = 4096;

/// How long to wait before writing again to a terminal that would block.
const RETRY_INTERVAL: Duration = Duration::from_millis(10);

/// Prints a message in a line of its own, behind the name of the program.
///
/// On a terminal that is narrower, it is divided between words.
pub(crate) fn print_message(message: impl Display) {
    let message = format!("ifmatch: {message}");
    match columns(io::stderr()) {
        Some(columns) => print_line(wrapped(&message, columns)),
        None => print_line(message),
    }
}

/// Divides the lines that are too long, between words.
///
/// A word that is too long, such as a path, is not divided: it can be copied as it is.
fn wrapped(text: &str, columns: usize) -> String {
    let mut out = String::new();
    for line in text.split('\n') {
        let mut left = columns;
        for (at, word) in line.split(' ').enumerate() {
            let width = word.width();
            let joint = match at {
                0 => "",
                _ if width < left => " ",
                _ => "\n",
            };
            left = if joint == " " { left - width - 1 } else { columns.saturating_sub(width) };
            out.push_str(joint);
            out.push_str(word);
        }
        out.push('\n');
    }
    out.pop();
    out
}

/// Prints a line, if standard error takes it; a terminal has [`WRITE_TIMEOUT`] to do so.
///
/// If standard error is closed, the line is lost, and the work goes on: `eprintln!` would panic.
pub(crate) fn print_line(line: impl Display) {
    let line = format!("{line}\n");
    if !io::stderr().is_terminal() {
        let _ = io::stderr().write_all(line.as_bytes());
        return;
    }
    // A message may contain what a server sent, which must not steer the terminal.
    write_patiently(io::stderr(), visible_lines(&line));
}

/// Writes a text piece by piece, until a piece takes longer than [`WRITE_TIMEOUT`].
///
/// Returns whether the whole text was written.
pub(crate) fn write_patiently(to: impl Write + Send + 'static, text: String) -> bool {
    let pieces = text.len().div_ceil(PIECE_BYTES);
    let (sender, written) = channel();
    let begun = thread::Builder::new().spawn(move || {
        let mut to = to;
        for piece in text.as_bytes().chunks(PIECE_BYTES) {
            let is_written = write_and_flush(&mut to, piece).is_ok();
            // An error means that the receiver has given up.
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
            // Another process has made the shared terminal non-blocking.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(RETRY_INTERVAL),
            Err(error) => return Err(error),
        }
    }
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_is_divided_between_words() {
        assert_eq!(wrapped("one two three four", 9), "one two\nthree\nfour");
        assert_eq!(wrapped("one two three four", 18), "one two three four");
        assert_eq!(wrapped("in /a/very/long/path it is", 8), "in\n/a/very/long/path\nit is");
        assert_eq!(wrapped("a\n  b c\n", 40), "a\n  b c\n");
        assert_eq!(wrapped("日本 日本", 8), "日本\n日本");
    }

    /// Takes this many bytes, and then fails.
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
