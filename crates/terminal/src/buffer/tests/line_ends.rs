//! Line ends, to the byte: what is cut comes back as it was, and keys take a line end as a whole.

use unicode_segmentation::UnicodeSegmentation as _;

use super::*;

/// Returns the position of the cursor in the text.
fn byte_at_cursor(buffer: &TextBuffer) -> usize {
    buffer.caret.head
}

/// Whether taking `cut` out of `text` made one character of two: a combining mark after it is now on the letter before
/// it.
fn joins(text: &str, rest: &str, cut: &str) -> bool {
    let count = |text: &str| text.graphemes(true).count();
    !cut.is_empty() && count(rest) + count(cut) < count(text)
}

fn motions() -> impl Strategy<Value = Motion> {
    use Motion::{Bottom, Down, Left, LineEnd, LineStart, Right, Top, Up, WordLeft, WordRight};
    prop::sample::select(vec![Left, Right, Right, Up, Down, Down, WordLeft, WordRight, LineStart, LineEnd, Top, Bottom])
}

proptest! {
    #[test]
    fn what_was_cut_comes_back_byte_for_byte(
        text in awkward(),
        to in prop::collection::vec(motions(), 0..6),
        over in prop::collection::vec(motions(), 1..4),
        away in prop::collection::vec(motions(), 0..4),
    ) {
        let mut buffer = TextBuffer::new(text.as_str());
        for &to in &to {
            go(&mut buffer, to);
        }
        for &to in &over {
            select(&mut buffer, to);
        }
        let mut register = String::new();
        let was_cut = buffer.apply(&Edit::Cut, &mut register);
        let rest = buffer.text();
        // What is left may join into one character, which no cursor stands in: there is no place to paste at then.
        prop_assume!(!joins(&text, &rest, &register));
        prop_assert_eq!(register.len() + rest.len(), text.len(), "{:?} was cut, {:?} is left", register, rest);
        prop_assert_eq!(buffer.apply(&Edit::Paste, &mut register), was_cut);
        prop_assert_eq!(buffer.text(), text.clone(), "pasted where it was cut");
        if was_cut {
            buffer.apply(&Edit::Undo, &mut register);
            prop_assert_eq!(buffer.text(), rest.clone());
            for &to in &away {
                go(&mut buffer, to);
            }
            let at = byte_at_cursor(&buffer);
            buffer.apply(&Edit::Paste, &mut register);
            prop_assert_eq!(buffer.text(), format!("{}{register}{}", &rest[..at], &rest[at..]), "pasted elsewhere");
            for _ in 0..2 {
                buffer.apply(&Edit::Undo, &mut register);
            }
            prop_assert_eq!(buffer.text(), text);
        }
    }

    #[test]
    fn no_motion_goes_into_a_line_end(text in "([ab]{0,2}(\r\n|\n)){0,5}[ab]?", to in prop::collection::vec(motions(), 0..20)) {
        let mut buffer = TextBuffer::new(text.as_str());
        for to in to {
            go(&mut buffer, to);
            let at = byte_at_cursor(&buffer);
            prop_assert!(!(text[..at].ends_with('\r') && text[at..].starts_with('\n')), "{} after {:?}", at, to);
        }
    }
}

const MIXED: &str = "one\r\ntwo\nthree\r\n";

#[test]
fn mixed_line_ends_are_one_glyph_to_keys() {
    for (down, edit, expected) in [
        (0, Edit::Insert('X'), "oneX\r\ntwo\nthree\r\n"),
        (0, Edit::Delete, "onetwo\nthree\r\n"),
        (1, Edit::Delete, "one\r\ntwothree\r\n"),
        (0, Edit::DeleteWordAfter, "onetwo\nthree\r\n"),
        (0, Edit::Backspace, "on\r\ntwo\nthree\r\n"),
        (0, Edit::Newline, "one\r\n\r\ntwo\nthree\r\n"),
        (1, Edit::Newline, "one\r\ntwo\n\nthree\r\n"),
        (3, Edit::Newline, "one\r\ntwo\nthree\r\n\r\n"),
        (0, Edit::InsertText("x\ny\r".to_owned()), "onex\r\ny\r\n\r\ntwo\nthree\r\n"),
        (1, Edit::InsertText("x\r\ny".to_owned()), "one\r\ntwox\ny\nthree\r\n"),
    ] {
        let mut buffer = TextBuffer::new(MIXED);
        for _ in 0..down {
            go(&mut buffer, Motion::Down);
        }
        go(&mut buffer, Motion::LineEnd);
        assert!(buffer.apply(&edit, &mut String::new()));
        assert_eq!(buffer.text(), expected, "{edit:?} at the end of line {}", down + 1);
        assert!(buffer.apply(&Edit::Undo, &mut String::new()));
        assert_eq!(buffer.text(), MIXED, "{edit:?} taken back");
        assert!(buffer.apply(&Edit::Redo, &mut String::new()));
        assert_eq!(buffer.text(), expected, "{edit:?} made again");
    }
    let mut buffer = TextBuffer::new(MIXED);
    go(&mut buffer, Motion::Down);
    buffer.apply(&Edit::Backspace, &mut String::new());
    assert_eq!(buffer.text(), "onetwo\nthree\r\n");
}

#[test]
fn a_line_moved_among_mixed_ends_keeps_its_own() {
    let mut buffer = TextBuffer::new(MIXED);
    let mut register = String::new();
    select(&mut buffer, Motion::Down);
    buffer.apply(&Edit::Cut, &mut register);
    assert_eq!(register, "one\r\n");
    go(&mut buffer, Motion::Bottom);
    buffer.apply(&Edit::Paste, &mut register);
    assert_eq!(buffer.text(), "two\nthree\r\none\r\n");
}

#[test]
fn a_whole_text_is_pasted_over_another_byte_for_byte() {
    let mut buffer = TextBuffer::new("other\ntext\n");
    let mut register = MIXED.to_owned();
    buffer.apply(&Edit::SelectAll, &mut register);
    buffer.apply(&Edit::Paste, &mut register);
    assert_eq!(buffer.text(), MIXED);
    assert_eq!(buffer.present_endings(), LineEndings::Mixed);
    buffer.apply(&Edit::Undo, &mut register);
    assert_eq!(buffer.text(), "other\ntext\n");
}

#[test]
fn lines_pasted_among_others_end_as_they_do() {
    for (text, pasted) in [("a\nb\n", "one\ntwo\nthree\na\nb\n"), ("a\r\nb\r\n", "one\r\ntwo\r\nthree\r\na\r\nb\r\n")] {
        let mut buffer = TextBuffer::new(text);
        buffer.apply(&Edit::Paste, &mut MIXED.to_owned());
        assert_eq!(buffer.text(), pasted);
    }
}

#[test]
fn mixed_text_from_elsewhere_can_be_taken_back() {
    let mut buffer = TextBuffer::new(MIXED);
    typed(&mut buffer, "x");
    buffer.replace("1\n2\r\n");
    assert_eq!(buffer.text(), "1\n2\r\n");
    buffer.apply(&Edit::Undo, &mut String::new());
    assert_eq!(buffer.text(), format!("x{MIXED}"));
}

#[test]
fn ends_that_have_become_alike_are_called_so() {
    let mut buffer = TextBuffer::new("one\r\ntwo\n");
    assert_eq!(buffer.present_endings(), LineEndings::Mixed);
    go(&mut buffer, Motion::LineEnd);
    buffer.apply(&Edit::Delete, &mut String::new());
    assert_eq!((buffer.text().as_str(), buffer.present_endings()), ("onetwo\n", LineEndings::Lf));
}
