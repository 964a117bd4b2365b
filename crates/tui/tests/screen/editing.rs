//! Editing as in other editors: whole lines, the wheel, undo, and the place of the cursor.

use crossterm::event::KeyCode;
use terminal::edit;
use terminal::event::{Mouse, MouseKind, TerminalEvent};
use terminal::key::Key;

use crate::harness::TestApp;

/// Opens a document with this text.
fn editor(text: &str) -> TestApp {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    let event = play.server.saved_by("Bob", text);
    play.event(event).f(5);
    play.shows(80, 24, "✓ clean");
    play
}

/// Saves, and returns what the server has then.
fn saved(play: &mut TestApp) -> String {
    play.ctrl('s');
    play.server.content().to_owned()
}

const SHIFT_TAB: Key = Key::shift(KeyCode::Tab);

#[test]
fn tab_indents_the_selection_and_shift_tab_unindents() {
    let mut play = editor("one\n  two\nthree\n");
    play.press(Key::shift(KeyCode::Down)).press(Key::shift(KeyCode::Down)).code(KeyCode::Tab);
    assert_eq!(saved(&mut play), "  one\n    two\nthree\n");
    play.press(SHIFT_TAB).press(SHIFT_TAB);
    assert_eq!(saved(&mut play), "one\ntwo\nthree\n");
    play.ctrl('z').ctrl('z').ctrl('z');
    assert_eq!(saved(&mut play), "one\n  two\nthree\n", "each is one step");
}

#[test]
fn shift_tab_leaves_the_keys_with_the_text() {
    let mut play = editor("one\n");
    play.press(SHIFT_TAB).types("i");
    assert_eq!(saved(&mut play), "ione\n");
    play.hides(80, 24, "the wire has the keys");
    play.alt('w');
    play.shows(80, 24, "the wire has the keys");
    play.alt('w').types("x");
    assert_eq!(saved(&mut play), "ixone\n");
}

#[test]
fn lines_are_moved_duplicated_and_deleted_by_keys() {
    let mut play = editor("one\ntwo\nthree\n");
    play.press(edit::MOVE_LINES_DOWN);
    assert_eq!(saved(&mut play), "two\none\nthree\n");
    play.press(edit::MOVE_LINES_UP).ctrl('d');
    assert_eq!(saved(&mut play), "one\none\ntwo\nthree\n");
    play.ctrl('k').ctrl('k');
    assert_eq!(saved(&mut play), "one\nthree\n");
}

#[test]
fn enter_keeps_the_indentation() {
    let mut play = editor("  one\n");
    play.code(KeyCode::End).code(KeyCode::Enter).types("two");
    assert_eq!(saved(&mut play), "  one\n  two\n");
    play.event(TerminalEvent::Pasted("\nx".to_owned()));
    assert_eq!(saved(&mut play), "  one\n  two\nx\n", "a paste stays what it is");
}

#[test]
fn wheel_scrolls_without_the_cursor_until_something_is_typed() {
    let lines: Vec<String> = (1..=60).map(|line| format!("number {line}\n")).collect();
    let mut play = editor(&lines.concat());
    let turn = |notches| TerminalEvent::Mouse(Mouse { kind: MouseKind::Wheel(notches), column: 10, row: 5 });
    play.event(turn(4));
    play.hides(80, 24, " 1 number 1 ");
    play.shows(80, 24, "13 number 13");
    play.shows(80, 24, "line 1:1");
    play.event(turn(-1));
    play.shows(80, 24, "10 number 10");
    play.types("x");
    play.shows(80, 24, " 1 xnumber 1 ");
}

#[test]
fn place_of_the_cursor_is_shown_if_there_is_room() {
    let mut play = editor("one\ntwo\n");
    play.code(KeyCode::Down).code(KeyCode::Right);
    play.shows(80, 24, "line 2:2");
    play.shows(40, 12, "✓ required ");
    play.hides(40, 12, "line 2:2");
    play.alt('w');
    play.hides(80, 24, "line 2:2");
}

#[test]
fn saved_is_said_only_of_the_text_that_was_saved() {
    let mut play = editor("one\n");
    play.types("x").ctrl('s');
    play.shows(80, 24, "saved as version");
    play.ctrl('z');
    play.hides(80, 24, "saved as version");
    play.shows(80, 24, "edited");
}
