//! The bytes of standard input, except those that are typed for another job.
//!
//! A thread of its own waits for them with `poll`, which works for terminals on every Unix; `kqueue` does not. The
//! terminal's description is shared with the shell and with whatever else it started, so it is not switched to
//! non-blocking: a read is made only if there is something to read. Decoding the bytes is not done here.

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

/// The most bytes that are read at once. A terminal of Linux hands out 4096 at most.
const READ_BYTES: usize = 64 * 1024;

/// How many reads may wait to be taken in. The terminal keeps what comes beyond.
const QUEUED_READS: usize = 4;

/// How often a terminal that is another job's, or reports the end of a file over and over, is looked at again.
const RETRY_INTERVAL: Duration = Duration::from_millis(50);

/// How long a terminal that is drained has to be silent before nothing is left in it: its driver and the program at its
/// other end may need a moment to hand on the rest of a paste.
const DRAIN_SILENCE: Duration = Duration::from_millis(20);

/// How long a terminal is drained if it never falls silent.
const MAX_DRAIN: Duration = Duration::from_millis(500);

/// How long nothing may come of a drain before it is given up: another process may have read what was there, and have
/// left the thread in a read that does not end.
pub(super) const DRAIN_PATIENCE: Duration = Duration::from_secs(1);

/// The terminal (or pipe, or file) on standard input, until this is dropped.
pub(super) struct Tty {
    terminal: Arc<OwnedFd>,
    reads: Receiver<TtyRead>,
    /// A byte has the thread drain the terminal. The thread ends when this end is closed.
    control: UnixStream,
}

/// The result of a read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TtyRead {
    /// These bytes.
    Bytes(Vec<u8>),
    /// The end of a file was typed (Ctrl-D), which is possible only while the terminal edits lines.
    EndOfFile,
    /// Everything is read that was there when [`Tty::drain`] asked for it.
    Drained,
    /// The terminal is gone, or a pipe or a file has ended.
    Gone,
}

impl Tty {
    /// Begins to read standard input.
    pub(super) fn open() -> io::Result<Self> {
        Self::of(stdin().as_fd().try_clone_to_owned()?)
    }

    /// Begins to read a terminal, a pipe or a file.
    pub(super) fn of(input: OwnedFd) -> io::Result<Self> {
        let terminal = Arc::new(input);
        let (control, controlled) = UnixStream::pair()?;
        let (sender, reads) = channel(QUEUED_READS);
        let mut input = TtyReader { terminal: Arc::clone(&terminal), control: controlled, drained_since: None };
        thread::Builder::new().name("terminal".to_owned()).spawn(move || input.send(&sender))?;
        Ok(Self { terminal, reads, control })
    }

    /// Asks for all that can be read now: [`TtyRead::Drained`] comes after it.
    pub(super) fn drain(&mut self) {
        if let Err(error) = self.control.write_all(&[0]) {
            tracing::warn!(%error, "what is left in the terminal may not be read");
        }
    }

    /// Waits for the next read. Nothing is lost if this is cancelled.
    pub(super) async fn read(&mut self) -> TtyRead {
        self.reads.recv().await.unwrap_or(TtyRead::Gone)
    }

    /// Returns whether there is something to be read already.
    pub(super) fn has_input(&self) -> bool {
        let mut polled = [PollFd::new(&self.terminal, PollFlags::IN)];
        !self.reads.is_empty() || poll(&mut polled, Some(&Timespec::default())).is_ok_and(|ready| ready > 0)
    }
}

/// The thread's side.
struct TtyReader {
    terminal: Arc<OwnedFd>,
    /// A byte asks for all that is there. Closed at the other end once the [`Tty`] is dropped.
    control: UnixStream,
    /// When everything that is there was asked for, until it is read.
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

    /// Waits until there is input, and reads it. Returns `None` once the [`Tty`] is dropped.
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
                // What cannot be asked has to be read.
                Ok(_) | Err(_) => {}
            }
            if self.drained_since.is_some_and(|since| since.elapsed() >= MAX_DRAIN) {
                return Some(self.drained());
            }
            if !is_in_foreground() {
                if self.drained_since.is_some() {
                    return Some(self.drained());
                }
                // It is typed for another job. Reading it would stop this process (SIGTTIN).
                thread::sleep(RETRY_INTERVAL);
                continue;
            }
            match rustix::io::read(&self.terminal, &mut *bytes) {
                Ok(0) if tcgetattr(&self.terminal).is_ok() => return Some(TtyRead::EndOfFile),
                Ok(0) => return Some(TtyRead::Gone),
                Ok(length) => return Some(TtyRead::Bytes(bytes[..length].to_vec())),
                // Another process switched the shared terminal to non-blocking, and read it before us.
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(error) => {
                    tracing::info!(%error, "the terminal cannot be read any more");
                    return Some(TtyRead::Gone);
                }
            }
        }
    }

    /// Notes that nothing is left in the terminal.
    fn drained(&mut self) -> TtyRead {
        self.drained_since = None;
        TtyRead::Drained
    }
}

fn timespec(duration: Duration) -> Timespec {
    Timespec { tv_sec: 0, tv_nsec: duration.subsec_nanos().into() }
}

/// Returns columns and rows, or `None` if the terminal does not know its size, or is gone.
pub(super) fn size() -> Option<(u16, u16)> {
    let size = tcgetwinsize(stdout()).ok()?;
    (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
}
