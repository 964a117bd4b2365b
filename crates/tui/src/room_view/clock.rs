//! The clock of a room: it says how long ago someone sent something, and when these words change next.
//!
//! The server's record has the server's times, and only this machine's clock goes on while nothing is sent. So the
//! present is the later of the two. If the clocks differ, so do the ages, by the same amount.

use std::time::Duration;

use contract::Timestamp;

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The present in a room, and the timer that is set.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RoomClock {
    now: Timestamp,
    /// The generation of the timer.
    turn: u64,
    /// How long the timer that is set waits; `None` if none is set.
    waits: Option<Duration>,
}

impl RoomClock {
    /// Takes in a time at which something has happened.
    pub(crate) fn see(&mut self, time: Timestamp) {
        self.now = self.now.max(time);
    }

    /// Takes in the time that a timer tells. Returns false if it is not the timer that was set last.
    pub(crate) fn on_time(&mut self, turn: u64, now: Timestamp) -> bool {
        self.see(now);
        if turn != self.turn {
            return false;
        }
        self.waits = None;
        true
    }

    /// Returns the timer to set, so that the age of what was seen at `newest` is never shown for too long.
    ///
    /// Ages are shown in seconds, then minutes, hours and days, so the timer waits as long. Returns `None` if a timer
    /// is set that ends soon enough.
    pub(crate) fn set_timer(&mut self, newest: Timestamp) -> Option<(u64, Duration)> {
        let unit = match self.age(newest) {
            age if age < MINUTE => SECOND,
            age if age < HOUR => MINUTE,
            _ => HOUR,
        };
        let after = Duration::from_millis(unit);
        if self.waits.is_some_and(|waits| waits <= after) {
            return None;
        }
        self.turn += 1;
        self.waits = Some(after);
        Some((self.turn, after))
    }

    /// Returns how many milliseconds ago a time was.
    fn age(self, time: Timestamp) -> u64 {
        self.now.as_millis().saturating_sub(time.as_millis())
    }

    /// Returns how long ago a time was, in at most five columns: `now`, `12 s`, `3 min`, `2 h`, `9 d`.
    pub(crate) fn ago(self, time: Timestamp) -> String {
        match self.age(time) {
            age if age < SECOND => "now".to_owned(),
            age if age < MINUTE => format!("{} s", age / SECOND),
            age if age < HOUR => format!("{} min", age / MINUTE),
            age if age < DAY => format!("{} h", age / HOUR),
            age => format!("{} d", age / DAY),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: u64) -> Timestamp {
        Timestamp::from_millis(milliseconds)
    }

    #[test]
    fn age_is_in_the_largest_full_unit() {
        let mut clock = RoomClock::default();
        clock.see(at(10 * DAY));
        let ages = [0, 999, SECOND, MINUTE - 1, MINUTE, HOUR - 1, HOUR, DAY - 1, DAY];
        let words = ages.map(|age| clock.ago(at(10 * DAY - age)));
        assert_eq!(words, ["now", "now", "1 s", "59 s", "1 min", "59 min", "1 h", "23 h", "1 d"]);
        assert_eq!(clock.ago(at(11 * DAY)), "now", "a server whose clock is ahead");
    }

    #[test]
    fn timer_waits_for_the_next_change_and_is_set_once() {
        let mut clock = RoomClock::default();
        clock.see(at(5 * HOUR));
        let hour = Duration::from_millis(HOUR);
        assert_eq!(clock.set_timer(at(0)), Some((1, hour)));
        assert_eq!(clock.set_timer(at(0)), None, "it is set already");
        let second = Duration::from_millis(SECOND);
        assert_eq!(clock.set_timer(at(5 * HOUR)), Some((2, second)), "someone is here: sooner");
        assert!(!clock.on_time(1, at(5 * HOUR)), "the earlier timer does not count");
        assert!(clock.on_time(2, at(5 * HOUR + SECOND)));
        assert_eq!(clock.set_timer(at(5 * HOUR)), Some((3, second)));
        assert!(clock.on_time(3, at(5 * HOUR + 2 * MINUTE)));
        assert_eq!(clock.set_timer(at(5 * HOUR)), Some((4, Duration::from_millis(MINUTE))));
    }
}
