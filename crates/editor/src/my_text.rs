//! My text, the version that it started from, and whether they differ.
//!
//! Whether I have unsaved edits is asked many times for each key, so the answer is kept and not computed. Nothing
//! outside this file can change the text or the base without comparing them: [`TextComparison`] says what that costs.

use std::sync::Arc;

use contract::DocumentId;
use text::Text;

use crate::comparison::TextComparison;
use crate::draft::blank_document;
use crate::known_version::KnownVersion;
use crate::working_copy::WorkingCopy;

/// My text and its base.
#[derive(Debug, Clone)]
pub(crate) struct MyText {
    mine: WorkingCopy,
    /// The version that `mine` started from; `None` while there is no document.
    base: Option<Arc<KnownVersion>>,
    /// My text before the first edit: that of the base, or a blank document.
    unedited: TextComparison,
    /// My text as it was last sent.
    last_sent: Option<WorkingCopy>,
}

impl MyText {
    /// Returns the text of a draft, or a blank document, over its base.
    pub(crate) fn new(id: &DocumentId, mine: WorkingCopy, base: Option<Arc<KnownVersion>>) -> Self {
        let base = base.map(|base| sharing(base, &mine, None));
        let unedited = unedited(id, base.as_deref());
        Self { unedited: TextComparison::new(unedited, &mine), mine, base, last_sent: None }
    }

    /// Returns my text.
    pub(crate) const fn mine(&self) -> &WorkingCopy {
        &self.mine
    }

    /// Returns my text before the first edit: that of the base, or an empty one.
    pub(crate) const fn unedited(&self) -> &Text {
        &self.unedited.other().content
    }

    /// Returns the version that my text started from.
    pub(crate) const fn base(&self) -> Option<&Arc<KnownVersion>> {
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
    pub(crate) fn set_base(&mut self, id: &DocumentId, base: Option<Arc<KnownVersion>>) {
        let base = base.map(|base| sharing(base, &self.mine, self.last_sent.as_ref()));
        self.unedited = TextComparison::new(unedited(id, base.as_deref()), &self.mine);
        self.base = base;
    }

    /// Remembers my text as it is sent: the response will make it the base.
    pub(crate) fn remember_sent(&mut self) {
        self.last_sent = Some(self.mine.clone());
    }
}

/// Returns a version in the pieces of the known texts of mine.
///
/// What is equal takes memory once, and is compared without reading it.
fn sharing(base: Arc<KnownVersion>, mine: &WorkingCopy, last_sent: Option<&WorkingCopy>) -> Arc<KnownVersion> {
    let content = &base.document.content;
    let shared = match last_sent {
        Some(sent) if sent.content == *content => sent.content.clone(),
        _ => content.in_pieces_of(&mine.content),
    };
    let mut base = Arc::unwrap_or_clone(base);
    base.document.content = shared;
    Arc::new(base)
}

/// Returns the text of a base, or of a blank document.
fn unedited(id: &DocumentId, base: Option<&KnownVersion>) -> WorkingCopy {
    base.map_or_else(|| blank_document(id).into(), |base| base.document.clone())
}
