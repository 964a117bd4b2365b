//! What is typed for a document before it is open: its text, the lines that wait, and the draft that keeps both.
//!
//! A document opens once it is known which draft to go on with, and a server may have to be asked for that. What is
//! typed meanwhile belongs to the document, and is kept as any text of it is.

use contract::DocumentId;
use editor::Draft;
use terminal::buffer::TextBuffer;

use crate::drafts::DraftProgress;
use crate::effect::Effect;
use crate::ids::EditorIndex;

/// What waits for one document that is being opened.
#[derive(Debug, Clone)]
pub(crate) struct Ahead {
    pub(crate) document: DocumentId,
    /// The text that is typed.
    pub(crate) buffer: TextBuffer,
    /// Whether the user wants it saved.
    pub(crate) saves: bool,
    /// What the draft holds that was wanted last.
    kept: Option<Draft>,
    /// What became of that draft.
    pub(crate) draft: DraftProgress,
}

impl Ahead {
    pub(crate) fn new(document: DocumentId) -> Self {
        Self { document, buffer: TextBuffer::new(""), saves: false, kept: None, draft: DraftProgress::default() }
    }

    /// Returns the text that is typed; `None` if there is none.
    pub(crate) fn text(&self) -> Option<String> {
        Some(self.buffer.text()).filter(|text| !text.is_empty())
    }

    /// Returns all that is kept, as a text; `None` if that is nothing.
    pub(crate) fn kept_text(&self) -> Option<String> {
        let kept = self.kept.as_ref()?;
        let texts = kept.manual_edit.iter().chain(&kept.unread).cloned();
        texts.reduce(|all, text| format!("{}\n{text}", all.trim_end_matches('\n')))
    }

    /// Whether anything is kept in a draft.
    pub(crate) fn is_kept(&self) -> bool {
        self.kept.is_some()
    }

    /// Has that kept, or nothing. Returns what is to be done for it; `None` if the draft holds it already.
    pub(crate) fn keep(&mut self, seat: EditorIndex, draft: Option<Draft>) -> Option<Effect> {
        if self.kept == draft {
            return None;
        }
        let generation = self.draft.want(draft.is_some());
        self.kept.clone_from(&draft);
        Some(Effect::KeepEarlyDraft { seat, document: self.document.clone(), generation, draft })
    }
}
