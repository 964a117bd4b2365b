//! The rim: what the terminal and the operating system send, as events. What they mean is decided elsewhere.

use std::io::{BufRead as _, stdin};

use crossterm::event::{Event as Raw, EventStream, KeyEventKind, MouseButton, MouseEventKind};
use futures_util::StreamExt as _;
#[cfg(unix)]
use futures_util::future::join_all;
use tokio::sync::mpsc::UnboundedSender;

use crate::event::{Event, Mouse, MouseKind, Stop};
use crate::key::Key;

/// Reads the terminal until it is gone.
pub(crate) async fn read_terminal(events: UnboundedSender<Event>) {
    let mut stream = EventStream::new();
    while let Some(Ok(raw)) = stream.next().await {
        if let Some(event) = event(raw)
            && events.send(event).is_err()
        {
            return;
        }
    }
    // Nobody can type any more, and nobody can quit.
    let _ = events.send(Event::Stopped(Stop::HangUp));
}

/// Reads standard input line by line, until there is no more of it. What is no UTF-8 is taken as well as it can be: a
/// line that cannot be read is answered, one that is dropped is not.
pub(crate) async fn read_lines(events: UnboundedSender<Event>) {
    let read = tokio::task::spawn_blocking(move || {
        let mut input = stdin().lock();
        let mut line = Vec::new();
        loop {
            line.clear();
            // Whoever cannot be heard any more has said all that will be heard.
            let event = match input.read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => Event::LinesEnded,
                Ok(_) => Event::Line(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned()),
            };
            let last = matches!(event, Event::LinesEnded);
            if events.send(event).is_err() || last {
                return;
            }
        }
    });
    // A panic in there is nobody's line; that it ends is all there is to know.
    let _ = read.await;
}

/// What the terminal sent, as an event; none for what means nothing here.
fn event(raw: Raw) -> Option<Event> {
    match raw {
        Raw::Key(key) if key.kind != KeyEventKind::Release => Some(Event::Key(Key::from(key))),
        Raw::Paste(text) => Some(Event::Pasted(text)),
        Raw::Resize(width, height) => Some(Event::Resized { width, height }),
        Raw::Mouse(mouse) => {
            let kind = match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => MouseKind::Click,
                MouseEventKind::ScrollDown => MouseKind::WheelDown,
                MouseEventKind::ScrollUp => MouseKind::WheelUp,
                _ => return None,
            };
            Some(Event::Mouse(Mouse { kind, column: mouse.column, row: mouse.row }))
        }
        _ => None,
    }
}

/// The signals that are heard. From the moment this exists they no longer end the process by themselves.
#[cfg(unix)]
pub(crate) struct Signals(Vec<(tokio::signal::unix::Signal, Event)>);

#[cfg(unix)]
impl Signals {
    /// Begins to hear. To be called before the terminal is taken: a signal that comes in between would otherwise end
    /// the process and leave the terminal as it is.
    pub(crate) fn listen() -> Self {
        use signal_hook::consts::{SIGCONT, SIGTSTP};
        use tokio::signal::unix::{SignalKind, signal};

        let kinds = [
            (SignalKind::terminate(), Event::Stopped(Stop::Terminate)),
            (SignalKind::hangup(), Event::Stopped(Stop::HangUp)),
            (SignalKind::interrupt(), Event::Stopped(Stop::Interrupt)),
            (SignalKind::from_raw(SIGTSTP), Event::Suspended),
            (SignalKind::from_raw(SIGCONT), Event::Continued),
        ];
        let heard = kinds.into_iter().filter_map(|(kind, event)| match signal(kind) {
            Ok(signal) => Some((signal, event)),
            Err(error) => {
                tracing::warn!(%error, ?kind, "this signal will not be heard");
                None
            }
        });
        Self(heard.collect())
    }

    /// Tells each signal.
    pub(crate) async fn tell(self, events: UnboundedSender<Event>) {
        let waiting = self.0.into_iter().map(|(mut signal, event)| {
            let events = events.clone();
            async move { while signal.recv().await.is_some() && events.send(event.clone()).is_ok() {} }
        });
        join_all(waiting).await;
    }
}

/// The one signal that other systems have.
#[cfg(not(unix))]
pub(crate) struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Begins to hear with the first [`Signals::tell`].
    pub(crate) fn listen() -> Self {
        Self
    }

    /// Tells it.
    pub(crate) async fn tell(self, events: UnboundedSender<Event>) {
        if tokio::signal::ctrl_c().await.is_ok() {
            let _ = events.send(Event::Stopped(Stop::Interrupt));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    #[test]
    fn a_released_key_is_no_second_key() {
        let mut key = KeyEvent::new(KeyCode::Char('a'), KeyModifiers::NONE);
        assert!(matches!(event(Raw::Key(key)), Some(Event::Key(_))));
        key.kind = KeyEventKind::Release;
        assert!(event(Raw::Key(key)).is_none());
    }
}
