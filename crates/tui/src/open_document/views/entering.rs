//! Entering and leaving the views around a text, and the effect of inputs on the views.

use editor::{Command, DocumentMerge, EditorInput, EditorNotice, EditorPhase, HandText, Occasion};
use merge_view::MergeView;

use super::super::OpenDocument;
use super::{OpenedView, ViewsBefore};
use crate::action::Context;
use crate::effect::Effect;
use crate::scroll::Scroll;

impl OpenDocument {
    /// Returns the context of keys while this document has the focus.
    pub(crate) fn context(&self) -> Context {
        let Some(entered) = self.views.entered else { return Context::Text };
        if self.merge_view.as_ref().is_some_and(MergeView::is_writing) {
            // Writing by hand goes on even if the merge has ended.
            return Context::MergeText;
        }
        match entered {
            _ if self.views.is_over || self.views.ended.is_some() => Context::Ended,
            OpenedView::Merge => Context::Merge,
            OpenedView::Required => Context::Required,
            OpenedView::Deleted => Context::Deleted,
        }
    }

    /// Returns the view that is open, entered or not.
    pub(crate) fn open_view(&self) -> Option<OpenedView> {
        if self.editor.document_merge().is_some() {
            Some(OpenedView::Merge)
        } else if self.is_awaiting_choice() {
            // This comes before an earlier 428: there is no version that a save could name.
            Some(OpenedView::Deleted)
        } else {
            matches!(self.editor.notice(), Some(EditorNotice::Required(_))).then_some(OpenedView::Required)
        }
    }

    /// Returns the view that is shown around the text, or `None` if none is open or it is folded to a line.
    pub(crate) fn unfolded_view(&self) -> Option<OpenedView> {
        if self.views.entered.is_some() {
            return self.views.ended.as_ref().map(|_| OpenedView::Merge).or(self.open_view());
        }
        self.open_view().filter(|view| !self.views.folded && (*view == OpenedView::Merge || !self.views.scripted))
    }

    /// Returns whether the user has entered a view.
    pub(crate) fn is_entered(&self) -> bool {
        self.views.entered.is_some()
    }

    /// Returns whether the newer version that is being merged arrived with a 412.
    pub(crate) fn was_refused(&self) -> bool {
        self.views.refused
    }

    /// Returns whether the merge is with the server's altered form of the user's own save.
    pub(crate) fn was_altered(&self) -> bool {
        self.views.altered
    }

    /// Returns the merge that is shown: the open one, or one that ended while the user was in it.
    pub(crate) fn shown_conflict(&self) -> Option<&DocumentMerge> {
        self.views.shown(&self.editor)
    }

    /// Returns whether the document is deleted or missing, and the user has not decided about the text yet.
    pub(crate) fn is_awaiting_choice(&self) -> bool {
        matches!(self.editor.phase(), EditorPhase::DeletedBy(_) | EditorPhase::Missing) && self.editor.base().is_some()
    }

    /// Enters the open view or, if there is none, goes back to the text.
    pub(crate) fn enter(&mut self) -> Vec<Effect> {
        let effects = self.catch_up();
        self.leave();
        self.views.folded = false;
        self.views.entered = self.open_view();
        if let (Some(view), Some(conflict)) = (&mut self.merge_view, self.editor.document_merge()) {
            view.select_one(conflict);
        }
        self.views.seen = self.editor.document_merge().map(|conflict| conflict.theirs().etag.clone());
        self.panel_scroll = Scroll::default();
        effects
    }

    /// Leaves the view: the keys go to the text again.
    pub(crate) fn leave(&mut self) {
        self.views.entered = None;
        self.views.is_over = false;
        if self.views.ended.is_some() {
            self.views.rescued = self.all_manual_edits();
            self.views.ended = None;
            self.merge_view = self.editor.document_merge().map(MergeView::new);
        }
    }

    /// Folds the open view to a line. Returns false if there is none to fold.
    pub(crate) fn fold(&mut self) -> bool {
        let folds = self.views.entered.is_none() && self.unfolded_view().is_some();
        self.views.folded |= folds;
        folds
    }

    /// Takes the text that was written by hand in a merge that is over, and is in no document now.
    pub(crate) fn take_rescued(&mut self) -> Option<String> {
        self.views.rescued.take()
    }

    /// Saves, whether or not a view has been entered.
    ///
    /// A merge that the user has not seen is not sent. With open conflicts, the save only says so; the first save after
    /// a newer version has arrived only says what it would send.
    pub(crate) fn save(&mut self) -> Vec<Effect> {
        let mut effects = self.catch_up();
        self.views.save_again =
            self.editor.is_busy() && self.editor.document_merge().is_none() && !self.is_awaiting_choice();
        if self.views.save_again {
            return effects;
        }
        if let (Some(conflict), Some(view)) = (self.editor.document_merge(), &mut self.merge_view) {
            let theirs = conflict.theirs().etag.clone();
            if conflict.open_count() > 0 {
                view.show_first_open(conflict);
            } else if self.views.seen.as_ref() != Some(&theirs) {
                self.views.seen = Some(theirs);
                self.views.previewed = true;
                effects.extend(self.feed(EditorInput::Command(Command::PreviewSave)));
                return effects;
            }
        }
        effects.extend(self.command(Command::Save));
        effects
    }

    /// Says what the next save sends after a text written by hand was accepted, if no conflict is open.
    ///
    /// The key that accepts the text is the key that saves.
    pub(crate) fn preview_overwrite(&mut self) -> Vec<Effect> {
        let is_taken = self.merge_view.as_ref().is_some_and(|view| !view.is_writing());
        let theirs =
            self.editor.document_merge().filter(|conflict| conflict.open_count() == 0 && !self.views.has_ended());
        match theirs.map(|conflict| conflict.theirs().etag.clone()) {
            Some(theirs) if is_taken => {
                self.views.seen = Some(theirs);
                self.views.previewed = false;
                self.feed(EditorInput::Command(Command::PreviewSave))
            }
            _ => Vec::new(),
        }
    }

    /// Returns whether the next save only says what it would send: the user has not seen this merge yet.
    pub(crate) fn previews_next_save(&self) -> bool {
        let theirs = self.editor.document_merge().map(|conflict| &conflict.theirs().etag);
        theirs.is_some_and(|theirs| self.views.seen.as_ref() != Some(theirs))
    }

    /// Returns whether the last preview came from the save key.
    ///
    /// Otherwise it came from accepting a text that was written by hand.
    pub(crate) fn has_previewed_save(&self) -> bool {
        self.views.previewed
    }

    /// Returns whether the user wants to save again as soon as the request in flight has its response.
    pub(crate) fn can_save_again(&self) -> bool {
        self.views.save_again
    }

    /// Carries out the save that was requested while another request was in flight, if that one went well.
    ///
    /// If the response was lost, the save waits until the outcome of the request is known.
    pub(crate) fn save_again(&mut self) -> Vec<Effect> {
        let is_unknown = self.editor.is_busy() || self.editor.is_in_doubt();
        if is_unknown || !std::mem::take(&mut self.views.save_again) {
            return Vec::new();
        }
        let is_free = self.open_view().is_none() && self.editor.why_unavailable(&Command::Save).is_none();
        let went_well = matches!(
            self.editor.notice(),
            Some(
                EditorNotice::Saved(_)
                    | EditorNotice::NothingToSave { .. }
                    | EditorNotice::Created(_)
                    | EditorNotice::Replayed(_)
                    | EditorNotice::SameText(_)
                    | EditorNotice::Current
                    | EditorNotice::NotModified
                    // The document was being read for the first time.
                    | EditorNotice::New
                    | EditorNotice::Opened(_)
                    | EditorNotice::DraftBack
                    | EditorNotice::DraftOfNewBack
            )
        );
        if !(is_free && went_well && self.editor.has_unsaved()) {
            return Vec::new();
        }
        // The user requested the save earlier, and may have entered a view since. A response must not take the keys
        // from it.
        self.set_scripted(false);
        self.feed(EditorInput::Command(Command::Save))
    }

    /// Returns the state of the views before an input.
    ///
    /// The merge is copied only if the user is in it and the input may end it (`may_end`).
    pub(in crate::open_document) fn views_before(&self, may_end: bool) -> ViewsBefore {
        let is_inside = self.views.entered == Some(OpenedView::Merge) && self.views.ended.is_none();
        let conflict = self.editor.document_merge();
        ViewsBefore {
            open: self.open_view(),
            theirs: conflict.map(|conflict| conflict.theirs().etag.clone()),
            conflict: conflict.filter(|_| is_inside && may_end).cloned().map(Box::new),
            by_hand: self.manual_text(),
            left: self.editor.unplaced_text().map(str::to_owned),
        }
    }

    /// Updates the views after an input.
    pub(in crate::open_document) fn follow_views(&mut self, before: ViewsBefore) {
        let open = self.open_view();
        if before.open == Some(OpenedView::Merge) && open != Some(OpenedView::Merge) && self.views.ended.is_none() {
            match before.conflict {
                Some(conflict) => self.views.ended = Some(conflict),
                None => self.views.rescued = before.by_hand,
            }
        }
        let left = self.editor.unplaced_text();
        if left.is_some() && left != before.left.as_deref() && self.views.ended.is_none() {
            // The text has no position in the merge any more, or its document is deleted.
            self.views.rescued = left.map(str::to_owned);
        }
        self.views.is_over |= self.views.entered.is_some_and(|entered| open != Some(entered));
        let theirs = self.editor.document_merge().map(|conflict| &conflict.theirs().etag);
        self.views.folded &= open == before.open && theirs == before.theirs.as_ref();
        if let Some(EditorNotice::Merging { occasion, .. } | EditorNotice::MergedAnew { occasion, .. }) =
            self.editor.notice()
        {
            self.views.refused = *occasion == Occasion::Refused;
            self.views.altered = *occasion == Occasion::Altered;
        }
    }

    /// Returns all text that was written by hand and is in no result.
    ///
    /// It is that of the merge in view, and of a merge that has ended.
    pub(crate) fn all_manual_edits(&self) -> Option<String> {
        let ended = self.views.ended.iter().flat_map(|ended| ended.manual_texts());
        ended.chain(self.manual_text()).reduce(|all, text| format!("{}\n{text}", all.trim_end_matches('\n')))
    }

    /// Like [`OpenDocument::all_manual_edits`], each text with its position.
    ///
    /// A merge that has ended has no positions.
    pub(crate) fn hands(&self) -> Vec<HandText> {
        let ended = self.views.ended.iter().flat_map(|ended| ended.manual_texts());
        let ended = ended.map(|text| HandText { place: None, text });
        let conflict = self.editor.document_merge().filter(|_| !self.views.has_ended());
        let written = self.merge_view.iter().flat_map(|view| view.hands(conflict));
        ended.chain(written).collect()
    }

    /// Sets whether the next change comes from a lesson's script, not from the user.
    pub(crate) fn set_scripted(&mut self, scripted: bool) {
        self.views.scripted = scripted;
    }
}
