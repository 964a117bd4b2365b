//! The faults that are on, as a leader has set them.

use std::sync::{Arc, Mutex, MutexGuard};

use contract::FaultSettings;

use crate::lock::lock;

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

    /// Returns whether this response is to be lost; if so, there is one less to lose.
    pub(crate) fn take_loss(&self) -> bool {
        let mut faults = self.lock();
        let left = faults.lose_responses.checked_sub(1);
        faults.lose_responses = left.unwrap_or_default();
        left.is_some()
    }

    fn lock(&self) -> MutexGuard<'_, FaultSettings> {
        lock(&self.0)
    }
}
