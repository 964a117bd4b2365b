//! Commands of a user, a lesson or a simulated writer: when they are unavailable, and what they do.

use std::fmt;

use contract::{Document, EntityTag};

use crate::aside::Aside;
use crate::document_merge::{DocumentMerge, MergeStep};
use crate::draft::blank_document;
use crate::in_flight::ReadIntent;
use crate::machine::{Editor, EditorEffect};
use crate::merging::OpenMerge;
use crate::notice::EditorNotice;
use crate::phase::{EditorPhase, LastSeen};
use crate::request::{EditorRequest, Guard};

/// A command to an editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Read the document for the first time.
    Open,
    /// Write my text, or the result of the merge, under the tag that it is based on.
    Save,
    /// Report what a save would send, but send nothing: a newer version has arrived since the user looked.
    PreviewSave,
    /// Write my text without a precondition.
    SaveUnconditionally,
    /// After a 428: repeat the save with its precondition.
    RetryWithPrecondition,
    /// Read the document again. Text that was typed is merged, never dropped.
    Reload,
    /// Delete the document, under the tag of the base.
    Delete,
    /// Take a step of the merge: decide, or take a decision back.
    Merge(MergeStep),
    /// Write my text over theirs, having seen theirs.
    ///
    /// The save names the tag of theirs, so that a third writer still causes a 412.
    OverwriteTheirs,
    /// The document was deleted: create it again with my text.
    CreateAgain,
    /// The document was deleted: discard my text too.
    DiscardMine,
    /// Make the text of an old version mine, as if it had been typed. Nothing is sent.
    ///
    /// The next save names the base as any other, so a version that was saved since is merged and not overwritten.
    BringBack {
        /// The old version's tag.
        etag: EntityTag,
        /// The old version's text.
        document: Box<Document>,
    },
    /// Remove the notice, and the offer in it.
    Dismiss,
}

/// The reason why a command is unavailable, in words for a footer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unavailable {
    /// The document has not been read yet.
    Opening,
    /// The document could not be read.
    Unread,
    /// A request is in flight.
    Busy,
    /// A merge is open; it decides what is saved.
    Merging,
    /// No merge is open.
    NotMerging,
    /// This many conflicts are open.
    ConflictsOpen(usize),
    /// There is no step to undo or redo.
    NoStep,
    /// The merge has no such change, or the decision has no meaning for it.
    NoSuchChange,
    /// Another user deleted the document: first decide what happens to my text.
    Deleted,
    /// The server no longer has the document and reports no delete: first decide what happens to my text.
    Missing,
    /// The document was not deleted.
    NotDeleted,
    /// There is no document to delete.
    NothingToDelete,
    /// My text is equal to the text to bring back.
    SameAlready,
    /// There is no offer.
    NoOffer,
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Opening => "the document is not here yet",
            Self::Unread => "the document could not be read; read it again first",
            Self::Busy => "a request is under way",
            Self::Merging => "a merge is open",
            Self::NotMerging => "no merge is open",
            Self::ConflictsOpen(1) => "1 conflict is open",
            Self::ConflictsOpen(count) => return write!(f, "{count} conflicts are open"),
            Self::NoStep => "there is no step to undo or redo",
            Self::NoSuchChange => "there is no such choice here",
            Self::Deleted => "the document was deleted: create it again, or delete mine too",
            Self::Missing => {
                "the server has no such document any more: create it again with my text, or delete mine too"
            }
            Self::NotDeleted => "the document was not deleted",
            Self::NothingToDelete => "there is no document to delete",
            Self::SameAlready => "my text is already the same",
            Self::NoOffer => "nothing is offered",
        })
    }
}

impl Editor {
    /// Returns why a command is unavailable at the moment; `None` if it is available.
    #[must_use]
    pub fn why_unavailable(&self, command: &Command) -> Option<Unavailable> {
        let conflict = self.document_merge();
        let deleted = matches!(self.phase(), EditorPhase::DeletedBy(_) | EditorPhase::Missing);
        let gone = if self.phase() == EditorPhase::Missing { Unavailable::Missing } else { Unavailable::Deleted };
        let when = |off: bool, why: Unavailable| off.then_some(why);
        let busy = when(self.flight.is_some(), Unavailable::Busy);
        let unread = when(self.phase() == EditorPhase::Unread, Unavailable::Unread);
        let opening = unread.or(when(matches!(self.last_seen, LastSeen::Unknown), Unavailable::Opening));
        let merging = when(conflict.is_some(), Unavailable::Merging);
        match command {
            Command::Open | Command::Reload => busy,
            Command::Save | Command::PreviewSave => {
                busy.or(opening).or_else(|| match conflict.map_or(0, DocumentMerge::open_count) {
                    0 => when(deleted && self.base().is_some(), gone),
                    open => Some(Unavailable::ConflictsOpen(open)),
                })
            }
            Command::SaveUnconditionally => busy.or(opening).or(merging),
            Command::RetryWithPrecondition => busy.or(when(!self.can_retry_with_precondition(), Unavailable::NoOffer)),
            Command::Delete => {
                let nothing = when(self.base().is_none() || deleted, Unavailable::NothingToDelete);
                busy.or(opening).or(merging).or(nothing)
            }
            Command::Merge(MergeStep::Undo) => {
                busy.or(when(!conflict.is_some_and(DocumentMerge::can_undo), Unavailable::NoStep))
            }
            Command::Merge(MergeStep::Redo) => {
                busy.or(when(!conflict.is_some_and(DocumentMerge::can_redo), Unavailable::NoStep))
            }
            Command::Merge(
                MergeStep::Decide { .. }
                | MergeStep::DecideAll { .. }
                | MergeStep::DecideEach(_)
                | MergeStep::DecideFormat(_)
                | MergeStep::WriteWhole { .. },
            )
            | Command::OverwriteTheirs => busy.or(when(conflict.is_none(), Unavailable::NotMerging)),
            Command::CreateAgain | Command::DiscardMine => busy.or(when(!deleted, Unavailable::NotDeleted)),
            Command::BringBack { document, .. } => {
                busy.or(opening).or(when(**document == *self.mine(), Unavailable::SameAlready))
            }
            Command::Dismiss => None,
        }
    }

    /// Returns whether the last event was a 428.
    pub(crate) fn can_retry_with_precondition(&self) -> bool {
        matches!(self.notice, Some(EditorNotice::Required(_)))
    }

    pub(crate) fn command(&mut self, command: Command) -> Vec<EditorEffect> {
        // Decisions and saves are about the present text.
        self.catch_up();
        if let Some(why) = self.why_unavailable(&command) {
            self.notice = Some(match why {
                Unavailable::ConflictsOpen(count) => EditorNotice::ConflictsOpen(count),
                other => EditorNotice::Unavailable(other.to_string()),
            });
            return Vec::new();
        }
        match command {
            Command::Open => self.send(EditorRequest::Read { unless: None }, ReadIntent::Reconcile),
            Command::Reload => self.reload(),
            Command::Save | Command::RetryWithPrecondition => self.save(),
            Command::PreviewSave => {
                self.notice = self.document_merge().map(|conflict| EditorNotice::WouldSave {
                    lines: conflict.lines_of_theirs(),
                    author: conflict
                        .writer_of_lines_of_theirs(|version| self.writer_of(version.author.as_ref(), &version.etag)),
                    theirs: conflict.theirs().etag.clone(),
                    newer: self.newer_than_theirs(),
                });
                Vec::new()
            }
            Command::SaveUnconditionally => self.write(Guard::Unconditional),
            Command::Delete => match self.base() {
                Some(base) => {
                    let guard = Guard::IfMatch(base.etag.clone());
                    self.send(EditorRequest::Delete { guard }, ReadIntent::Reconcile)
                }
                None => Vec::new(),
            },
            Command::Merge(step) => self.step_merge(|conflict| conflict.apply(step)),
            Command::OverwriteTheirs => {
                let mine = self.document_merge().map(DocumentMerge::my_side);
                mine.map_or_else(Vec::new, |mine| self.send_merged(mine))
            }
            Command::CreateAgain => self.write(Guard::IfNoneMatchAny),
            Command::DiscardMine => self.discard_mine(),
            Command::BringBack { etag, document } => self.bring_back(etag, *document),
            Command::Dismiss => {
                self.notice = None;
                Vec::new()
            }
        }
    }

    /// Saves the result of the merge or, without a merge, my text.
    ///
    /// The save names the tag of theirs, or that of the base.
    pub(crate) fn save(&mut self) -> Vec<EditorEffect> {
        if let Some(doubt) = &mut self.doubt {
            // First find out what became of the earlier save; then save the present text.
            doubt.save_after = true;
            return self.try_again(ReadIntent::Reconcile);
        }
        if let Some(conflict) = self.document_merge() {
            let result = conflict.result();
            return result.map_or_else(Vec::new, |result| self.send_merged(result));
        }
        let guard = match self.base() {
            Some(base) => Guard::IfMatch(base.etag.clone()),
            None => Guard::IfNoneMatchAny,
        };
        self.write(guard)
    }

    fn reload(&mut self) -> Vec<EditorEffect> {
        if self.doubt.is_some() {
            return self.try_again(ReadIntent::Reconcile);
        }
        self.send(self.read_request(), ReadIntent::Reconcile)
    }

    /// Returns the conditional GET that reads the document unless the newest text here is still current.
    pub(crate) fn read_request(&self) -> EditorRequest {
        EditorRequest::Read { unless: self.newer_text().or(self.base()).map(|newest| newest.etag.clone()) }
    }

    fn discard_mine(&mut self) -> Vec<EditorEffect> {
        self.set_base(None);
        self.merging = None;
        self.restoring = None;
        self.manual_edit.clear();
        self.unplaced_text = None;
        self.aside = Aside::default();
        self.replace_mine(blank_document(&self.id).into());
        self.notice = Some(EditorNotice::Discarded);
        Vec::new()
    }

    /// Makes an old version my text.
    ///
    /// The base stays: it says what the user has seen, and an old version is not newer.
    fn bring_back(&mut self, etag: EntityTag, document: Document) -> Vec<EditorEffect> {
        if self.has_typed() {
            self.aside.replace(&self.text.mine().content.to_string());
        }
        self.replace_mine(document.into());
        self.notice = Some(EditorNotice::BroughtBack(etag));
        Vec::new()
    }

    fn step_merge(&mut self, step: impl FnOnce(&mut DocumentMerge) -> bool) -> Vec<EditorEffect> {
        let Some(OpenMerge { merge: conflict, .. }) = &mut self.merging else { return Vec::new() };
        let done = step(conflict);
        let open = conflict.open_count();
        let decided = EditorNotice::Decided { open, theirs: conflict.theirs().etag.clone() };
        self.notice = Some(match done {
            false => EditorNotice::Unavailable(Unavailable::NoSuchChange.to_string()),
            // The version that the save will name is no longer the server's.
            true if open == 0 => self.overtaken_notice().unwrap_or(decided),
            true => decided,
        });
        Vec::new()
    }
}
