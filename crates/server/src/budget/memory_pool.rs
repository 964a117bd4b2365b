//! A budget of bytes that all clients share, so that one client cannot use it up.
//!
//! A *holder* is a client, or a connection of a client that is not counted. It may hold at most as much of the budget
//! as is left free. So a single holder gets at most half of it, two get a third each, and N get 1/(N + 1) each: what is
//! left is always as much as the greediest holder has, and a new one gets what it asks for while greedy ones are
//! refused. (Switches share their buffers among ports by the same rule, called dynamic thresholds.) The rule needs only
//! two counters, and no list of holders.
//!
//! If nothing of the budget is in use, a request for any amount succeeds, so that a body larger than the budget is
//! still possible, alone.

pub(crate) mod peak;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Budget, Budgets, Uses};
use peak::Peak;

/// A budget of bytes. Clones are the same budget.
#[derive(Debug, Clone)]
pub(crate) struct MemoryPool(Arc<PoolTotal>);

#[derive(Debug)]
struct PoolTotal {
    budget: &'static Budget,
    uses: Uses,
    room: usize,
    used: AtomicUsize,
    peak: Peak,
}

/// The share of one holder in a budget. Clones are the same share.
#[derive(Debug, Clone)]
pub(crate) struct PoolShare(Arc<PoolPart>);

#[derive(Debug)]
struct PoolPart {
    total: Arc<PoolTotal>,
    held: AtomicUsize,
}

/// Bytes taken from a budget. Dropping this returns them.
#[derive(Debug)]
pub(crate) struct PoolLoan {
    share: PoolShare,
    bytes: usize,
}

impl MemoryPool {
    /// Creates the pool of a budget. `uses` counts how much is in use and how often the pool refused.
    pub(crate) fn new(budget: &'static Budget, budgets: &Budgets, uses: &Uses) -> Self {
        let room = budgets.size(budget);
        Self(Arc::new(PoolTotal { budget, uses: uses.clone(), room, used: AtomicUsize::new(0), peak: Peak::default() }))
    }

    /// Returns the share of a new holder, which holds nothing yet.
    pub(crate) fn share(&self) -> PoolShare {
        PoolShare(Arc::new(PoolPart { total: Arc::clone(&self.0), held: AtomicUsize::new(0) }))
    }

    /// Updates the metric with how many bytes are in use.
    pub(crate) fn report(&self) {
        self.0.uses.set(self.0.budget, self.used());
    }

    /// Returns how many bytes are in use.
    fn used(&self) -> usize {
        self.0.used.load(Ordering::Relaxed)
    }

    /// Returns the peak of the bytes in use.
    pub(crate) fn peak(&self) -> &Peak {
        &self.0.peak
    }

    /// Returns the peak of the bytes in use since the previous call.
    pub(crate) fn take_peak(&self) -> usize {
        self.0.peak.take(self.used())
    }
}

impl PoolShare {
    /// Returns an empty loan, which may grow.
    pub(crate) fn nothing(&self) -> PoolLoan {
        PoolLoan { share: self.clone(), bytes: 0 }
    }

    /// Takes this many bytes, or returns `None` if the holder may not have them now.
    pub(crate) fn take(&self, bytes: usize) -> Option<PoolLoan> {
        let mut loan = self.nothing();
        loan.grow(bytes).then_some(loan)
    }

    /// Counts a refusal for lack of room.
    pub(crate) fn count_refusal(&self) {
        let total = &self.0.total;
        total.uses.refused(total.budget);
    }
}

impl PoolLoan {
    /// Takes this many more bytes; returns false if the holder may not have them now.
    pub(crate) fn grow(&mut self, bytes: usize) -> bool {
        let PoolPart { total, held } = &*self.share.0;
        let has = held.load(Ordering::Relaxed);
        let fits = |used: usize| used == 0 || has.saturating_add(bytes) <= total.room.saturating_sub(used);
        let take = |used: usize| fits(used).then(|| used.saturating_add(bytes));
        let Ok(used) = total.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) else { return false };
        total.peak.reached(used.saturating_add(bytes));
        held.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
        true
    }
}

impl Drop for PoolLoan {
    fn drop(&mut self) {
        let PoolPart { total, held } = &*self.share.0;
        held.fetch_sub(self.bytes, Ordering::Relaxed);
        total.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget;

    fn pool(room: u64) -> MemoryPool {
        MemoryPool::new(&budget::SEND_BYTES, &Budgets::default().with(&budget::SEND_BYTES, room), &Uses::default())
    }

    /// Takes single bytes until the share refuses, and returns the loans.
    fn take_all(share: &PoolShare) -> Vec<PoolLoan> {
        std::iter::from_fn(|| share.take(1)).collect()
    }

    #[test]
    fn greedy_holders_leave_as_much_as_each_has() {
        let pool = pool(1200);
        let first = take_all(&pool.share());
        assert_eq!((first.len(), pool.used()), (600, 600));
        let second = take_all(&pool.share());
        assert_eq!(second.len(), 300, "until the first gives some back");
        let modest = pool.share();
        assert!(modest.take(300).is_some() && modest.take(301).is_none(), "a new client gets what is left");
        drop((first, second));
        assert_eq!(pool.used(), 0);
    }

    #[test]
    fn loan_larger_than_the_budget_succeeds_alone() {
        let pool = pool(10);
        let (one, other) = (pool.share(), pool.share());
        let large = one.take(1000).unwrap();
        assert!(one.take(1).is_none() && other.take(1).is_none());
        drop(large);
        let mut small = other.take(2).unwrap();
        assert!(one.take(11).is_none() && small.grow(3) && !small.grow(4));
        assert_eq!(pool.used(), 5);
    }
}
