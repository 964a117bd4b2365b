//! Locks whose holders never panic.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a mutex.
///
/// No code of this crate panics while it holds a lock, so even the content of a poisoned mutex is consistent.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
