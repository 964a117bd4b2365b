//! Merges for the tests of this crate, each made by an editor whose save gets a 412.

use contract::{Document, Snapshot};
use editor::{
    Command, DocumentMerge, Editor, EditorEffect, EditorInput, PreconditionFailure, RequestId, ResponseOutcome,
};

use crate::sides::{SideStyle, SideStyles};

/// An editor with an open merge.
pub(crate) struct MergingEditor(pub(crate) Editor);

pub(crate) fn document(title: &str, content: &str) -> Document {
    Document { title: title.to_owned(), content: content.to_owned(), parent: None }
}

pub(crate) fn snapshot(etag: &str, author: &str, document: Document) -> Snapshot {
    Snapshot { etag: etag.parse().unwrap(), author: Some(author.parse().unwrap()), at: None, document }
}

fn request(effects: &[EditorEffect]) -> RequestId {
    let sent = effects.iter().find_map(|effect| match effect {
        EditorEffect::Send { request, .. } => Some(*request),
        _ => None,
    });
    sent.expect("the editor sent a request")
}

impl MergingEditor {
    /// Returns Alice's editor: she changed `base` to `mine`, and her save got a 412 with Bob's `theirs`.
    pub(crate) fn new(base: Document, mine: Document, theirs: Document) -> Self {
        let mut merging = Self::over("\"v5\"", base);
        merging.types_and_meets(mine, "\"v6\"", theirs);
        merging
    }

    /// Returns Alice's editor, which has read `base` under this tag.
    pub(crate) fn over(etag: &str, base: Document) -> Self {
        let mut editor = Editor::new("bread".parse().unwrap(), "alice".parse().unwrap(), None);
        let opened = editor.update(EditorInput::Command(Command::Open));
        let read = ResponseOutcome::Read(snapshot(etag, "bob", base));
        editor.update(EditorInput::ResponseReceived { request: request(&opened), outcome: read, merge_by: None });
        Self(editor)
    }

    /// Changes the text to `mine`, and saves it, which gets a 412 with Bob's `theirs` under this tag.
    pub(crate) fn types_and_meets(&mut self, mine: Document, etag: &str, theirs: Document) {
        self.0.update(EditorInput::Typed(mine.into()));
        self.reconcile(etag, theirs, Command::Save);
    }

    /// Sends a write of Alice's, which gets a 412 with a version of Bob's.
    pub(crate) fn reconcile(&mut self, etag: &str, theirs: Document, write: Command) {
        self.reconcile_with("bob", etag, theirs, write);
    }

    /// Sends a write of Alice's, which gets a 412 with a version of this author's.
    pub(crate) fn reconcile_with(&mut self, author: &str, etag: &str, theirs: Document, write: Command) {
        let saved = self.0.update(EditorInput::Command(write));
        let failed =
            PreconditionFailure { current: Some(snapshot(etag, author, theirs)), ..PreconditionFailure::default() };
        self.0.update(EditorInput::ResponseReceived {
            request: request(&saved),
            outcome: ResponseOutcome::Failed(Box::new(failed)),
            merge_by: None,
        });
    }

    pub(crate) fn conflict(&self) -> &DocumentMerge {
        self.0.document_merge().expect("the editor has a merge")
    }
}

/// Returns a merge of three contents with the same title.
pub(crate) fn conflict(base: &str, mine: &str, theirs: &str) -> DocumentMerge {
    let [base, mine, theirs] = [base, mine, theirs].map(|content| document("Bread", content));
    MergingEditor::new(base, mine, theirs).conflict().clone()
}

/// Returns Alice as mine and Bob as theirs.
pub(crate) fn sides() -> SideStyles {
    SideStyles {
        mine: SideStyle { name: Some("alice".to_owned()), person: 0, version: None },
        theirs: SideStyle { name: Some("bob".to_owned()), person: 1, version: Some("\"v6\"".to_owned()) },
        base: Some("\"v5\"".to_owned()),
    }
}

/// Returns a merge with a conflict in the title, a parent that Bob set, and equal contents.
pub(crate) fn titles() -> DocumentMerge {
    let theirs = Document { parent: Some("recipes".parse().unwrap()), ..document("Bread rolls", "a\n") };
    let merging = MergingEditor::new(document("Bread", "a\n"), document("Rye bread", "a\n"), theirs);
    merging.conflict().clone()
}
