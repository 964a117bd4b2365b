//! How much has come of a request that is not answered: it is kept somewhere until then.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::pool::{Loan, Share};

/// What has come of a request with a body: an extension of it. Clones are the same request. It counts until all are
/// dropped.
#[derive(Clone)]
pub(crate) struct Received(Arc<Mutex<Option<Loan>>>);

impl Received {
    /// Creates the count of a request of which nothing has come.
    pub(super) fn nothing(share: &Share) -> Self {
        Self(Arc::new(Mutex::new(Some(share.nothing()))))
    }

    /// So many bytes have come.
    pub(crate) fn count(&self, bytes: usize) -> Result<(), NoRoom> {
        let has_room = self.lock().as_mut().is_none_or(|loan| loan.grow(bytes));
        if has_room { Ok(()) } else { Err(NoRoom) }
    }

    /// What has come is not kept any more, nor is what will come.
    pub(crate) fn release(&self) {
        self.lock().take();
    }

    fn lock(&self) -> MutexGuard<'_, Option<Loan>> {
        // Nothing in here panics while it holds the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All that may be received at one time has been.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoRoom;

impl fmt::Display for NoRoom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the budget of bytes that are received is used up")
    }
}

impl Error for NoRoom {}
