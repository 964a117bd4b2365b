//! Where motions lead, by words and from row to row.

use super::*;

/// Returns the places of the cursor on the way of a motion, until it stays where it is.
fn way(buffer: &mut TextBuffer, to: Motion) -> Vec<(usize, usize)> {
    let mut way = Vec::new();
    loop {
        let before = buffer.cursor();
        go(buffer, to);
        if buffer.cursor() == before {
            return way;
        }
        way.push(buffer.cursor());
    }
}

/// Moves the cursor to a line and a character.
fn place(buffer: &mut TextBuffer, (line, character): (usize, usize)) {
    go(buffer, Motion::Line(line));
    for _ in 0..character {
        go(buffer, Motion::Right);
    }
    assert_eq!(buffer.cursor(), (line, character));
}

#[test]
fn words_begin_after_blanks_and_at_marks() {
    let mut buffer = TextBuffer::new("  one_1, (two)\n\nthree");
    let forth = [(0, 2), (0, 7), (0, 9), (0, 10), (0, 13), (1, 0), (2, 0), (2, 5)];
    assert_eq!(way(&mut buffer, Motion::WordRight), forth);
    let back = [(2, 0), (1, 0), (0, 14), (0, 13), (0, 10), (0, 9), (0, 7), (0, 2), (0, 0)];
    assert_eq!(way(&mut buffer, Motion::WordLeft), back);
}

#[test]
fn a_word_is_deleted_with_the_blanks_on_its_way() {
    for (text, at, edit, left) in [
        ("one  two ", 0, Edit::DeleteWordAfter, "  two "),
        ("one  two ", 3, Edit::DeleteWordAfter, "one "),
        ("one  two ", 8, Edit::DeleteWordAfter, "one  two"),
        ("one  two ", 9, Edit::DeleteWordBefore, "one  "),
        ("  x", 2, Edit::DeleteWordBefore, "x"),
    ] {
        let mut buffer = TextBuffer::new(text);
        place(&mut buffer, (0, at));
        buffer.apply(&edit, &mut String::new());
        assert_eq!(buffer.text(), left, "{edit:?} at {at} of {text:?}");
    }
}

#[test]
fn the_column_of_the_screen_is_kept_from_line_to_line() {
    for (from, to, expected, why) in [
        ((0, 2), Motion::Down, (1, 1), "after the tab"),
        ((1, 3), Motion::Down, (2, 6), "a control character is seen as one mark"),
        ((2, 3), Motion::Up, (1, 0), "not within a tab"),
        ((2, 5), Motion::Down, (3, 2), "the end of a shorter line"),
    ] {
        let mut buffer = TextBuffer::new("日本語\n\ta\u{1b}b\nabcdef\nab");
        place(&mut buffer, from);
        go(&mut buffer, to);
        assert_eq!(buffer.cursor(), expected, "{why}");
    }
}

#[test]
fn the_column_survives_a_shorter_line() {
    let mut buffer = TextBuffer::new("abcdef\nx\nabcdef");
    place(&mut buffer, (0, 5));
    go(&mut buffer, Motion::Down);
    assert_eq!(buffer.cursor(), (1, 1));
    go(&mut buffer, Motion::Down);
    assert_eq!(buffer.cursor(), (2, 5));
    go(&mut buffer, Motion::Up);
    typed(&mut buffer, "y");
    go(&mut buffer, Motion::Down);
    assert_eq!(buffer.cursor(), (2, 2), "what is typed begins a new column");
}

#[test]
fn arrows_go_to_the_ends_of_a_selection() {
    for (to, expected) in [(Motion::Left, (0, 0)), (Motion::Right, (0, 4))] {
        let mut buffer = TextBuffer::new("one two");
        select(&mut buffer, Motion::WordRight);
        go(&mut buffer, to);
        assert_eq!((buffer.cursor(), buffer.selected()), (expected, None));
    }
}
