//! The document that the leader of a room opens for all, in an editor.

use contract::DocumentId;

/// The document that the leader opened for all, as it was heard last.
#[derive(Debug, Clone, Default)]
pub(crate) struct OpenedForAll {
    document: Option<DocumentId>,
    /// Whether the user has neither opened the document nor dismissed the news of it.
    is_news: bool,
    /// The document that has opened by itself, until the user enters it: no key changes its text.
    unentered: Option<UnenteredDocument>,
}

/// A document that has opened by itself, and that the user has not entered.
#[derive(Debug, Clone)]
pub(crate) struct UnenteredDocument {
    pub(crate) document: DocumentId,
    /// The input that it has refused last.
    pub(crate) refused: Option<RefusedInput>,
}

/// Input that would have changed a document that the user has not entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefusedInput {
    /// A key.
    Key,
    /// A paste, which is kept for the paste key.
    Paste,
}

impl OpenedForAll {
    /// Returns the document, or `None` if the leader opens none.
    pub(crate) const fn document(&self) -> Option<&DocumentId> {
        self.document.as_ref()
    }

    /// Returns whether the user has neither opened the document nor dismissed the news of it.
    pub(crate) const fn is_news(&self) -> bool {
        self.is_news
    }

    /// Handles news. Returns the document if it is another one than before.
    ///
    /// An event stream that is opened again begins with the document from before. The user may have left that one on
    /// purpose, so it opens nothing again.
    pub(crate) fn on_heard(&mut self, document: Option<DocumentId>) -> Option<DocumentId> {
        if document == self.document {
            return None;
        }
        self.is_news = document.is_some();
        self.document.clone_from(&document);
        document
    }

    /// Notes that the document has opened by itself. No key changes its text until the user enters it.
    ///
    /// The keys that are pressed as it opens were meant for the list that was there before.
    pub(crate) fn on_opened_by_itself(&mut self) {
        self.unentered = self.document.clone().map(|document| UnenteredDocument { document, refused: None });
    }

    /// Notes the input that the document has refused.
    pub(crate) fn on_refused(&mut self, input: RefusedInput) {
        if let Some(unentered) = &mut self.unentered {
            unentered.refused = Some(input);
        }
    }

    /// Returns the document that has opened by itself and that the user has not entered, or `None`.
    pub(crate) const fn unentered(&self) -> Option<&UnenteredDocument> {
        self.unentered.as_ref()
    }

    /// Returns whether this document has opened by itself, and the user has not entered it.
    pub(crate) fn is_unentered(&self, document: &DocumentId) -> bool {
        self.unentered.as_ref().is_some_and(|unentered| unentered.document == *document)
    }

    /// Notes that the user has entered the document, or has opened one.
    pub(crate) fn enter(&mut self) {
        self.unentered = None;
    }

    /// Notes that the user has opened the document, or dismissed the news of it.
    pub(crate) const fn end_news(&mut self) {
        self.is_news = false;
    }
}
