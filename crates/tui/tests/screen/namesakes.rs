//! Two editors under one name: the screen never says that Alice did what the other editor did.

use client::EntryChange;
use crossterm::event::KeyCode;
use editor::ResponseOutcome;
use tui::Event;

use crate::harness::{TestApp, id};

const WIDE: (u16, u16) = (160, 40);

#[track_caller]
fn shows_another(play: &TestApp, words: &str) {
    let screen = play.shows(WIDE.0, WIDE.1, words).text();
    for wrong in ["Alice saved", "Alice has saved", "Alice deleted", "by ● Alice ", "deleted by Alice"] {
        let elsewhere = screen.replace("● Alice elsewhere", "");
        assert!(!elsewhere.contains(wrong), "{wrong:?} is on Alice's screen:\n{screen}");
    }
}

#[test]
fn save_of_a_namesake_is_attributed_to_another_editor() {
    let mut play = TestApp::single(Some("welcome"), WIDE.0, WIDE.1);
    let event = play.server.saved_by("Alice", "# Bread\n\nflour\nwater\npepper\n");
    play.event(event);
    shows_another(&play, "another editor under your name saved version \"v2-00000002\"");
    play.shows(WIDE.0, WIDE.1, "server \"v2-00000002\" by ● Alice elsewhere");
    play.types("Alice ").ctrl('s');
    // The sides of a merge never have the same sign.
    shows_another(&play, "◇ Alice elsewhere \"v2-00000002\"");
    play.code(KeyCode::Esc);
    shows_another(&play, "412 failed: another editor under your name saved v2");
}

#[test]
fn delete_by_a_namesake_is_attributed_to_another_editor() {
    let mut play = TestApp::single(Some("welcome"), WIDE.0, WIDE.1);
    play.types("Alice ");
    let event = play.server.deleted_by("Alice");
    play.event(event).f(9);
    shows_another(&play, "Another editor under your name deleted this document");
}

/// A restore, a rename and a delete are the user's own requests, although no editor sends them.
#[test]
fn restore_from_the_versions_is_reported_as_my_own() {
    let mut play = TestApp::single(Some("welcome"), WIDE.0, WIDE.1);
    play.types("Rye ").ctrl('s').f(3).code(KeyCode::End).types("s").code(KeyCode::Esc);
    let screen = play.shows(WIDE.0, WIDE.1, "this is now version \"v3-00000003\" by you").text();
    assert!(!screen.contains("another editor") && !screen.contains("elsewhere"), "{screen}");
    play.ctrl('z').shows(WIDE.0, WIDE.1, "another version is taken back");
    play.hides(WIDE.0, WIDE.1, "lines of others");
}

#[test]
fn rename_in_the_list_is_reported_as_my_own() {
    let mut play = TestApp::single(Some("welcome"), WIDE.0, WIDE.1);
    play.f(2).types("other").code(KeyCode::Enter).f(2).types("welcome").ctrl('t').types("Rye").code(KeyCode::Enter);
    play.code(KeyCode::Enter).shows(WIDE.0, WIDE.1, "this is now version \"v2-00000002\" by you");
    play.hides(WIDE.0, WIDE.1, "another editor");
}

/// Bob's editor has the focus when the reply to Alice's request arrives.
#[test]
fn reply_to_a_rename_goes_to_the_editor_that_sent_it() {
    let mut play = TestApp::stage(WIDE.0, WIDE.1);
    play.server.delays_changes = true;
    play.f(2).types("other").code(KeyCode::Enter).f(2).types("welcome").ctrl('t').types("Rye").code(KeyCode::Enter);
    // It may be the rename, so Alice's editor says nothing of it yet.
    let event = play.server.saved_by("Alice", "# Bread\n\nrye\n");
    play.event(event).alt('2');
    let (document, change) = (id("welcome"), EntryChange::Title("Rye".to_owned()));
    let outcome = ResponseOutcome::Unsent("no server".to_owned());
    play.event(Event::EntryAnswered { seat: 0, document, change, outcome });
    play.alt('1').f(2).types("welcome").code(KeyCode::Enter);
    play.shows(WIDE.0, WIDE.1, "another editor under your name saved");
}

#[test]
fn delete_in_the_list_is_reported_as_my_own() {
    let mut play = TestApp::single(Some("welcome"), WIDE.0, WIDE.1);
    play.f(2).types("other").code(KeyCode::Enter).f(2).types("welcome").f(8).code(KeyCode::Enter);
    play.code(KeyCode::Enter);
    play.shows(WIDE.0, WIDE.1, "This document was deleted. My text is still here.");
    play.hides(WIDE.0, WIDE.1, "nother editor");
}

#[test]
fn restore_that_meets_a_namesake_says_so() {
    let mut play = TestApp::single(Some("welcome"), WIDE.0, WIDE.1);
    play.types("Rye ").ctrl('s').f(3).code(KeyCode::End).code(KeyCode::Enter);
    play.server.saved_by("Alice", "elsewhere\n");
    play.types("s");
    shows_another(&play, "412: v3 was saved under your name meanwhile: nothing is restored");
}
