//! Merges for the tests of this folder: made as in life, by an editor that meets a 412.

use contract::{Document, Snapshot};
use editor::{
    Command, DocumentMerge, Editor, EditorEffect, EditorInput, PreconditionFailure, RequestId, ResponseOutcome,
};

use crate::sides::{SideStyle, SideStyles};

/// An editor with a merge in view.
pub(crate) struct MergingEditor(pub(crate) Editor);

pub(crate) fn document(title: &str, content: &str) -> Document {
    Document { title: title.to_owned(), content: content.to_owned(), parent: None }
}

fn snapshot(etag: &str, author: &str, document: Document) -> Snapshot {
    Snapshot { etag: etag.parse().unwrap(), author: Some(author.parse().unwrap()), at: None, document }
}

fn request(effects: &[EditorEffect]) -> RequestId {
    let sent = effects.iter().find_map(|effect| match effect {
        EditorEffect::Send { request, .. } => Some(*request),
        _ => None,
    });
    sent.expect("something was asked of the server")
}

impl MergingEditor {
    /// Alice typed `mine` over `base`, and met `theirs` of Bob when she saved.
    pub(crate) fn new(base: Document, mine: Document, theirs: Document) -> Self {
        let mut editor = Editor::new("bread".parse().unwrap(), "alice".parse().unwrap(), None);
        let opened = editor.update(EditorInput::Command(Command::Open));
        let read = ResponseOutcome::Read(snapshot("\"v5\"", "bob", base));
        editor.update(EditorInput::ResponseReceived { request: request(&opened), outcome: read, merge_by: None });
        editor.update(EditorInput::Typed(mine));
        let mut merging = Self(editor);
        merging.reconcile("\"v6\"", theirs, Command::Save);
        merging
    }

    /// A write of mine meets a version of Bob's.
    pub(crate) fn reconcile(&mut self, etag: &str, theirs: Document, write: Command) {
        let saved = self.0.update(EditorInput::Command(write));
        let failed =
            PreconditionFailure { current: Some(snapshot(etag, "bob", theirs)), ..PreconditionFailure::default() };
        self.0.update(EditorInput::ResponseReceived {
            request: request(&saved),
            outcome: ResponseOutcome::Failed(Box::new(failed)),
            merge_by: None,
        });
    }

    pub(crate) fn conflict(&self) -> &DocumentMerge {
        self.0.document_merge().expect("the merge is in view")
    }
}

/// A merge of three contents under one title.
pub(crate) fn conflict(base: &str, mine: &str, theirs: &str) -> DocumentMerge {
    let [base, mine, theirs] = [base, mine, theirs].map(|content| document("Bread", content));
    MergingEditor::new(base, mine, theirs).conflict().clone()
}

/// Alice and Bob.
pub(crate) fn sides() -> SideStyles {
    SideStyles {
        mine: SideStyle { name: Some("alice".to_owned()), person: 0, version: None },
        theirs: SideStyle { name: Some("bob".to_owned()), person: 1, version: Some("\"v6\"".to_owned()) },
        base: Some("\"v5\"".to_owned()),
    }
}

/// A merge whose title is a conflict, whose parent is Bob's, and whose content is the same.
pub(crate) fn titles() -> DocumentMerge {
    let theirs = Document { parent: Some("recipes".parse().unwrap()), ..document("Bread rolls", "a\n") };
    let merging = MergingEditor::new(document("Bread", "a\n"), document("Rye bread", "a\n"), theirs);
    merging.conflict().clone()
}
