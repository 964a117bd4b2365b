//! Following: an editor without edits reads each newer version as soon as the server has announced it.
//!
//! Off unless a user asks for it ([`EditorInput::Follow`](crate::EditorInput::Follow)). My text is replaced only while
//! it is the base to the byte and nothing else is waiting here: no merge, no text without a place, no unanswered
//! request, no offer after a 428. Otherwise a newer version makes my text stale, as without following, and a save meets
//! it with a 412. A document that was deleted is not followed either: what becomes of my text is the user's choice.

use contract::Snapshot;

use crate::in_flight::ReadIntent;
use crate::machine::{Editor, EditorEffect};
use crate::notice::EditorNotice;
use crate::phase::{EditorPhase, LastSeen};
use crate::saves_since::Occasion;

impl Editor {
    /// Returns whether this editor follows the saves of other users while it has no edits.
    #[must_use]
    pub fn follows(&self) -> bool {
        self.follows
    }

    /// Turns following on or off.
    pub(crate) fn set_follow(&mut self, on: bool) {
        self.follows = on;
        self.followed = None;
    }

    /// Reads the newest announced version if it may replace my text and was not requested before.
    pub(crate) fn follow(&mut self) -> Vec<EditorEffect> {
        if !self.follows || self.is_busy() || self.phase() != EditorPhase::Stale || !self.may_be_replaced() {
            return Vec::new();
        }
        let LastSeen::Version { etag, .. } = &self.last_seen else { return Vec::new() };
        // Once for each version: a server that refuses the read must not be asked again and again.
        if self.followed.as_ref() == Some(etag) {
            return Vec::new();
        }
        self.followed = Some(etag.clone());
        self.send(self.read_request(), ReadIntent::Follow)
    }

    /// Handles a version that was read in order to follow it.
    pub(crate) fn follow_to(&mut self, theirs: Snapshot) -> Vec<EditorEffect> {
        if self.may_be_replaced() {
            return self.reconcile(theirs, Occasion::Read);
        }
        // The user has typed since.
        self.note_newer(&theirs);
        let author = self.writer_of(theirs.author.as_ref(), &theirs.etag);
        let has_base = self.base().is_some();
        self.notify(EditorNotice::SomebodySaved { author, etag: theirs.etag, has_base })
    }

    /// Returns whether my text is the base's, and nothing of mine waits for a decision.
    fn may_be_replaced(&self) -> bool {
        let is_document = self.is_file_written.is_none();
        is_document && !self.has_unsaved() && !self.can_retry_with_precondition()
    }
}
