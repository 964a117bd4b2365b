//! Counts presses of the mouse.
//!
//! Terminals report each press alone, and leave it to programs to see a double click.

use std::time::{Duration, Instant};

use crate::event::{Mouse, MouseKind, TerminalEvent};

/// The longest time between two presses of one double click.
const DOUBLE_CLICK_TIME: Duration = Duration::from_millis(400);

/// The presses at one place, as far as they followed each other quickly.
#[derive(Debug, Default)]
pub(super) struct ClickCounter {
    /// The time and the place of the last press, and how many there were.
    last: Option<(Instant, (u16, u16), u8)>,
}

impl ClickCounter {
    /// Returns the event, as a double or a triple click if it is one. A fourth press begins anew.
    pub(super) fn counted(&mut self, event: TerminalEvent, now: Instant) -> TerminalEvent {
        let TerminalEvent::Mouse(mouse @ Mouse { kind: MouseKind::Click, .. }) = event else { return event };
        let place = (mouse.column, mouse.row);
        let is_next =
            |&(then, there, count): &(Instant, _, u8)| there == place && now - then <= DOUBLE_CLICK_TIME && count < 3;
        let count = self.last.filter(is_next).map_or(1, |(_, _, count)| count + 1);
        self.last = Some((now, place, count));
        let kind = match count {
            1 => MouseKind::Click,
            2 => MouseKind::DoubleClick,
            _ => MouseKind::TripleClick,
        };
        TerminalEvent::Mouse(Mouse { kind, ..mouse })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quick_presses_at_one_place_are_counted() {
        let mut clicks = ClickCounter::default();
        let begin = Instant::now();
        let mut press = |millis, column| {
            let event = TerminalEvent::Mouse(Mouse { kind: MouseKind::Click, column, row: 1 });
            match clicks.counted(event, begin + Duration::from_millis(millis)) {
                TerminalEvent::Mouse(mouse) => mouse.kind,
                other => panic!("not the mouse: {other:?}"),
            }
        };
        assert_eq!(press(0, 5), MouseKind::Click);
        assert_eq!(press(300, 5), MouseKind::DoubleClick);
        assert_eq!(press(700, 5), MouseKind::TripleClick);
        assert_eq!(press(800, 5), MouseKind::Click, "the fourth press begins anew");
        assert_eq!(press(1201, 5), MouseKind::Click, "too late");
        assert_eq!(press(1300, 6), MouseKind::Click, "elsewhere");
    }
}
