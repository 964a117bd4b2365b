//! An editor that follows the saves of other users while it has no edits.

use editor::{Command, EditorInput, EditorNotice, EditorPhase, EditorRequest, ResponseOutcome};

use crate::world::{Desk, Server, Transit, both_have, document};

/// Returns Alice and Bob, who have both opened the same version; Bob follows.
fn bob_follows(content: &str) -> (Server, Desk, Desk) {
    let (mut server, alice, mut bob) = both_have(content);
    for _ in &server.versions.clone() {
        bob.hear(&server);
    }
    bob.take(EditorInput::Follow(true));
    bob.exchange(&mut server);
    (server, alice, bob)
}

fn alice_saves(alice: &mut Desk, content: &str, server: &mut Server) {
    alice.write(content);
    alice.ask(Command::Save, server);
}

#[test]
fn unedited_text_follows_a_save() {
    let (mut server, mut alice, mut bob) = bob_follows("one\n");
    assert!(bob.transit.is_none() && bob.editor.follows(), "nothing is newer");
    alice_saves(&mut alice, "one\ntwo\n", &mut server);
    let revision = bob.editor.revision();
    bob.hear(&server);
    let Some(Transit::Asked(_, EditorRequest::Read { unless: Some(tag) })) = &bob.transit else {
        panic!("a conditional GET: {:?}", bob.transit)
    };
    assert_eq!(Some(tag), bob.editor.base().map(|base| &base.etag));
    bob.exchange(&mut server);
    assert_eq!((bob.editor.phase(), bob.content().as_str()), (EditorPhase::Clean, "one\ntwo\n"));
    assert!(bob.editor.revision() > revision, "the buffer is loaded anew");
    assert!(matches!(bob.editor.notice(), Some(EditorNotice::Reloaded { .. })), "{}", bob.says());
    assert!(bob.draft.is_none());
}

#[test]
fn saves_during_the_read_are_followed_too() {
    let (mut server, mut alice, mut bob) = bob_follows("one\n");
    alice_saves(&mut alice, "two\n", &mut server);
    bob.hear(&server);
    bob.arrive(&mut server);
    alice_saves(&mut alice, "three\n", &mut server);
    bob.hear(&server);
    bob.deliver();
    bob.exchange(&mut server);
    assert_eq!((bob.editor.phase(), bob.content().as_str()), (EditorPhase::Clean, "three\n"));
}

#[test]
fn edited_text_is_not_followed() {
    let (mut server, mut alice, mut bob) = bob_follows("one\n");
    bob.write("one, typed\n");
    alice_saves(&mut alice, "two\n", &mut server);
    bob.hear(&server);
    assert!(bob.transit.is_none());
    assert_eq!((bob.editor.phase(), bob.content().as_str()), (EditorPhase::Stale, "one, typed\n"));
    bob.write("one\n");
    bob.exchange(&mut server);
    assert_eq!(bob.content(), "two\n", "the edit was taken back");
}

/// A key that is pressed while the version is on its way must not open a merge, and must not be lost.
#[test]
fn text_typed_during_the_read_stays() {
    let (mut server, mut alice, mut bob) = bob_follows("one\n");
    alice_saves(&mut alice, "two\n", &mut server);
    bob.hear(&server);
    bob.write("one, typed\n");
    bob.exchange(&mut server);
    assert_eq!((bob.editor.phase(), bob.content().as_str()), (EditorPhase::Stale, "one, typed\n"));
    assert!(matches!(bob.editor.notice(), Some(EditorNotice::SomebodySaved { .. })), "{}", bob.says());
    assert!(bob.transit.is_none(), "nothing is read again while there are edits");
}

#[test]
fn stale_text_is_read_when_following_begins() {
    let (mut server, mut alice, mut bob) = both_have("one\n");
    alice_saves(&mut alice, "two\n", &mut server);
    for _ in 0..server.versions.len() {
        bob.hear(&server);
    }
    assert_eq!(bob.editor.phase(), EditorPhase::Stale);
    bob.take(EditorInput::Follow(true));
    bob.exchange(&mut server);
    assert_eq!(bob.content(), "two\n");
    bob.take(EditorInput::Follow(false));
    alice_saves(&mut alice, "three\n", &mut server);
    bob.hear(&server);
    assert!(bob.transit.is_none() && !bob.editor.follows());
    assert_eq!(bob.editor.phase(), EditorPhase::Stale);
}

#[test]
fn lost_read_is_repeated_once_the_server_responds() {
    let (mut server, mut alice, mut bob) = bob_follows("one\n");
    alice_saves(&mut alice, "two\n", &mut server);
    bob.hear(&server);
    bob.lose();
    assert_eq!(bob.editor.phase(), EditorPhase::Offline);
    bob.wake();
    bob.exchange(&mut server);
    assert_eq!((bob.editor.phase(), bob.content().as_str()), (EditorPhase::Clean, "two\n"));
}

/// A server that refuses the read would otherwise be asked again and again.
#[test]
fn version_is_requested_once() {
    let (mut server, mut alice, mut bob) = bob_follows("one\n");
    alice_saves(&mut alice, "two\n", &mut server);
    bob.hear(&server);
    bob.answer(ResponseOutcome::Refused(Box::default()));
    bob.take(EditorInput::Connected);
    assert!(bob.transit.is_none());
    assert_eq!(bob.editor.phase(), EditorPhase::Stale);
    alice_saves(&mut alice, "three\n", &mut server);
    bob.hear(&server);
    bob.exchange(&mut server);
    assert_eq!(bob.content(), "three\n", "the next version is a new reason");
}

#[test]
fn deleted_document_is_not_followed() {
    let (mut server, mut alice, mut bob) = bob_follows("one\n");
    alice.ask(Command::Delete, &mut server);
    bob.hear(&server);
    assert!(bob.transit.is_none());
    assert!(matches!(bob.editor.phase(), EditorPhase::DeletedBy(_)));
    assert_eq!(bob.content(), document("one\n").content);
}
