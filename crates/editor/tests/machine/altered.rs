//! A server that stores a different text than was sent.
//!
//! The user is told, the typed text stays, and nothing is sent by itself.

use contract::Snapshot;
use editor::{Command, EditorPhase, ResponseOutcome, Saved};
use merge::Decision;

use crate::world::{Desk, Server, Transit, both_have, decide_all, document};

/// Answers the request in flight: saved as version 2, and the server has this text.
fn altered(desk: &mut Desk, server: &mut Server, content: &str) {
    let Some(Transit::Asked(request, _)) = desk.transit.take() else { panic!("nothing was sent") };
    let etag = server.append(Some(document(content)), desk.editor.me().clone());
    let saved = Saved { etag: etag.clone(), at: None, created: false, replayed: false, overwrote: None };
    let kept = Snapshot { etag, author: None, at: None, document: document(content) };
    desk.transit = Some(Transit::Answered(request, ResponseOutcome::Altered(saved, Box::new(kept))));
    desk.deliver();
}

fn notice(desk: &Desk) -> String {
    desk.editor.notice().expect("something is said").to_string()
}

#[test]
fn altered_save_is_reported_and_keeps_the_typed_text() {
    let (mut server, mut alice, _) = both_have("one\ntwo\n");
    alice.write("one\ntypd\n");
    alice.command(Command::Save);
    altered(&mut alice, &mut server, "one\ntyped\n");
    assert_eq!(notice(&alice), "saved, but the server has another text than was sent. 1 conflict to decide, then save");
    assert_eq!(alice.editor.mine().content, "one\ntypd\n");
    assert_eq!(alice.editor.phase(), EditorPhase::Merging);
    assert_eq!(alice.draft.as_ref().map(|draft| draft.mine.content.to_string()).as_deref(), Some("one\ntypd\n"));
    assert!(alice.transit.is_none(), "nothing is sent by itself");
    // The event of this save does not report another writer.
    alice.hear(&server);
    alice.hear(&server);
    assert!(notice(&alice).starts_with("saved, but"), "{}", notice(&alice));
}

#[test]
fn taking_the_servers_text_ends_the_difference() {
    let (mut server, mut alice, _) = both_have("one\ntwo\n");
    alice.write("one\ntypd\n");
    alice.command(Command::Save);
    altered(&mut alice, &mut server, "one\ntyped\n");
    decide_all(&mut alice, &Decision::Theirs);
    alice.ask(Command::Save, &mut server);
    assert_eq!(alice.editor.phase(), EditorPhase::Clean);
    assert_eq!(alice.editor.mine().content, "one\ntyped\n");
    assert_eq!(alice.draft, None);
}

#[test]
fn keeping_ones_own_text_sends_it_once_per_press() {
    let (mut server, mut alice, _) = both_have("one\ntwo\n");
    alice.write("one\ntypd\n");
    alice.command(Command::Save);
    for _ in 0..3 {
        altered(&mut alice, &mut server, "one\ntyped\n");
        assert!(alice.transit.is_none());
        assert_eq!(alice.editor.mine().content, "one\ntypd\n");
        decide_all(&mut alice, &Decision::Mine);
        alice.command(Command::Save);
        assert!(alice.transit.is_some(), "{}", notice(&alice));
    }
}

#[test]
fn normalised_save_with_more_typed_since_loses_neither() {
    let (mut server, mut alice, _) = both_have("one\ntwo\nthree\nfour\nfive\n");
    alice.write("one\ntwo\nthree\nfour\nFIVE  \n");
    alice.command(Command::Save);
    alice.write("ONE\ntwo\nthree\nfour\nFIVE  \n");
    altered(&mut alice, &mut server, "one\ntwo\nthree\nfour\nFIVE\n");
    assert!(alice.content().starts_with("ONE\n"));
    decide_all(&mut alice, &Decision::Theirs);
    alice.ask(Command::Save, &mut server);
    assert_eq!(alice.editor.mine().content, "ONE\ntwo\nthree\nfour\nFIVE\n");
    assert_eq!(alice.editor.phase(), EditorPhase::Clean);
}
