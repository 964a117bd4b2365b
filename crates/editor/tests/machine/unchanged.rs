//! Writes that change nothing make no version, and are not called a save.

use contract::{Snapshot, Timestamp};
use editor::{Command, EditorInput, EditorPhase, ResponseOutcome, Saved};
use merge::Decision;

use crate::world::{Desk, both_have, both_save, decide_all, document};

#[test]
fn merge_equal_to_theirs_names_their_version() {
    let (mut server, _, mut bob) = both_save("one\n", "alice\n", "bob\n");
    decide_all(&mut bob, &Decision::Theirs);
    bob.ask(Command::Save, &mut server);
    assert_eq!(server.versions.len(), 2, "the server makes no version");
    assert_eq!(bob.says(), "nothing to save: my text equals version \"v2\" by alice");
    assert_eq!(bob.editor.phase(), EditorPhase::Clean);
    let base = bob.editor.base().unwrap();
    assert_eq!(base.author, Some("alice".parse().unwrap()), "Bob did not write that version");
}

#[test]
fn save_without_edits_makes_no_version() {
    let (mut server, mut alice, _) = both_have("one\n");
    alice.ask(Command::Save, &mut server);
    assert_eq!(alice.says(), "nothing to save: my text equals version \"v1\" by seed");
    alice.write("two\n");
    alice.ask(Command::Save, &mut server);
    assert_eq!(alice.says(), "saved as version \"v2\"");
    alice.ask(Command::Save, &mut server);
    assert_eq!(alice.says(), "nothing to save: my text equals version \"v2\", which the server has");
}

#[test]
fn notice_ends_when_the_text_is_another() {
    let (mut server, mut alice, _) = both_have("one\n");
    alice.ask(Command::Save, &mut server);
    alice.write("one\ntwo\n");
    assert_eq!(alice.says(), "");
}

/// Carol saved what Bob then sends without a condition. The server has that version already.
#[test]
fn unconditional_save_of_their_text_names_their_version() {
    let read = |tag: &str, author: &str, content: &str| {
        let document = document(content);
        Snapshot { etag: tag.parse().unwrap(), author: author.parse().ok(), at: None, document }
    };
    let saved =
        |tag: &str| Saved { etag: tag.parse().unwrap(), at: None, created: false, replayed: false, overwrote: None };
    for (tag, says) in [
        ("\"v2-0011aabb\"", "nothing to save: my text equals version \"v2-0011aabb\" by carol"),
        // Such a tag can belong to two texts, so nothing is known about what the server had.
        ("\"1795323611\"", "saved as version \"1795323611\""),
    ] {
        let mut bob = Desk::new("bob");
        bob.command(Command::Open);
        bob.answer(ResponseOutcome::Read(read("\"v1-0011aabb\"", "seed", "one\n")));
        let id = bob.editor.id().clone();
        let event = contract::DocumentEvent {
            id,
            etag: tag.parse().unwrap(),
            author: "carol".parse().unwrap(),
            at: Timestamp::default(),
        };
        bob.take(EditorInput::EventReceived { kind: contract::EventKind::Changed, event });
        bob.write("two\n");
        bob.command(Command::SaveUnconditionally);
        bob.answer(ResponseOutcome::Saved(saved(tag)));
        assert_eq!(bob.says(), says);
    }
}

/// Under a policy that makes tags of the content or of seconds, one tag can belong to two versions.
#[test]
fn same_tag_of_another_text_is_a_save() {
    let mut bob = Desk::new("bob");
    bob.command(Command::Open);
    let etag: contract::EntityTag = "\"1795323611\"".parse().unwrap();
    let version = Snapshot { etag: etag.clone(), author: None, at: None, document: document("one\n") };
    bob.answer(ResponseOutcome::Read(version));
    bob.write("two\n");
    bob.command(Command::Save);
    bob.answer(ResponseOutcome::Saved(Saved { etag, at: None, created: false, replayed: false, overwrote: None }));
    assert_eq!(bob.says(), "saved as version \"1795323611\"");
}
