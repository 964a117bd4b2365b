//! Standard output, written by its own thread, so a blocked terminal delays no key, draft or signal.
//!
//! A terminal is blocked while its output is stopped (Ctrl-S), while the connection to it hangs, and while no process
//! reads the other end of a pseudo-terminal. Output then waits in memory. Before each frame, the guard asks whether
//! there is room ([`Output::has_room`]), so at most one frame waits.

use std::io::{self, Stdout, Write, stdout};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::event::{EventSink, TerminalEvent};

/// The longest wait for the previous frame to be written; after it, the next frame is skipped.
const FRAME_TIMEOUT: Duration = Duration::from_millis(50);

/// The longest wait in [`Output::settle`].
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest wait once a signal has asked the program to end.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(1);

/// Standard output. Writing to it never waits.
#[derive(Debug, Clone)]
pub struct Output(Arc<OutputHandle>);

/// The shared handle of all [`Output`]s: it closes the queue when it is dropped.
#[derive(Debug)]
struct OutputHandle(Arc<OutputQueue>);

#[derive(Debug, Default)]
struct OutputQueue {
    state: Mutex<OutputState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "the flags are independent of each other")]
struct OutputState {
    /// The bytes that the thread has not taken yet.
    waiting: Vec<u8>,
    /// Whether the thread is writing the bytes that it took.
    is_writing: bool,
    /// The error of an earlier write, until [`Output::check`] reports it.
    failed: Option<io::Error>,
    /// Whether the thread does not take the bytes yet: more follow that belong to them.
    is_held: bool,
    /// Whether a frame was skipped: [`TerminalEvent::OutputTaken`] is sent once everything is written.
    is_behind: bool,
    /// The time at which a signal asked the program to end.
    hurried_at: Option<Instant>,
    /// Whether every handle was dropped, so no more bytes will be written.
    is_closed: bool,
}

impl Output {
    /// Starts the thread. It sends [`TerminalEvent::OutputTaken`] to `events`.
    ///
    /// # Errors
    ///
    /// If the thread cannot be started.
    pub fn open(events: impl EventSink) -> io::Result<Self> {
        let queue = Arc::<OutputQueue>::default();
        let written = Arc::clone(&queue);
        thread::Builder::new().name("output".to_owned()).spawn(move || written.write_all_to(&mut stdout(), &events))?;
        Ok(Self(Arc::new(OutputHandle(queue))))
    }

    /// Reports, once, the error of earlier output.
    ///
    /// # Errors
    ///
    /// If earlier output could not be written.
    pub fn check(&self) -> io::Result<()> {
        self.queue().lock().failed.take().map_or(Ok(()), Err)
    }

    /// Returns whether everything is written, so that another frame may follow.
    ///
    /// If not, [`TerminalEvent::OutputTaken`] is sent as soon as everything is written, or when a write fails.
    #[must_use]
    pub fn has_room(&self) -> bool {
        let state = self.queue().lock();
        let patience = if state.is_behind { Duration::ZERO } else { FRAME_TIMEOUT };
        drop(state);
        let has_room = self.queue().wait_until_written(patience);
        if !has_room {
            let mut state = self.queue().lock();
            // The thread may have finished in the meantime.
            state.is_behind = !state.is_written();
            return state.is_written();
        }
        has_room
    }

    /// Keeps all bytes back until the returned value is dropped, so that they are written at once.
    ///
    /// A wait for the output ends it, too: after a panic, the terminal is restored before any value is dropped.
    pub(crate) fn hold(&self) -> HeldOutput {
        self.queue().lock().is_held = true;
        HeldOutput(self.clone())
    }

    /// Waits until everything is written, but at most 10 seconds. Returns whether everything is written.
    ///
    /// Once a signal has asked the program to end, this waits at most one second.
    #[must_use]
    pub fn settle(&self) -> bool {
        self.queue().wait_until_written(WRITE_TIMEOUT)
    }

    /// Like [`Output::settle`], but without the limit of 10 seconds.
    pub fn finish(&self) {
        self.queue().wait_until_written(Duration::MAX);
    }

    /// Records that a signal has asked the program to end: from now on, each wait is short.
    pub(crate) fn hurry(&self) {
        self.queue().lock().hurried_at.get_or_insert_with(Instant::now);
        self.queue().changed.notify_all();
    }

    fn queue(&self) -> &OutputQueue {
        &self.0.0
    }
}

/// Output that is kept back until this value is dropped.
#[derive(Debug)]
pub(crate) struct HeldOutput(Output);

impl Drop for HeldOutput {
    fn drop(&mut self) {
        self.0.queue().lock().is_held = false;
        self.0.queue().changed.notify_all();
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.check()?;
        self.queue().lock().waiting.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.queue().lock().is_held {
            self.queue().changed.notify_all();
        }
        self.check()
    }
}

impl Drop for OutputHandle {
    fn drop(&mut self) {
        self.0.lock().is_closed = true;
        self.0.changed.notify_all();
    }
}

impl OutputState {
    fn is_written(&self) -> bool {
        self.waiting.is_empty() && !self.is_writing
    }
}

impl OutputQueue {
    fn lock(&self) -> MutexGuard<'_, OutputState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until everything is written, but at most for `patience`.
    ///
    /// Returns whether everything is written.
    fn wait_until_written(&self, patience: Duration) -> bool {
        let begun = Instant::now();
        let mut state = self.lock();
        state.is_held = false;
        self.changed.notify_all();
        loop {
            if state.is_written() || state.failed.is_some() {
                return state.is_written();
            }
            let left = patience.saturating_sub(begun.elapsed());
            let hurried = state.hurried_at.map(|at| SHUTDOWN_TIMEOUT.saturating_sub(at.max(begun).elapsed()));
            let left = hurried.map_or(left, |hurried| hurried.min(left));
            if left.is_zero() {
                return false;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Writes the waiting bytes until the queue is closed: the body of the writing thread.
    fn write_all_to(&self, output: &mut Stdout, events: &impl EventSink) {
        let mut state = self.lock();
        loop {
            if state.waiting.is_empty() || state.is_held {
                if state.is_closed {
                    return;
                }
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let bytes = std::mem::take(&mut state.waiting);
            state.is_writing = true;
            drop(state);
            let written = write_and_flush(output, &bytes);
            state = self.lock();
            state.is_writing = false;
            let has_failed = written.is_err();
            if let Err(error) = written {
                state.failed.get_or_insert(error);
            }
            if has_failed || (state.is_behind && state.waiting.is_empty()) {
                state.is_behind = false;
                // An error means that the program is ending already.
                let _ = events.send(TerminalEvent::OutputTaken);
            }
            self.changed.notify_all();
        }
    }
}

fn write_and_flush(output: &mut Stdout, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match until_done(output, |output| output.write(bytes), wait_until_writable) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    until_done(output, Write::flush, wait_until_writable)
}

/// Calls `act`, and calls `wait` and `act` again for as long as `act` would block.
fn until_done<W, T>(
    output: &mut W,
    mut act: impl FnMut(&mut W) -> io::Result<T>,
    mut wait: impl FnMut(&W) -> io::Result<()>,
) -> io::Result<T> {
    loop {
        match act(output) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait(output)?,
            done => return done,
        }
    }
}

#[cfg(unix)]
fn wait_until_writable(output: &Stdout) -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::io::Errno;

    match poll(&mut [PollFd::new(output, PollFlags::OUT)], None) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Returns an error: on other systems, a console is never non-blocking.
#[cfg(not(unix))]
fn wait_until_writable(_: &Stdout) -> io::Result<()> {
    Err(io::ErrorKind::WouldBlock.into())
}

/// Returns whether an error means that the terminal, or the reader of a pipe, is gone.
#[must_use]
pub fn is_gone(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;

        let gone = [Errno::PIPE, Errno::IO, Errno::NXIO, Errno::NODEV, Errno::NOTTY];
        Errno::from_io_error(error).is_some_and(|number| gone.contains(&number))
    }
    #[cfg(not(unix))]
    {
        error.kind() == io::ErrorKind::BrokenPipe
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocked_terminal_is_waited_for() {
        let mut room = 0;
        let act = |room: &mut usize| if *room < 3 { Err(io::ErrorKind::WouldBlock.into()) } else { Ok("written") };
        let mut waits = Vec::new();
        // Each act makes room for a later one, so the third one writes.
        let written = until_done(
            &mut room,
            |room| {
                *room += 1;
                act(room)
            },
            |room| {
                waits.push(*room);
                Ok(())
            },
        );
        assert_eq!(written.unwrap(), "written");
        assert_eq!(waits, [1, 2]);
        let refused = until_done(&mut 0, act, |_| Err(io::ErrorKind::TimedOut.into()));
        assert_eq!(refused.unwrap_err().kind(), io::ErrorKind::TimedOut, "the error of a wait is returned");
    }

    #[cfg(unix)]
    #[test]
    fn only_a_missing_terminal_is_gone() {
        let number = io::Error::from_raw_os_error;
        // EIO, ENXIO, ENOTTY and EPIPE have these numbers on every Unix; 28 is ENOSPC.
        assert!([5, 6, 25, 32].into_iter().map(number).all(|error| is_gone(&error)));
        assert!(!is_gone(&number(28)) && !is_gone(&io::ErrorKind::WouldBlock.into()));
    }
}
