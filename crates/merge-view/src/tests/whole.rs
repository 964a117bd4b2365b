//! The whole result written by hand, and decisions about more than one change.

use crossterm::event::KeyCode;
use terminal::key::Key;

use super::super::fixture::document;
use super::{Reader, rows_with};

fn head(reader: &Reader) -> String {
    reader.shown()[..3].join(" ")
}

#[test]
fn full_edit_is_one_step_that_can_be_undone() {
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
    assert!(rows_with(&shown, "✎ edited").len() > 2, "every row of the gutter: {shown:#?}");
    reader.type_keys("m");
    assert!(head(&reader).contains("u takes that back, E goes on with it"), "{}", head(&reader));
    assert!(reader.merging.conflict().full_override().is_some(), "nothing was decided");
    reader.type_keys("u");
    assert_eq!(reader.merging.conflict().full_override(), None);
    assert_eq!(reader.merging.conflict().open_count(), 0, "the earlier decisions are back");
}

#[test]
fn full_edit_has_both_versions_and_warns_once() {
    let mut reader = Reader::bread(120, 40);
    reader.type_keys("Ex");
    reader.press(Key::ctrl('s'));
    assert!(reader.view.is_writing(), "not taken");
    assert!(head(&reader).contains("1 conflict is here in both versions, yours first"), "{}", head(&reader));
    reader.press(Key::ctrl('s'));
    let whole = reader.merging.conflict().full_override().unwrap();
    assert!(whole.contains("xKnead for 12 minutes.\nKnead for ten long minutes.\n"), "{whole}");
    assert_eq!(reader.merging.conflict().open_count(), 0);
}

#[test]
fn full_edit_that_was_left_is_reopened() {
    let mut reader = Reader::bread(120, 40);
    reader.type_keys("Ex");
    reader.press(Key::plain(KeyCode::Esc));
    assert!(head(&reader).contains("not taken, but kept: E brings it back"), "{}", head(&reader));
    reader.type_keys("n");
    assert!(head(&reader).contains("E goes on with your whole text by hand"), "{}", head(&reader));
    reader.type_keys("Ey");
    assert!(reader.view.manual_text().unwrap().contains("xyKnead"), "with the cursor where it was");
}

#[test]
fn decision_selects_the_next_conflict_with_auto_advance() {
    let mut reader = Reader::bread(120, 40);
    reader.type_keys("t");
    assert!(head(&reader).starts_with("conflict 1 of 2, 1 open"), "{}", head(&reader));
    reader.type_keys("tf");
    assert!(
        head(&reader).contains("auto-advance is on: a decision moves on to the next open conflict"),
        "{}",
        head(&reader)
    );
    reader.type_keys("t");
    assert!(head(&reader).starts_with("conflict 2 of 2, 1 open"), "{}", head(&reader));
    assert!(head(&reader).contains("f: auto-advance is on"), "{}", head(&reader));
    reader.type_keys("m");
    assert!(head(&reader).contains("all 2 conflicts are decided"), "{}", head(&reader));
}

#[test]
fn whitespace_conflicts_are_visible_and_decided_together() {
    let texts = ["a\nb\nc\nd\ne\n", "a \nb\nC\nd\ne \n", "\ta\nb\nc!\nd\n\te\n"];
    let [base, mine, theirs] = texts.map(|content| document("", content));
    let mut reader = Reader::new(base, mine, theirs, 120, 40);
    let shown = reader.shown();
    assert!(rows_with(&shown, "a·").len() == 1 && rows_with(&shown, "→   a").len() == 1, "{shown:#?}");
    assert!(head(&reader).contains("w decides all 2 whitespace conflicts"), "{}", head(&reader));
    reader.type_keys("w");
    assert!(head(&reader).contains("all 2 whitespace conflicts: mine"), "{}", head(&reader));
    assert_eq!(reader.merging.conflict().open_count(), 1);
}

#[test]
fn key_chooses_the_line_endings() {
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
