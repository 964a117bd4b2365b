//! Two editors under one name: the actions of the other are never reported as the user's own.

use editor::{Command, EditorInput, EditorNotice, EditorPhase, OtherWrite};

use crate::world::{Desk, Server, content, document};

/// Returns two editors of one document, both of a user called alice.
fn both_alice(text: &str) -> (Server, Desk, Desk) {
    let mut server = Server::with(document(text));
    let (mut one, mut other) = (Desk::new("alice"), Desk::new("alice"));
    for desk in [&mut one, &mut other] {
        desk.ask(Command::Open, &mut server);
        desk.hear(&server);
    }
    (server, one, other)
}

fn notice(desk: &Desk) -> String {
    desk.editor.notice().map(ToString::to_string).unwrap_or_default()
}

#[track_caller]
fn assert_says(desk: &Desk, words: &str) {
    let notice = notice(desk);
    assert!(notice.contains(words) && !notice.contains("alice"), "{notice}");
}

const OTHER: &str = "another editor under your name";

#[test]
fn save_of_a_namesake_is_that_of_another_editor() {
    let (mut server, mut one, mut other) = both_alice("one\ntwo\nthree\n");
    one.write("ONE\ntwo\nthree\n");
    one.ask(Command::Save, &mut server);
    other.hear(&server);
    assert_says(&other, &format!("{OTHER} saved version \"v2\""));
    other.write("one\ntwo\nTHREE\n");
    other.ask(Command::Save, &mut server);
    assert_says(&other, &format!("412: {OTHER} saved first"));
    other.command(Command::PreviewSave);
    assert_says(&other, "your text with 1 line of another editor's");
    one.hear(&server);
    one.write("zero\nONE\ntwo\nthree\n");
    one.ask(Command::Save, &mut server);
    other.hear(&server);
    assert_says(&other, &format!("{OTHER} has saved version \"v3\" meanwhile"));
    other.ask(Command::Reload, &mut server);
    assert_says(&other, &format!("{OTHER} saved meanwhile"));
    other.ask(Command::Save, &mut server);
    assert_eq!(content(&server), "zero\nONE\ntwo\nTHREE\n");
    one.ask(Command::Reload, &mut server);
    assert_says(&one, &format!("this is now version \"v4\" by {OTHER}"));
}

#[test]
fn delete_by_a_namesake_is_that_of_another_editor() {
    let (mut server, mut one, mut other) = both_alice("one\n");
    one.ask(Command::Delete, &mut server);
    other.hear(&server);
    assert_says(&other, &format!("{OTHER} deleted this document"));
    assert_eq!(other.editor.phase().to_string(), "deleted");
    other.ask(Command::Reload, &mut server);
    assert_says(&other, &format!("{OTHER} deleted this document"));
}

#[test]
fn own_delete_is_reported_as_own() {
    let (mut server, mut alice, _) = both_alice("one\n");
    alice.ask(Command::Delete, &mut server);
    assert_eq!(alice.editor.notice(), Some(&EditorNotice::Deleted));
    alice.take(EditorInput::Command(Command::Dismiss));
    alice.hear(&server);
    assert_eq!(alice.editor.notice(), None, "its event says nothing new");
}

#[test]
fn own_delete_without_a_response_is_reported_as_own() {
    let (mut server, mut alice, _) = both_alice("one\n");
    alice.command(Command::Delete);
    alice.arrive(&mut server);
    alice.lose();
    alice.wake();
    alice.exchange(&mut server);
    assert_eq!(alice.editor.notice(), Some(&EditorNotice::Deleted));
    assert_eq!(alice.editor.phase(), EditorPhase::DeletedBy(None));
}

#[test]
fn own_save_without_a_response_is_reported_as_own() {
    let (mut server, mut alice, _) = both_alice("one\n");
    alice.write("two\n");
    alice.command(Command::Save);
    alice.arrive(&mut server);
    alice.lose();
    alice.hear(&server);
    assert!(matches!(alice.editor.notice(), Some(EditorNotice::Unanswered(_))), "{}", notice(&alice));
    alice.wake();
    alice.exchange(&mut server);
    assert!(matches!(alice.editor.notice(), Some(EditorNotice::Replayed(_))), "{}", notice(&alice));
}

/// Alice's program writes a version by another request than her editor's, such as a restore.
fn write_elsewhere(desk: &mut Desk, server: &mut Server, text: &str) {
    desk.take(EditorInput::OtherWriteBegan);
    let etag = server.append(Some(document(text)), desk.editor.me().clone());
    desk.hear(server);
    let before = notice(desk);
    assert!(!before.contains("saved"), "it may be the write that is under way: {before}");
    desk.take(EditorInput::OtherWriteEnded(OtherWrite::Wrote(etag)));
}

#[test]
fn version_written_elsewhere_in_the_program_is_mine() {
    let (mut server, mut alice, mut other) = both_alice("one\n");
    write_elsewhere(&mut alice, &mut server, "restored\n");
    alice.exchange(&mut server);
    assert_says(&alice, "this is now version \"v2\" by you");
    assert_eq!(alice.editor.phase(), EditorPhase::Clean);
    other.hear(&server);
    assert_says(&other, &format!("{OTHER} saved version \"v2\""));
}

#[test]
fn edited_text_stays_stale_after_a_write_elsewhere() {
    let (mut server, mut alice, _) = both_alice("one\n");
    alice.write("mine\n");
    write_elsewhere(&mut alice, &mut server, "restored\n");
    assert_says(&alice, "you saved version \"v2\": my text is based on an older one");
    assert_eq!(alice.editor.mine().content, "mine\n");
    alice.ask(Command::Save, &mut server);
    assert_says(&alice, "412: you saved first");
}

#[test]
fn event_of_a_namesake_during_a_failed_write_is_told_afterwards() {
    let (mut server, mut alice, mut other) = both_alice("one\n");
    alice.take(EditorInput::OtherWriteBegan);
    other.write("two\n");
    other.ask(Command::Save, &mut server);
    alice.hear(&server);
    let before = notice(&alice);
    assert!(!before.contains("saved"), "it may be the write that is under way: {before}");
    alice.take(EditorInput::OtherWriteEnded(OtherWrite::NotDone));
    assert_says(&alice, &format!("{OTHER} saved version \"v2\""));
}

#[test]
fn delete_elsewhere_in_the_program_is_mine() {
    let (mut server, mut alice, _) = both_alice("one\n");
    alice.take(EditorInput::OtherWriteBegan);
    server.append(None, alice.editor.me().clone());
    alice.hear(&server);
    alice.take(EditorInput::OtherWriteEnded(OtherWrite::Deleted));
    assert_eq!(alice.editor.notice(), Some(&EditorNotice::Deleted));
    assert!(!alice.editor.has_unsaved(), "the user who deleted it needs no copy");
}
