//! Deletes: mine, after a question; somebody else's, with the choice that it leaves.

use crossterm::event::KeyCode;

use crate::play::Play;

#[test]
fn a_delete_is_asked_for_and_names_its_version() {
    let mut play = Play::single(Some("welcome"), 80, 24);
    play.f(8);
    play.shows(80, 24, "If-Match: \"v1-00000001\"");
    play.code(KeyCode::Esc);
    assert!(!play.server.content().is_empty());
    play.f(8).code(KeyCode::Enter);
    assert!(play.server.content().is_empty());
    play.shows(80, 24, "create again");
}

#[test]
fn what_somebody_else_deleted_can_be_created_again() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut play = Play::single(Some("welcome"), width, height);
        play.types("Alice ");
        let event = play.server.deleted_by("Bob");
        play.event(event);
        play.shows(width, height, "deleted by Bob");
        play.shows(width, height, "c  create again");
        play.types("c");
        play.shows(width, height, "✓ clean");
        assert!(play.server.content().starts_with("Alice # Bread"));
    }
}

#[test]
fn my_text_can_be_given_up_with_the_document() {
    let mut play = Play::single(Some("welcome"), 80, 24);
    play.types("Alice ");
    let event = play.server.deleted_by("Bob");
    play.event(event).types("d");
    play.hides(80, 24, "create again");
    play.hides(80, 24, "Alice #");
    assert!(play.server.content().is_empty());
}

#[test]
fn the_choice_can_wait_and_comes_back_with_the_save() {
    let mut play = Play::single(Some("welcome"), 80, 24);
    let event = play.server.deleted_by("Bob");
    play.event(event).code(KeyCode::Esc).types("d and c are letters again ");
    play.shows(80, 24, "d and c are letters again");
    play.ctrl('s');
    play.shows(80, 24, "create again");
}
