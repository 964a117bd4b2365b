//! Token buckets: how much a client may use within a period.
//!
//! A full bucket has the whole amount of the period, so a client that has been idle may use it at once. It fills again
//! evenly, the whole amount in one period.
//!
//! The algorithm is GCRA, the generic cell rate algorithm (ITU-T I.371, annex A). A bucket is a single number: the time
//! at which it will be full again. Taking from it moves that time into the future, at most by one period; what is
//! charged afterwards, when the size of a request is known, may move it further. So no timer fills the bucket, and no
//! lock is needed.
//!
//! The module has no clock: callers pass the time in, since an instant of their choice.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The size of a bucket, and how long it takes to fill.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BucketRate {
    /// The units in a full bucket; at least 1.
    amount: u64,
    /// The nanoseconds in which an empty bucket becomes full.
    period: u64,
}

/// A token bucket, which is full at first.
#[derive(Debug, Default)]
pub(crate) struct TokenBucket {
    /// The time at which the bucket is full, in nanoseconds.
    full_at: AtomicU64,
}

impl BucketRate {
    /// Returns the rate of `amount` units in a period. A bucket has at least one unit.
    pub(crate) fn new(amount: u64, period: Duration) -> Self {
        Self { amount: amount.max(1), period: nanoseconds(period) }
    }

    /// Returns the nanoseconds in which so many units flow into the bucket, at least one.
    ///
    /// They are rounded down, so that a full bucket has the whole amount.
    fn time_of(self, units: u64) -> u64 {
        let time = u128::from(units) * u128::from(self.period) / u128::from(self.amount);
        u64::try_from(time).unwrap_or(u64::MAX).max(1)
    }
}

impl TokenBucket {
    /// Takes one unit, if the bucket has one.
    ///
    /// # Errors
    ///
    /// The time after which it will have one, if nothing else is taken meanwhile. Nothing was taken.
    pub(crate) fn take_one(&self, rate: BucketRate, now: Duration) -> Result<(), Duration> {
        let now = nanoseconds(now);
        let after = |full_at: u64| full_at.max(now).saturating_add(rate.time_of(1));
        let latest = now.saturating_add(rate.period);
        let take = |full_at| Some(after(full_at)).filter(|after| *after <= latest);
        let taken = self.full_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        taken.map(|_| ()).map_err(|full_at| Duration::from_nanos(after(full_at) - latest))
    }

    /// Takes units that are used already, even if the bucket does not have them.
    pub(crate) fn charge(&self, rate: BucketRate, units: u64, now: Duration) {
        let now = nanoseconds(now);
        let charge = |full_at: u64| Some(full_at.max(now).saturating_add(rate.time_of(units)));
        let _ = self.full_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, charge);
    }

    /// Checks that the bucket is not empty.
    ///
    /// # Errors
    ///
    /// The time after which it is not, if nothing is taken meanwhile.
    pub(crate) fn check(&self, rate: BucketRate, now: Duration) -> Result<(), Duration> {
        let latest = nanoseconds(now).saturating_add(rate.period);
        match self.full_at.load(Ordering::Relaxed).checked_sub(latest) {
            // One nanosecond later, the bucket has more than nothing.
            Some(wait) => Err(Duration::from_nanos(wait.saturating_add(1))),
            None => Ok(()),
        }
    }

    /// Returns whether the bucket is full.
    pub(crate) fn is_full(&self, now: Duration) -> bool {
        self.full_at.load(Ordering::Relaxed) <= nanoseconds(now)
    }
}

/// Returns a time in nanoseconds. The largest is 584 years.
fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn burst_is_the_whole_amount_and_one_unit_returns_at_a_time() {
        let (bucket, rate) = (TokenBucket::default(), BucketRate::new(10, 10 * SECOND));
        let now = 100 * SECOND;
        assert!((0..10).all(|_| bucket.take_one(rate, now).is_ok()));
        assert_eq!(bucket.take_one(rate, now), Err(SECOND));
        assert_eq!(bucket.take_one(rate, now + SECOND / 2), Err(SECOND / 2), "a refusal takes nothing");
        assert!(bucket.take_one(rate, now + SECOND).is_ok() && bucket.take_one(rate, now + SECOND).is_err());
        assert!(!bucket.is_full(now + 10 * SECOND) && bucket.is_full(now + 11 * SECOND));
    }

    #[test]
    fn amount_that_does_not_divide_the_period_is_available() {
        for amount in 1..1000 {
            let (bucket, rate) = (TokenBucket::default(), BucketRate::new(amount, 10 * SECOND));
            assert!((0..amount).all(|_| bucket.take_one(rate, SECOND).is_ok()), "{amount}");
            assert!(bucket.take_one(rate, SECOND).is_err(), "{amount}");
        }
    }

    #[test]
    fn charge_beyond_the_amount_is_paid_off_before_the_next_use() {
        let (bucket, rate) = (TokenBucket::default(), BucketRate::new(1000, 10 * SECOND));
        bucket.charge(rate, 999, SECOND);
        assert!(bucket.check(rate, SECOND).is_ok(), "one unit is left");
        bucket.charge(rate, 501, SECOND);
        let wait = bucket.check(rate, SECOND).unwrap_err();
        assert_eq!(wait, 5 * SECOND + Duration::from_nanos(1));
        assert!(bucket.check(rate, SECOND + wait).is_ok());
    }

    #[test]
    fn extreme_values_do_not_overflow() {
        let bucket = TokenBucket::default();
        let slow = BucketRate::new(0, Duration::MAX);
        bucket.charge(slow, u64::MAX, Duration::MAX);
        assert!(bucket.check(slow, Duration::ZERO).is_err() && !bucket.is_full(SECOND));
        let fast = BucketRate::new(u64::MAX, SECOND);
        assert!((0..1000).all(|_| TokenBucket::default().take_one(fast, Duration::ZERO).is_ok()));
    }

    /// A rate, and a client's requests, each after a pause in microseconds.
    ///
    /// The period is long enough that rounding to nanoseconds adds less than one unit.
    fn uses() -> impl Strategy<Value = (u64, u64, Vec<u64>)> {
        (1_u64..50, 10_000_u64..1_000_000, prop::collection::vec(0_u64..200_000, 1..200))
    }

    proptest! {
        #[test]
        fn no_interval_has_more_than_the_burst_and_its_refill((amount, period, pauses) in uses()) {
            let (bucket, rate) = (TokenBucket::default(), BucketRate::new(amount, Duration::from_micros(period)));
            let (mut now, mut taken) = (0, Vec::new());
            for pause in pauses {
                now += pause;
                if bucket.take_one(rate, Duration::from_micros(now)).is_ok() {
                    taken.push(now);
                }
            }
            for (first, begin) in taken.iter().enumerate() {
                for (last, end) in taken.iter().enumerate().skip(first) {
                    let used = (last - first + 1) as u64;
                    let refilled = (end - begin) * amount / period;
                    prop_assert!(used <= amount + refilled + 1, "{used} units in {} µs", end - begin);
                }
            }
        }

        #[test]
        fn announced_wait_suffices_and_is_needed((amount, period, pauses) in uses()) {
            let (bucket, rate) = (TokenBucket::default(), BucketRate::new(amount, Duration::from_micros(period)));
            let mut now = Duration::ZERO;
            for pause in pauses {
                now += Duration::from_micros(pause);
                if let Err(wait) = bucket.take_one(rate, now) {
                    prop_assert!(wait <= Duration::from_micros(period));
                    let too_early = now + wait.saturating_sub(Duration::from_nanos(1));
                    prop_assert!(bucket.take_one(rate, too_early).is_err());
                    now += wait;
                    prop_assert!(bucket.take_one(rate, now).is_ok());
                }
            }
        }

        #[test]
        fn client_within_the_rate_is_never_refused(
            amount in 1_u64..50,
            period in 1_u64..1_000_000,
            pauses in prop::collection::vec(0_u64..1_000, 1..200),
        ) {
            let (bucket, rate) = (TokenBucket::default(), BucketRate::new(amount, Duration::from_micros(period)));
            let (mut now, each) = (0, period.div_ceil(amount));
            for pause in pauses {
                now += each + pause;
                prop_assert!(bucket.take_one(rate, Duration::from_micros(now)).is_ok());
            }
        }

        #[test]
        fn clock_that_goes_back_gives_nothing(steps in prop::collection::vec(0_u64..1_000_000, 1..100)) {
            let (bucket, rate) = (TokenBucket::default(), BucketRate::new(5, SECOND));
            let taken = steps.iter().filter(|at| bucket.take_one(rate, Duration::from_micros(**at)).is_ok()).count();
            // All times are within one second, so at most the burst and one refill are available.
            prop_assert!(taken <= 10);
        }
    }
}
