//! One person's place: who sits there, and the documents that are open, of which one is in view.
//!
//! A document that is left for another stays open behind it, text and merge and all, so that nothing typed is lost and
//! nobody has to be asked.

use contract::{Author, DocumentId};

use crate::ahead::Ahead;
use crate::ids::DocumentKey;
use crate::open_document::OpenDocument;

/// One person's documents.
#[derive(Debug, Clone)]
pub(crate) struct Pane {
    pub(crate) me: Author,
    documents: Vec<OpenDocument>,
    shown: usize,
    /// What waits for documents that are still being opened.
    aheads: Vec<Ahead>,
    /// The document that the stage opens here by itself.
    pub(crate) opens_first: Option<DocumentId>,
    /// Whether the stream of events is there.
    pub(crate) connected: bool,
}

impl Pane {
    pub(crate) fn new(me: Author) -> Self {
        Self { me, documents: Vec::new(), shown: 0, aheads: Vec::new(), opens_first: None, connected: false }
    }

    /// Returns the document in view; `None` before one was chosen.
    pub(crate) fn document(&self) -> Option<&OpenDocument> {
        self.documents.get(self.shown)
    }

    /// The same, to be changed.
    pub(crate) fn document_mut(&mut self) -> Option<&mut OpenDocument> {
        self.documents.get_mut(self.shown)
    }

    /// Every open document.
    pub(crate) fn documents(&self) -> &[OpenDocument] {
        &self.documents
    }

    /// Every open document, to be changed.
    pub(crate) fn documents_mut(&mut self) -> &mut [OpenDocument] {
        &mut self.documents
    }

    /// The open document with that key.
    pub(crate) fn find(&mut self, key: DocumentKey) -> Option<&mut OpenDocument> {
        self.documents.iter_mut().find(|work| work.key == key)
    }

    /// Brings a document that is open into view. Returns false if it is not open.
    pub(crate) fn show(&mut self, id: &DocumentId) -> bool {
        let found = self.documents.iter().position(|work| work.editor.id() == id);
        if let Some(at) = found {
            self.shown = at;
        }
        found.is_some()
    }

    /// What waits for a document that is still being opened.
    pub(crate) fn ahead(&mut self, document: &DocumentId) -> &mut Ahead {
        let at = self.aheads.iter().position(|ahead| ahead.document == *document).unwrap_or_else(|| {
            self.aheads.push(Ahead::new(document.clone()));
            self.aheads.len() - 1
        });
        &mut self.aheads[at]
    }

    /// What waits for documents that are still being opened.
    pub(crate) fn aheads(&self) -> &[Ahead] {
        &self.aheads
    }

    /// The same, to be changed.
    pub(crate) fn aheads_mut(&mut self) -> &mut [Ahead] {
        &mut self.aheads
    }

    /// What was typed for that document while it was being opened; `None` if that is nothing.
    pub(crate) fn typed_ahead(&self, document: &DocumentId) -> Option<String> {
        self.aheads.iter().find(|ahead| ahead.document == *document)?.text()
    }

    /// Takes what waits for that document: it has opened.
    pub(crate) fn take_ahead(&mut self, document: &DocumentId) -> Option<Ahead> {
        let at = self.aheads.iter().position(|ahead| ahead.document == *document)?;
        Some(self.aheads.remove(at))
    }

    /// Opens a document in the place of what was open, as somebody who starts anew.
    pub(crate) fn open_anew(&mut self, work: OpenDocument) -> &mut OpenDocument {
        self.documents.clear();
        self.open(work)
    }

    /// Opens another document, and brings it into view.
    pub(crate) fn open(&mut self, work: OpenDocument) -> &mut OpenDocument {
        self.shown = self.documents.len();
        self.documents.push(work);
        &mut self.documents[self.shown]
    }
}
