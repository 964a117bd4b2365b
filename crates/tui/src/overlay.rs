//! The overlays: views over the editors and the wire, in a stack.
//!
//! The topmost overlay has the focus. Closing it changes nothing below it.

use client::FoundDraft;
use contract::{DocumentEntry, EntityTag};
use lesson::compare::ComparisonTable;
use terminal::line_input::LineInput;
use traffic::FilterError;

use crate::action::Context;
use crate::documents::DocumentChooser;
use crate::drafts::{DraftChooser, DraftView};
use crate::find::FindPrompt;
use crate::ids::DocumentKey;
use crate::palette::Palette;
use crate::property_prompt::PropertyPrompt;
use crate::room_overlay::RoomOverlay;
use crate::scroll::Scroll;
use crate::seed_chooser::SeedChooser;
use crate::versions::detail::VersionDetail;
use crate::versions::{VersionFilterPrompt, VersionsView};

/// A view over the editors and the wire.
#[derive(Debug, Clone)]
pub(crate) enum Overlay {
    /// The help for a context.
    Help(HelpView),
    /// Every action by name.
    Palette(Box<Palette>),
    /// One whole exchange.
    Exchange(ExchangeView),
    /// The prompt for a filter of the exchanges.
    Filter(Box<FilterPrompt>),
    /// The prompt that finds and replaces words in the text in view.
    Find(Box<FindPrompt>),
    /// The prompt for the number of a line in the text in view.
    GoToLine(Box<LineInput>),
    /// A view over a room.
    Room(Box<RoomOverlay>),
    /// The documents.
    Documents(Box<DocumentChooser>),
    /// The prompt for the title or the parent of a document.
    Property(Box<PropertyPrompt>),
    /// The question whether to delete a document of the list, in the version that the list showed.
    DeleteEntry(Box<DocumentEntry>),
    /// The versions of a document.
    Versions(Box<VersionsView>),
    /// The prompt for a filter of the versions, which are below it.
    VersionFilter(Box<VersionFilterPrompt>),
    /// One version: whole, or compared with another text.
    Version(Box<VersionDetail>),
    /// The change of the text at the cursor, scrolled.
    Change(Scroll),
    /// The question before an overwrite, with the lines that would be lost.
    Overwrite(OverwriteConfirm),
    /// The prompt for the path to which the result of a merge of files is written instead.
    Path(Box<LineInput>),
    /// The question whether to delete the version with this tag of the document in view.
    Delete(EntityTag),
    /// The question whether to discard unsaved text whose document another client deleted.
    DiscardMine,
    /// The question about unsaved text before the user leaves.
    Unsaved,
    /// The drafts of a document that is being opened.
    Drafts(Box<DraftChooser>),
    /// One whole draft.
    Draft(Box<DraftView>),
    /// The question whether to delete a draft.
    DiscardDraft(Box<FoundDraft>),
    /// The prompt for the path of a file for unsaved text.
    KeepAs(Box<SavePathPrompt>),
    /// The question whether to show the outcome of steps that come later in the lesson.
    ShowAhead,
    /// The lesson under every policy, side by side.
    PolicyComparison(PolicyComparison),
    /// The leader's question, which a participant has entered.
    RoomQuestion(RoomQuestionView),
}

/// The help, scrolled.
#[derive(Debug, Clone)]
pub(crate) struct HelpView {
    /// The context in which the user asked for help.
    pub(crate) about: Context,
    pub(crate) scroll: Scroll,
}

/// The lesson under every policy, side by side, scrolled.
#[derive(Debug, Clone, Default)]
pub(crate) struct PolicyComparison {
    /// The table, or why there is none; `None` while it is being computed.
    pub(crate) table: Option<Result<ComparisonTable, String>>,
    pub(crate) scroll: Scroll,
}

/// The leader's question, which a participant has entered, scrolled.
#[derive(Debug, Clone, Default)]
pub(crate) struct RoomQuestionView {
    /// The id of the question that the user has entered: a digit answers no other one.
    pub(crate) id: Option<String>,
    pub(crate) scroll: Scroll,
}

/// One whole exchange, scrolled.
#[derive(Debug, Clone)]
pub(crate) struct ExchangeView {
    pub(crate) number: u64,
    pub(crate) scroll: Scroll,
}

/// The prompt for a filter, and its preview.
#[derive(Debug, Clone)]
pub(crate) struct FilterPrompt {
    pub(crate) line: LineInput,
    /// The number of exchanges that match, or why the text is not a valid filter.
    pub(crate) found: Result<usize, FilterError>,
}

impl FilterPrompt {
    pub(crate) fn text(&self) -> &str {
        self.line.text()
    }
}

/// The prompt for the path of a file for unsaved text.
#[derive(Debug, Clone)]
pub(crate) struct SavePathPrompt {
    /// The document that has the text.
    pub(crate) work: DocumentKey,
    pub(crate) line: LineInput,
    /// The reason why the text could not be written to the last path.
    pub(crate) trouble: Option<String>,
}

impl SavePathPrompt {
    pub(crate) fn path(&self) -> &str {
        self.line.text().trim()
    }
}

/// The lines that an overwrite would lose, and how far they are scrolled.
#[derive(Debug, Clone)]
pub(crate) struct OverwriteConfirm {
    /// The version that was shown.
    pub(crate) theirs: EntityTag,
    pub(crate) lines: Vec<String>,
    pub(crate) scroll: Scroll,
}

impl From<RoomOverlay> for Overlay {
    fn from(overlay: RoomOverlay) -> Self {
        Self::Room(Box::new(overlay))
    }
}

impl Overlay {
    /// Returns the context of keys while this overlay is the topmost.
    pub(crate) fn context(&self) -> Context {
        match self {
            Self::Help(_) => Context::Help,
            Self::Palette(_) => Context::Palette,
            Self::Exchange(_) => Context::Exchange,
            Self::Filter(_) | Self::VersionFilter(_) => Context::Filter,
            Self::Find(prompt) if prompt.types_replacement() => Context::Replace,
            Self::Find(_) => Context::Find,
            Self::GoToLine(_) => Context::GoToLine,
            Self::Room(overlay) => overlay.context(),
            Self::Documents(_) => Context::Documents,
            Self::Property(_) => Context::Property,
            Self::Versions(_) => Context::Versions,
            Self::Version(_) => Context::Version,
            Self::Change(_) => Context::Change,
            Self::Overwrite(_) => Context::Overwrite,
            Self::Path(_) | Self::KeepAs(_) => Context::Path,
            Self::Delete(_) | Self::DeleteEntry(_) | Self::DiscardMine | Self::DiscardDraft(_) | Self::ShowAhead => {
                Context::Question
            }
            Self::Unsaved => Context::Unsaved,
            Self::Drafts(_) => Context::Drafts,
            Self::Draft(_) => Context::Draft,
            Self::PolicyComparison(_) => Context::PolicyComparison,
            Self::RoomQuestion(_) => Context::RoomQuestion,
        }
    }

    /// Returns whether this is the leader's question, entered by a participant or by the leader.
    pub(crate) fn is_entered_question(&self) -> bool {
        match self {
            Self::RoomQuestion(_) => true,
            overlay => matches!(overlay.room(), Some(RoomOverlay::LedQuestion(_))),
        }
    }

    /// Returns the overlay of a room's leader, or `None` if this is another overlay.
    pub(crate) fn room(&self) -> Option<&RoomOverlay> {
        if let Self::Room(overlay) = self { Some(overlay) } else { None }
    }

    /// Like [`Overlay::room`], for changes.
    pub(crate) fn room_mut(&mut self) -> Option<&mut RoomOverlay> {
        if let Self::Room(overlay) = self { Some(overlay) } else { None }
    }

    /// Returns the list of seed documents for changes, or `None` if this is another overlay.
    pub(crate) fn seeds_mut(&mut self) -> Option<&mut SeedChooser> {
        self.room_mut()?.seeds_mut()
    }

    /// Returns whether this is the list of seed documents.
    pub(crate) fn is_seeds(&self) -> bool {
        matches!(self.room(), Some(RoomOverlay::Seeds(_)))
    }

    /// Returns the list of drafts, or `None` if this is another overlay.
    pub(crate) fn draft_chooser(&self) -> Option<&DraftChooser> {
        if let Self::Drafts(chooser) = self { Some(chooser) } else { None }
    }

    /// Returns the list of documents if this overlay is that.
    pub(crate) fn documents(&self) -> Option<&DocumentChooser> {
        if let Self::Documents(documents) = self { Some(documents) } else { None }
    }

    /// Like [`Overlay::documents`], for changes.
    pub(crate) fn documents_mut(&mut self) -> Option<&mut DocumentChooser> {
        if let Self::Documents(documents) = self { Some(documents) } else { None }
    }

    /// Like [`Overlay::draft_chooser`], for changes.
    pub(crate) fn draft_chooser_mut(&mut self) -> Option<&mut DraftChooser> {
        if let Self::Drafts(chooser) = self { Some(chooser) } else { None }
    }

    /// Returns the scroll position for changes, or `None` if this overlay does not scroll.
    pub(crate) fn scroll_mut(&mut self) -> Option<&mut Scroll> {
        match self {
            Self::Help(help) => Some(&mut help.scroll),
            Self::Exchange(view) => Some(&mut view.scroll),
            Self::Version(detail) => Some(&mut detail.scroll),
            Self::Change(scroll) => Some(scroll),
            Self::Overwrite(confirm) => Some(&mut confirm.scroll),
            Self::PolicyComparison(comparison) => Some(&mut comparison.scroll),
            Self::Draft(view) => Some(&mut view.scroll),
            Self::Room(overlay) => overlay.scroll_mut(),
            Self::RoomQuestion(view) => Some(&mut view.scroll),
            Self::Filter(_)
            | Self::VersionFilter(_)
            | Self::Find(_)
            | Self::GoToLine(_)
            | Self::Palette(_)
            | Self::Path(_)
            | Self::Documents(_)
            | Self::Property(_)
            | Self::DeleteEntry(_)
            | Self::Versions(_)
            | Self::Delete(_)
            | Self::DiscardMine
            | Self::ShowAhead
            | Self::Unsaved
            | Self::Drafts(_)
            | Self::DiscardDraft(_)
            | Self::KeepAs(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scrolling_stays_within_the_lines() {
        let mut scroll = Scroll::END;
        scroll.by(-1, 10);
        assert_eq!(scroll.first(10), 9);
        assert_eq!(scroll.first(4), 4, "the view has become taller");
        scroll.by(-100, 10);
        assert_eq!(scroll.first(10), 0);
        scroll.by(100, 0);
        assert_eq!(scroll.first(10), 0);
    }
}
