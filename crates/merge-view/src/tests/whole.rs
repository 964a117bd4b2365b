//! The whole result by hand, and the choices that are about more than one change.

use crossterm::event::KeyCode;
use terminal::key::Key;

use super::super::fixture::document;
use super::{Reader, rows_with};

fn head(reader: &Reader) -> String {
    reader.shown()[..3].join(" ")
}

#[test]
fn the_whole_is_written_like_any_text_and_is_one_step() {
    let mut reader = Reader::bread(120, 40);
    reader.type_keys("tnmE");
    assert!(reader.view.is_writing());
    assert!(!rows_with(&reader.shown(), "✎ the whole by hand").is_empty(), "{:#?}", reader.shown());
    reader.type_keys("Now ");
    reader.press(Key::ctrl('s'));
    let shown = reader.shown();
    assert!(shown[0].starts_with("Ctrl-S saves the result · the whole result is written by hand"), "{}", shown[0]);
    let whole = reader.merging.conflict().full_override().unwrap();
    assert!(whole.contains("Knead for ten long minutes.") && whole.contains("Now Shape two loaves."), "{whole}");
    assert!(rows_with(&shown, "✎ edited").len() > 2, "every region says so: {shown:#?}");
    reader.type_keys("m");
    assert!(head(&reader).contains("u takes that back, E goes on with it"), "{}", head(&reader));
    assert!(reader.merging.conflict().full_override().is_some(), "nothing was decided");
    reader.type_keys("u");
    assert_eq!(reader.merging.conflict().full_override(), None);
    assert_eq!(reader.merging.conflict().open_count(), 0, "what was decided before is there");
}

#[test]
fn full_edit_shows_open_conflicts_twice_and_asks_once() {
    let mut reader = Reader::bread(120, 40);
    reader.type_keys("Ex");
    reader.press(Key::ctrl('s'));
    assert!(reader.view.is_writing(), "not taken");
    assert!(head(&reader).contains("1 conflict stands here in both versions, yours first"), "{}", head(&reader));
    reader.press(Key::ctrl('s'));
    let whole = reader.merging.conflict().full_override().unwrap();
    assert!(whole.contains("xKnead for 12 minutes.\nKnead for ten long minutes.\n"), "{whole}");
    assert_eq!(reader.merging.conflict().open_count(), 0);
}

#[test]
fn a_whole_that_was_left_comes_back() {
    let mut reader = Reader::bread(120, 40);
    reader.type_keys("Ex");
    reader.press(Key::plain(KeyCode::Esc));
    assert!(head(&reader).contains("not taken, but kept: E brings it back"), "{}", head(&reader));
    reader.type_keys("n");
    assert!(head(&reader).contains("E goes on with your whole text by hand"), "{}", head(&reader));
    reader.type_keys("Ey");
    assert!(reader.view.manual_text().unwrap().contains("xyKnead"), "where it was left");
}

#[test]
fn a_decision_goes_on_by_itself_where_that_is_wanted() {
    let mut reader = Reader::bread(120, 40);
    reader.type_keys("t");
    assert!(head(&reader).starts_with("conflict 1 of 2, 1 open"), "{}", head(&reader));
    reader.type_keys("tf");
    assert!(head(&reader).contains("after a decision it goes on to the next open one"), "{}", head(&reader));
    reader.type_keys("t");
    assert!(head(&reader).starts_with("conflict 2 of 2, 1 open"), "{}", head(&reader));
    assert!(head(&reader).contains("f: goes on by itself"), "{}", head(&reader));
    reader.type_keys("m");
    assert!(head(&reader).contains("all 2 conflicts are decided"), "{}", head(&reader));
}

#[test]
fn blanks_are_one_choice_and_are_seen() {
    let texts = ["a\nb\nc\nd\ne\n", "a \nb\nC\nd\ne \n", "\ta\nb\nc!\nd\n\te\n"];
    let [base, mine, theirs] = texts.map(|content| document("", content));
    let mut reader = Reader::new(base, mine, theirs, 120, 40);
    let shown = reader.shown();
    assert!(rows_with(&shown, "a·").len() == 1 && rows_with(&shown, "→   a").len() == 1, "{shown:#?}");
    assert!(head(&reader).contains("w for all 2 conflicts of blanks at once"), "{}", head(&reader));
    reader.type_keys("w");
    assert!(head(&reader).contains("all 2 conflicts of blanks: mine"), "{}", head(&reader));
    assert_eq!(reader.merging.conflict().open_count(), 1);
}

#[test]
fn line_ends_are_chosen_with_a_key() {
    let texts = ["a\nb\nc\n", "A\nb\nc\n", "a\r\nb\r\nC\r\n"];
    let [base, mine, theirs] = texts.map(|content| document("", content));
    let mut reader = Reader::new(base, mine, theirs, 120, 40);
    assert!(head(&reader).contains("lines end with CRLF, as bob has it"), "{}", head(&reader));
    reader.type_keys("F");
    assert!(head(&reader).contains("lines end with LF, as you have it"), "{}", head(&reader));
    assert_eq!(reader.merging.conflict().result().unwrap().content, "A\nb\nC\n");
    reader.type_keys("u");
    assert_eq!(reader.merging.conflict().result().unwrap().content, "A\r\nb\r\nC\r\n");
}
