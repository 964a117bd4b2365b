//! The state of a room's session: what was saved last, and whether something happened since.

use std::path::PathBuf;

use contract::{ApiPath, Exchange};

use crate::room_request::SavedSession;

/// The last save of a session, and the writes since.
#[derive(Debug, Clone, Default)]
pub(crate) struct SessionSaving {
    /// Whether the session is being saved.
    is_under_way: bool,
    /// The number of the newest write of a document that has ended.
    newest_write: u64,
    /// The number of the newest exchange that is saved.
    saved_through: u64,
    /// The folder of the last save.
    folder: Option<PathBuf>,
}

impl SessionSaving {
    /// Takes in an exchange of the server's record.
    pub(crate) fn record(&mut self, exchange: &Exchange) {
        let is_about_documents = ApiPath::parse(&exchange.target)
            .is_some_and(|path| path.document().is_some() || path == ApiPath::Documents);
        if !exchange.is_read() && !exchange.is_open() && is_about_documents {
            self.newest_write = self.newest_write.max(exchange.number);
        }
    }

    /// Begins to save. Returns false if that is under way already.
    pub(crate) fn begin(&mut self) -> bool {
        !std::mem::replace(&mut self.is_under_way, true)
    }

    /// Ends to save; `saved` is the result, or `None` if nothing was saved.
    pub(crate) fn end(&mut self, saved: Option<&SavedSession>) {
        self.is_under_way = false;
        if let Some(saved) = saved {
            self.saved_through = self.saved_through.max(saved.newest);
            self.folder = Some(saved.folder.clone());
        }
    }

    /// Returns whether the session is being saved.
    pub(crate) const fn is_under_way(&self) -> bool {
        self.is_under_way
    }

    /// Returns whether someone has written a document since the session was saved.
    pub(crate) const fn is_unsaved(&self) -> bool {
        self.newest_write > self.saved_through
    }

    /// Returns the folder of the last save.
    pub(crate) const fn folder(&self) -> Option<&PathBuf> {
        self.folder.as_ref()
    }
}
