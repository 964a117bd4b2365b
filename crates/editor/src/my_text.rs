//! My text, the version that it started from, and whether they differ.
//!
//! Whether I have unsaved edits is asked many times for each key, so the answer is kept and not computed. Nothing
//! outside this file can change the text or the base without comparing them: [`TextComparison`] says what that costs.

use std::iter;
use std::sync::Arc;

use contract::{DocumentId, Snapshot};

use crate::comparison::TextComparison;
use crate::draft::blank_document;
use crate::working_copy::WorkingCopy;

/// My text and its base.
#[derive(Debug, Clone)]
pub(crate) struct MyText {
    mine: WorkingCopy,
    /// The version that `mine` started from; `None` while there is no document.
    base: Option<Arc<Snapshot>>,
    /// My text before the first edit: that of the base, or a blank document.
    unedited: TextComparison,
    /// My text as it was last sent.
    last_sent: Option<WorkingCopy>,
}

impl MyText {
    /// Returns the text of a draft, or a blank document, over its base.
    pub(crate) fn new(id: &DocumentId, mine: WorkingCopy, base: Option<Arc<Snapshot>>) -> Self {
        let unedited = unedited(id, base.as_deref(), iter::once(&mine));
        Self { unedited: TextComparison::new(unedited, &mine), mine, base, last_sent: None }
    }

    /// Returns my text.
    pub(crate) const fn mine(&self) -> &WorkingCopy {
        &self.mine
    }

    /// Returns the version that my text started from.
    pub(crate) const fn base(&self) -> Option<&Arc<Snapshot>> {
        self.base.as_ref()
    }

    /// Returns whether my text differs from the text that it started from.
    pub(crate) const fn is_edited(&self) -> bool {
        self.unedited.differs()
    }

    /// Sets my text.
    pub(crate) fn set_mine(&mut self, mine: WorkingCopy) {
        self.unedited.update(&mine);
        self.mine = mine;
    }

    /// Sets the version that my text started from; `None` if there is no document `id`.
    pub(crate) fn set_base(&mut self, id: &DocumentId, base: Option<Arc<Snapshot>>) {
        let unedited = unedited(id, base.as_deref(), iter::once(&self.mine).chain(&self.last_sent));
        self.unedited = TextComparison::new(unedited, &self.mine);
        self.base = base;
    }

    /// Remembers my text as it is sent: the response will make it the base.
    pub(crate) fn remember_sent(&mut self) {
        self.last_sent = Some(self.mine.clone());
    }
}

/// Returns the text of a base, or of a blank document.
///
/// If a known text of mine is equal, it is used: two texts that share their pieces are compared without reading them.
fn unedited<'t>(
    id: &DocumentId,
    base: Option<&Snapshot>,
    mut known: impl Iterator<Item = &'t WorkingCopy>,
) -> WorkingCopy {
    let Some(base) = base else { return blank_document(id).into() };
    let is_same = |text: &&WorkingCopy| **text == base.document;
    known.find(is_same).cloned().unwrap_or_else(|| WorkingCopy::from(&base.document))
}
