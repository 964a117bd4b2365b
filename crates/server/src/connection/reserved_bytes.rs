//! Room in the budget of bytes that wait to be sent, reserved for the body of a response.

use std::sync::{Arc, Mutex};

use crate::budget::memory_pool::PoolLoan;
use crate::lock::lock;

/// The room that was taken for the body of a response: an extension of it.
#[derive(Clone)]
pub(crate) struct ReservedBytes(Arc<Mutex<Option<PoolLoan>>>);

impl ReservedBytes {
    /// Keeps the room for the body of a response.
    pub(crate) fn new(loan: PoolLoan) -> Self {
        Self(Arc::new(Mutex::new(Some(loan))))
    }

    /// Returns the room, once.
    pub(crate) fn into_loan(self) -> Option<PoolLoan> {
        lock(&self.0).take()
    }
}
