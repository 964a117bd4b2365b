//! The received bytes of requests without a response, which the server keeps until then.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::budget::memory_pool::{PoolLoan, PoolShare};
use crate::lock::lock;

/// Counts the received bytes of a request. Clones share the count.
///
/// The bytes count until all clones are dropped.
#[derive(Clone)]
pub(crate) struct ReceivedBytes(Arc<Mutex<Option<PoolLoan>>>);

impl ReceivedBytes {
    /// Creates the count for a request before its first byte arrives.
    pub(crate) fn nothing(share: &PoolShare) -> Self {
        Self(Arc::new(Mutex::new(Some(share.nothing()))))
    }

    /// Counts bytes that have arrived.
    pub(crate) fn count(&self, bytes: usize) -> Result<(), ReceiveBudgetExhausted> {
        let has_room = self.lock().as_mut().is_none_or(|loan| loan.grow(bytes));
        if has_room { Ok(()) } else { Err(ReceiveBudgetExhausted) }
    }

    /// Returns the bytes to the budget: neither these nor any later ones are kept.
    pub(crate) fn release(&self) {
        self.lock().take();
    }

    fn lock(&self) -> MutexGuard<'_, Option<PoolLoan>> {
        lock(&self.0)
    }
}

/// The error that the budget of received bytes is used up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReceiveBudgetExhausted;

impl fmt::Display for ReceiveBudgetExhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the budget of received bytes is used up")
    }
}

impl Error for ReceiveBudgetExhausted {}
