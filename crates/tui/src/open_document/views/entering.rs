//! Entering and leaving the views around a text, and what an input does to them.

use editor::{Command, DocumentMerge, EditorInput, EditorNotice, EditorPhase, HandText, Occasion};
use merge_view::MergeView;

use super::super::OpenDocument;
use super::{OpenedView, ViewsBefore};
use crate::action::Context;
use crate::effect::Effect;
use crate::scroll::Scroll;

impl OpenDocument {
    /// Where the keys are when they are in this document.
    pub(crate) fn context(&self) -> Context {
        let Some(entered) = self.views.entered else { return Context::Text };
        if self.merge_view.as_ref().is_some_and(MergeView::is_writing) {
            // Writing by hand goes on, whatever became of the merge.
            return Context::MergeText;
        }
        match entered {
            _ if self.views.is_over || self.views.ended.is_some() => Context::Ended,
            OpenedView::Merge => Context::Merge,
            OpenedView::Required => Context::Required,
            OpenedView::Deleted => Context::Deleted,
        }
    }

    /// The view that is open, entered or not.
    pub(crate) fn open_view(&self) -> Option<OpenedView> {
        if self.editor.document_merge().is_some() {
            Some(OpenedView::Merge)
        } else if self.is_awaiting_choice() {
            // Whatever was refused before: there is no version that a save could name.
            Some(OpenedView::Deleted)
        } else {
            matches!(self.editor.notice(), Some(EditorNotice::Required(_))).then_some(OpenedView::Required)
        }
    }

    /// The view that is shown around the text; `None` if nothing is open, or if it is folded to a line.
    pub(crate) fn unfolded_view(&self) -> Option<OpenedView> {
        if self.views.entered.is_some() {
            return self.views.ended.as_ref().map(|_| OpenedView::Merge).or(self.open_view());
        }
        self.open_view().filter(|view| !self.views.folded && (*view == OpenedView::Merge || !self.views.scripted))
    }

    /// Whether a view has the keys.
    pub(crate) fn is_entered(&self) -> bool {
        self.views.entered.is_some()
    }

    /// Whether a 412 brought the newer version here that is being merged.
    pub(crate) fn was_refused(&self) -> bool {
        self.views.refused
    }

    /// Whether the merge is with what the server made of my own save.
    pub(crate) fn was_altered(&self) -> bool {
        self.views.altered
    }

    /// The merge that is shown: the one that is open, or the one that a response ended while the user was in it.
    pub(crate) fn shown_conflict(&self) -> Option<&DocumentMerge> {
        self.views.shown(&self.editor)
    }

    /// Whether the document is gone, and it is not yet said what becomes of my text.
    pub(crate) fn is_awaiting_choice(&self) -> bool {
        matches!(self.editor.phase(), EditorPhase::DeletedBy(_) | EditorPhase::Missing) && self.editor.base().is_some()
    }

    /// Gives the keys to the view that is open. Without one, they go back to the text.
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

    /// Gives the keys back to the text.
    pub(crate) fn leave(&mut self) {
        self.views.entered = None;
        self.views.is_over = false;
        if self.views.ended.is_some() {
            self.views.rescued = self.all_manual_edits();
            self.views.ended = None;
            self.merge_view = self.editor.document_merge().map(MergeView::new);
        }
    }

    /// Folds the open view to a line; false if there is none to fold.
    pub(crate) fn fold(&mut self) -> bool {
        let folds = self.views.entered.is_none() && self.unfolded_view().is_some();
        self.views.folded |= folds;
        folds
    }

    /// What was written by hand in a merge that is over: it is in no text any more. Returned once.
    pub(crate) fn take_rescued(&mut self) -> Option<String> {
        self.views.rescued.take()
    }

    /// Saves, wherever the keys are. Nothing is sent that the user has not seen: with open conflicts the save says so,
    /// and the first one after a newer version came in says what it would send.
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

    /// The key that takes a text by hand over is the key that saves. So it says what the next press saves, if nothing
    /// is left to decide.
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

    /// Whether it was a save that was told what the next one would save, and not a text taken over by hand.
    pub(crate) fn has_previewed_save(&self) -> bool {
        self.views.previewed
    }

    /// Whether the user wants to save again as soon as the request in flight has its response.
    pub(crate) fn can_save_again(&self) -> bool {
        self.views.save_again
    }

    /// Carries out the save that was wanted while a request was in flight, if nothing came in its way. If the response
    /// was lost, it waits until it is known what became of the request.
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
                    | EditorNotice::Created(_)
                    | EditorNotice::Replayed(_)
                    | EditorNotice::SameText(_)
                    | EditorNotice::Current
                    | EditorNotice::NotModified
                    // The document was being read for the first time.
                    | EditorNotice::New
                    | EditorNotice::Opened(_)
                    | EditorNotice::DraftBack
            )
        );
        if !(is_free && went_well && self.editor.has_unsaved()) {
            return Vec::new();
        }
        // The user wanted it before, and may have entered a view since: a response gives no keys back.
        self.set_scripted(false);
        self.feed(EditorInput::Command(Command::Save))
    }

    /// What the views were before an input. The merge itself is copied only if the user is in it and `may_end` says
    /// that the input may end it.
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

    /// Takes in what an input did to the views.
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
            // It has no place in the merge any more, or its document is deleted.
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

    /// What was written by hand in the merge that is shown, or was left there, and is in no result.
    pub(crate) fn all_manual_edits(&self) -> Option<String> {
        let ended = self.views.ended.iter().flat_map(|ended| ended.manual_texts());
        ended.chain(self.manual_text()).reduce(|all, text| format!("{}\n{text}", all.trim_end_matches('\n')))
    }

    /// The same, each text for its place. A merge that has ended has no places.
    pub(crate) fn hands(&self) -> Vec<HandText> {
        let ended = self.views.ended.iter().flat_map(|ended| ended.manual_texts());
        let ended = ended.map(|text| HandText { place: None, text });
        let conflict = self.editor.document_merge().filter(|_| !self.views.has_ended());
        let written = self.merge_view.iter().flat_map(|view| view.hands(conflict));
        ended.chain(written).collect()
    }

    /// Notes who did what happens next: the user, or a lesson's script.
    pub(crate) fn set_scripted(&mut self, scripted: bool) {
        self.views.scripted = scripted;
    }
}
