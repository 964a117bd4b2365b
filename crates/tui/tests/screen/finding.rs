//! Finding and replacing words in a text, and going to a line by its number.

use crossterm::event::KeyCode;
use ratatui::style::Modifier;
use terminal::event::TerminalEvent;

use crate::harness::TestApp;

/// Opens a document with this text.
fn editor(text: &str) -> TestApp {
    let mut play = TestApp::single(Some("welcome"), 80, 24);
    let event = play.server.saved_by("Bob", text);
    play.event(event).f(5);
    play.shows(80, 24, "✓ clean");
    play
}

#[test]
fn matches_are_marked_as_the_word_is_typed() {
    let mut play = editor("Rye\nwater, RYE\nsalt\n");
    play.ctrl('f').types("ry");
    play.shows(80, 24, "find: ry");
    let screen = play.shows(80, 24, "1 of 2, any case");
    assert!(screen.style_of("Ry").add_modifier.contains(Modifier::REVERSED), "the current match is selected");
    assert!(screen.style_of("RY").add_modifier.contains(Modifier::UNDERLINED), "the other match is marked");
    play.code(KeyCode::Enter);
    play.shows(80, 24, "2 of 2");
    play.alt('c');
    play.shows(80, 24, "no match, exact case");
    play.alt('c').code(KeyCode::Up).code(KeyCode::Esc);
    play.hides(80, 24, "find:");
    let screen = play.screen(80, 24);
    assert!(!screen.style_of("RY").add_modifier.contains(Modifier::UNDERLINED), "the marks end with the search");
    play.types("Po");
    play.shows(80, 24, "1 Poe");
}

#[test]
fn last_search_goes_on_from_the_text() {
    let mut play = editor("one two one two one\n");
    play.ctrl('f').types("one").code(KeyCode::Esc).alt('n');
    play.shows(80, 24, "\"one\": 2 of 3");
    play.alt('n').alt('n');
    play.shows(80, 24, "\"one\": 1 of 3");
    play.alt('p');
    play.shows(80, 24, "\"one\": 3 of 3");
}

#[test]
fn a_match_is_replaced_after_its_preview() {
    let mut play = editor("key = value\nname = other\n");
    play.ctrl('r').types(r"(\w+) = (\w+)").alt('r').code(KeyCode::Tab).types("$2: $1");
    play.shows(80, 24, "- key = value");
    play.shows(80, 24, "+ value: key");
    play.code(KeyCode::Enter);
    play.shows(80, 24, "1 value: key");
    play.shows(80, 24, "+ other: name");
    play.code(KeyCode::Esc).ctrl('s');
    assert_eq!(play.server.content(), "value: key\nname = other\n");
}

#[test]
fn all_matches_are_replaced_as_one_step() {
    let mut play = editor("a b a\r\na\r\n");
    play.ctrl('r').types("a").code(KeyCode::Tab).types("ä").alt('a');
    play.shows(80, 24, "3 replaced; Ctrl-Z takes them all back");
    play.ctrl('s');
    assert_eq!(play.server.content(), "ä b ä\r\nä\r\n");
    play.ctrl('z').ctrl('s');
    assert_eq!(play.server.content(), "a b a\r\na\r\n");
}

#[test]
fn whole_words_are_found_and_replaced() {
    let mut play = editor("cat concat cats cat\n");
    play.ctrl('r').types("cat").alt('w');
    play.shows(80, 24, "1 of 2, any case, whole words");
    play.code(KeyCode::Tab).types("dog").alt('a').ctrl('s');
    assert_eq!(play.server.content(), "dog concat cats dog\n");
}

#[test]
fn search_without_a_replacement_replaces_nothing() {
    let mut play = editor("a b a\n");
    play.ctrl('f').types("a").alt('a').code(KeyCode::Esc);
    play.shows(80, 24, "1 a b a");
    play.ctrl('r').types("a").alt('a');
    play.shows(80, 24, "replace with:");
    play.code(KeyCode::Esc);
    play.shows(80, 24, "1 a b a");
    play.shows(80, 24, "✓ clean");
}

#[test]
fn bad_pattern_says_why() {
    let mut play = editor("text\n");
    play.ctrl('f').types("(te").alt('r');
    play.shows(80, 24, "not a regular expression: unclosed group");
    play.types("xt)");
    play.shows(80, 24, "1 of 1, any case, regex");
}

#[test]
fn text_that_arrives_during_a_search_is_searched() {
    let mut play = editor("salt and bread\n");
    play.ctrl('r').types("bread").code(KeyCode::Tab).types("rolls").f(5);
    let event = play.server.saved_by("Bob", "butter, bread\nand bread\n");
    play.event(event);
    play.code(KeyCode::Esc).f(5).ctrl('f');
    play.shows(80, 24, "1 of 2");
}

#[test]
fn line_is_reached_by_its_number() {
    let lines: Vec<String> = (1..=300).map(|line| format!("row {line}")).collect();
    let mut play = editor(&lines.join("\n"));
    play.alt('g').types("x");
    play.shows(80, 24, "go to line: x");
    play.code(KeyCode::Enter);
    play.shows(80, 24, "1 to 300");
    play.code(KeyCode::Backspace).types("250").code(KeyCode::Enter).types("here ");
    play.shows(80, 24, "250 here row 250");
}

#[test]
fn pasted_words_are_searched_for() {
    let mut play = editor("one\ntwo\n");
    play.ctrl('f').event(TerminalEvent::Pasted("two\nthree".to_owned()));
    play.shows(80, 24, "find: two");
    play.shows(80, 24, "1 of 1");
}

#[test]
fn search_fits_the_smallest_screen() {
    let mut play = TestApp::single(Some("welcome"), 40, 12);
    play.ctrl('r').types("bread");
    play.shows(40, 12, "find: bread");
    play.shows(40, 12, "replace with:");
    play.shows(40, 12, "# Bread");
}
