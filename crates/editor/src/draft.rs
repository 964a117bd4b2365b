//! The draft that an editor keeps on disk: unsaved text, and the merge that it is part of.
//!
//! It is kept in case of a crash.
//!
//! These are values. The caller decides where and in which form they are stored.

use std::ops::Range;
use std::sync::Arc;

use contract::{Document, DocumentId, EntityTag, Snapshot};
use merge::{Choice, DecisionRecord, Format};

use crate::known_version::KnownVersion;
use crate::unplaced::join;
use crate::working_copy::WorkingCopy;

/// Unsaved text, and the version that it started from.
///
/// It is cheap to clone, since clones share all texts: a draft is made for each key, and its bytes only when it is
/// written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The version that the text started from; `None` if there was no document.
    pub base: Option<Arc<KnownVersion>>,
    /// The text.
    pub mine: WorkingCopy,
    /// Text that was typed and is neither in `mine` nor a decision.
    ///
    /// It was written by hand in a merge, or as lines for a place in the text at which they have not been inserted yet.
    pub manual_edit: Option<Arc<str>>,
    /// Text that the user cut, or replaced by an old version, since the last save.
    ///
    /// It is kept and offered again, but it is not unsaved text: the user took it out.
    pub aside: Option<Arc<str>>,
    /// Text that was typed but never read, such as waiting lines of plain mode.
    ///
    /// It is kept and offered again, but it is not unsaved text: it is in no document, and a save cannot store it.
    pub unread: Option<Arc<str>>,
    /// The merge that the text is part of, if there is one.
    pub merge: Option<Arc<MergeDraft>>,
}

impl Draft {
    /// Returns a draft of a text that is not in a merge.
    #[must_use]
    pub fn new(base: Option<Snapshot>, mine: impl Into<WorkingCopy>) -> Self {
        let base = base.map(|base| Arc::new(base.into()));
        Self { base, mine: mine.into(), manual_edit: None, aside: None, unread: None, merge: None }
    }

    /// Returns a draft of text that was typed before the document had been read.
    ///
    /// The text has no place yet; the editor that continues with the draft starts with the document.
    #[must_use]
    pub fn for_unplaced_text(id: &DocumentId, by_hand: Option<String>, unread: Option<String>) -> Self {
        let (manual_edit, unread) = (by_hand.map(Arc::from), unread.map(Arc::from));
        Self { manual_edit, unread, ..Self::new(None, blank_document(id)) }
    }

    /// Returns all text that is neither in `mine` nor a decision, with or without a place in the merge.
    #[must_use]
    pub fn text_by_hand(&self) -> Option<String> {
        let hands = self.merge.iter().flat_map(|merge| &merge.hands).map(|hand| hand.text.clone());
        let others = self.manual_edit.as_deref().map(str::to_owned);
        hands.chain(others).reduce(|all, text| join(&all, &text))
    }

    /// Returns whether the draft contains only a merge of that text without decisions.
    #[must_use]
    pub fn is_untouched_merge_of(&self, mine: &Document) -> bool {
        self.mine == *mine
            && self.manual_edit.is_none()
            && self.aside.is_none()
            && self.unread.is_none()
            && self.merge.as_ref().is_some_and(|merge| merge.is_untouched())
    }
}

/// Returns the text of a document that does not exist: its id is the title until it gets another one.
pub(crate) fn blank_document(id: &DocumentId) -> Document {
    Document { title: id.to_string(), ..Document::default() }
}

/// A merge in a draft: its texts and decisions, without its steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeDraft {
    /// The document that both sides started from.
    pub base: Arc<Document>,
    /// The tag of that version; `None` if there was no document.
    pub base_tag: Option<EntityTag>,
    /// My side.
    pub mine: Arc<Document>,
    /// The result, if it was sent and refused: it is then the text that the merge is about.
    pub sent: Option<WorkingCopy>,
    /// The newer version, which a save would replace.
    pub theirs: Arc<Snapshot>,
    /// The contents that theirs is merged with, if they are not those of `base` and `mine`.
    ///
    /// They differ after a repeated merge with a whole result that was written by hand.
    pub over: Option<MergedOver>,
    /// The choice of the title.
    pub title: Choice<String>,
    /// The choice of the parent.
    pub parent: Choice<Option<DocumentId>>,
    /// The choice of line ending, final newline and byte order mark.
    pub format: Choice<Format>,
    /// The whole content of the result, if it was written by hand.
    pub full_override: Option<String>,
    /// The decisions about the regions of the content.
    pub decisions: Vec<DecisionRecord>,
    /// Texts that are being written by hand and are not decisions yet.
    pub hands: Vec<HandRecord>,
}

/// Two contents that replace base and mine in a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedOver {
    /// The content that replaces the base: the version that was shown while the whole was written.
    pub base: String,
    /// The content that replaces mine: the whole that was written.
    pub mine: String,
}

/// A text written by hand in a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandRecord {
    /// The place that it was written for.
    pub about: HandAbout,
    /// The text.
    pub text: String,
}

/// The place of a text written by hand.
///
/// It is identified so that it is found again in another merge of the same texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandAbout {
    /// The title.
    Title,
    /// The parent.
    Parent,
    /// A region of the content.
    Region {
        /// The lines of the base, from 0.
        base: Range<usize>,
        /// The text of mine: whole lines, each with a line feed.
        mine: Vec<u8>,
        /// The text of theirs, in the same form.
        theirs: Vec<u8>,
    },
    /// The whole result.
    Whole,
}
