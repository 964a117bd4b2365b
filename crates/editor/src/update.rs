//! The inputs of an editor: one function handles everything that can happen to it.

use std::sync::Arc;
use std::time::Instant;

use contract::{Deletion, DocumentEvent, EventKind};
use merge::Hunk;

use crate::aside::Aside;
use crate::change_marks::MarkedChanges;
use crate::command::Command;
use crate::hand::HandText;
use crate::in_flight::ReadIntent;
use crate::machine::{Editor, EditorEffect};
use crate::merging::OpenMerge;
use crate::notice::EditorNotice;
use crate::other_writes::OtherWrite;
use crate::phase::{EditorPhase, LastSeen};
use crate::request::{RequestId, ResponseOutcome};
use crate::unplaced::{join, was_put_in};
use crate::working_copy::WorkingCopy;

/// An event for an editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditorInput {
    /// The buffer now has this text.
    Typed(WorkingCopy),
    /// Typing has paused: time to repeat the merge with the present text.
    Paused {
        /// The deadline for comparing the texts; `None` if there is no limit.
        merge_by: Option<Instant>,
    },
    /// These texts are being written by hand in the merge and are not decisions yet.
    ///
    /// They may have been left unfinished.
    ManualEdit(Vec<HandText>),
    /// These lines were typed for a place in the text and have not been inserted yet.
    ///
    /// `None` if there are none now.
    OpenLines(Option<String>),
    /// This text was typed for a place that the text or the merge no longer has.
    Unplaced(String),
    /// This text was cut out of the text, or out of a text written by hand.
    ///
    /// The change of the text is reported on its own.
    Cut(String),
    /// The text of [`Editor::unplaced_text`] was put into the text of another document.
    Placed,
    /// The user leaves, and discards the text that they took out.
    AsideDismissed,
    /// These lines are waiting and have not been read yet; `None` if there are none now.
    Unread(Option<String>),
    /// This text was typed before anything could read it, and will not be read in this run.
    LeftUnread(String),
    /// The user discards the unread text of an earlier run.
    UnreadDismissed,
    /// A command.
    Command(Command),
    /// A request has ended.
    ResponseReceived {
        /// The request.
        request: RequestId,
        /// The outcome of the request.
        outcome: ResponseOutcome,
        /// The deadline for the comparison of a merge that it causes; `None` if there is no limit.
        ///
        /// The machine has no clock: the caller says when a user would start to notice the wait.
        merge_by: Option<Instant>,
    },
    /// The server reported a change of this document.
    EventReceived {
        /// The kind of change.
        kind: EventKind,
        /// The document, the version and its author.
        event: DocumentEvent,
    },
    /// Another part of the program sends a write of this document for the user, such as a restored version.
    ///
    /// [`EditorInput::OtherWriteEnded`] follows.
    OtherWriteBegan,
    /// Such a write has ended.
    OtherWriteEnded(OtherWrite),
    /// Keep track of these changed lines from now on. See [`Editor::changes`].
    MarkChanges(MarkedChanges),
    /// A read in the background has ended: see [`EditorEffect::Prefetch`].
    Prefetched {
        /// The request.
        request: RequestId,
        /// The outcome of the request.
        outcome: ResponseOutcome,
    },
    /// The lines of two texts were compared: see [`EditorEffect::CompareLines`].
    LinesCompared {
        /// The number of the comparison.
        comparison: u64,
        /// The hunks.
        hunks: Vec<Hunk>,
    },
    /// The user turns on or off that this editor follows the saves of other users. See [`Editor::follows`].
    Follow(bool),
    /// The event stream was connected, for the first time or again.
    Connected,
    /// The event stream broke.
    Disconnected,
    /// The time of [`EditorEffect::WakeAfter`] has passed.
    TimerFired,
}

impl Editor {
    /// Handles an input, and returns the effects to carry out.
    ///
    /// # Examples
    ///
    /// ```
    /// use editor::{Command, Editor, EditorEffect, EditorInput};
    ///
    /// let mut editor = Editor::new("welcome".parse()?, "alice".parse()?, None);
    /// let effects = editor.update(EditorInput::Command(Command::Open));
    /// assert!(matches!(effects[..], [EditorEffect::Send { .. }]));
    /// assert!(editor.is_busy());
    /// # Ok::<(), contract::NameError>(())
    /// ```
    pub fn update(&mut self, input: EditorInput) -> Vec<EditorEffect> {
        let was_kept = self.needs_draft();
        let merge_before = self.merge_revision();
        self.touched = false;
        let notice_before = self.notice.clone();
        let mut effects = self.handle(input);
        effects.extend(self.follow());
        if self.notice == notice_before {
            self.end_notice(false);
        }
        effects.extend(self.refresh_marks());
        // Decisions are kept in the draft as text is.
        self.touched |= self.merge_revision() != merge_before;
        match (was_kept, self.needs_draft()) {
            (true, false) => effects.push(EditorEffect::ForgetDraft),
            (was, true) if !was || self.touched => {
                self.merging.iter_mut().for_each(OpenMerge::refresh_draft);
                effects.push(EditorEffect::KeepDraft(self.draft()));
            }
            _ => {}
        }
        effects
    }

    /// Handles an input, without what follows every input.
    fn handle(&mut self, input: EditorInput) -> Vec<EditorEffect> {
        match input {
            EditorInput::Typed(mine) => self.on_typed(mine),
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
                self.touched = self.open_lines.as_deref() != lines.as_deref();
                self.open_lines = lines.map(Arc::from);
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
                self.touched = self.unread.as_deref() != lines.as_deref();
                self.unread = lines.map(Arc::from);
                Vec::new()
            }
            EditorInput::LeftUnread(text) => {
                let left = self.left_unread.take();
                self.left_unread = Some(left.map_or_else(|| text.as_str().into(), |left| join(&left, &text).into()));
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
            EditorInput::OtherWriteBegan => {
                self.on_other_write_began();
                Vec::new()
            }
            EditorInput::OtherWriteEnded(write) => self.on_other_write_ended(write),
            EditorInput::Follow(on) => {
                self.set_follow(on);
                Vec::new()
            }
            EditorInput::MarkChanges(marked) => {
                self.mark_changes(marked);
                Vec::new()
            }
            EditorInput::Prefetched { request, outcome } => {
                self.on_prefetched(request, outcome);
                Vec::new()
            }
            EditorInput::LinesCompared { comparison, hunks } => {
                self.on_lines_compared(comparison, hunks);
                Vec::new()
            }
            EditorInput::TimerFired => self.try_again(ReadIntent::Observe),
            EditorInput::Connected => {
                self.miss_events();
                self.try_again(ReadIntent::Observe)
            }
            EditorInput::Disconnected => {
                self.miss_events();
                self.probe_server()
            }
        }
    }

    /// Returns a number that changes with everything that a draft keeps of the merge.
    fn merge_revision(&self) -> Option<u64> {
        self.merging.as_ref().map(|merging| merging.merge.revision())
    }

    fn on_typed(&mut self, mine: WorkingCopy) -> Vec<EditorEffect> {
        if mine != *self.mine() {
            // Text that lost its place has one again as soon as it is put into the text.
            let (before, after) = (&self.text.mine().content, &mine.content);
            for left in [&mut self.unplaced_text, &mut self.left_unread] {
                left.take_if(|left| was_put_in(before, after, left));
            }
            self.set_mine(mine);
            self.touched = true;
            self.aside.typed();
            self.end_notice(true);
        }
        Vec::new()
    }

    /// Reads after the event stream broke.
    ///
    /// A conditional GET tells whether only the stream is gone, or the server.
    fn probe_server(&mut self) -> Vec<EditorEffect> {
        if self.flight.is_some() || self.last_seen == LastSeen::Unknown {
            return Vec::new();
        }
        self.send(self.read_request(), ReadIntent::Observe)
    }

    /// Records that the event stream broke or reconnected, so that events may be missing.
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
            // Events arrive in the order of the versions: this one is about a version before the one written here.
            return Vec::new();
        }
        let DocumentEvent { etag, author, at, .. } = event.clone();
        let known = match kind {
            EventKind::Created | EventKind::Changed => LastSeen::Version { etag, author: Some(author), at: Some(at) },
            EventKind::Deleted => LastSeen::Deleted(Some(Deletion { etag, author, at })),
        };
        // Only the response to this editor's own delete does not name an author.
        let is_mine = self.last_seen == LastSeen::Deleted(None) && event.author == self.me;
        if let Some(flight) = &mut self.flight {
            flight.note_event(known);
        } else {
            self.set_last_seen(known);
            let is_held = event.author == self.me && self.own.hold(&event);
            if !is_mine && !is_held {
                self.notify_event(event);
            }
        }
        Vec::new()
    }

    /// Shows a notice about a newer version.
    ///
    /// A notice whose offer can still be accepted is kept instead.
    pub(crate) fn notify_event(&mut self, event: DocumentEvent) {
        match self.phase() {
            EditorPhase::Merging | EditorPhase::Stale if self.can_retry_with_precondition() => {}
            EditorPhase::Merging => self.notice = self.overtaken_notice().or(self.notice.take()),
            EditorPhase::Stale => {
                let author = self.writer_of(Some(&event.author), &event.etag);
                let has_base = self.base().is_some();
                self.notice = Some(EditorNotice::SomebodySaved { author, etag: event.etag, has_base });
            }
            EditorPhase::DeletedBy(_) => {
                self.notice = Some(EditorNotice::DeletedBy(self.writer_of(Some(&event.author), &event.etag)));
            }
            _ => {}
        }
    }
}
