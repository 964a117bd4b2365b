//! The buffer: line endings to the byte, undo by the word, the cursor kept near.

use proptest::prelude::*;

use super::*;
use crate::edit::Motion;

mod layout;
mod line_edits;
mod line_ends;
mod model;
mod motions;

fn typed(buffer: &mut TextBuffer, text: &str) {
    for c in text.chars() {
        let edit = if c == '\n' { Edit::Newline } else { Edit::Insert(c) };
        assert!(buffer.apply(&edit, &mut String::new()));
    }
}

fn go(buffer: &mut TextBuffer, to: Motion) {
    buffer.apply(&Edit::Move { to, select: false }, &mut String::new());
}

fn select(buffer: &mut TextBuffer, to: Motion) {
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
        let mut buffer = TextBuffer::new(text.as_str());
        prop_assert_eq!(buffer.text(), text.clone());
        buffer.replace("something else\n");
        buffer.replace(text.as_str());
        prop_assert_eq!(buffer.text(), text);
    }

    #[test]
    fn a_change_that_is_undone_leaves_the_text_as_it_was(text in awkward(), moves in 0usize..20, paste in awkward()) {
        let mut buffer = TextBuffer::new(text.as_str());
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
    let mut crlf = TextBuffer::new("one\r\ntwo\r\n");
    go(&mut crlf, Motion::LineEnd);
    typed(&mut crlf, "\nand a half");
    assert_eq!(crlf.text(), "one\r\nand a half\r\ntwo\r\n");
    crlf.apply(&Edit::InsertText("x\ny\rz\r\n".to_owned()), &mut String::new());
    assert_eq!(crlf.text(), "one\r\nand a halfx\r\ny\r\nz\r\n\r\ntwo\r\n");

    let mut lf = TextBuffer::new("one");
    lf.apply(&Edit::InsertText("a\r\nb".to_owned()), &mut String::new());
    assert_eq!(lf.text(), "a\nbone");
}

#[test]
fn undo_takes_back_a_word_and_a_paste_as_a_whole() {
    let mut buffer = TextBuffer::new("");
    typed(&mut buffer, "one two");
    buffer.apply(&Edit::InsertText("\nthree\nfour".to_owned()), &mut String::new());
    let mut undo = |expected: &str| {
        assert!(buffer.apply(&Edit::Undo, &mut String::new()));
        assert_eq!(buffer.text(), expected);
    };
    undo("one two");
    undo("one ");
    undo("");
    assert!(!buffer.apply(&Edit::Undo, &mut String::new()));
    assert!(buffer.apply(&Edit::Redo, &mut String::new()));
    assert_eq!(buffer.text(), "one ");
}

#[test]
fn typing_over_a_selection_is_one_step() {
    let mut buffer = TextBuffer::new("one two");
    select(&mut buffer, Motion::WordRight);
    typed(&mut buffer, "1");
    assert_eq!(buffer.text(), "1two");
    buffer.apply(&Edit::Undo, &mut String::new());
    assert_eq!(buffer.text(), "one two");
}

#[test]
fn cut_copy_and_paste_go_by_the_register() {
    let mut register = String::new();
    let mut buffer = TextBuffer::new("one\ntwo\nthree");
    assert!(!buffer.apply(&Edit::Cut, &mut register), "nothing is selected");
    select(&mut buffer, Motion::Down);
    select(&mut buffer, Motion::Right);
    assert!(!buffer.apply(&Edit::Copy, &mut register));
    assert_eq!(register, "one\nt");
    assert!(buffer.apply(&Edit::Cut, &mut register));
    assert_eq!(buffer.text(), "wo\nthree");
    let mut other = TextBuffer::new("");
    assert!(other.apply(&Edit::Paste, &mut register));
    assert_eq!(other.text(), "one\nt", "the register belongs to nobody");
}

#[test]
fn replaced_text_keeps_the_cursor_near_and_can_be_undone() {
    let mut buffer = TextBuffer::new("a\nb\nc\nd");
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

#[test]
fn restored_text_is_one_step_from_its_base() {
    let mut buffer = TextBuffer::restored("one\r\ntwo\r\n", "one\r\nand a half\r\ntwo\r\n");
    assert_eq!((buffer.cursor(), buffer.endings()), ((2, 0), LineEndings::CrLf));
    assert!(!buffer.undoes_replacement(), "it is the user's own text");
    typed(&mut buffer, "x");
    for expected in ["one\r\nand a half\r\ntwo\r\n", "one\r\ntwo\r\n"] {
        assert!(buffer.apply(&Edit::Undo, &mut String::new()));
        assert_eq!(buffer.text(), expected);
    }
    assert!(!buffer.apply(&Edit::Undo, &mut String::new()));
    let mut same = TextBuffer::restored("one", "one");
    assert!(!same.apply(&Edit::Undo, &mut String::new()));
    assert_eq!(TextBuffer::restored("", "a\nb").cursor(), (1, 1));
}

#[test]
fn undone_replacement_is_looked_at() {
    let mut buffer = TextBuffer::new("a\nb\nc\nd");
    go(&mut buffer, Motion::Bottom);
    buffer.replace("a\nB\nc\nd");
    assert_eq!(buffer.cursor(), (3, 1));
    buffer.apply(&Edit::Undo, &mut String::new());
    assert_eq!((buffer.text().as_str(), buffer.cursor()), ("a\nb\nc\nd", (1, 0)));
    go(&mut buffer, Motion::Bottom);
    buffer.apply(&Edit::Redo, &mut String::new());
    assert_eq!((buffer.text().as_str(), buffer.cursor()), ("a\nB\nc\nd", (1, 0)));
}

const FAMILY: &str = "👩\u{200d}👩\u{200d}👧";

#[test]
fn the_cursor_goes_over_a_glyph_as_a_whole() {
    let mut buffer = TextBuffer::new("e\u{301}x");
    go(&mut buffer, Motion::Right);
    typed(&mut buffer, "Y");
    assert_eq!(buffer.text(), "e\u{301}Yx");
    go(&mut buffer, Motion::Left);
    go(&mut buffer, Motion::Left);
    assert_eq!(buffer.cursor(), (0, 0));
}

#[test]
fn a_glyph_is_deleted_as_a_whole() {
    let mut buffer = TextBuffer::new(format!("a{FAMILY}{FAMILY}b"));
    let mut does = |edit: Edit| {
        buffer.apply(&edit, &mut String::new());
        buffer.text()
    };
    does(Edit::Move { to: Motion::Right, select: false });
    assert_eq!(does(Edit::Delete), format!("a{FAMILY}b"));
    does(Edit::Move { to: Motion::Right, select: false });
    assert_eq!(does(Edit::Backspace), "ab");
    assert_eq!(does(Edit::Undo), format!("a{FAMILY}b"), "one step, however many characters it is made of");
}

#[test]
fn deleting_joins_lines_and_stops_at_the_ends() {
    let mut buffer = TextBuffer::new("one two\n\nthree");
    let mut does = |edit: Edit| (buffer.apply(&edit, &mut String::new()), buffer.text());
    assert_eq!(does(Edit::Backspace), (false, "one two\n\nthree".to_owned()));
    assert_eq!(does(Edit::DeleteWordAfter).1, " two\n\nthree");
    assert_eq!(does(Edit::DeleteWordAfter).1, "\n\nthree");
    assert_eq!(does(Edit::DeleteWordAfter).1, "\nthree");
    assert_eq!(does(Edit::Delete).1, "three");
    does(Edit::Move { to: Motion::Bottom, select: false });
    assert_eq!(does(Edit::Delete), (false, "three".to_owned()));
    assert_eq!(does(Edit::DeleteWordBefore).1, "");
    assert_eq!(does(Edit::Undo).1, "three");
    assert_eq!(does(Edit::Undo).1, "\nthree");
}

#[test]
fn the_beginning_and_the_end_of_a_text_are_its_own() {
    let mut buffer = TextBuffer::new("first line\nlast");
    go(&mut buffer, Motion::LineEnd);
    go(&mut buffer, Motion::Bottom);
    assert_eq!(buffer.cursor(), (1, 4));
    go(&mut buffer, Motion::Top);
    assert_eq!(buffer.cursor(), (0, 0));
}

#[test]
fn a_long_text_is_replaced_as_a_whole() {
    let lines = |last: usize| (0..=last).map(|line| line.to_string()).collect::<Vec<_>>().join("\n");
    let mut buffer = TextBuffer::new(lines(70_000));
    typed(&mut buffer, "x");
    buffer.replace(lines(3));
    assert_eq!(buffer.text(), lines(3));
}

/// Glyphs that are put together from others, and what does so.
fn glyphs() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "e",
        "\u{301}",
        "\u{200d}",
        "👩",
        "👧",
        "🇩",
        "🇪",
        "\t",
        "日",
        "#\u{fe0f}\u{20e3}",
        " ",
        "-",
        "\u{1b}",
        "\r",
        "\n",
        "\n",
    ]);
    proptest::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

fn edits() -> impl Strategy<Value = Edit> {
    use Motion::{Bottom, Down, Left, LineEnd, LineStart, PageDown, PageUp, Right, Top, Up, WordLeft, WordRight};
    let motions = vec![
        Left, Left, Right, Right, Up, Down, WordLeft, WordRight, LineStart, LineEnd, PageUp, PageDown, Top, Bottom,
    ];
    let to = || prop::sample::select(motions.clone());
    let others = vec![
        Edit::Newline,
        Edit::Indent,
        Edit::Unindent,
        Edit::MoveLinesUp,
        Edit::MoveLinesDown,
        Edit::DuplicateLines,
        Edit::DeleteLines,
        Edit::JoinLines,
        Edit::ClearLine,
        Edit::Backspace,
        Edit::Backspace,
        Edit::Delete,
        Edit::Delete,
        Edit::DeleteWordBefore,
        Edit::DeleteWordAfter,
        Edit::Undo,
        Edit::Redo,
        Edit::Cut,
        Edit::Paste,
        Edit::SelectAll,
    ];
    prop_oneof![
        6 => (to(), prop::bool::weighted(0.3)).prop_map(|(to, select)| Edit::Move { to, select }),
        3 => prop::sample::select(others),
        2 => glyphs().prop_map(Edit::InsertText),
        2 => prop::sample::select(vec!['e', '\u{301}', '👩', '\u{200d}', '🇩', ' ']).prop_map(Edit::Insert),
    ]
}

proptest! {
    #[test]
    fn the_cursor_stands_between_glyphs_whatever_is_done(text in glyphs(), steps in prop::collection::vec(edits(), 0..30)) {
        use unicode_segmentation::UnicodeSegmentation as _;

        let mut buffer = TextBuffer::new(text.as_str());
        let mut register = String::new();
        for step in &steps {
            let before = buffer.text();
            let changed = buffer.apply(step, &mut register);
            prop_assert!(changed || buffer.text() == before, "{:?} changed the text and did not say so", step);
            let row = buffer.cursor_line();
            let line = buffer.line(row);
            let at = buffer.position() - buffer.text.line_start(row);
            let glyphs = line.grapheme_indices(true).map(|(at, _)| at).chain([line.len()]).position(|end| end == at);
            prop_assert!(glyphs.is_some(), "{} of {:?} after {:?}", at, line, step);
            prop_assert_eq!(buffer.cursor(), (row, glyphs.unwrap()), "after {:?}", step);
        }
    }
}

#[test]
fn cursor_counts_glyphs_and_not_characters() {
    // An accent on its letter, a flag, a family, and a letter after them.
    for (before, glyphs) in [("e\u{301}", 1), ("🇩🇪", 1), ("👩\u{200d}👧", 1), ("日本", 2), ("e\u{301}🇩🇪x", 3), ("", 0)]
    {
        let mut buffer = TextBuffer::new(format!("one\n{before}"));
        go(&mut buffer, Motion::Bottom);
        assert_eq!(buffer.cursor(), (1, glyphs), "{before:?}");
    }
}

#[test]
fn byte_order_mark_stays_in_front_of_what_is_typed() {
    for (edit, text) in [
        (Edit::Insert('x'), "\u{feff}xone\n"),
        (Edit::InsertText("x\ny".to_owned()), "\u{feff}x\nyone\n"),
        (Edit::Newline, "\u{feff}\none\n"),
        (Edit::Paste, "\u{feff}pasted one\n"),
    ] {
        let mut buffer = TextBuffer::new("\u{feff}one\n");
        let mut register = "pasted ".to_owned();
        assert!(buffer.apply(&edit, &mut register));
        assert_eq!(buffer.text(), text, "{edit:?}");
        assert!(buffer.apply(&Edit::Undo, &mut register));
        assert_eq!(buffer.text(), "\u{feff}one\n", "{edit:?}");
    }
}

#[test]
fn replacements_in_many_places_are_one_step() {
    let mut buffer = TextBuffer::new("one two\r\none\n");
    buffer.select(8..8);
    let replacements = [(0..3, "eins".to_owned()), (4..7, "two".to_owned()), (9..12, "1\r\n1".to_owned())];
    assert!(buffer.replace_ranges(&replacements));
    assert_eq!(buffer.text(), "eins two\r\n1\r\n1\n");
    assert_eq!(buffer.position(), 14, "the cursor is after the last replacement");
    assert!(buffer.apply(&Edit::Undo, &mut String::new()));
    assert_eq!((buffer.text().as_str(), buffer.position()), ("one two\r\none\n", 7));
    assert!(buffer.apply(&Edit::Redo, &mut String::new()));
    assert_eq!(buffer.text(), "eins two\r\n1\r\n1\n");
    assert!(!buffer.replace_ranges(&[(0..4, "eins".to_owned())]), "nothing changes");
}

#[test]
fn marks_end_with_the_next_change() {
    let mut buffer = TextBuffer::new("abc abc abc");
    buffer.mark(vec![0..3, 4..7, 8..11]);
    assert_eq!(buffer.marks_in(0..11), [0..3, 4..7, 8..11]);
    assert_eq!(buffer.marks_in(2..9), [0..1, 2..5, 6..7]);
    buffer.apply(&Edit::Insert('x'), &mut String::new());
    assert!(buffer.marks_in(0..12).is_empty());
}
