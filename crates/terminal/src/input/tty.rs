//! Reads the bytes of standard input, except those that are typed for another job.
//!
//! A dedicated thread waits for input with `poll`, which works for terminals on every Unix; `kqueue` does not. The open
//! file description of the terminal is shared with the shell and its other children, so it is not switched to
//! non-blocking: the thread reads only if there is input. The bytes are not decoded here.

use std::io::{self, Read as _, Write as _, stdin, stdout};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::termios::{tcgetattr, tcgetwinsize};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::foreground::is_in_foreground;

/// The most bytes of one read. A terminal of Linux delivers at most 4096.
const READ_BYTES: usize = 64 * 1024;

/// The most reads in the queue. Further input waits in the terminal.
const QUEUED_READS: usize = 4;

/// The pause before the next read if another job has the terminal, or it reports the end of the file.
const RETRY_INTERVAL: Duration = Duration::from_millis(50);

/// The silence after which a drained terminal counts as empty.
///
/// The terminal's driver, and the program at its other end, may need a moment to pass on the rest of a paste.
const DRAIN_SILENCE: Duration = Duration::from_millis(20);

/// The longest drain of a terminal that never falls silent, such as one with a key held down.
const MAX_DRAIN: Duration = Duration::from_millis(500);

/// The time after which a drain that delivers nothing is abandoned.
///
/// Another process may have read the input after `poll` reported it, and the thread is then blocked in its read.
pub(super) const DRAIN_PATIENCE: Duration = Duration::from_secs(1);

/// The terminal, pipe or file on standard input, which is read until the value is dropped.
pub(super) struct Tty {
    terminal: Arc<OwnedFd>,
    reads: Receiver<TtyRead>,
    /// A byte written here asks the thread to drain the terminal. The thread ends when the pipe is closed.
    control: UnixStream,
}

/// The result of a read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TtyRead {
    /// Some bytes.
    Bytes(Vec<u8>),
    /// The user typed the end of the file (Ctrl-D), which is possible only while the terminal edits lines.
    EndOfFile,
    /// Everything that was unread when [`Tty::drain`] was called has been read.
    Drained,
    /// The terminal is gone, or a pipe or a file has ended.
    Gone,
}

impl Tty {
    /// Starts to read standard input.
    pub(super) fn open() -> io::Result<Self> {
        Self::of(stdin().as_fd().try_clone_to_owned()?)
    }

    /// Starts to read a terminal, a pipe or a file.
    pub(super) fn of(input: OwnedFd) -> io::Result<Self> {
        let terminal = Arc::new(input);
        let (control, controlled) = UnixStream::pair()?;
        let (sender, reads) = channel(QUEUED_READS);
        let mut input = TtyReader { terminal: Arc::clone(&terminal), control: controlled, drained_since: None };
        thread::Builder::new().name("terminal".to_owned()).spawn(move || input.send(&sender))?;
        Ok(Self { terminal, reads, control })
    }

    /// Asks for everything that can be read now, followed by [`TtyRead::Drained`].
    pub(super) fn drain(&mut self) {
        if let Err(error) = self.control.write_all(&[0]) {
            tracing::warn!(%error, "unread input in the terminal may be lost");
        }
    }

    /// Waits for the next read. It is safe to cancel this: no read is lost.
    pub(super) async fn read(&mut self) -> TtyRead {
        self.reads.recv().await.unwrap_or(TtyRead::Gone)
    }

    /// Returns whether there is unread input.
    pub(super) fn has_input(&self) -> bool {
        let mut polled = [PollFd::new(&self.terminal, PollFlags::IN)];
        !self.reads.is_empty() || poll(&mut polled, Some(&Timespec::default())).is_ok_and(|ready| ready > 0)
    }
}

/// The thread's side of a [`Tty`].
struct TtyReader {
    terminal: Arc<OwnedFd>,
    /// A byte asks for a drain. Closed at the other end when the [`Tty`] is dropped.
    control: UnixStream,
    /// The time at which the present drain began.
    drained_since: Option<Instant>,
}

impl TtyReader {
    /// Sends each read, until the terminal is gone or the [`Tty`] is dropped.
    fn send(&mut self, reads: &Sender<TtyRead>) {
        let mut bytes = vec![0; READ_BYTES];
        while let Some(read) = self.next(&mut bytes) {
            let (is_last, waits) = (read == TtyRead::Gone, read == TtyRead::EndOfFile);
            if reads.blocking_send(read).is_err() || is_last {
                return;
            }
            if waits {
                thread::sleep(RETRY_INTERVAL);
            }
        }
    }

    /// Waits until there is input, and reads it. Returns `None` when the [`Tty`] is dropped.
    fn next(&mut self, bytes: &mut [u8]) -> Option<TtyRead> {
        loop {
            let silence = self.drained_since.map(|_| timespec(DRAIN_SILENCE));
            let mut polled = [PollFd::new(&self.terminal, PollFlags::IN), PollFd::new(&self.control, PollFlags::IN)];
            match poll(&mut polled, silence.as_ref()) {
                Err(Errno::INTR) => continue,
                Ok(0) => return Some(self.drained()),
                Ok(_) if !polled[1].revents().is_empty() => {
                    if !matches!(self.control.read(&mut [0]), Ok(1)) {
                        return None;
                    }
                    self.drained_since = Some(Instant::now());
                    continue;
                }
                // If `poll` fails, the read reports the error.
                Ok(_) | Err(_) => {}
            }
            if self.drained_since.is_some_and(|since| since.elapsed() >= MAX_DRAIN) {
                return Some(self.drained());
            }
            if !is_in_foreground() {
                if self.drained_since.is_some() {
                    return Some(self.drained());
                }
                // The input is for another job. Reading it would stop this process (SIGTTIN).
                thread::sleep(RETRY_INTERVAL);
                continue;
            }
            match rustix::io::read(&self.terminal, &mut *bytes) {
                Ok(0) if tcgetattr(&self.terminal).is_ok() => return Some(TtyRead::EndOfFile),
                Ok(0) => return Some(TtyRead::Gone),
                Ok(length) => return Some(TtyRead::Bytes(bytes[..length].to_vec())),
                // EAGAIN: another process switched the shared terminal to non-blocking, and read the input before us.
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(error) => {
                    tracing::info!(%error, "the terminal cannot be read any more");
                    return Some(TtyRead::Gone);
                }
            }
        }
    }

    /// Ends the drain.
    fn drained(&mut self) -> TtyRead {
        self.drained_since = None;
        TtyRead::Drained
    }
}

fn timespec(duration: Duration) -> Timespec {
    Timespec { tv_sec: 0, tv_nsec: duration.subsec_nanos().into() }
}

/// Returns columns and rows, or `None` if the terminal is gone or does not know its size.
pub(super) fn size() -> Option<(u16, u16)> {
    let size = tcgetwinsize(stdout()).ok()?;
    (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
}
