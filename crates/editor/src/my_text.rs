//! My text and the version that it started from: the only functions that change either, and whether they differ.
//!
//! Whether I have unsaved edits is asked many times for each key, so the answer is kept and not computed. Each change of
//! my text or of the base goes through this file, which compares them then. [`Comparison`] says what that costs.

use std::sync::Arc;

use contract::{DocumentId, Snapshot};

use crate::comparison::Comparison;
use crate::draft::blank_document;
use crate::machine::Editor;
use crate::working_copy::WorkingCopy;

/// My text, its base, and whether they differ.
#[derive(Debug, Clone)]
pub(crate) struct MyText {
    mine: WorkingCopy,
    /// The version that `mine` started from; `None` while there is no document.
    base: Option<Arc<Snapshot>>,
    /// My text before the first edit: that of the base, or a blank document.
    unedited: Comparison,
    /// My text as it was last sent.
    last_sent: Option<WorkingCopy>,
}

impl MyText {
    /// Returns the text of a draft, or a blank document, over its base.
    pub(crate) fn new(id: &DocumentId, mine: WorkingCopy, base: Option<Arc<Snapshot>>) -> Self {
        let unedited = Comparison::new(unedited(id, base.as_deref(), std::iter::once(&mine)), &mine);
        Self { mine, base, unedited, last_sent: None }
    }

    pub(crate) const fn mine(&self) -> &WorkingCopy {
        &self.mine
    }

    pub(crate) const fn base(&self) -> Option<&Arc<Snapshot>> {
        self.base.as_ref()
    }

    /// Returns whether my text differs from the text that it started from.
    pub(crate) const fn is_edited(&self) -> bool {
        self.unedited.differs()
    }
}

impl Editor {
    /// Sets my text, and compares it with the base and with the text that the open merge is about.
    pub(crate) fn set_mine(&mut self, mine: WorkingCopy) {
        self.text.unedited.update(&mine);
        if let Some(merging) = &mut self.merging {
            merging.follow(&mine);
        }
        self.text.mine = mine;
    }

    /// Replaces my text by the machine itself, as opposed to typing.
    pub(crate) fn replace_mine(&mut self, mine: WorkingCopy) {
        if self.text.mine != mine {
            self.set_mine(mine);
            self.revision += 1;
            self.touched = true;
        }
    }

    /// Sets the version that my text started from; `None` if there is no document.
    pub(crate) fn set_base(&mut self, base: Option<Arc<Snapshot>>) {
        let MyText { mine, last_sent, .. } = &self.text;
        let unedited = unedited(&self.id, base.as_deref(), std::iter::once(mine).chain(last_sent));
        self.text.unedited = Comparison::new(unedited, mine);
        self.text.base = base;
    }

    /// Remembers my text as it is sent: the response will make it the base.
    pub(crate) fn remember_sent(&mut self) {
        self.text.last_sent = Some(self.text.mine.clone());
    }
}

/// Returns the text of a base, or of a blank document.
///
/// A text of mine that is equal is used for it: two texts that share their pieces are compared without reading them.
fn unedited<'t>(
    id: &DocumentId,
    base: Option<&Snapshot>,
    mut known: impl Iterator<Item = &'t WorkingCopy>,
) -> WorkingCopy {
    let Some(base) = base else { return blank_document(id).into() };
    let is_same = |text: &&WorkingCopy| **text == base.document;
    known.find(is_same).cloned().unwrap_or_else(|| WorkingCopy::from(&base.document))
}
