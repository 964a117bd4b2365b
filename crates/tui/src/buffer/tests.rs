//! The buffer: line endings to the byte, undo by the word, the cursor kept near.

use proptest::prelude::*;

use super::*;

fn typed(buffer: &mut Buffer, text: &str) {
    for c in text.chars() {
        let edit = if c == '\n' { Edit::Newline } else { Edit::Insert(c) };
        assert!(buffer.apply(&edit, &mut String::new()));
    }
}

fn go(buffer: &mut Buffer, to: Motion) {
    buffer.apply(&Edit::Move { to, select: false }, &mut String::new());
}

fn select(buffer: &mut Buffer, to: Motion) {
    buffer.apply(&Edit::Move { to, select: true }, &mut String::new());
}

/// Texts full of every kind of line end.
fn awkward() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("\r".to_owned()),
        Just("\t".to_owned()),
        "[a-c日e\u{301}\u{1b}]{0,3}"
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_was_loaded_comes_out_to_the_byte(text in awkward()) {
        let mut buffer = Buffer::new(&text);
        prop_assert_eq!(buffer.text(), text.clone());
        buffer.replace("something else\n");
        buffer.replace(&text);
        prop_assert_eq!(buffer.text(), text);
    }

    #[test]
    fn a_change_that_is_undone_leaves_the_text_as_it_was(text in awkward(), moves in 0usize..20, paste in awkward()) {
        let mut buffer = Buffer::new(&text);
        let mut register = paste;
        for _ in 0..moves {
            go(&mut buffer, Motion::Right);
        }
        select(&mut buffer, Motion::Down);
        let changed = buffer.apply(&Edit::Paste, &mut register);
        prop_assert_eq!(buffer.apply(&Edit::Undo, &mut register), changed);
        prop_assert_eq!(buffer.text(), text);
    }
}

#[test]
fn new_lines_end_as_the_others_do() {
    let mut crlf = Buffer::new("one\r\ntwo\r\n");
    go(&mut crlf, Motion::LineEnd);
    typed(&mut crlf, "\nand a half");
    assert_eq!(crlf.text(), "one\r\nand a half\r\ntwo\r\n");
    crlf.apply(&Edit::InsertText("x\ny\rz\r\n".to_owned()), &mut String::new());
    assert_eq!(crlf.text(), "one\r\nand a halfx\r\ny\r\nz\r\n\r\ntwo\r\n");

    let mut lf = Buffer::new("one");
    lf.apply(&Edit::InsertText("a\r\nb".to_owned()), &mut String::new());
    assert_eq!(lf.text(), "a\nbone");
}

#[test]
fn undo_takes_back_a_word_and_a_paste_as_a_whole() {
    let mut buffer = Buffer::new("");
    typed(&mut buffer, "one two");
    buffer.apply(&Edit::InsertText("\nthree\nfour".to_owned()), &mut String::new());
    let mut undo = |expected: &str| {
        assert!(buffer.apply(&Edit::Undo, &mut String::new()));
        assert_eq!(buffer.text(), expected);
    };
    undo("one two");
    undo("one ");
    undo("one");
    undo("");
    assert!(!buffer.apply(&Edit::Undo, &mut String::new()));
    assert!(buffer.apply(&Edit::Redo, &mut String::new()));
    assert_eq!(buffer.text(), "one");
}

#[test]
fn typing_over_a_selection_is_one_step() {
    let mut buffer = Buffer::new("one two");
    select(&mut buffer, Motion::WordRight);
    typed(&mut buffer, "1");
    assert_eq!(buffer.text(), "1two");
    buffer.apply(&Edit::Undo, &mut String::new());
    assert_eq!(buffer.text(), "one two");
}

#[test]
fn cut_copy_and_paste_go_by_the_register() {
    let mut register = String::new();
    let mut buffer = Buffer::new("one\ntwo\nthree");
    assert!(!buffer.apply(&Edit::Cut, &mut register), "nothing is selected");
    select(&mut buffer, Motion::Down);
    select(&mut buffer, Motion::Right);
    assert!(!buffer.apply(&Edit::Copy, &mut register));
    assert_eq!(register, "one\nt");
    assert!(buffer.apply(&Edit::Cut, &mut register));
    assert_eq!(buffer.text(), "wo\nthree");
    let mut other = Buffer::new("");
    assert!(other.apply(&Edit::Paste, &mut register));
    assert_eq!(other.text(), "one\nt", "the register belongs to nobody");
}

#[test]
fn a_text_from_elsewhere_keeps_the_cursor_near_and_can_be_taken_back() {
    let mut buffer = Buffer::new("a\nb\nc\nd");
    go(&mut buffer, Motion::Down);
    go(&mut buffer, Motion::Down);
    buffer.replace("new\na\nb\nc\nd");
    assert_eq!(buffer.cursor(), (3, 0), "still in the line c");
    buffer.replace("x");
    assert_eq!(buffer.cursor(), (0, 0));
    buffer.apply(&Edit::Undo, &mut String::new());
    buffer.apply(&Edit::Undo, &mut String::new());
    assert_eq!(buffer.text(), "a\nb\nc\nd");
}
