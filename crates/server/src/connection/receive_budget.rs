//! The received bytes of requests without a response, which the server keeps until then.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::time::Instant;

use crate::budget::client_account::RequestAccounts;
use crate::budget::memory_pool::{PoolLoan, PoolShare};
use crate::lock::lock;

/// Counts the received bytes of a request. Clones share the count.
///
/// The bytes count until all clones are dropped.
#[derive(Clone)]
pub(crate) struct ReceivedBytes(Arc<Mutex<ReceivedState>>);

struct ReceivedState {
    /// The bytes that are in memory; `None` after their release.
    loan: Option<PoolLoan>,
    /// The accounts of the client; `None` if it is not counted.
    accounts: Option<RequestAccounts>,
}

impl ReceivedBytes {
    /// Creates the count for a request before its first byte arrives.
    pub(crate) fn nothing(share: &PoolShare) -> Self {
        Self(Arc::new(Mutex::new(ReceivedState { loan: Some(share.nothing()), accounts: None })))
    }

    /// Counts to a client's accounts and shares from now on, before the first byte arrives.
    pub(crate) fn count_for(&self, accounts: &RequestAccounts) {
        let mut state = self.lock();
        state.loan = Some(accounts.shares().receiving.nothing());
        state.accounts = Some(accounts.clone());
    }

    /// Counts bytes that have arrived.
    pub(crate) fn count(&self, bytes: usize) -> Result<(), ReceiveBudgetExhausted> {
        let mut state = self.lock();
        if let Some(accounts) = &state.accounts {
            accounts.charge_bytes(bytes, Instant::now());
        }
        let has_room = state.loan.as_mut().is_none_or(|loan| loan.grow(bytes));
        if has_room { Ok(()) } else { Err(ReceiveBudgetExhausted) }
    }

    /// Returns the bytes to the budget: neither these nor any later ones are kept.
    ///
    /// Later ones count to no client, either.
    pub(crate) fn release(&self) {
        let mut state = self.lock();
        (state.loan, state.accounts) = (None, None);
    }

    fn lock(&self) -> MutexGuard<'_, ReceivedState> {
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
