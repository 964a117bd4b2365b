//! The state of one editor pane: its author and their open documents, one of them in view.
//!
//! When the user switches to another document, the previous one stays open with its text and its merge. Nothing typed
//! is lost, so the switch needs no question.

use contract::{Author, DocumentId};

use crate::ahead::Ahead;
use crate::ids::DocumentKey;
use crate::open_document::OpenDocument;

/// The state of one editor pane.
#[derive(Debug, Clone)]
pub(crate) struct Pane {
    pub(crate) me: Author,
    documents: Vec<OpenDocument>,
    shown: usize,
    /// The input for documents that are still being opened.
    aheads: Vec<Ahead>,
    /// The title for a document that is being created under another name than its id.
    pub(crate) new_title: Option<(DocumentId, String)>,
    /// The document to open at the start of the session.
    pub(crate) opens_first: Option<DocumentId>,
    /// Whether this author's event stream is connected.
    pub(crate) connected: bool,
}

impl Pane {
    pub(crate) fn new(me: Author) -> Self {
        Self {
            me,
            documents: Vec::new(),
            shown: 0,
            aheads: Vec::new(),
            new_title: None,
            opens_first: None,
            connected: false,
        }
    }

    /// Returns the document in view, or `None` if none is open.
    pub(crate) fn document(&self) -> Option<&OpenDocument> {
        self.documents.get(self.shown)
    }

    /// Returns the document in view for changes, or `None` if none is open.
    pub(crate) fn document_mut(&mut self) -> Option<&mut OpenDocument> {
        self.documents.get_mut(self.shown)
    }

    /// Returns all open documents.
    pub(crate) fn documents(&self) -> &[OpenDocument] {
        &self.documents
    }

    /// Returns all open documents for changes.
    pub(crate) fn documents_mut(&mut self) -> &mut [OpenDocument] {
        &mut self.documents
    }

    /// Returns the open document with a key, or `None` if it is not open.
    pub(crate) fn find(&mut self, key: DocumentKey) -> Option<&mut OpenDocument> {
        self.documents.iter_mut().find(|work| work.key == key)
    }

    /// Brings an open document into view. Returns false if the document is not open.
    pub(crate) fn show(&mut self, id: &DocumentId) -> bool {
        let found = self.documents.iter().position(|work| work.editor.id() == id);
        if let Some(at) = found {
            self.shown = at;
        }
        found.is_some()
    }

    /// Returns the input for a document that is being opened; there is none at first.
    pub(crate) fn ahead(&mut self, document: &DocumentId) -> &mut Ahead {
        let at = self.aheads.iter().position(|ahead| ahead.document == *document).unwrap_or_else(|| {
            self.aheads.push(Ahead::new(document.clone()));
            self.aheads.len() - 1
        });
        &mut self.aheads[at]
    }

    /// Returns the input for all documents that are being opened.
    pub(crate) fn aheads(&self) -> &[Ahead] {
        &self.aheads
    }

    /// Returns the input for all documents that are being opened, for changes.
    pub(crate) fn aheads_mut(&mut self) -> &mut [Ahead] {
        &mut self.aheads
    }

    /// Returns the text typed for a document that is being opened, or `None` if there is none.
    pub(crate) fn typed_ahead(&self, document: &DocumentId) -> Option<String> {
        self.aheads.iter().find(|ahead| ahead.document == *document)?.text()
    }

    /// Removes and returns the input for a document that has opened.
    pub(crate) fn take_ahead(&mut self, document: &DocumentId) -> Option<Ahead> {
        let at = self.aheads.iter().position(|ahead| ahead.document == *document)?;
        Some(self.aheads.remove(at))
    }

    /// Opens a document after closing all others, like a program that starts again.
    pub(crate) fn open_anew(&mut self, work: OpenDocument) -> &mut OpenDocument {
        self.documents.clear();
        self.open(work)
    }

    /// Opens another document and brings it into view.
    pub(crate) fn open(&mut self, work: OpenDocument) -> &mut OpenDocument {
        self.shown = self.documents.len();
        self.documents.push(work);
        &mut self.documents[self.shown]
    }
}
