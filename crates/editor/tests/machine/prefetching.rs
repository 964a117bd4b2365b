//! A stale editor that reads the newer version in the background.

use editor::{
    Command, EditorInput, EditorNotice, EditorPhase, EditorRequest, LineMark, MAX_PREFETCHED_BYTES, MarkedChanges,
    ResponseOutcome,
};

use crate::world::{Desk, Server, Transit, both_have};

/// Returns Alice and Bob, who have both opened the same version; Bob marks all changes.
fn bob_marks(content: &str) -> (Server, Desk, Desk) {
    let (mut server, alice, mut bob) = both_have(content);
    for _ in &server.versions.clone() {
        bob.hear(&server);
    }
    bob.take(EditorInput::MarkChanges(MarkedChanges::All));
    bob.exchange(&mut server);
    (server, alice, bob)
}

fn alice_saves(alice: &mut Desk, content: &str, server: &mut Server) {
    alice.write(content);
    alice.ask(Command::Save, server);
}

fn marks(desk: &Desk) -> Vec<(usize, LineMark)> {
    desk.editor.changes().expect("the editor marks changes").marks(0..99)
}

#[test]
fn newer_version_is_read_by_a_conditional_get_and_only_shown() {
    let (mut server, mut alice, mut bob) = bob_marks("one\ntwo\nthree\n");
    assert!(bob.background.is_none(), "nothing is newer");
    bob.write("ONE\ntwo\nthree\n");
    alice_saves(&mut alice, "one\ntwo\n3\n", &mut server);
    bob.hear(&server);
    let (base, said) = (bob.editor.base().cloned(), bob.says());
    let base_tag = base.as_ref().map(|base| base.etag.clone());
    assert_eq!(bob.background.as_ref().map(|(_, ask)| ask), Some(&EditorRequest::Read { unless: base_tag }));
    assert!(bob.transit.is_none() && !bob.editor.is_busy(), "the user can save meanwhile");
    assert_eq!(marks(&bob), [(0, LineMark::Changed)]);
    bob.read_in_background(&mut server);
    assert_eq!(marks(&bob), [(0, LineMark::Changed), (2, LineMark::Theirs)]);
    assert_eq!((bob.editor.phase(), bob.content().as_str()), (EditorPhase::Stale, "ONE\ntwo\nthree\n"));
    assert_eq!((bob.editor.base().cloned(), bob.says()), (base, said));
    bob.write("ONE\ntwo\nTHREE\n");
    assert_eq!(marks(&bob), [(0, LineMark::Changed), (2, LineMark::Conflict)], "before any save");
}

/// The text is here, so neither the 412 nor a read that the user asks for brings it again.
#[test]
fn text_that_is_here_is_not_sent_again() {
    for command in [Command::Save, Command::Reload] {
        let (mut server, mut alice, mut bob) = bob_marks("one\ntwo\nthree\n");
        bob.write("ONE\ntwo\nthree\n");
        alice_saves(&mut alice, "one\ntwo\n3\n", &mut server);
        bob.hear(&server);
        bob.read_in_background(&mut server);
        bob.command(command.clone());
        bob.arrive(&mut server);
        match &bob.transit {
            Some(Transit::Answered(_, ResponseOutcome::Failed(failed))) => assert_eq!(failed.current, None),
            Some(Transit::Answered(_, ResponseOutcome::NotModified)) => assert_eq!(command, Command::Reload),
            other => panic!("{other:?}"),
        }
        bob.deliver();
        assert!(bob.transit.is_none() && bob.background.is_none(), "nothing is read again");
        assert_eq!(bob.editor.phase(), EditorPhase::Merging);
        assert!(matches!(bob.editor.notice(), Some(EditorNotice::Merging { .. })), "{}", bob.says());
        bob.ask(Command::Save, &mut server);
        assert_eq!(server.current().map(|now| now.document.content), Some("ONE\ntwo\n3\n".to_owned()));
        assert_eq!((bob.editor.phase(), marks(&bob)), (EditorPhase::Clean, Vec::new()));
    }
}

#[test]
fn unedited_text_takes_the_version_that_is_here() {
    let (mut server, mut alice, mut bob) = bob_marks("one\n");
    alice_saves(&mut alice, "two\n", &mut server);
    bob.hear(&server);
    bob.read_in_background(&mut server);
    assert_eq!((bob.editor.phase(), bob.content().as_str()), (EditorPhase::Stale, "one\n"));
    bob.ask(Command::Reload, &mut server);
    assert_eq!((bob.editor.phase(), bob.content().as_str()), (EditorPhase::Clean, "two\n"));
}

#[test]
fn saves_during_the_read_cause_one_more_read() {
    let (mut server, mut alice, mut bob) = bob_marks("one\n");
    for content in ["two\n", "three\n", "four\n"] {
        alice_saves(&mut alice, content, &mut server);
        bob.hear(&server);
    }
    let mut reads = 0;
    while bob.read_in_background(&mut server) {
        reads += 1;
    }
    assert_eq!(reads, 1, "the first read had the newest version already");
    alice_saves(&mut alice, "five\n", &mut server);
    bob.hear(&server);
    let (request, ask) = bob.background.take().unwrap();
    let outcome = server.answer(&ask, bob.editor.me());
    alice_saves(&mut alice, "six\n", &mut server);
    bob.hear(&server);
    bob.take(EditorInput::Prefetched { request, outcome });
    assert!(bob.read_in_background(&mut server));
    assert_eq!(bob.editor.newer_text().map(|newer| newer.document.content.to_string()), Some("six\n".to_owned()));
}

#[test]
fn each_change_has_the_version_that_made_it() {
    // The tags of these versions have numbers, so that a gap between two of them can be seen.
    let tag = |version: usize| format!("\"v{version}-0011aabb\"").parse().unwrap();
    let (mut server, _, mut bob) = both_have("one\ntwo\nthree\nfour\nfive\n");
    server.versions[0].etag = tag(1);
    bob.ask(Command::Reload, &mut server);
    bob.hear(&server);
    bob.take(EditorInput::MarkChanges(MarkedChanges::All));
    let mut save = |author: &str, content: &str, heard: bool| {
        server.append(Some(crate::world::document(content)), author.parse().unwrap());
        let version = server.versions.len();
        server.versions[version - 1].etag = tag(version);
        bob.hear(&server);
        if heard {
            bob.read_in_background(&mut server);
        }
    };
    save("alice", "1\ntwo\nthree\nfour\nfive\n", true);
    save("carol", "1\ntwo\n3\nfour\nfive\n", true);
    save("dave", "1\ntwo\n3\nfour\n5\n", false);
    save("erin", "1\ntwo\n3\nfour\nFIVE\n", true);
    let changes = bob.editor.changes().unwrap();
    let authors = changes.from_line(0).map(|change| {
        let version = bob.editor.introduced_by(&change)?;
        version.author.as_ref().map(ToString::to_string)
    });
    let authors: Vec<_> = authors.collect();
    assert_eq!(authors, [Some("alice".to_owned()), Some("carol".to_owned()), None], "one version was not received");
}

#[test]
fn failed_read_is_not_repeated_and_changes_nothing() {
    let (mut server, mut alice, mut bob) = bob_marks("one\n");
    alice_saves(&mut alice, "two\n", &mut server);
    bob.hear(&server);
    let (request, _) = bob.background.take().unwrap();
    bob.take(EditorInput::Prefetched { request, outcome: ResponseOutcome::Unanswered("cut off".to_owned()) });
    assert_eq!((bob.editor.phase(), bob.background.is_none()), (EditorPhase::Stale, true));
    bob.write("typed\n");
    assert!(bob.background.is_none());
    alice_saves(&mut alice, "three\n", &mut server);
    bob.hear(&server);
    assert!(bob.background.is_some(), "the next version is read");
}

#[test]
fn nothing_is_read_for_a_long_text_nor_unless_asked_to() {
    let (mut server, mut alice, mut bob) = bob_marks(&"a line\n".repeat(MAX_PREFETCHED_BYTES / 7 + 1));
    alice_saves(&mut alice, "two\n", &mut server);
    bob.hear(&server);
    assert!(bob.background.is_none());
    let (mut server, mut alice, mut bob) = bob_marks("one\n");
    bob.take(EditorInput::MarkChanges(MarkedChanges::Mine));
    bob.write("typed\n");
    alice_saves(&mut alice, "two\n", &mut server);
    bob.hear(&server);
    assert!(bob.background.is_none());
    assert_eq!(marks(&bob), [(0, LineMark::Changed)]);
    bob.take(EditorInput::MarkChanges(MarkedChanges::All));
    assert!(bob.read_in_background(&mut server));
    assert_eq!(marks(&bob), [(0, LineMark::Conflict)]);
    bob.take(EditorInput::MarkChanges(MarkedChanges::None));
    assert!(bob.editor.changes().is_none());
}

#[test]
fn deleted_document_has_no_newer_version() {
    let (mut server, mut alice, mut bob) = bob_marks("one\n");
    alice_saves(&mut alice, "two\n", &mut server);
    bob.hear(&server);
    bob.read_in_background(&mut server);
    alice.ask(Command::Delete, &mut server);
    bob.hear(&server);
    assert_eq!((bob.editor.newer_text(), marks(&bob)), (None, Vec::new()));
}

/// A save while the read is on its way is answered as any other.
#[test]
fn save_overtakes_the_read_in_the_background() {
    let (mut server, mut alice, mut bob) = bob_marks("one\ntwo\nthree\n");
    bob.write("ONE\ntwo\nthree\n");
    alice_saves(&mut alice, "one\ntwo\n3\n", &mut server);
    bob.hear(&server);
    bob.ask(Command::Save, &mut server);
    assert_eq!(bob.editor.phase(), EditorPhase::Merging);
    bob.ask(Command::Save, &mut server);
    bob.read_in_background(&mut server);
    assert_eq!((bob.editor.phase(), bob.content().as_str()), (EditorPhase::Clean, "ONE\ntwo\n3\n"));
    assert_eq!((bob.editor.newer_text(), marks(&bob)), (None, Vec::new()));
}
