//! How much has come of a request that is not answered: it is kept somewhere until then.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::budget::memory_pool::{PoolLoan, PoolShare};
use crate::lock::lock;

/// The count of what has come of a request. Clones are the same count.
///
/// It counts until all clones are dropped.
#[derive(Clone)]
pub(crate) struct ReceivedBytes(Arc<Mutex<Option<PoolLoan>>>);

impl ReceivedBytes {
    /// Creates the count of a request of which nothing has come.
    pub(crate) fn nothing(share: &PoolShare) -> Self {
        Self(Arc::new(Mutex::new(Some(share.nothing()))))
    }

    /// Counts bytes that have come.
    pub(crate) fn count(&self, bytes: usize) -> Result<(), ReceiveBudgetExhausted> {
        let has_room = self.lock().as_mut().is_none_or(|loan| loan.grow(bytes));
        if has_room { Ok(()) } else { Err(ReceiveBudgetExhausted) }
    }

    /// Gives the room back: what has come is not kept any more, nor is what will come.
    pub(crate) fn release(&self) {
        self.lock().take();
    }

    fn lock(&self) -> MutexGuard<'_, Option<PoolLoan>> {
        lock(&self.0)
    }
}

/// All that may be received at one time has been.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReceiveBudgetExhausted;

impl fmt::Display for ReceiveBudgetExhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the budget of bytes that are received is used up")
    }
}

impl Error for ReceiveBudgetExhausted {}
