//! Text that the user cut, or replaced by an old version.
//!
//! The draft keeps it until a save has succeeded.

use editor::{Command, Editor, EditorInput};

use crate::world::{Desk, Server, both_have, document};

fn aside(desk: &Desk) -> Option<&str> {
    desk.draft.as_ref()?.aside.as_deref()
}

/// Types a text without the given one, which was cut.
fn cut(desk: &mut Desk, text: &str, left: &str) {
    desk.take(EditorInput::Cut(text.to_owned()));
    desk.write(left);
}

fn bring_back(desk: &mut Desk, content: &str) {
    let etag = "\"v1\"".parse().unwrap();
    desk.command(Command::BringBack { etag, document: Box::new(document(content)) });
}

/// Returns the editor that continues with the draft of the given one.
fn restarted(desk: &Desk, server: &mut Server) -> Desk {
    let (id, me) = (desk.editor.id().clone(), desk.editor.me().clone());
    let editor = Editor::new(id, me, desk.draft.clone());
    let mut again = Desk { editor, draft: desk.draft.clone(), ..Desk::new("bob") };
    again.ask(Command::Open, server);
    again
}

#[test]
fn cut_text_is_in_the_draft_until_a_save_succeeds() {
    let (mut server, _, mut bob) = both_have("one\n");
    bob.write("one\nnew words\n");
    cut(&mut bob, "new words\n", "one\n");
    assert!(!bob.editor.has_unsaved(), "he took them out himself");
    assert_eq!(aside(&bob), Some("new words\n"));
    let again = restarted(&bob, &mut server);
    assert_eq!((again.editor.aside(), aside(&again)), (Some("new words\n"), Some("new words\n")));

    bob.write("two\n");
    assert_eq!(aside(&bob), Some("new words\n"));
    bob.ask(Command::Save, &mut server);
    assert_eq!(bob.draft, None);
}

#[test]
fn cut_during_a_save_outlives_its_response() {
    let (mut server, _, mut bob) = both_have("one\n");
    bob.write("one\nnew words\n");
    bob.command(Command::Save);
    bob.write("one\nnewer words\n");
    cut(&mut bob, "newer words\n", "one\n");
    bob.exchange(&mut server);
    assert_eq!(aside(&bob), Some("newer words\n"));
    bob.ask(Command::Save, &mut server);
    assert_eq!(bob.draft, None);
}

#[test]
fn refused_save_keeps_what_was_cut() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    alice.write("hers\n");
    alice.ask(Command::Save, &mut server);
    bob.write("one\nnew words\n");
    cut(&mut bob, "new words\n", "mine\n");
    bob.ask(Command::Save, &mut server);
    assert!(bob.editor.document_merge().is_some());
    assert_eq!(aside(&bob), Some("new words\n"));
}

#[test]
fn unsaved_text_under_an_old_version_is_in_the_draft() {
    let (mut server, _, mut bob) = both_have("one\n");
    bob.write("unsaved\n");
    bring_back(&mut bob, "old\n");
    assert_eq!(aside(&bob), Some("unsaved\n"));
    bring_back(&mut bob, "older\n");
    assert_eq!(aside(&bob), Some("unsaved\n"), "an old version replaced by another is nothing to keep");
    bob.write("older and typed\n");
    cut(&mut bob, "typed", "older and \n");
    assert_eq!(aside(&bob), Some("unsaved\ntyped"));
    assert_eq!(restarted(&bob, &mut server).editor.aside(), Some("unsaved\ntyped"));
    bob.ask(Command::Save, &mut server);
    assert_eq!(bob.draft, None);
}

#[test]
fn saved_text_under_an_old_version_is_not_kept() {
    let (_, _, mut bob) = both_have("one\n");
    bring_back(&mut bob, "old\n");
    assert_eq!(aside(&bob), None);
    bob.write("one\n");
    bring_back(&mut bob, "old\n");
    assert_eq!((aside(&bob), bob.draft.is_some()), (None, true));
}

#[test]
fn user_who_leaves_can_discard_what_was_cut() {
    let (_, _, mut bob) = both_have("one\n");
    bob.write("one\nnew words\n");
    cut(&mut bob, "new words\n", "one\n");
    bob.take(EditorInput::AsideDismissed);
    assert_eq!(bob.draft, None);
}

#[test]
fn text_placed_elsewhere_is_not_unsaved_here() {
    let (_, _, mut bob) = both_have("one\n");
    bob.take(EditorInput::Unplaced("pasted\n".to_owned()));
    assert!(bob.editor.has_unsaved());
    bob.take(EditorInput::Placed);
    assert_eq!((bob.editor.has_unsaved(), bob.draft), (false, None));
}
