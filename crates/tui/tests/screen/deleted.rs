//! Deletes and their question; another author's delete and its choice; the 428.
//!
//! The choice and the 428 open in panels beside the text, which keeps the focus until the user enters one.

use crossterm::event::KeyCode;
use terminal::event::TerminalEvent;
use tui::{Effect, Event, update};

use crate::harness::TestApp;

/// Alice has typed, and Bob deletes the document.
fn deleted_under_alice(width: u16, height: u16) -> TestApp {
    let mut play = TestApp::single(Some("welcome"), width, height);
    play.types("Alice ");
    let event = play.server.deleted_by("Bob");
    play.event(event);
    play
}

#[test]
fn a_delete_asks_first_and_names_its_version() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    play.f(8);
    play.shows(80, 24, "If-Match: \"v1-00000001\"");
    play.code(KeyCode::Esc);
    assert!(!play.server.content().is_empty());
    play.f(8).code(KeyCode::Enter);
    assert!(play.server.content().is_empty());
    play.shows(80, 24, "! deleted");
    play.shows(80, 24, "F9 decides");
    play.types("c");
    play.shows(80, 24, "1 c# Bread");
    play.f(9);
    play.shows(80, 24, "c create again");
}

#[test]
fn delete_by_another_author_keeps_the_focus_in_the_text() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut play = deleted_under_alice(width, height);
        play.shows(width, height, "deleted by Bob");
        play.shows(width, height, "F9 decide");
        play.types("cd and ");
        play.shows(width, height, "1 Alice cd and # Bread");
        play.shows(width, height, "deleted by Bob");
    }
}

#[test]
fn document_deleted_by_another_can_be_created_again() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut play = deleted_under_alice(width, height);
        play.f(9);
        play.shows(width, height, "c create again");
        play.types("c");
        play.shows(width, height, "✓ clean");
        assert!(play.server.content().starts_with("Alice # Bread"));
        play.types("d");
        play.shows(width, height, "Alice d# Bread");
    }
}

#[test]
fn save_after_a_delete_sends_nothing_and_names_the_key() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut play = deleted_under_alice(width, height);
        let sent = play.effects.len();
        play.ctrl('s');
        assert!(!play.effects[sent..].iter().any(|effect| matches!(effect, Effect::Ask { .. })));
        play.shows(width, height, "not now: the document was deleted");
        play.shows(width, height, "F9 decide");
        play.types("cd").shows(width, height, "1 Alice cd# Bread");
    }
}

#[test]
fn save_in_the_entered_choice_sends_nothing_and_says_so() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut play = deleted_under_alice(width, height);
        let sent = play.effects.len();
        play.f(9).ctrl('s');
        assert!(!play.effects[sent..].iter().any(|effect| matches!(effect, Effect::Ask { .. })));
        play.shows(width, height, "not now: the document was deleted");
        play.shows(width, height, "c create again");
    }
}

#[test]
fn reload_of_a_deleted_document_opens_the_choice() {
    let mut play = deleted_under_alice(80, 24);
    play.code(KeyCode::Esc).hides(80, 24, "the document is gone");
    play.f(5);
    play.shows(80, 24, "Bob deleted this document");
    play.types("c").shows(80, 24, "1 Alice c# Bread");
    play.f(9).shows(80, 24, "c create again");
}

#[test]
fn save_refused_by_a_delete_keeps_the_focus_in_the_text() {
    for typed_on in [false, true] {
        let mut play = TestApp::single(Some("welcome"), 80, 24);
        play.types("Alice ");
        play.server.deleted_by("Bob");
        // No response has arrived yet.
        let effects = update(&mut play.state, Event::Terminal(TerminalEvent::Key(terminal::key::Key::ctrl('s'))));
        let ask = effects.iter().find(|effect| matches!(effect, Effect::Ask { .. })).unwrap();
        if typed_on {
            play.types("c");
        }
        for event in play.server.answer(ask, &[crate::harness::author("Alice")]) {
            play.event(event);
        }
        play.shows(80, 24, "! deleted by Bob");
        play.shows(80, 24, "the document is gone");
        play.types("d");
        play.shows(80, 24, if typed_on { "1 Alice cd# Bread" } else { "1 Alice d# Bread" });
        play.f(9).shows(80, 24, "c create again");
    }
}

#[test]
fn unsaved_text_is_discarded_after_a_question_and_undone() {
    for (text, back) in [("Alice ", "Ctrl-Z"), ("one\r\ntwo\r\n", "Ctrl-V")] {
        let mut play = TestApp::single(Some("welcome"), 80, 24);
        if back == "Ctrl-V" {
            let event = play.server.saved_by("Bob", text);
            play.event(event).f(5);
        }
        play.types("Alice ");
        let event = play.server.deleted_by("Bob");
        play.event(event).f(9).types("d");
        play.shows(80, 24, "It is not saved");
        play.shows(80, 24, &format!("{back} in the empty text"));
        play.code(KeyCode::Esc);
        play.shows(80, 24, "c create again");
        play.types("d").code(KeyCode::Enter);
        play.hides(80, 24, "create again");
        play.hides(80, 24, "1 Alice ");
        assert!(play.server.content().is_empty());
        play.ctrl(if back == "Ctrl-Z" { 'z' } else { 'v' });
        play.shows(80, 24, "1 Alice ");
        play.ctrl('s');
        assert!(play.server.content().starts_with("Alice "), "the text is saved as a new document");
        if back == "Ctrl-Z" {
            play.shows(80, 24, "welcome: Bread");
        }
    }
}

#[test]
fn saved_text_is_discarded_without_a_question() {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    let event = play.server.deleted_by("Bob");
    play.event(event).f(9).types("d");
    play.shows(80, 24, "my text is gone with the document");
}

#[test]
fn letters_are_text_again_after_leaving_the_choice() {
    let mut play = deleted_under_alice(80, 24);
    play.f(9).code(KeyCode::Esc).types("d and c are letters again ");
    play.shows(80, 24, "d and c are letters again");
    play.f(9);
    play.shows(80, 24, "c create again");
}

#[test]
fn response_428_keeps_the_focus_in_the_text() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut play = TestApp::single(Some("welcome"), width, height);
        play.types("Alice ");
        let effects = update(&mut play.state, Event::Terminal(TerminalEvent::Key(terminal::key::Key::f(6))));
        play.types("and ");
        let ask = effects.iter().find(|effect| matches!(effect, Effect::Ask { .. })).unwrap();
        for event in play.server.answer(ask, &[crate::harness::author("Alice")]) {
            play.event(event);
        }
        play.shows(width, height, "428");
        play.hides(width, height, "Enter do it right");
        play.types("on ").code(KeyCode::Enter);
        play.shows(width, height, "1 Alice and on");
        play.shows(width, height, "2 # Bread");
        assert_eq!(play.server.content(), crate::harness::TEXT, "Enter is a line break here");
        // Ctrl-S repeats the unconditional save, now with the base in If-Match.
        play.ctrl('s').shows(width, height, "✓ clean");
        assert!(play.server.content().starts_with("Alice and on \n# Bread"), "{}", play.server.content());
    }
}

#[test]
fn choice_after_a_delete_replaces_the_428() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut play = TestApp::single(Some("welcome"), width, height);
        play.types("Alice ").f(6).shows(width, height, "428");
        let event = play.server.deleted_by("Bob");
        play.event(event);
        play.shows(width, height, "Bob deleted this document");
        play.hides(width, height, "does it right");
        play.f(9).shows(width, height, "c create again");
    }
}

#[test]
fn unconditional_save_after_a_delete_keeps_the_choice_open() {
    let mut play = TestApp::single(Some("welcome"), 120, 40);
    play.f(8).code(KeyCode::Enter).types("x").f(6);
    play.shows(120, 40, "428: the server wants to know which version this replaces");
    play.shows(120, 40, "the document is gone");
    play.f(9).types("c").shows(120, 40, "✓ clean");
    assert!(play.server.content().starts_with('x'));
}
