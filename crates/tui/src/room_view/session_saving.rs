//! The state of a room's session: what was saved last, and whether something happened since.

use std::mem;
use std::path::PathBuf;

use contract::{ApiPath, Exchange, Question};

use crate::room_request::SavedSession;

/// How many rounds of questions are kept for the next save.
const MAX_ROUNDS_KEPT: usize = 200;

/// The last save of a session, and the writes since.
#[derive(Debug, Clone, Default)]
pub(crate) struct SessionSaving {
    /// Whether the session is being saved.
    is_under_way: bool,
    /// Whether the leader was warned that it is under way.
    warned: bool,
    /// The number of the newest write of a document that has ended.
    newest_write: u64,
    /// The number of the newest exchange that is saved.
    saved_through: u64,
    /// The folder of the last save.
    folder: Option<PathBuf>,
    /// The rounds of the leader's questions, oldest first, each as it was seen last.
    questions: Vec<Question>,
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

    /// Takes in a question, as the room sees it.
    pub(crate) fn note_question(&mut self, seen: &Question) {
        let is_same = |known: &Question| known.id == seen.id && known.round == seen.round;
        self.questions.retain(|known| !is_same(known));
        if self.questions.len() == MAX_ROUNDS_KEPT {
            self.questions.remove(0);
        }
        self.questions.push(seen.clone());
    }

    /// Returns the rounds of the leader's questions, oldest first.
    pub(crate) fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// Begins to save. Returns false if that is under way already.
    pub(crate) fn begin(&mut self) -> bool {
        let begins = !mem::replace(&mut self.is_under_way, true);
        if begins {
            self.warned = false;
        }
        begins
    }

    /// Returns whether the leader is to be warned before the program ends during the save.
    ///
    /// It is true only the first time, so that a slow save traps no one.
    pub(crate) fn delays_leaving(&mut self) -> bool {
        self.is_under_way && !mem::replace(&mut self.warned, true)
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
