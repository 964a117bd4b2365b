//! The bytes of the terminal on standard input, without taking those that are typed for another job.
//!
//! A thread of its own waits for them with `poll`, which works for terminals on every Unix; `kqueue` does not. The
//! terminal's description is shared with the shell and with whatever else it started, so it is not switched to
//! non-blocking: a read is made only if there is something to read. What the bytes mean is decided elsewhere.

use std::io::{self, stdin, stdout};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::getpgrp;
use rustix::termios::{tcgetattr, tcgetpgrp, tcgetwinsize};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// The most bytes that are read at once. A terminal of Linux hands out 4096 at most.
const READ_BYTES: usize = 64 * 1024;

/// How many reads may wait to be taken in. The terminal keeps what comes beyond.
const QUEUED_READS: usize = 4;

/// How often a terminal that is another job's, or reports the end of a file over and over, is looked at again.
const RETRY_INTERVAL: Duration = Duration::from_millis(50);

/// The terminal on standard input, until this is dropped.
pub(super) struct Tty {
    terminal: Arc<OwnedFd>,
    reads: Receiver<Read>,
    /// The thread ends when this end is closed.
    _reading: UnixStream,
}

/// What came of reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Read {
    /// These bytes.
    Bytes(Vec<u8>),
    /// The end of a file was typed (Ctrl-D), which is possible only while the terminal edits lines.
    EndOfFile,
    /// There is no terminal any more.
    Gone,
}

impl Tty {
    /// Begins to read the terminal on standard input.
    pub(super) fn open() -> io::Result<Self> {
        let terminal = Arc::new(stdin().as_fd().try_clone_to_owned()?);
        let (reading, stop) = UnixStream::pair()?;
        let (sender, reads) = channel(QUEUED_READS);
        let input = Input { terminal: Arc::clone(&terminal), stop };
        thread::Builder::new().name("terminal".to_owned()).spawn(move || input.send(&sender))?;
        Ok(Self { terminal, reads, _reading: reading })
    }

    /// Waits for the next read. Nothing is lost if this is cancelled.
    pub(super) async fn read(&mut self) -> Read {
        self.reads.recv().await.unwrap_or(Read::Gone)
    }

    /// Whether there is something to be read already.
    pub(super) fn has_input(&self) -> bool {
        let mut polled = [PollFd::new(&self.terminal, PollFlags::IN)];
        !self.reads.is_empty() || poll(&mut polled, Some(&Timespec::default())).is_ok_and(|ready| ready > 0)
    }
}

/// The thread's side.
struct Input {
    terminal: Arc<OwnedFd>,
    /// Closed at the other end when nobody wants to read any more.
    stop: UnixStream,
}

impl Input {
    /// Sends what is read until the terminal is gone, or nobody wants to know.
    fn send(&self, reads: &Sender<Read>) {
        let mut bytes = vec![0; READ_BYTES];
        while let Some(read) = self.next(&mut bytes) {
            let (is_last, waits) = (read == Read::Gone, read == Read::EndOfFile);
            if reads.blocking_send(read).is_err() || is_last {
                return;
            }
            if waits {
                thread::sleep(RETRY_INTERVAL);
            }
        }
    }

    /// Waits until there is input, and reads it. `None` if nobody wants to read any more.
    fn next(&self, bytes: &mut [u8]) -> Option<Read> {
        loop {
            let mut polled = [PollFd::new(&self.terminal, PollFlags::IN), PollFd::new(&self.stop, PollFlags::IN)];
            match poll(&mut polled, None) {
                Err(Errno::INTR) => continue,
                Ok(_) if !polled[1].revents().is_empty() => return None,
                // What cannot be asked has to be read.
                Ok(_) | Err(_) => {}
            }
            if !is_in_foreground() {
                // It is typed for another job. Reading it would stop this process (SIGTTIN).
                thread::sleep(RETRY_INTERVAL);
                continue;
            }
            match rustix::io::read(&self.terminal, &mut *bytes) {
                Ok(0) if tcgetattr(&self.terminal).is_ok() => return Some(Read::EndOfFile),
                Ok(0) => return Some(Read::Gone),
                Ok(length) => return Some(Read::Bytes(bytes[..length].to_vec())),
                // Another process switched the shared terminal to non-blocking, and read it before us.
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(error) => {
                    tracing::info!(%error, "the terminal cannot be read any more");
                    return Some(Read::Gone);
                }
            }
        }
    }
}

/// Whether the terminal is this job's. It is, too, if there is no job control, and if nothing can be known.
pub(crate) fn is_in_foreground() -> bool {
    tcgetpgrp(stdin()).map_or(true, |foreground| foreground == getpgrp())
}

/// Columns and rows, or `None` if nobody has told the terminal how large it is, or if it is gone.
pub(super) fn size() -> Option<(u16, u16)> {
    let size = tcgetwinsize(stdout()).ok()?;
    (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
}
