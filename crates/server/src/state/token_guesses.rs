//! Counts guesses of tokens and codes, and decides which responses to them are delayed.
//!
//! A request with a wrong token gets a 401. A valid token is never delayed because of wrong ones from its address,
//! since a whole room may share one address. Up to [`TOKEN_GUESSES`] wrong ones in a minute get an immediate 401, which
//! is enough for a room that mistypes its code. After that, each 401 is delayed by a second. If more than
//! [`WAITING_GUESSES`] are waiting, the others get a 429, and their connections end. Both also hold for all addresses
//! together, with larger numbers ([`ALL_GUESSES`], [`ALL_WAITING_GUESSES`]): an attacker with many addresses is slowed,
//! too.
//!
//! The operator is warned when the delays for an address begin, once a minute while they continue, and of the total at
//! the end. No warning contains a guess.
//!
//! What is *not* delayed: requests without a token. They test no guess.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::time::Instant;

use crate::budget::{ALL_GUESSES, ALL_WAITING_GUESSES, TOKEN_GUESSES, WAITING_GUESSES};
use crate::lock::lock;
use crate::options::ServerOptions;
use crate::options::warnings::{Warning, Warnings};

/// The time after which the guesses of an address are counted from zero again.
const GUESS_WINDOW: Duration = Duration::from_secs(60);

/// How many addresses are counted separately. All others share one count.
const MAX_ADDRESSES: usize = 10_000;

/// The guesses of each address. Clones share the counts.
#[derive(Clone)]
pub(crate) struct TokenGuesses {
    counts: Arc<Mutex<Counts>>,
    /// The limits of one address.
    of_one: GuessLimits,
    /// The limits of all addresses together.
    of_all: GuessLimits,
    warnings: Warnings,
}

#[derive(Clone, Copy)]
struct GuessLimits {
    at_once: u64,
    waiting: u64,
}

#[derive(Default)]
struct Counts {
    of: HashMap<IpAddr, GuessCount>,
    /// The guesses of all addresses together.
    of_all: GuessCount,
}

#[derive(Default)]
struct GuessCount {
    /// The beginning of the minute that `wrong` counts.
    since: Option<Instant>,
    wrong: u64,
    /// The guesses whose response is delayed now.
    waiting: u64,
    /// The guesses of all minutes.
    all: u64,
    /// When the last warning was sent.
    warned: Option<Instant>,
}

impl GuessCount {
    /// Counts a guess.
    fn count(&mut self, now: Instant) {
        if self.is_forgotten(now) {
            (self.since, self.wrong) = (Some(now), 0);
        }
        self.wrong += 1;
        self.all += 1;
    }

    /// Returns whether the minute that is counted has passed.
    fn is_forgotten(&self, now: Instant) -> bool {
        self.since.is_none_or(|since| now.duration_since(since) >= GUESS_WINDOW)
    }
}

/// When the response to a wrong token is sent.
pub(crate) enum GuessPace {
    AtOnce,
    /// After a delay; the caller keeps the [`DelayedGuess`] until then.
    Late(DelayedGuess),
    /// Never: too many responses are delayed already.
    Never,
}

/// A guess whose response is delayed.
pub(crate) struct DelayedGuess {
    guesses: TokenGuesses,
    address: IpAddr,
}

impl Drop for DelayedGuess {
    fn drop(&mut self) {
        let mut counts = self.guesses.counts();
        counts.of_all.waiting -= 1;
        if let Some(count) = counts.of.get_mut(&self.address) {
            count.waiting -= 1;
        }
    }
}

impl TokenGuesses {
    pub(crate) fn new(options: &ServerOptions) -> Self {
        let limits =
            |at_once, waiting| GuessLimits { at_once: options.value_of(at_once), waiting: options.value_of(waiting) };
        Self {
            counts: Arc::default(),
            of_one: limits(&TOKEN_GUESSES, &WAITING_GUESSES),
            of_all: limits(&ALL_GUESSES, &ALL_WAITING_GUESSES),
            warnings: options.warnings.clone(),
        }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        lock(&self.counts)
    }

    /// Counts a guess, warns if a warning is due, and returns when the response is sent.
    pub(crate) fn guess(&self, client: IpAddr, now: Instant) -> GuessPace {
        let (pace, warning) = self.count(client, now);
        if let Some(warning) = warning {
            self.warnings.send(warning);
        }
        pace
    }

    fn count(&self, client: IpAddr, now: Instant) -> (GuessPace, Option<Warning>) {
        let mut counts = self.counts();
        let Counts { of, of_all } = &mut *counts;
        of_all.count(now);
        let mut address = network_of(client);
        if of.len() >= MAX_ADDRESSES && !of.contains_key(&address) {
            of.retain(|_, count| count.waiting > 0 || !count.is_forgotten(now));
            if of.len() >= MAX_ADDRESSES {
                address = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
            }
        }
        let count = of.entry(address).or_default();
        count.count(now);
        let is_slowed = count.wrong > self.of_one.at_once;
        if !is_slowed && of_all.wrong <= self.of_all.at_once {
            return (GuessPace::AtOnce, None);
        }
        let guesses = count.all;
        let warning = match count.warned {
            // Only the total is too large, so the warning about an address would be wrong.
            _ if !is_slowed => None,
            None => Some(Warning::GuessesBegin { client, guesses }),
            Some(last) if now.duration_since(last) >= GUESS_WINDOW => Some(Warning::GuessesGoOn { client, guesses }),
            Some(_) => None,
        };
        if warning.is_some() {
            (count.warned, of_all.warned) = (Some(now), Some(now));
        }
        if count.waiting >= self.of_one.waiting || of_all.waiting >= self.of_all.waiting {
            return (GuessPace::Never, warning);
        }
        count.waiting += 1;
        of_all.waiting += 1;
        (GuessPace::Late(DelayedGuess { guesses: self.clone(), address }), warning)
    }

    /// Warns of the total of all guesses, if there was a warning before. Called when the server stops.
    pub(crate) fn warn_of_all(&self) {
        let GuessCount { all: guesses, warned, .. } = self.counts().of_all;
        if warned.is_some() {
            self.warnings.send(Warning::GuessesInAll { guesses });
        }
    }
}

/// Returns the network of a client, whose addresses it may all use: in IPv6, a /64.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budgets;

    fn guesses() -> TokenGuesses {
        warning(Warnings::default())
    }

    fn warning(warnings: Warnings) -> TokenGuesses {
        let budgets = Budgets::default().with(&TOKEN_GUESSES, 2).with(&WAITING_GUESSES, 1);
        TokenGuesses::new(&ServerOptions { budgets, warnings, ..ServerOptions::default() })
    }

    #[test]
    fn slowed_address_is_warned_of_once_a_minute() {
        let shown = Arc::new(Mutex::new(Vec::new()));
        let show = Arc::clone(&shown);
        let guesses = warning(Warnings::to(move |warning| show.lock().unwrap().push(warning)));
        let taken = || std::mem::take(&mut *shown.lock().unwrap());
        let client: IpAddr = "192.0.2.1".parse().unwrap();
        let other: IpAddr = "192.0.2.2".parse().unwrap();
        let now = Instant::now();
        let guess = |client, count: usize, now| (0..count).for_each(|_| drop(guesses.guess(client, now)));
        guess(client, 2, now);
        guesses.warn_of_all();
        assert_eq!(taken(), [], "a few wrong codes are no reason to warn, nor at the end");
        guess(client, 50, now);
        assert_eq!(taken(), [Warning::GuessesBegin { client, guesses: 3 }]);
        guess(client, 50, now + GUESS_WINDOW / 2);
        assert_eq!(taken(), []);
        guess(client, 50, now + GUESS_WINDOW);
        assert_eq!(taken(), [Warning::GuessesGoOn { client, guesses: 105 }]);
        guess(other, 3, now + GUESS_WINDOW);
        assert_eq!(taken(), [Warning::GuessesBegin { client: other, guesses: 3 }]);
        guesses.warn_of_all();
        assert_eq!(taken(), [Warning::GuessesInAll { guesses: 155 }]);
    }

    #[test]
    fn guesses_of_one_network_are_counted_together() {
        let guesses = guesses();
        let now = Instant::now();
        let is_at_once = |client: &str, now| matches!(guesses.guess(client.parse().unwrap(), now), GuessPace::AtOnce);
        assert!(is_at_once("192.0.2.1", now) && is_at_once("192.0.2.1", now));
        assert!(!is_at_once("192.0.2.1", now) && is_at_once("192.0.2.2", now));
        assert!(
            is_at_once("2001:db8::1", now) && is_at_once("2001:db8::ffff:2", now) && !is_at_once("2001:db8::3", now)
        );
        assert!(is_at_once("2001:db8:0:1::1", now));
        assert!(is_at_once("192.0.2.1", now + GUESS_WINDOW), "they are forgotten after a minute");
    }

    #[test]
    fn only_so_many_guesses_wait_and_a_place_becomes_free() {
        let guesses = guesses();
        let client = "192.0.2.1".parse().unwrap();
        let guess = || guesses.guess(client, Instant::now());
        assert!(matches!((guess(), guess()), (GuessPace::AtOnce, GuessPace::AtOnce)));
        let waiting = guess();
        assert!(matches!(waiting, GuessPace::Late(_)) && matches!(guess(), GuessPace::Never));
        drop(waiting);
        assert!(matches!(guess(), GuessPace::Late(_)));
    }

    #[test]
    fn guesses_of_all_addresses_are_slowed_together() {
        let budgets = Budgets::default().with(&ALL_GUESSES, 3).with(&ALL_WAITING_GUESSES, 2);
        let guesses = TokenGuesses::new(&ServerOptions { budgets, ..ServerOptions::default() });
        let now = Instant::now();
        let guess = |last: u8, now| guesses.guess([192, 0, 2, last].into(), now);
        assert!((0..3).all(|last| matches!(guess(last, now), GuessPace::AtOnce)));
        let waiting = [guess(3, now), guess(4, now)];
        assert!(waiting.iter().all(|pace| matches!(pace, GuessPace::Late(_))));
        assert!(matches!(guess(5, now), GuessPace::Never));
        drop(waiting);
        assert!(matches!(guess(5, now), GuessPace::Late(_)));
        assert!(matches!(guess(5, now + GUESS_WINDOW), GuessPace::AtOnce), "they are forgotten after a minute");
    }

    #[test]
    fn many_addresses_share_one_count() {
        let guesses = guesses();
        let now = Instant::now();
        for number in 0..MAX_ADDRESSES + 5 {
            let address = Ipv6Addr::from_bits((number as u128 + 1) << 64);
            guesses.guess(address.into(), now);
        }
        assert_eq!(guesses.counts().of.len(), MAX_ADDRESSES + 1);
        assert!(matches!(guesses.guess("192.0.2.1".parse().unwrap(), now), GuessPace::Late(_) | GuessPace::Never));
        assert!(matches!(guesses.guess("192.0.2.1".parse().unwrap(), now + GUESS_WINDOW), GuessPace::AtOnce));
        assert_eq!(guesses.counts().of.len(), 1);
    }
}
