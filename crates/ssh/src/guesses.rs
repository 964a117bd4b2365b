//! How long the response to a wrong password is delayed.
//!
//! A right password is never delayed, not even after wrong ones from the same address: a whole room may share one.
//! A wrong one is answered at once, up to ten in a minute from one address. Each further one waits twice as long as the
//! one before, up to [`MAX_DELAY`]. The count leaks: ten guesses a minute are forgotten.
//!
//! The module has no clock: callers pass the time in.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use tokio::time::Instant;

/// How many wrong passwords in a minute from one address are answered without a delay.
const UNDELAYED: f64 = 10.0;

/// After which time one wrong password is forgotten.
const SECONDS_PER_FORGOTTEN: f64 = 6.0;

/// The first delay; each further one is twice as long.
const FIRST_DELAY: Duration = Duration::from_secs(1);

/// The longest delay.
pub(crate) const MAX_DELAY: Duration = Duration::from_secs(16);

/// How many addresses are counted separately. All others share one count.
const MAX_ADDRESSES: usize = 10_000;

/// How long after a warning about an address the next one comes at the earliest.
const WARNING_INTERVAL: Duration = Duration::from_secs(60);

/// The wrong passwords of each address.
#[derive(Debug, Default)]
pub(crate) struct PasswordGuesses {
    of: HashMap<IpAddr, AddressGuesses>,
    others: Option<AddressGuesses>,
}

#[derive(Debug, Clone, Copy)]
struct AddressGuesses {
    /// Wrong passwords that are not forgotten, as of `last`.
    level: f64,
    last: Instant,
    all: u64,
    warned: Option<Instant>,
}

/// The consequences of a wrong password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GuessVerdict {
    /// How long the response waits.
    pub(crate) delay: Duration,
    /// A warning for the leader, if one is due.
    pub(crate) warning: Option<GuessWarning>,
}

/// An address has sent so many wrong passwords that the responses to it are delayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuessWarning {
    /// How many wrong passwords came from the address so far.
    pub guesses: u64,
    /// Whether this is the first warning about the address. Further ones come at most once a minute.
    pub is_first: bool,
}

impl PasswordGuesses {
    /// Counts a wrong password from an address.
    pub(crate) fn wrong(&mut self, address: IpAddr, now: Instant) -> GuessVerdict {
        let new = AddressGuesses { level: 0.0, last: now, all: 0, warned: None };
        if self.of.len() >= MAX_ADDRESSES && !self.of.contains_key(&address) {
            self.of.retain(|_, guesses| guesses.level_at(now) > 0.0);
        }
        let has_room = self.of.len() < MAX_ADDRESSES || self.of.contains_key(&address);
        let guesses = if has_room { self.of.entry(address).or_insert(new) } else { self.others.get_or_insert(new) };
        guesses.wrong(now)
    }
}

impl AddressGuesses {
    fn level_at(&self, now: Instant) -> f64 {
        let forgotten = now.saturating_duration_since(self.last).as_secs_f64() / SECONDS_PER_FORGOTTEN;
        (self.level - forgotten).max(0.0)
    }

    fn wrong(&mut self, now: Instant) -> GuessVerdict {
        self.level = self.level_at(now) + 1.0;
        self.last = now;
        self.all += 1;
        let delay = delay_of(self.level);
        let is_quiet = self.warned.is_none_or(|last| now.saturating_duration_since(last) >= WARNING_INTERVAL);
        let warning = GuessWarning { guesses: self.all, is_first: self.warned.is_none() };
        let warning = (!delay.is_zero() && is_quiet).then_some(warning);
        if warning.is_some() {
            self.warned = Some(now);
        }
        GuessVerdict { delay, warning }
    }
}

/// Returns the delay at this level.
fn delay_of(level: f64) -> Duration {
    let beyond = level - UNDELAYED;
    if beyond <= 0.0 {
        return Duration::ZERO;
    }
    // From the first one beyond: 1, 2, 4, 8, 16 seconds.
    let doublings = (beyond.ceil() - 1.0).min(MAX_DELAY.as_secs_f64().log2());
    FIRST_DELAY.mul_f64(doublings.exp2()).min(MAX_DELAY)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(number: u32) -> IpAddr {
        IpAddr::V4(number.into())
    }

    fn delays(guesses: &mut PasswordGuesses, count: usize, now: Instant) -> Vec<u64> {
        (0..count).map(|_| guesses.wrong(address(1), now).delay.as_secs()).collect()
    }

    #[test]
    fn eleventh_wrong_password_waits_and_each_one_longer() {
        let (mut guesses, now) = (PasswordGuesses::default(), Instant::now());
        assert_eq!(delays(&mut guesses, 10, now), [0; 10]);
        assert_eq!(delays(&mut guesses, 7, now), [1, 2, 4, 8, 16, 16, 16]);
        assert_eq!(guesses.wrong(address(2), now).delay, Duration::ZERO, "other addresses are not delayed");
    }

    #[test]
    fn guesses_are_forgotten_at_ten_a_minute() {
        let (mut guesses, now) = (PasswordGuesses::default(), Instant::now());
        delays(&mut guesses, 12, now);
        assert_eq!(delays(&mut guesses, 1, now + Duration::from_secs(12)), [1]);
        assert_eq!(delays(&mut guesses, 10, now + Duration::from_secs(600)), [0; 10]);
        assert_eq!(delays(&mut guesses, 1, now + Duration::from_secs(600)), [1]);
    }

    #[test]
    fn leader_is_warned_once_a_minute() {
        let (mut guesses, now) = (PasswordGuesses::default(), Instant::now());
        let warnings = |guesses: &mut PasswordGuesses, count, now| -> Vec<(u64, bool)> {
            let warnings = (0..count).filter_map(|_| guesses.wrong(address(1), now).warning);
            warnings.map(|warning| (warning.guesses, warning.is_first)).collect()
        };
        assert_eq!(warnings(&mut guesses, 10, now), []);
        assert_eq!(warnings(&mut guesses, 30, now), [(11, true)]);
        assert_eq!(warnings(&mut guesses, 30, now + WARNING_INTERVAL), [(41, false)]);
    }

    #[test]
    fn many_addresses_need_bounded_memory() {
        let (mut guesses, now) = (PasswordGuesses::default(), Instant::now());
        for number in 0..20_000 {
            guesses.wrong(address(number), now);
        }
        assert_eq!(guesses.of.len(), MAX_ADDRESSES);
        assert!(guesses.others.is_some_and(|others| others.level > UNDELAYED));
        guesses.wrong(address(99_999), now + Duration::from_secs(600));
        assert_eq!(guesses.of.len(), 1, "the forgotten ones make room");
    }

    proptest! {
        #[test]
        fn more_guesses_never_wait_less(steps in prop::collection::vec(0_u64..5_000, 1..60)) {
            let (mut guesses, mut now) = (PasswordGuesses::default(), Instant::now());
            for milliseconds in steps {
                now += Duration::from_millis(milliseconds);
                let mut twin = PasswordGuesses { of: guesses.of.clone(), others: None };
                let first = twin.wrong(address(1), now).delay;
                let second = twin.wrong(address(1), now).delay;
                prop_assert!(first <= second && second <= MAX_DELAY);
                guesses.wrong(address(1), now);
            }
        }
    }
}
