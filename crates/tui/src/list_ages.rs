//! The ages in the list of documents: the time since the server made the list, and the next change.
//!
//! The times in a list are by the server's clock, and so is the time at which it was made; only durations are measured
//! here. So an age is right whatever this machine's clock says. A timer is set for the next change of a shown word, and
//! nothing is drawn before.

use std::time::Duration;

use contract::Timestamp;

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The days from which an age is shown as a date.
const DATED_FROM_DAYS: u64 = 30;

/// The time since the list was made, and the timer that is set.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ListAges {
    elapsed: Duration,
    /// The generation of the timer: one that was set for an earlier list is ignored.
    turn: u64,
    /// Whether the timer of this generation is set.
    waits: bool,
}

impl ListAges {
    /// Starts anew with a list that has just come.
    pub(crate) fn restart(&mut self) {
        (self.elapsed, self.waits) = (Duration::ZERO, false);
    }

    /// Takes in the time that a timer has waited. A timer that was set for an earlier list changes nothing.
    pub(crate) fn on_waited(&mut self, turn: u64, waited: Duration) {
        if self.waits && turn == self.turn {
            self.elapsed = self.elapsed.saturating_add(waited);
            self.waits = false;
        }
    }

    /// Returns the present by the server's clock, for a list that it made at `as_of`.
    pub(crate) fn now(&self, as_of: Timestamp) -> Timestamp {
        let elapsed = u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX);
        Timestamp::from_millis(as_of.as_millis().saturating_add(elapsed))
    }

    /// Returns the timer to set: its generation, and the time until one of these ages changes its words.
    ///
    /// Returns `None` if a timer is set, or if no age will change.
    pub(crate) fn set_timer(
        &mut self,
        as_of: Timestamp,
        times: impl Iterator<Item = Timestamp>,
    ) -> Option<(u64, Duration)> {
        if self.waits {
            return None;
        }
        let now = self.now(as_of);
        // Words of many entries may change within a second: one frame shows them all.
        let after = times.filter_map(|at| until_other_words(at, now)).min()?.max(Duration::from_secs(1));
        self.turn += 1;
        self.waits = true;
        Some((self.turn, after))
    }
}

/// Returns the age of a version in few words; a date if it is old, or if the present time is not known.
pub(crate) fn age(at: Timestamp, now: Option<Timestamp>) -> String {
    let date = || at.to_string().get(..10).unwrap_or_default().to_owned();
    let Some(now) = now else { return date() };
    match now.as_millis().saturating_sub(at.as_millis()) {
        age if age < MINUTE => "just now".to_owned(),
        age if age < HOUR => format!("{} min ago", age / MINUTE),
        age if age < DAY => format!("{} h ago", age / HOUR),
        age if age < DATED_FROM_DAYS * DAY => format!("{} d ago", age / DAY),
        _ => date(),
    }
}

/// Returns the time until an age is told in other words, or `None` if it never is.
fn until_other_words(at: Timestamp, now: Timestamp) -> Option<Duration> {
    // The server's clock may have gone back: then the version is 'just now' until its time has come, and a minute more.
    let Some(age) = now.as_millis().checked_sub(at.as_millis()) else {
        return Some(Duration::from_millis(at.as_millis() - now.as_millis() + MINUTE));
    };
    let unit = match age {
        age if age < HOUR => MINUTE,
        age if age < DAY => HOUR,
        age if age < DATED_FROM_DAYS * DAY => DAY,
        _ => return None,
    };
    Some(Duration::from_millis(unit - age % unit))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: u64 = 1_795_323_611_123;

    #[test]
    fn age_is_told_in_the_largest_whole_unit() {
        let of = |seconds: u64| age(Timestamp::from_millis(NOW - seconds * SECOND), Some(Timestamp::from_millis(NOW)));
        let told = [0, 59, 60, 3599, 3600, 86_399, 86_400, 86_400 * 29, 86_400 * 30].map(of);
        let expected = [
            "just now",
            "just now",
            "1 min ago",
            "59 min ago",
            "1 h ago",
            "23 h ago",
            "1 d ago",
            "29 d ago",
            "2026-10-23",
        ];
        assert_eq!(told, expected);
        let later = Timestamp::from_millis(5000);
        assert_eq!(age(later, Some(Timestamp::from_millis(1000))), "just now", "the server's clock went back");
        assert_eq!(age(later, None), "1970-01-01");
    }

    #[test]
    fn timer_is_set_once_and_one_of_an_earlier_list_is_ignored() {
        let mut ages = ListAges::default();
        let as_of = Timestamp::from_millis(NOW);
        let times = || [10, 200].map(|seconds| Timestamp::from_millis(NOW - seconds * SECOND)).into_iter();
        assert_eq!(ages.set_timer(as_of, times()), Some((1, Duration::from_secs(40))), "200 s are 3 minutes and 20 s");
        assert_eq!(ages.set_timer(as_of, times()), None);
        ages.restart();
        assert_eq!(ages.set_timer(as_of, times()), Some((2, Duration::from_secs(40))));
        ages.on_waited(1, Duration::from_secs(40));
        assert_eq!(ages.now(as_of), as_of);
        ages.on_waited(2, Duration::from_secs(41));
        assert_eq!(ages.now(as_of).as_millis(), NOW + 41 * SECOND);
        assert_eq!(ages.set_timer(as_of, times()), Some((3, Duration::from_secs(9))));
        ages.restart();
        let old = || std::iter::once(Timestamp::from_millis(NOW - 40 * DAY));
        assert_eq!(ages.set_timer(as_of, old()), None, "a date does not change");
    }

    proptest! {
        #[test]
        fn words_change_when_the_timer_says_and_not_before(age_millis in 0..35 * DAY, ahead in any::<bool>()) {
            let now = Timestamp::from_millis(NOW);
            let at = Timestamp::from_millis(if ahead { NOW + age_millis % HOUR } else { NOW - age_millis });
            let words = |after: u64| age(at, Some(Timestamp::from_millis(NOW + after)));
            if let Some(after) = until_other_words(at, now) {
                let after = u64::try_from(after.as_millis()).unwrap();
                prop_assert_eq!(words(after - 1), words(0));
                prop_assert_ne!(words(after), words(0));
            } else {
                prop_assert_eq!(words(400 * DAY), words(0));
            }
        }
    }
}
