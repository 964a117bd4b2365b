//! What goes wrong on purpose: answers that come late, and answers that never come.
//!
//! A lost answer is the hardest lesson: the write was done, and its client cannot know. Only answers to writes that
//! were applied are lost, because the loss of a refusal teaches nothing.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::response::Response;
use contract::FaultSettings;
use tokio::time::sleep;

use super::RequestInfo;
use crate::shutdown_requested;
use crate::state::SharedState;

/// This response must not be sent: an extension of it, and what the accept loop gives for a reason to close.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DropConnection;

impl fmt::Display for DropConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the write was applied, and its answer was lost on purpose, as whoever leads the session wanted")
    }
}

impl std::error::Error for DropConnection {}

/// The faults that are on.
#[derive(Clone, Default)]
pub(crate) struct FaultsCell(Arc<Mutex<FaultSettings>>);

impl FaultsCell {
    pub(crate) fn get(&self) -> FaultSettings {
        *self.lock()
    }

    pub(crate) fn set(&self, faults: FaultSettings) {
        *self.lock() = faults;
    }

    /// Whether this answer is one of those that are lost, and if so, there is one less to lose.
    fn take_loss(&self) -> bool {
        let mut faults = self.lock();
        let left = faults.lose_responses.checked_sub(1);
        faults.lose_responses = left.unwrap_or_default();
        left.is_some()
    }

    fn lock(&self) -> MutexGuard<'_, FaultSettings> {
        // Nothing in here panics while it holds the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Delays and loses answers under `/api`. `lose_this` says that this one is lost, whatever the faults are.
pub(super) async fn inject(app: &SharedState, came: &RequestInfo, lose_this: bool, response: &mut Response) {
    if !came.under_api {
        return;
    }
    let is_applied = !came.method.is_safe() && response.status().is_success();
    if is_applied && (lose_this || app.faults.take_loss()) {
        response.extensions_mut().insert(DropConnection);
    }
    let latency = Duration::from_millis(app.faults.get().latency_ms.into());
    if !latency.is_zero() {
        // At the end of the server, a late answer is better than none.
        let late = async {
            tokio::select! {
                () = sleep(latency) => {}
                () = shutdown_requested(app.shutdown.clone()) => {}
            }
        };
        // In a box, since hardly any answer is late, and otherwise each would carry the room for it.
        Box::pin(late).await;
    }
}
