//! What comes in, and where it goes: one function for everything that can happen to an editor.

use std::time::Instant;

use contract::{Deletion, Document, DocumentEvent, EventKind};

use crate::aside::Aside;
use crate::command::Command;
use crate::flight::Purpose;
use crate::hand::HandText;
use crate::machine::{Editor, Effect};
use crate::notice::Notice;
use crate::request::{Outcome, RequestId};
use crate::state::{Known, State};
use crate::unplaced::{joined, was_put_in};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// This stands in the buffer now.
    Typed(Document),
    /// Typing has paused: time to merge again with the text as it is now.
    Paused {
        /// The deadline for comparing the texts; `None` for as long as that takes.
        merge_by: Option<Instant>,
    },
    /// These are being written by hand in the merge, or were left there, and are no decisions yet.
    WrittenByHand(Vec<HandText>),
    /// These lines were typed for a place in the text and are not there yet; `None` if there are none any more.
    OpenLines(Option<String>),
    /// This was typed for a place that the text or the merge no longer has.
    Unplaced(String),
    /// This was cut out of the text, or out of what is being written by hand. What becomes of the text comes on its
    /// own.
    Cut(String),
    /// What had a place elsewhere only, [`Editor::left_by_hand`], was put into the text of another document.
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
    Answered {
        /// Which.
        request: RequestId,
        /// What came of it.
        outcome: Outcome,
        /// Until when a merge that it leads to may compare the texts; none for as long as that takes. The clock is not
        /// the machine's: whoever has one says when somebody would begin to wait.
        merge_by: Option<Instant>,
    },
    /// The server told of a change to this document.
    Heard {
        /// What happened.
        kind: EventKind,
        /// To what, by whom.
        event: DocumentEvent,
    },
    /// The stream of events is there, for the first time or again.
    Connected,
    /// The stream of events broke off.
    Disconnected,
    /// The time is over that [`Effect::WakeAfter`] asked for.
    Woke,
}

impl Editor {
    /// Takes in what happened, and says what is to be done about it.
    pub fn update(&mut self, input: Input) -> Vec<Effect> {
        let was_kept = self.needs_draft();
        let merge_before = self.merge_revision();
        self.touched = false;
        let mut effects = match input {
            Input::Typed(document) => self.typed(document),
            Input::Paused { merge_by } => {
                self.merge_by = merge_by;
                self.catch_up();
                Vec::new()
            }
            Input::WrittenByHand(hands) => {
                self.write_by_hand(hands);
                Vec::new()
            }
            Input::OpenLines(lines) => {
                self.touched = self.open_lines != lines;
                self.open_lines = lines;
                Vec::new()
            }
            Input::Unplaced(text) => {
                self.leave_by_hand([text]);
                Vec::new()
            }
            Input::Cut(text) => {
                self.aside.cut(text);
                self.touched = true;
                Vec::new()
            }
            Input::Placed => {
                self.touched = self.left_by_hand.take().is_some();
                Vec::new()
            }
            Input::AsideDismissed => {
                self.aside = Aside::default();
                self.touched = true;
                Vec::new()
            }
            Input::Unread(lines) => {
                self.touched = self.unread != lines;
                self.unread = lines;
                Vec::new()
            }
            Input::LeftUnread(text) => {
                self.left_unread =
                    Some(self.left_unread.take().map_or_else(|| text.clone(), |left| joined(&left, &text)));
                self.touched = true;
                Vec::new()
            }
            Input::UnreadDismissed => {
                self.touched = self.left_unread.take().is_some();
                Vec::new()
            }
            Input::Command(command) => self.command(command),
            Input::Answered { request, outcome, merge_by } => {
                self.merge_by = merge_by;
                self.answered(request, outcome)
            }
            Input::Heard { kind, event } => self.heard(kind, event),
            Input::Woke => self.try_again(Purpose::Look),
            Input::Connected => {
                self.miss_events();
                self.try_again(Purpose::Look)
            }
            Input::Disconnected => {
                self.miss_events();
                self.look_whether_it_is_there()
            }
        };
        // A decision is kept as any text is.
        self.touched |= self.merge_revision() != merge_before;
        match (was_kept, self.needs_draft()) {
            (true, false) => effects.push(Effect::ForgetDraft),
            (was, true) if !was || self.touched => effects.push(Effect::KeepDraft(self.draft())),
            _ => {}
        }
        effects
    }

    /// Changes with everything that a draft keeps of the merge.
    fn merge_revision(&self) -> Option<u64> {
        self.merging.as_ref().map(|merging| merging.conflict.revision())
    }

    fn typed(&mut self, document: Document) -> Vec<Effect> {
        if document != self.mine {
            // What lost its place has one again as soon as it is put into the text.
            let (before, after) = (&self.mine.content, &document.content);
            for left in [&mut self.left_by_hand, &mut self.left_unread] {
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
    fn look_whether_it_is_there(&mut self) -> Vec<Effect> {
        if self.flight.is_some() || self.server == Known::Unknown {
            return Vec::new();
        }
        self.send(self.read_again(), Purpose::Look)
    }

    /// The event stream broke off or came back, and what happened meanwhile is not told.
    fn miss_events(&mut self) {
        self.untold = None;
        if let Some(flight) = &mut self.flight {
            flight.missed = true;
        }
    }

    fn heard(&mut self, kind: EventKind, event: DocumentEvent) -> Vec<Effect> {
        if event.id != self.id {
            return Vec::new();
        }
        if self.untold.take_if(|untold| *untold == event.etag).is_none() && self.untold.is_some() {
            // Events come in the order of the versions: this one is about a version before the one that I have written.
            return Vec::new();
        }
        let DocumentEvent { etag, author, at, .. } = event.clone();
        let known = match kind {
            EventKind::Created | EventKind::Changed => Known::Version { etag, author: Some(author), at: Some(at) },
            EventKind::Deleted => Known::Deleted(Some(Deletion { etag, author, at })),
        };
        // Only the response to this editor's own delete says nothing of who deleted it.
        let is_mine = self.server == Known::Deleted(None) && event.author == self.me;
        if let Some(flight) = &mut self.flight {
            flight.hear(known);
        } else {
            self.learn(known);
            if !is_mine {
                self.say_what_was_heard(event);
            }
        }
        Vec::new()
    }

    /// A newer version deserves a sentence, unless the one that is there offers something that can still be done.
    fn say_what_was_heard(&mut self, event: DocumentEvent) {
        match self.state() {
            State::Merging | State::Stale if self.offers_to_do_it_right() => {}
            State::Merging => self.notice = self.overtaken().or(self.notice.take()),
            State::Stale => {
                let (author, has_base) = (self.writer(Some(&event.author)), self.base.is_some());
                self.notice = Some(Notice::SomebodySaved { author, etag: event.etag, has_base });
            }
            State::DeletedBy(_) => self.notice = Some(Notice::DeletedBy(self.writer(Some(&event.author)))),
            _ => {}
        }
    }
}
