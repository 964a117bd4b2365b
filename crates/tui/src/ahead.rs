//! Text that the user types for a document before it is open, and the draft that keeps this text.
//!
//! A document opens once it is known which draft to continue, for which a server may have to be asked. Until then,
//! typed text already belongs to the document and is kept like any unsaved text.

use contract::DocumentId;
use editor::Draft;
use terminal::buffer::TextBuffer;

use crate::drafts::DraftProgress;
use crate::effect::Effect;
use crate::ids::EditorIndex;

/// The text that waits for a document that is being opened.
#[derive(Debug, Clone)]
pub(crate) struct Ahead {
    pub(crate) document: DocumentId,
    /// The typed text.
    pub(crate) buffer: TextBuffer,
    /// Whether the user has asked for a save.
    pub(crate) saves: bool,
    /// The newest draft; `None` if nothing is to be kept.
    kept: Option<Draft>,
    /// How far that draft has come.
    pub(crate) draft: DraftProgress,
}

impl Ahead {
    pub(crate) fn new(document: DocumentId) -> Self {
        Self { document, buffer: TextBuffer::new(""), saves: false, kept: None, draft: DraftProgress::default() }
    }

    /// Returns the typed text, or `None` if it is empty.
    pub(crate) fn text(&self) -> Option<String> {
        Some(self.buffer.text()).filter(|text| !text.is_empty())
    }

    /// Returns the draft's text and its unread lines as one text, or `None` if there are none.
    pub(crate) fn kept_text(&self) -> Option<String> {
        let kept = self.kept.as_ref()?;
        let texts = kept.manual_edit.iter().chain(&kept.unread).map(ToString::to_string);
        texts.reduce(|all, text| format!("{}\n{text}", all.trim_end_matches('\n')))
    }

    /// Returns whether anything is kept in a draft.
    pub(crate) fn is_kept(&self) -> bool {
        self.kept.is_some()
    }

    /// Replaces the draft. Returns the effect that keeps it, or `None` if the draft has not changed.
    pub(crate) fn keep(&mut self, seat: EditorIndex, draft: Option<Draft>) -> Option<Effect> {
        if self.kept == draft {
            return None;
        }
        let generation = self.draft.want(draft.is_some());
        self.kept.clone_from(&draft);
        Some(Effect::KeepEarlyDraft { seat, document: self.document.clone(), generation, draft })
    }
}
