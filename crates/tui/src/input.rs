//! The rim: what the terminal and the operating system send, as events. What they mean is decided elsewhere.

use crossterm::event::{Event as Raw, EventStream, KeyEventKind, MouseButton, MouseEventKind};
use futures_util::StreamExt as _;
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

/// Waits for signals, and tells them.
#[cfg(unix)]
pub(crate) async fn read_signals(events: UnboundedSender<Event>) {
    use signal_hook::consts::{SIGCONT, SIGTSTP};
    use tokio::signal::unix::{SignalKind, signal};

    let kinds = [
        (SignalKind::terminate(), Event::Stopped(Stop::Terminate)),
        (SignalKind::hangup(), Event::Stopped(Stop::HangUp)),
        (SignalKind::interrupt(), Event::Stopped(Stop::Interrupt)),
        (SignalKind::from_raw(SIGTSTP), Event::Suspended),
        (SignalKind::from_raw(SIGCONT), Event::Continued),
    ];
    let mut waiting = futures_util::stream::FuturesUnordered::new();
    for (kind, event) in kinds {
        match signal(kind) {
            Ok(mut signal) => {
                let events = events.clone();
                waiting
                    .push(async move { while signal.recv().await.is_some() && events.send(event.clone()).is_ok() {} });
            }
            Err(error) => tracing::warn!(%error, ?kind, "this signal will not be heard"),
        }
    }
    while waiting.next().await.is_some() {}
}

/// Waits for the one signal that other systems have, and tells it.
#[cfg(not(unix))]
pub(crate) async fn read_signals(events: UnboundedSender<Event>) {
    if tokio::signal::ctrl_c().await.is_ok() {
        let _ = events.send(Event::Stopped(Stop::Interrupt));
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
