//! How much of each budget is in use, and how often each was exceeded: the counts behind the metrics.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{ALL, Budget};

/// How much of each budget is in use, and how often each was exceeded. Clones share their counts.
#[derive(Debug, Clone)]
pub(crate) struct Uses(Arc<[Use]>);

#[derive(Debug, Default)]
struct Use {
    used: AtomicU64,
    refused: AtomicU64,
}

impl Default for Uses {
    fn default() -> Self {
        Self(ALL.iter().map(|_| Use::default()).collect())
    }
}

impl Uses {
    /// Sets how much of a shared budget is in use.
    pub(crate) fn set(&self, budget: &'static Budget, used: usize) {
        debug_assert!(budget.shared, "{} is not shared", budget.name);
        self.0[budget.place()].used.store(used as u64, Ordering::Relaxed);
    }

    /// Counts a request that exceeded a budget.
    pub(crate) fn refused(&self, budget: &'static Budget) {
        self.0[budget.place()].refused.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns each budget, how often it was exceeded and, if it is shared, how much of it is in use.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static Budget, u64, Option<u64>)> {
        ALL.iter().zip(&*self.0).map(|(budget, counts)| {
            let used = budget.shared.then(|| counts.used.load(Ordering::Relaxed));
            (*budget, counts.refused.load(Ordering::Relaxed), used)
        })
    }
}
