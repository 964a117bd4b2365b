//! Standard input, line by line, for plain mode.

use std::io::{BufRead as _, stdin};

use tokio::runtime::Handle;

use crate::event::Event;
use crate::inbox::EventSender;
use crate::plain::Lines;

/// Reads standard input line by line, until there is no more of it. What is not UTF-8 is taken as well as it can be: a
/// line that cannot be read is answered, one that is dropped is not.
pub(crate) async fn read_lines(lines: Lines, events: EventSender) {
    match lines {
        Lines::Typed => read_typed(events).await,
        Lines::Piped => read_piped(events).await,
    }
}

/// A line's bytes as an event, without its end.
fn line(bytes: &[u8]) -> Event {
    Event::Line(String::from_utf8_lossy(bytes).trim_end_matches(['\n', '\r']).to_owned())
}

async fn read_piped(events: EventSender) {
    let runtime = Handle::current();
    let read = tokio::task::spawn_blocking(move || {
        let mut input = stdin().lock();
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            // If no more can be read, nothing more will be said.
            let event = match input.read_until(b'\n', &mut bytes) {
                Ok(0) | Err(_) => Event::LinesEnded,
                Ok(_) => line(&bytes),
            };
            let last = matches!(event, Event::LinesEnded);
            if runtime.block_on(events.deliver(event)).is_err() || last {
                return;
            }
        }
    });
    // The blocking read does not panic.
    let _ = read.await;
}

/// Other systems have no jobs, and tell the end of a console as the end of a file.
#[cfg(not(unix))]
use self::read_piped as read_typed;
#[cfg(unix)]
use typed::read as read_typed;

/// Lines from a terminal, which may be gone, or another job's at the moment.
#[cfg(unix)]
mod typed {

    use super::line;
    use crate::event::{Event, Stop};
    use crate::inbox::EventSender;
    use crate::input::tty::{Read, Tty};

    pub(super) async fn read(events: EventSender) {
        let last = match Tty::open() {
            Ok(tty) => read_until_end(tty, &events).await,
            Err(error) => {
                tracing::warn!(%error, "the terminal cannot be read");
                Event::Stopped(Stop::HangUp)
            }
        };
        // An error means that the program is ending already.
        let _ = events.send(last);
    }

    /// Tells each line, and returns why there are no more.
    async fn read_until_end(mut tty: Tty, events: &EventSender) -> Event {
        let mut unfinished = Vec::new();
        loop {
            match tty.read().await {
                Read::Bytes(bytes) => unfinished.extend(bytes),
                // Behind an unfinished line, Ctrl-D hands out what was typed so far.
                Read::EndOfFile if unfinished.is_empty() => return Event::LinesEnded,
                Read::EndOfFile => {}
                Read::Gone => return Event::Stopped(Stop::HangUp),
            }
            while let Some(end) = unfinished.iter().position(|byte| *byte == b'\n') {
                let rest = unfinished.split_off(end + 1);
                let whole = std::mem::replace(&mut unfinished, rest);
                if events.deliver(line(&whole)).await.is_err() {
                    return Event::LinesEnded;
                }
            }
        }
    }
}
