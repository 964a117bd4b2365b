//! Joins turns of the wheel that arrive together.
//!
//! A trackpad sends many of them at a time, and each would cost a layout of the screen. One event scrolls as far.

use crate::event::{Mouse, MouseKind, TerminalEvent};

/// Returns the events of one read, with each run of turns at one place as one event.
pub(super) fn joined(events: impl Iterator<Item = TerminalEvent>) -> impl Iterator<Item = TerminalEvent> {
    let mut events = events.peekable();
    std::iter::from_fn(move || {
        let event = events.next()?;
        let Some((mut mouse, mut notches)) = turn(&event) else { return Some(event) };
        while let Some((_, further)) = events.peek().and_then(turn).filter(|(next, _)| is_same_place(*next, mouse)) {
            notches = notches.saturating_add(further);
            events.next();
        }
        mouse.kind = MouseKind::Wheel(notches);
        Some(TerminalEvent::Mouse(mouse))
    })
}

/// Returns the place and the notches of a turn of the wheel, or `None` for other events.
fn turn(event: &TerminalEvent) -> Option<(Mouse, i16)> {
    match event {
        TerminalEvent::Mouse(mouse @ Mouse { kind: MouseKind::Wheel(notches), .. }) => Some((*mouse, *notches)),
        _ => None,
    }
}

const fn is_same_place(one: Mouse, other: Mouse) -> bool {
    one.column == other.column && one.row == other.row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Key;

    fn mouse(kind: MouseKind, row: u16) -> TerminalEvent {
        TerminalEvent::Mouse(Mouse { kind, column: 1, row })
    }

    #[test]
    fn turns_at_one_place_are_one_event() {
        use MouseKind::{Click, Wheel};
        let key = || TerminalEvent::Key(Key::char('x'));
        let events = [mouse(Wheel(1), 1), mouse(Wheel(1), 1), mouse(Wheel(-1), 1), mouse(Wheel(1), 2), key()];
        let more = [mouse(Wheel(1), 2), mouse(Click, 2), mouse(Click, 2), mouse(Wheel(-1), 2)];
        let joined: Vec<_> = joined(events.into_iter().chain(more)).collect();
        let expected = [mouse(Wheel(1), 1), mouse(Wheel(1), 2), key()];
        let more = [mouse(Wheel(1), 2), mouse(Click, 2), mouse(Click, 2), mouse(Wheel(-1), 2)];
        assert_eq!(joined, expected.into_iter().chain(more).collect::<Vec<_>>());
    }
}
