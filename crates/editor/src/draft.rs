//! What an editor wants kept on a disk in case of a crash: unsaved text, and the merge that it is in.
//!
//! These are values. Where they are kept, and in which form, is not the editor's business.

use std::ops::Range;

use contract::{Document, DocumentId, EntityTag, Snapshot};
use merge::{Choice, DecisionRecord, Format};

use crate::unplaced::join;

/// Unsaved text, and the version that it started from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The version that the text started from; `None` if there was no document.
    pub base: Option<Snapshot>,
    /// The text.
    pub mine: Document,
    /// What was typed and is neither in the text nor a decision: written by hand in a merge, or as lines for a place in
    /// the text where they had not been put yet.
    pub manual_edit: Option<String>,
    /// What the user cut out of the text, or replaced by an old version, since the last save. It is kept and offered
    /// again, but it is not unsaved text: the user took it out.
    pub aside: Option<String>,
    /// What was typed and never read, such as lines of plain mode that waited for their turn. It is kept and offered
    /// again, but it is not unsaved text: it is in no document, and no save can take it there.
    pub unread: Option<String>,
    /// The merge that the text is in, if there is one.
    pub merge: Option<Box<MergeDraft>>,
}

impl Draft {
    /// Returns a draft of a text that is in no merge.
    #[must_use]
    pub const fn new(base: Option<Snapshot>, mine: Document) -> Self {
        Self { base, mine, manual_edit: None, aside: None, unread: None, merge: None }
    }

    /// Returns a draft of what was typed for a document before anything of it had been seen. It has no place yet, and
    /// the editor that goes on with it begins with the document as it is.
    #[must_use]
    pub fn for_unplaced_text(id: &DocumentId, by_hand: Option<String>, unread: Option<String>) -> Self {
        Self { manual_edit: by_hand, unread, ..Self::new(None, blank_document(id)) }
    }

    /// Returns all that was typed and is neither in the text nor a decision, with or without a place in the merge.
    #[must_use]
    pub fn text_by_hand(&self) -> Option<String> {
        let hands = self.merge.iter().flat_map(|merge| &merge.hands).map(|hand| hand.text.clone());
        hands.chain(self.manual_edit.clone()).reduce(|all, text| join(&all, &text))
    }

    /// Whether it holds nothing but a merge of that text in which nothing was decided.
    #[must_use]
    pub fn is_untouched_merge_of(&self, mine: &Document) -> bool {
        self.mine == *mine
            && self.manual_edit.is_none()
            && self.aside.is_none()
            && self.unread.is_none()
            && self.merge.as_ref().is_some_and(|merge| merge.is_untouched())
    }
}

/// The text of a document that does not exist: the name is its title until it is given one.
pub(crate) fn blank_document(id: &DocumentId) -> Document {
    Document { title: id.to_string(), ..Document::default() }
}

/// A merge as a draft keeps it: what it was made of, and what was decided. The steps are not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeDraft {
    /// What both sides started from.
    pub base: Document,
    /// The tag of that version; `None` if there was no document.
    pub base_tag: Option<EntityTag>,
    /// My side.
    pub mine: Document,
    /// The result, if it was sent and refused: it is the text that the merge is about then.
    pub sent: Option<Document>,
    /// The version that came in between: a save would replace this one.
    pub theirs: Snapshot,
    /// The contents that theirs is merged with, if those of `base` and `mine` are not: after a merge anew over a whole
    /// that was written by hand.
    pub over: Option<MergedOver>,
    /// What was decided about the title.
    pub title: Choice<String>,
    /// What was decided about the parent.
    pub parent: Choice<Option<DocumentId>>,
    /// What was decided about line ends, final newline and byte order mark.
    pub format: Choice<Format>,
    /// The whole content of the result, if it was written by hand.
    pub full_override: Option<String>,
    /// What was decided about the regions of the content.
    pub decisions: Vec<DecisionRecord>,
    /// What was being written by hand and is no decision yet.
    pub hands: Vec<HandRecord>,
}

/// Two contents that take the place of base and mine in a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedOver {
    /// What takes the place of the base: the version that was in sight while the whole was written.
    pub base: String,
    /// What takes the place of mine: the whole that was written.
    pub mine: String,
}

/// A text by hand as a draft keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandRecord {
    /// What it is for.
    pub about: HandAbout,
    /// The text.
    pub text: String,
}

/// What a text by hand is for, so that it is found again in another merge of the same texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandAbout {
    /// For the title.
    Title,
    /// For the parent.
    Parent,
    /// For a region of the content.
    Region {
        /// The lines of the base, counted from 0.
        base: Range<usize>,
        /// The text of mine: whole lines, each with a line feed.
        mine: Vec<u8>,
        /// The text of theirs, in the same form.
        theirs: Vec<u8>,
    },
    /// For the whole result.
    Whole,
}
