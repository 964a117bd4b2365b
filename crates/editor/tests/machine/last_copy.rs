//! The text of a document that the server has lost may be the last copy, and counts as unsaved.

use contract::Author;
use editor::{Command, Editor, EditorInput, EditorNotice, EditorPhase, Unavailable};

use crate::world::{Desk, Server, both_have, content, document};

/// Returns Bob, who has saved `mine` and has read it again after the server's store was emptied.
fn emptied() -> (Server, Desk) {
    let (mut server, _, mut bob) = both_have("one\n");
    bob.write("mine\n");
    bob.ask(Command::Save, &mut server);
    assert!(!bob.editor.has_unsaved());
    server.versions.clear();
    bob.ask(Command::Reload, &mut server);
    assert_eq!((bob.editor.phase(), bob.editor.notice()), (EditorPhase::Missing, Some(&EditorNotice::Missing)));
    (server, bob)
}

fn zoe() -> Author {
    "zoe".parse().unwrap()
}

/// Returns the editor that continues with the draft of the given one.
fn restarted(desk: &Desk) -> Desk {
    let (id, me) = (desk.editor.id().clone(), desk.editor.me().clone());
    let editor = Editor::new(id, me, desk.draft.clone());
    Desk { editor, draft: desk.draft.clone(), ..Desk::new("bob") }
}

#[test]
fn text_of_a_missing_document_is_unsaved() {
    let (mut server, mut bob) = emptied();
    assert!(bob.editor.has_unsaved());
    assert_eq!(bob.draft.as_ref().map(|draft| draft.mine.content.to_string()).as_deref(), Some("mine\n"));

    bob.command(Command::CreateAgain);
    bob.exchange(&mut server);
    assert!(!bob.editor.has_unsaved());
    assert_eq!((bob.draft, content(&server).as_str()), (None, "mine\n"));
}

#[test]
fn last_copy_is_kept_until_the_server_has_it() {
    let (mut server, bob) = emptied();
    let mut again = restarted(&bob);
    assert!(again.editor.has_unsaved(), "the server has not answered");
    again.ask(Command::Open, &mut server);
    assert_eq!((again.editor.phase(), again.draft.is_some()), (EditorPhase::Missing, true));
    assert_eq!(again.editor.mine().content, "mine\n");

    let mut again = restarted(&bob);
    let mut whole = Server::with(document("one\n"));
    whole.append(Some(document("mine\n")), zoe());
    again.ask(Command::Open, &mut whole);
    assert_eq!((again.editor.has_unsaved(), again.draft), (false, None));
}

#[test]
fn text_deleted_by_another_user_is_unsaved() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    bob.ask(Command::Delete, &mut server);
    assert!(!bob.editor.has_unsaved() && bob.draft.is_none(), "he deleted it himself");
    bob.hear(&server);
    bob.hear(&server);
    assert!(!bob.editor.has_unsaved() && bob.draft.is_none(), "and has heard of it");
    alice.hear(&server);
    alice.hear(&server);
    assert!(matches!(alice.editor.phase(), EditorPhase::DeletedBy(Some(_))));
    assert!(alice.editor.has_unsaved() && alice.draft.is_some());
    assert!(!alice.editor.has_text_of_its_own(), "the server's history has it");
    alice.command(Command::DiscardMine);
    assert!(!alice.editor.has_unsaved() && alice.draft.is_none());
}

#[test]
fn last_copy_is_merged_with_the_text_of_another_store() {
    for hears in [false, true] {
        let (mut server, mut bob) = emptied();
        bob.told = server.versions.len();
        server.append(Some(document("hers\n")), zoe());
        if hears {
            bob.hear(&server);
        }
        bob.ask(Command::Reload, &mut server);
        assert_eq!(bob.editor.mine().content, "mine\n");
        assert_eq!(bob.editor.document_merge().map(editor::DocumentMerge::open_count), Some(1), "heard of it: {hears}");
        assert!(bob.draft.is_some());
    }
}

/// The 404 came from a gateway, for a moment.
#[test]
fn base_survives_a_wrong_404() {
    let (mut server, _, mut bob) = both_have("one\n");
    let versions = std::mem::take(&mut server.versions);
    bob.ask(Command::Reload, &mut server);
    assert_eq!(bob.editor.phase(), EditorPhase::Missing);
    server.versions = versions;
    bob.ask(Command::Reload, &mut server);
    assert_eq!((bob.editor.phase(), bob.draft.is_some()), (EditorPhase::Clean, false));
}

#[test]
fn save_of_a_missing_document_does_not_say_deleted() {
    let (_, mut bob) = emptied();
    assert_eq!(bob.editor.why_unavailable(&Command::Save), Some(Unavailable::Missing));
    bob.take(EditorInput::Command(Command::Save));
    let said = bob.editor.notice().map(ToString::to_string).unwrap_or_default();
    let expected = "not now: the server has no such document any more: \
                    create it again with my text, or delete mine too";
    assert_eq!(said, expected);
}
