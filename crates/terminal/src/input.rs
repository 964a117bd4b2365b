//! Turns input from the terminal, from standard input and from the operating system into events.
//!
//! On Unix, we read the terminal ourselves (`decoder`, `terminal`): crossterm's event source never delivers an
//! unfinished paste, stops in the middle of a burst, and does not notice that the terminal is gone.

#[cfg(unix)]
mod bursts;
mod clicks;
#[cfg(not(unix))]
mod console;
mod decoder;
mod early_input;
#[cfg(unix)]
mod input_decoder;
mod lines;
#[cfg(unix)]
mod questions;
mod reply;
mod sequences;
mod signals;
mod stop;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod tty;
#[cfg(unix)]
mod wheel;

use crossterm::event::{Event as Raw, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};

use crate::event::{Mouse, MouseKind, TerminalEvent};
use crate::key::Key;

#[cfg(not(unix))]
pub use console::{ask_background, ask_keyboard, read_terminal};
pub use decoder::Decoder;
pub use early_input::EarlyInput;
pub use lines::{LineSource, read_lines};
#[cfg(unix)]
pub use questions::{ask_background, ask_keyboard};
pub use reply::TerminalReply;
pub use signals::Signals;
pub use stop::{StopSender, stop_requests};
#[cfg(unix)]
pub use terminal::read_terminal;

/// Converts an event of crossterm, or returns `None` if it has no meaning here.
fn event(raw: Raw) -> Option<TerminalEvent> {
    match raw {
        Raw::Key(key) if key.kind != KeyEventKind::Release => Some(TerminalEvent::Key(Key::from(key))),
        Raw::Paste(text) => Some(TerminalEvent::Pasted(text)),
        Raw::Resize(width, height) => Some(TerminalEvent::Resized { width, height }),
        Raw::Mouse(mouse) => {
            let kind = match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) if mouse.modifiers.contains(KeyModifiers::SHIFT) => {
                    MouseKind::ShiftClick
                }
                MouseEventKind::Down(MouseButton::Left) => MouseKind::Click,
                MouseEventKind::Drag(MouseButton::Left) => MouseKind::Drag,
                MouseEventKind::ScrollDown => MouseKind::Wheel(1),
                MouseEventKind::ScrollUp => MouseKind::Wheel(-1),
                _ => return None,
            };
            Some(TerminalEvent::Mouse(Mouse { kind, column: mouse.column, row: mouse.row }))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{KeyCode, KeyEvent};

    #[test]
    fn key_release_is_ignored() {
        let mut key = KeyEvent::new(KeyCode::Char('a'), KeyModifiers::NONE);
        assert!(matches!(event(Raw::Key(key)), Some(TerminalEvent::Key(_))));
        key.kind = KeyEventKind::Release;
        assert!(event(Raw::Key(key)).is_none());
    }
}
