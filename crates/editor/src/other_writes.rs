//! Writes of the user that another part of the program sends.
//!
//! A restored version, a title that was changed in the list of documents and a delete from there are the user's own,
//! although this editor did not send them. The event stream names only the author, and another program can write under
//! the same name. So the caller reports when such a write begins and how it ends; until then, nothing is said about an
//! event under the user's own name.

use contract::{Author, EntityTag};

use crate::in_flight::{MyDelete, ReadIntent};
use crate::machine::{Editor, EditorEffect};
use crate::notice::EditorNotice;
use crate::phase::LastSeen;
use crate::writer::Writer;

/// The end of a write of this document that this editor did not send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OtherWrite {
    /// It made this version.
    Wrote(EntityTag),
    /// It deleted the document.
    Deleted,
    /// It changed nothing, or its response was lost.
    NotDone,
}

impl Editor {
    /// Returns how to name the author of another version to the user.
    ///
    /// Unlike the name alone, the tag tells whether the user wrote it in this program.
    #[must_use]
    pub fn writer_of(&self, author: Option<&Author>, etag: &EntityTag) -> Writer {
        match Writer::new(author, &self.me) {
            Writer::Namesake if self.own.contains(etag) => Writer::Me,
            writer => writer,
        }
    }

    /// Records that a write of this document begins elsewhere in the program.
    pub(crate) fn on_other_write_began(&mut self) {
        self.own.begin_other_write();
    }

    /// Handles the end of such a write. A text without edits follows the version that it made.
    pub(crate) fn on_other_write_ended(&mut self, write: OtherWrite) -> Vec<EditorEffect> {
        let held = self.own.end_other_write();
        match write {
            OtherWrite::Wrote(etag) => {
                self.own.add(etag.clone());
                let has_it = self.base().is_some_and(|base| base.etag == etag);
                let is_waiting = self.has_changes() || self.can_retry_with_precondition();
                if !(has_it || is_waiting || self.is_busy()) {
                    return self.send(self.read_request(), ReadIntent::Reconcile);
                }
            }
            OtherWrite::Deleted => {
                self.set_last_seen(LastSeen::Deleted(None));
                self.my_delete = MyDelete::Done;
                return self.notify(EditorNotice::Deleted);
            }
            OtherWrite::NotDone => {}
        }
        if let Some(event) = held {
            self.notify_event(event);
        }
        Vec::new()
    }
}
