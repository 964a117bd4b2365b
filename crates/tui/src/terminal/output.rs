//! Standard output, written to whatever state other programs left it in.

use std::io::{self, Stdout, Write, stdout};

/// Standard output. What cannot be written yet, because another program made the shared terminal non-blocking, is waited
/// for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output;

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        until_done(&mut stdout(), |output| output.write(bytes), wait_until_writable)
    }

    fn flush(&mut self) -> io::Result<()> {
        until_done(&mut stdout(), Write::flush, wait_until_writable)
    }
}

/// Acts again after each wait, until it can be done.
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

/// Other systems do not make a console non-blocking.
#[cfg(not(unix))]
fn wait_until_writable(_: &Stdout) -> io::Result<()> {
    Err(io::ErrorKind::WouldBlock.into())
}

/// Whether an error means that there is no terminal any more, or nobody who reads what is written.
pub(crate) fn is_gone(error: &io::Error) -> bool {
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_full_terminal_is_waited_for() {
        let mut room = 0;
        let act = |room: &mut usize| if *room < 3 { Err(io::ErrorKind::WouldBlock.into()) } else { Ok("written") };
        let mut waits = Vec::new();
        // Each wait makes some room, which the next act sees.
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
        assert_eq!(refused.unwrap_err().kind(), io::ErrorKind::TimedOut, "unless it cannot be waited for");
    }

    #[test]
    fn only_a_missing_terminal_is_gone() {
        let number = io::Error::from_raw_os_error;
        // EIO, ENXIO, ENOTTY and EPIPE have these numbers on every Unix; ENOSPC and EAGAIN mean something else.
        assert!([5, 6, 25, 32].into_iter().map(number).all(|error| is_gone(&error)));
        assert!(!is_gone(&number(28)) && !is_gone(&io::ErrorKind::WouldBlock.into()));
    }
}
