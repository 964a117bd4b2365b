//! Deletes: mine, after a question; somebody else's, with the choice that it leaves to whoever asks for it.

use crossterm::event::KeyCode;
use tui::{Effect, Event, update};

use crate::play::Play;

/// Alice has typed, and Bob deletes the document.
fn deleted_under_alice(width: u16, height: u16) -> Play {
    let mut play = Play::single(Some("welcome"), width, height);
    play.types("Alice ");
    let event = play.server.deleted_by("Bob");
    play.event(event);
    play
}

#[test]
fn a_delete_is_asked_for_and_names_its_version() {
    let mut play = Play::single(Some("welcome"), 80, 24);
    play.f(8);
    play.shows(80, 24, "If-Match: \"v1-00000001\"");
    play.code(KeyCode::Esc);
    assert!(!play.server.content().is_empty());
    play.f(8).code(KeyCode::Enter);
    assert!(play.server.content().is_empty());
    play.shows(80, 24, "! deleted");
    play.hides(80, 24, "the document is gone");
    play.shows(80, 24, "(Ctrl-S: choose)");
    play.ctrl('s');
    play.shows(80, 24, "c create again");
}

#[test]
fn a_delete_by_somebody_else_leaves_the_keys_to_whoever_types() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut play = deleted_under_alice(width, height);
        play.shows(width, height, "deleted by Bob");
        play.shows(width, height, "Ctrl-S choose");
        play.types("cd and ");
        play.shows(width, height, "1 Alice cd and # Bread");
        play.shows(width, height, "deleted by Bob");
    }
}

#[test]
fn what_somebody_else_deleted_can_be_created_again() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut play = deleted_under_alice(width, height);
        play.ctrl('s');
        play.shows(width, height, "c create again");
        play.types("c");
        play.shows(width, height, "✓ clean");
        assert!(play.server.content().starts_with("Alice # Bread"));
    }
}

#[test]
fn a_reload_opens_the_choice_as_well() {
    let mut play = deleted_under_alice(80, 24);
    play.f(5);
    play.shows(80, 24, "c create again");
}

#[test]
fn a_save_that_is_refused_because_of_a_delete_opens_the_choice_unless_somebody_typed_on() {
    for typed_on in [false, true] {
        let mut play = Play::single(Some("welcome"), 80, 24);
        play.types("Alice ");
        play.server.deleted_by("Bob");
        // The answer takes its time.
        let effects = update(&mut play.state, Event::Key(tui::key::Key::ctrl('s')));
        let ask = effects.iter().find(|effect| matches!(effect, Effect::Ask { .. })).unwrap();
        if typed_on {
            play.types("d");
        }
        for event in play.server.answer(ask, &[crate::play::author("Alice")]) {
            play.event(event);
        }
        play.shows(80, 24, "! deleted by Bob");
        let open = play.screen(80, 24).text().contains("c create again");
        assert_eq!(open, !typed_on);
    }
}

#[test]
fn unsaved_text_is_given_up_after_a_question_and_comes_back() {
    for (text, back) in [("Alice ", "Ctrl-Z"), ("one\r\ntwo\r\n", "Ctrl-V")] {
        let mut play = Play::single(Some("welcome"), 80, 24);
        if back == "Ctrl-V" {
            let event = play.server.saved_by("Bob", text);
            play.event(event).f(5);
        }
        play.types("Alice ");
        let event = play.server.deleted_by("Bob");
        play.event(event).ctrl('s').types("d");
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
        assert!(play.server.content().starts_with("Alice "), "it is saved again as a new document");
        if back == "Ctrl-Z" {
            play.shows(80, 24, "welcome: Bread");
        }
    }
}

#[test]
fn text_that_was_saved_is_given_up_without_a_question() {
    let mut play = Play::single(Some("welcome"), 80, 24);
    let event = play.server.deleted_by("Bob");
    play.event(event).ctrl('s').types("d");
    play.shows(80, 24, "my text is gone with the document");
}

#[test]
fn the_choice_can_wait_and_comes_back_with_the_save() {
    let mut play = deleted_under_alice(80, 24);
    play.ctrl('s').code(KeyCode::Esc).types("d and c are letters again ");
    play.shows(80, 24, "d and c are letters again");
    play.ctrl('s');
    play.shows(80, 24, "create again");
}

#[test]
fn a_428_leaves_the_keys_to_whoever_typed_on() {
    let mut play = Play::single(Some("welcome"), 80, 24);
    play.types("Alice ");
    let effects = update(&mut play.state, Event::Key(tui::key::Key::f(6)));
    play.types("and ");
    let ask = effects.iter().find(|effect| matches!(effect, Effect::Ask { .. })).unwrap();
    for event in play.server.answer(ask, &[crate::play::author("Alice")]) {
        play.event(event);
    }
    play.hides(80, 24, "do it right");
    play.shows(80, 24, "428: the server wants to know");
    play.types("on ").f(6);
    play.shows(80, 24, "do it right");
}
