//! The value of `Ifmatch-Editing`, which a client and its clones share.

use std::sync::{Arc, PoisonError, RwLock};

use reqwest::header::HeaderValue;
use traffic::room::Editing;

/// The value of `Ifmatch-Editing` for a client and its clones; `None` sends no such field.
#[derive(Debug, Clone, Default)]
pub(crate) struct EditingCell(Arc<RwLock<Option<Editing>>>);

impl EditingCell {
    /// Returns the present value.
    pub(crate) fn value(&self) -> Option<HeaderValue> {
        // The state is replaced as a whole, so a panic elsewhere leaves a complete one.
        let editing = *self.0.read().unwrap_or_else(PoisonError::into_inner);
        editing.map(|editing| HeaderValue::try_from(editing.to_string()).expect("words and a number are visible ASCII"))
    }

    /// Sets the state for all clones. Requests that are already sent keep the earlier one.
    pub(crate) fn set(&self, editing: Option<Editing>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = editing;
    }
}
