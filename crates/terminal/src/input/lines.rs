//! Standard input, line by line, for plain mode.

use crate::event::{EventSink, TerminalEvent};
use crate::input::stop::StopRequests;

/// The origin of the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineSource {
    /// A user at a terminal, which prompts and echoes.
    Typed,
    /// A file or another program: each line is echoed before the reply, so that the output makes sense.
    Piped,
}

/// Reads standard input line by line until it ends or a stop is requested.
///
/// After a stop request, every line that was entered before it is delivered first. Bytes that are not UTF-8 become
/// U+FFFD: the user gets a reply to a garbled line, but would get none to a dropped one.
pub async fn read_lines<S: EventSink>(lines: LineSource, mut stops: StopRequests<S>, events: S) {
    let last = read(lines, &mut stops, &events).await;
    // An error means that the program is ending already.
    let _ = events.send(last);
}

/// Returns a line's bytes as an event, without the line end.
fn line(bytes: &[u8]) -> TerminalEvent {
    TerminalEvent::Line(String::from_utf8_lossy(bytes).trim_end_matches(['\n', '\r']).to_owned())
}

/// Other systems have no job control, and report a closed console as the end of the file.
#[cfg(not(unix))]
use self::blocking::read;
#[cfg(unix)]
use polled::read;

/// Reads lines in a thread that blocks, which nothing can interrupt.
#[cfg(not(unix))]
mod blocking {
    use std::io::{BufRead as _, stdin};

    use tokio::runtime::Handle;

    use super::LineSource;
    use super::line;
    use crate::event::{EventSink, TerminalEvent};
    use crate::input::stop::StopRequests;

    /// Delivers each line, and returns the event that ends the input.
    pub(super) async fn read<S: EventSink>(_: LineSource, stops: &mut StopRequests<S>, events: &S) -> TerminalEvent {
        let (runtime, events) = (Handle::current(), events.clone());
        let read = tokio::task::spawn_blocking(move || {
            let mut input = stdin().lock();
            let mut bytes = Vec::new();
            loop {
                bytes.clear();
                // An error ends the input like the end of the file.
                let Ok(1..) = input.read_until(b'\n', &mut bytes) else { return };
                if runtime.block_on(events.deliver(line(&bytes))).is_err() {
                    return;
                }
            }
        });
        tokio::select! {
            // The blocking read does not panic.
            _ = read => TerminalEvent::LinesEnded,
            stop = stops.next() => TerminalEvent::Stopped(stop),
        }
    }
}

/// Reads lines with `poll`.
///
/// They come from a pipe, a file, or a terminal, which may be gone or belong to another job.
#[cfg(unix)]
mod polled {
    use tokio::time::sleep;

    use super::LineSource;
    use super::line;
    use crate::event::{EventSink, StopReason, TerminalEvent};
    use crate::input::stop::StopRequests;
    use crate::input::tty::{DRAIN_PATIENCE, Tty, TtyRead};

    /// Delivers each line, and returns the event that ends the input.
    pub(super) async fn read<S: EventSink>(
        lines: LineSource,
        stops: &mut StopRequests<S>,
        events: &S,
    ) -> TerminalEvent {
        match Tty::open() {
            Ok(tty) => read_until_end(lines, tty, stops, events).await,
            Err(error) => {
                tracing::warn!(%error, "standard input cannot be read");
                TerminalEvent::Stopped(StopReason::HangUp)
            }
        }
    }

    async fn read_until_end<S: EventSink>(
        lines: LineSource,
        mut tty: Tty,
        stops: &mut StopRequests<S>,
        events: &S,
    ) -> TerminalEvent {
        let mut unfinished = Vec::new();
        let mut asked = None;
        loop {
            let read = tokio::select! {
                biased;
                stop = stops.next(), if asked.is_none() => {
                    asked = Some(stop);
                    tty.drain();
                    continue;
                }
                read = tty.read() => read,
                () = sleep(DRAIN_PATIENCE), if asked.is_some() => TtyRead::Drained,
            };
            match read {
                TtyRead::Bytes(bytes) => unfinished.extend(bytes),
                // Ctrl-D after an unfinished line delivers the line's beginning, and is not the end of the file.
                TtyRead::EndOfFile if unfinished.is_empty() && asked.is_none() => return TerminalEvent::LinesEnded,
                TtyRead::EndOfFile => {}
                TtyRead::Gone if lines == LineSource::Piped && asked.is_none() => {
                    // The last line of a file may have no line end.
                    if !unfinished.is_empty() {
                        let _ = events.deliver(line(&unfinished)).await;
                    }
                    return TerminalEvent::LinesEnded;
                }
                TtyRead::Drained | TtyRead::Gone => return TerminalEvent::Stopped(asked.unwrap_or(StopReason::HangUp)),
            }
            let mut told = 0;
            while let Some(length) = unfinished[told..].iter().position(|byte| *byte == b'\n') {
                let whole = line(&unfinished[told..=told + length]);
                told += length + 1;
                if events.deliver(whole).await.is_err() {
                    return TerminalEvent::LinesEnded;
                }
            }
            unfinished.drain(..told);
        }
    }

    #[cfg(test)]
    mod tests {
        use std::io::Write as _;
        use std::os::unix::net::UnixStream;

        use super::*;
        use crate::input::stop::stop_requests;
        use tokio::sync::mpsc::unbounded_channel;

        fn line_of(event: Option<TerminalEvent>) -> String {
            let Some(TerminalEvent::Line(line)) = event else { panic!("{event:?}") };
            line
        }

        #[tokio::test]
        async fn unread_lines_are_delivered_before_the_stop() {
            let (mut keyboard, input) = UnixStream::pair().unwrap();
            keyboard.write_all(b"add one\nadd two\nad").unwrap();
            let (events, mut told) = unbounded_channel();
            let (sender, mut stops) = stop_requests(&events);
            sender.send(StopReason::Terminate);
            let tty = Tty::of(input.into()).unwrap();
            let last = read_until_end(LineSource::Typed, tty, &mut stops, &events).await;
            assert!(matches!(last, TerminalEvent::Stopped(StopReason::Terminate)), "{last:?}");
            assert_eq!(line_of(told.try_recv().ok()), "add one");
            assert_eq!(line_of(told.try_recv().ok()), "add two");
            assert!(told.try_recv().is_err(), "an unfinished line was not entered");
        }

        #[tokio::test]
        async fn last_line_of_a_pipe_needs_no_line_end() {
            let (mut other, input) = UnixStream::pair().unwrap();
            other.write_all(b"one\r\n\ntwo").unwrap();
            drop(other);
            let (events, mut told) = unbounded_channel();
            let (_sender, mut stops) = stop_requests(&events);
            let tty = Tty::of(input.into()).unwrap();
            let last = read_until_end(LineSource::Piped, tty, &mut stops, &events).await;
            assert!(matches!(last, TerminalEvent::LinesEnded), "{last:?}");
            let lines: Vec<_> = std::iter::from_fn(|| told.try_recv().ok()).map(|event| line_of(Some(event))).collect();
            assert_eq!(lines, ["one", "", "two"]);
        }
    }
}
