//! Writes that wait for a backend's writer, and the error of its last one.

use std::sync::{Arc, Mutex, PoisonError};

use precondition::Judgement;
use tokio::sync::oneshot;

use crate::error::StoreError;
use crate::outcome::WriteOutcome;
use crate::request::WriteRequest;

/// A write that waits for its turn.
pub(crate) struct WriteJob {
    pub(crate) request: WriteRequest,
    /// A judgement that was made before, which only the policy `judging: apart` has.
    pub(crate) earlier: Option<Judgement>,
    pub(crate) reply: oneshot::Sender<Result<WriteOutcome, StoreError>>,
}

/// The error of the last write or batch, or `None` if it succeeded.
#[derive(Clone, Default)]
pub(crate) struct LastWriteError(Arc<Mutex<Option<StoreError>>>);

impl LastWriteError {
    pub(crate) fn get(&self) -> Option<StoreError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set(&self, error: Option<StoreError>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }
}
