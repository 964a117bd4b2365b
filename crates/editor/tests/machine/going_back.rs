//! Text stays within reach when its place changes.
//!
//! The server's store goes back, a newer version takes the place of a text written by hand, or the document arrives
//! after typing has begun.

use contract::{EntityTag, Snapshot};
use editor::{Command, Editor, EditorInput, EditorNotice, EditorPhase, ResponseOutcome};
use merge::Decision;

use crate::world::{Desk, Server, both_save, content, decide_all, document};

const V1: &str = "\"v1-d4f8c2a1\"";
const V2: &str = "\"v2-a2c19f03\"";

fn version(etag: &str, content: &str) -> Snapshot {
    let etag: EntityTag = etag.parse().expect("an entity tag");
    Snapshot { etag, author: Some("zoe".parse().expect("a name")), at: None, document: document(content) }
}

/// Returns Al, who has read that version.
fn has_read(version: Snapshot) -> Desk {
    let mut al = Desk::new("al");
    al.command(Command::Open);
    al.answer(ResponseOutcome::Read(version));
    al
}

#[test]
fn restored_store_loses_no_acknowledged_line() {
    for typed in ["", "unsaved\n"] {
        for read in [EditorInput::Command(Command::Reload), EditorInput::Disconnected] {
            let mut al = has_read(version(V2, "one\nsaved\n"));
            let mine = format!("one\nsaved\n{typed}");
            al.write(&mine);
            al.take(read);
            al.answer(ResponseOutcome::Read(version(V1, "one\n")));
            assert_eq!(al.editor.mine().content, mine);
            assert_eq!(al.editor.phase(), EditorPhase::Edited, "nothing is merged: v1 is what v2 was made of");
            assert!(matches!(al.editor.notice(), Some(EditorNotice::WentBack(_))), "{}", al.says());
            assert!(al.draft.is_some(), "what was saved is unsaved again");
            al.command(Command::Save);
            al.answer(ResponseOutcome::NotModified);
        }
    }
}

#[test]
fn tag_without_a_lower_number_is_not_an_older_version() {
    for (base, theirs) in [(V1, V2), ("\"b\"", "\"a\""), ("\"v2\"", "\"v1\""), ("\"v2-beta\"", "\"v1-beta\"")] {
        let mut al = has_read(version(base, "one\nsaved\n"));
        al.command(Command::Reload);
        al.answer(ResponseOutcome::Read(version(theirs, "one\n")));
        assert_eq!((al.content().as_str(), al.editor.phase()), ("one\n", EditorPhase::Clean), "{theirs}");
    }
}

/// Returns Bob, whose merge of 'two MINE' with Alice's 'two THEIRS' is decided by hand.
fn decided_by_hand() -> (Server, Desk, Desk) {
    let (server, alice, mut bob) = both_save("1\ntwo\n3\n", "1\ntwo THEIRS\n3\n", "1\ntwo MINE\n3\n");
    decide_all(&mut bob, &Decision::Edited(b"by hand\n".to_vec()));
    (server, alice, bob)
}

#[test]
fn refused_result_by_hand_is_my_side_of_the_merge() {
    let (mut server, mut alice, mut bob) = decided_by_hand();
    alice.write("1\ntwo MINE\n3\n");
    alice.ask(Command::Save, &mut server);
    bob.ask(Command::Save, &mut server);
    assert_eq!(bob.editor.mine().content, "1\nby hand\n3\n");
    let conflict = bob.editor.document_merge().expect("a merge is open");
    assert_eq!(conflict.base().content, "1\ntwo THEIRS\n3\n");
    assert_eq!(conflict.mine().content, "1\nby hand\n3\n");
    assert_eq!(conflict.open_count(), 1, "{}", bob.says());
    bob.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "1\ntwo MINE\n3\n", "an open conflict is not saved");
}

#[test]
fn draft_by_hand_survives_a_server_that_has_my_text() {
    let (mut server, mut alice, bob) = decided_by_hand();
    let kept = bob.draft.expect("a draft is kept");
    alice.write("1\ntwo MINE\n3\n");
    alice.ask(Command::Save, &mut server);
    let mut again = Desk::new("bob");
    again.editor = Editor::new("welcome".parse().unwrap(), "bob".parse().unwrap(), Some(kept.clone()));
    again.draft = Some(kept);
    again.ask(Command::Open, &mut server);
    assert_eq!(again.editor.unplaced_text(), Some("by hand\n"));
    assert!(again.draft.is_some_and(|draft| draft.manual_edit.as_deref() == Some("by hand\n")));
}

#[test]
fn text_typed_before_the_first_read_is_put_in_front() {
    let mut server = Server::with(document("one\ntwo\n"));
    let mut bob = Desk::new("bob");
    bob.command(Command::Open);
    bob.write("early ");
    bob.exchange(&mut server);
    assert_eq!((bob.editor.phase(), bob.content().as_str()), (EditorPhase::Edited, "early one\ntwo\n"));
    assert_eq!(bob.editor.mine().title, "Welcome");
    bob.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "early one\ntwo\n");
}

#[test]
fn save_that_cannot_succeed_is_announced_as_such() {
    for deletes in [false, true] {
        let (mut server, mut alice, mut bob) = decided_by_hand();
        bob.told = server.versions.len();
        if deletes {
            alice.ask(Command::Delete, &mut server);
        } else {
            alice.write("three\n");
            alice.ask(Command::Save, &mut server);
        }
        bob.hear(&server);
        bob.command(Command::PreviewSave);
        let newer = if deletes { "the document was deleted meanwhile" } else { "alice has saved \"v3\" meanwhile" };
        assert!(
            bob.says().ends_with(&format!("; {newer}: the server will refuse that save, and nothing is lost by it")),
            "{}",
            bob.says()
        );
    }
}
