//! The versions that are the user's own, and writes of the user that another part of the program sends.
//!
//! A restored version, a title that was changed in the list of documents and a delete from there are the user's own,
//! although this editor did not send them. The event stream names only the author, and another program can write under
//! the same name. So the caller reports when such a write begins and how it ends; until then, nothing is said about an
//! event under the user's own name.

use std::collections::VecDeque;

use contract::{Author, DocumentEvent, EntityTag};

use crate::in_flight::{MyDelete, ReadIntent};
use crate::machine::{Editor, EditorEffect};
use crate::notice::EditorNotice;
use crate::phase::LastSeen;
use crate::writer::Writer;

/// The most versions that are remembered as the user's own.
const MAX_OWN_VERSIONS: usize = 64;

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

/// The user's own versions, and the writes that are under way elsewhere in the program.
#[derive(Debug, Clone, Default)]
pub(crate) struct OwnVersions {
    /// The newest is the last one.
    tags: VecDeque<EntityTag>,
    /// The number of writes under way.
    under_way: usize,
    /// The last event under the user's name since then.
    held: Option<DocumentEvent>,
}

impl OwnVersions {
    /// Remembers a version as the user's own.
    pub(crate) fn add(&mut self, etag: EntityTag) {
        if self.tags.contains(&etag) {
            return;
        }
        if self.tags.len() == MAX_OWN_VERSIONS {
            self.tags.pop_front();
        }
        self.tags.push_back(etag);
    }

    /// Returns whether a version under the user's name counts as the user's own.
    ///
    /// While a write is under way, the version may be the one that it makes.
    fn contains(&self, etag: &EntityTag) -> bool {
        self.under_way > 0 || self.tags.contains(etag)
    }

    /// Holds an event under the user's name back if a write is under way. Returns whether it did.
    pub(crate) fn hold(&mut self, event: &DocumentEvent) -> bool {
        let holds = self.under_way > 0;
        if holds {
            self.held = Some(event.clone());
        }
        holds
    }
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
        self.own.under_way += 1;
    }

    /// Handles the end of such a write. A text without edits follows the version that it made.
    pub(crate) fn on_other_write_ended(&mut self, write: OtherWrite) -> Vec<EditorEffect> {
        self.own.under_way = self.own.under_way.saturating_sub(1);
        let held = self.own.held.take_if(|_| self.own.under_way == 0);
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
