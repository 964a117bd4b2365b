//! What the terminal, standard input and the operating system send, as events. What they mean is decided elsewhere.
//!
//! On Unix, this program reads the terminal itself ([`decoder`], `terminal`): the event source of the library that
//! draws keeps an unfinished paste back for ever, stops in the middle of a burst, and does not see that a terminal is
//! gone.

#[cfg(unix)]
mod bursts;
#[cfg(not(unix))]
mod console;
mod decoder;
mod lines;
mod sequences;
mod signals;
mod stop;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod tty;

use crossterm::event::{Event as Raw, KeyEventKind, MouseButton, MouseEventKind};

use crate::event::{Event, Mouse, MouseKind};
use crate::key::Key;

#[cfg(not(unix))]
pub(crate) use console::read_terminal;
pub use decoder::Decoder;
pub(crate) use lines::read_lines;
pub(crate) use signals::Signals;
pub(crate) use stop::{StopSender, stop_requests};
#[cfg(unix)]
pub(crate) use terminal::read_terminal;
#[cfg(unix)]
pub(crate) use tty::is_in_foreground;

/// What the terminal sent, as an event, or `None` if it means nothing here.
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
