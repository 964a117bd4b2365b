//! What comes in, and where it goes: one function for everything that can happen to an editor.

use std::time::Instant;

use contract::{Deletion, Document, DocumentEvent, EventKind};

use crate::aside::Aside;
use crate::command::Command;
use crate::hand::HandText;
use crate::in_flight::ReadIntent;
use crate::machine::{Editor, EditorEffect};
use crate::notice::EditorNotice;
use crate::phase::{EditorPhase, LastSeen};
use crate::request::{RequestId, ResponseOutcome};
use crate::unplaced::{join, was_put_in};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditorInput {
    /// This stands in the buffer now.
    Typed(Document),
    /// Typing has paused: time to merge again with the text as it is now.
    Paused {
        /// The deadline for comparing the texts; `None` for as long as that takes.
        merge_by: Option<Instant>,
    },
    /// These are being written by hand in the merge, or were left there, and are no decisions yet.
    ManualEdit(Vec<HandText>),
    /// These lines were typed for a place in the text and are not there yet; `None` if there are none any more.
    OpenLines(Option<String>),
    /// This was typed for a place that the text or the merge no longer has.
    Unplaced(String),
    /// This was cut out of the text, or out of what is being written by hand. What becomes of the text comes on its
    /// own.
    Cut(String),
    /// What had a place elsewhere only, [`Editor::unplaced_text`], was put into the text of another document.
    Placed,
    /// The user leaves, and lets go of what they took out of the text.
    AsideDismissed,
    /// These lines wait for their turn and are not read yet; `None` if there are none any more.
    Unread(Option<String>),
    /// This was typed before there was anything to read it, and will not be read in this run.
    LeftUnread(String),
    /// The user lets go of what an earlier run had not read.
    UnreadDismissed,
    /// Somebody wants something.
    Command(Command),
    /// A request came to its end.
    ResponseReceived {
        /// Which.
        request: RequestId,
        /// What came of it.
        outcome: ResponseOutcome,
        /// Until when a merge that it leads to may compare the texts; none for as long as that takes. The clock is not
        /// the machine's: whoever has one says when somebody would begin to wait.
        merge_by: Option<Instant>,
    },
    /// The server told of a change to this document.
    EventReceived {
        /// What happened.
        kind: EventKind,
        /// To what, by whom.
        event: DocumentEvent,
    },
    /// The stream of events is there, for the first time or again.
    Connected,
    /// The stream of events broke off.
    Disconnected,
    /// The time is over that [`EditorEffect::WakeAfter`] asked for.
    TimerFired,
}

impl Editor {
    /// Takes in what happened, and says what is to be done about it.
    pub fn update(&mut self, input: EditorInput) -> Vec<EditorEffect> {
        let was_kept = self.needs_draft();
        let merge_before = self.merge_revision();
        self.touched = false;
        let mut effects = match input {
            EditorInput::Typed(document) => self.on_typed(document),
            EditorInput::Paused { merge_by } => {
                self.merge_by = merge_by;
                self.catch_up();
                Vec::new()
            }
            EditorInput::ManualEdit(hands) => {
                self.write_by_hand(hands);
                Vec::new()
            }
            EditorInput::OpenLines(lines) => {
                self.touched = self.open_lines != lines;
                self.open_lines = lines;
                Vec::new()
            }
            EditorInput::Unplaced(text) => {
                self.set_aside([text]);
                Vec::new()
            }
            EditorInput::Cut(text) => {
                self.aside.cut(text);
                self.touched = true;
                Vec::new()
            }
            EditorInput::Placed => {
                self.touched = self.unplaced_text.take().is_some();
                Vec::new()
            }
            EditorInput::AsideDismissed => {
                self.aside = Aside::default();
                self.touched = true;
                Vec::new()
            }
            EditorInput::Unread(lines) => {
                self.touched = self.unread != lines;
                self.unread = lines;
                Vec::new()
            }
            EditorInput::LeftUnread(text) => {
                self.left_unread =
                    Some(self.left_unread.take().map_or_else(|| text.clone(), |left| join(&left, &text)));
                self.touched = true;
                Vec::new()
            }
            EditorInput::UnreadDismissed => {
                self.touched = self.left_unread.take().is_some();
                Vec::new()
            }
            EditorInput::Command(command) => self.command(command),
            EditorInput::ResponseReceived { request, outcome, merge_by } => {
                self.merge_by = merge_by;
                self.on_response(request, outcome)
            }
            EditorInput::EventReceived { kind, event } => self.on_event(kind, event),
            EditorInput::TimerFired => self.try_again(ReadIntent::Observe),
            EditorInput::Connected => {
                self.miss_events();
                self.try_again(ReadIntent::Observe)
            }
            EditorInput::Disconnected => {
                self.miss_events();
                self.probe_server()
            }
        };
        // A decision is kept as any text is.
        self.touched |= self.merge_revision() != merge_before;
        match (was_kept, self.needs_draft()) {
            (true, false) => effects.push(EditorEffect::ForgetDraft),
            (was, true) if !was || self.touched => effects.push(EditorEffect::KeepDraft(self.draft())),
            _ => {}
        }
        effects
    }

    /// Changes with everything that a draft keeps of the merge.
    fn merge_revision(&self) -> Option<u64> {
        self.merging.as_ref().map(|merging| merging.merge.revision())
    }

    fn on_typed(&mut self, document: Document) -> Vec<EditorEffect> {
        if document != self.mine {
            // What lost its place has one again as soon as it is put into the text.
            let (before, after) = (&self.mine.content, &document.content);
            for left in [&mut self.unplaced_text, &mut self.left_unread] {
                left.take_if(|left| was_put_in(before, after, left));
            }
            self.mine = document;
            self.touched = true;
            self.aside.typed();
            let has_typed = self.has_typed();
            self.notice.take_if(|notice| notice.is_over_after_typing(has_typed));
        }
        Vec::new()
    }

    /// The stream of events broke off. That may be the stream alone, or the server: a conditional GET tells.
    fn probe_server(&mut self) -> Vec<EditorEffect> {
        if self.flight.is_some() || self.last_seen == LastSeen::Unknown {
            return Vec::new();
        }
        self.send(self.read_request(), ReadIntent::Observe)
    }

    /// The event stream broke off or came back, and what happened meanwhile is not told.
    fn miss_events(&mut self) {
        self.unannounced = None;
        if let Some(flight) = &mut self.flight {
            flight.missed = true;
        }
    }

    fn on_event(&mut self, kind: EventKind, event: DocumentEvent) -> Vec<EditorEffect> {
        if event.id != self.id {
            return Vec::new();
        }
        if self.unannounced.take_if(|untold| *untold == event.etag).is_none() && self.unannounced.is_some() {
            // Events come in the order of the versions: this one is about a version before the one that I have written.
            return Vec::new();
        }
        let DocumentEvent { etag, author, at, .. } = event.clone();
        let known = match kind {
            EventKind::Created | EventKind::Changed => LastSeen::Version { etag, author: Some(author), at: Some(at) },
            EventKind::Deleted => LastSeen::Deleted(Some(Deletion { etag, author, at })),
        };
        // Only the response to this editor's own delete says nothing of who deleted it.
        let is_mine = self.last_seen == LastSeen::Deleted(None) && event.author == self.me;
        if let Some(flight) = &mut self.flight {
            flight.note_event(known);
        } else {
            self.set_last_seen(known);
            if !is_mine {
                self.notify_event(event);
            }
        }
        Vec::new()
    }

    /// A newer version deserves a sentence, unless the one that is there offers something that can still be done.
    fn notify_event(&mut self, event: DocumentEvent) {
        match self.phase() {
            EditorPhase::Merging | EditorPhase::Stale if self.can_retry_with_precondition() => {}
            EditorPhase::Merging => self.notice = self.overtaken_notice().or(self.notice.take()),
            EditorPhase::Stale => {
                let (author, has_base) = (self.writer(Some(&event.author)), self.base.is_some());
                self.notice = Some(EditorNotice::SomebodySaved { author, etag: event.etag, has_base });
            }
            EditorPhase::DeletedBy(_) => self.notice = Some(EditorNotice::DeletedBy(self.writer(Some(&event.author)))),
            _ => {}
        }
    }
}
