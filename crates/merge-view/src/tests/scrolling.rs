//! Scrolling of the panes: in step, alone, sideways; and wrapped lines.

use crossterm::event::KeyCode;
use editor::ChangeId;
use ratatui::layout::Position;
use terminal::key::Key;

use super::super::fixture::document;
use super::{PaneShare, Reader, rows_with};
use crate::panes::MergePane;
use crate::status::MergeNote;

fn tops(reader: &Reader) -> [usize; 4] {
    [MergePane::Base, MergePane::Mine, MergePane::Theirs, MergePane::Result].map(|pane| reader.view.top_of(pane))
}

/// Returns a merge of texts that are longer than any pane.
fn long() -> Reader {
    let text = |word: &str| (0..40).map(|line| format!("{line} {word}\n=\n")).collect::<Vec<_>>().concat();
    let [base, mine, theirs] = ["tin", "iron", "gold"].map(|word| document("", &text(word)));
    Reader::new(base, mine, theirs, 120, 30)
}

#[test]
fn long_lines_are_wrapped_and_their_marks_with_them() {
    let words = |word: &str| format!("start {} {word} end\n", "and on ".repeat(20));
    let [base, mine, theirs] = ["tin", "iron", "gold"].map(|word| document("", &words(word)));
    for width in [120, 80, 40] {
        let reader = Reader::new(base.clone(), mine.clone(), theirs.clone(), width, 40);
        let shown = reader.shown();
        let row = rows_with(&shown, "iron")[0];
        assert!(!shown.join("\n").contains("and on an…"), "nothing is clipped: {shown:#?}");
        assert!(super::emphasised(&reader.drawn(), row).contains("iron"), "{shown:#?}");
    }
    let reader = Reader::new(base, mine, theirs, 120, 40);
    let shown = reader.shown();
    let row = rows_with(&shown, "iron")[0];
    assert!(shown[row].contains("tin") && shown[row].contains("gold"), "in step: {shown:#?}");
}

#[test]
fn first_changed_word_of_a_long_line_is_scrolled_to() {
    let words = |word: &str| format!("start {} {word} end\n", "and on ".repeat(200));
    let [base, mine, theirs] = ["tin", "iron", "gold"].map(|word| document("", &words(word)));
    let reader = Reader::new(base, mine, theirs, 120, 30);
    assert_eq!(rows_with(&reader.shown(), "iron").len(), 1, "{:#?}", reader.shown());
}

#[test]
fn pane_scrolls_alone_and_home_brings_it_back() {
    let mut reader = long();
    assert_eq!(tops(&reader)[..3], [0, 0, 0]);
    reader.type_keys("i");
    reader.press(Key::plain(KeyCode::Down));
    assert_eq!(tops(&reader)[..3], [0, 1, 0], "mine, the first");
    reader.press(Key::plain(KeyCode::Tab));
    reader.press(Key::plain(KeyCode::PageDown));
    assert!(tops(&reader)[2] > 1 && tops(&reader)[1] == 1, "{:?}", tops(&reader));
    assert!(reader.shown().iter().any(|row| row.contains("bob \"v6\"") && row.contains("scrolls alone")));
    reader.press(Key::plain(KeyCode::Tab));
    reader.press(Key::plain(KeyCode::End));
    let last = reader.view.rows.result_rows();
    assert!(tops(&reader)[3] + 10 > last - 10, "the result has an end of its own: {:?}", tops(&reader));
    reader.press(Key::plain(KeyCode::Home));
    assert_eq!(tops(&reader), [0; 4]);
    reader.press(Key::plain(KeyCode::Down));
    assert_eq!(tops(&reader)[..3], [1, 1, 1], "in step again");
}

#[test]
fn single_pane_is_not_scrolled_alone() {
    let mut reader = Reader::bread(40, 16);
    reader.type_keys("i");
    assert_eq!(reader.view.note, Some(MergeNote::OnePane));
    reader.type_keys("v");
    assert!(reader.shown()[3].starts_with("◆ bob"), "the key shows the next pane: {:#?}", reader.shown());
}

#[test]
fn wheel_moves_all_panes_or_the_one_below_it() {
    let mut reader = long();
    let at = |reader: &Reader, pane| {
        let (_, area) = *reader.view.screen().panes.iter().find(|(shown, _)| *shown == pane).unwrap();
        Position::new(area.x, area.y + 1)
    };
    let theirs = at(&reader, MergePane::Theirs);
    reader.view.wheel(reader.merging.conflict(), theirs, 3);
    assert_eq!(tops(&reader)[..3], [3, 3, 3]);
    reader.type_keys("i");
    reader.view.wheel(reader.merging.conflict(), theirs, 3);
    assert_eq!(tops(&reader)[..3], [3, 3, 6]);
    reader.view.wheel(reader.merging.conflict(), theirs, -100);
    assert_eq!(tops(&reader)[..3], [3, 3, 0]);
    reader.type_keys("n");
    let [base, mine, their, _] = tops(&reader);
    assert!(base == mine && mine == their, "a jump brings it back");
}

#[test]
fn text_by_hand_scrolls_below_the_wheel() {
    let mut reader = long();
    reader.type_keys("E");
    let (_, area) = *reader.view.screen().panes.last().unwrap();
    reader.view.wheel(reader.merging.conflict(), Position::new(area.x, area.y + 1), 20);
    assert_eq!(reader.view.top, 0);
    assert!(!reader.shown().join("\n").contains("by hand \n0 iron"), "{:#?}", reader.shown());
    reader.view.wheel(reader.merging.conflict(), Position::new(area.x, 4), 3);
    assert_eq!(reader.view.top, 3, "the sides can be read while writing");
}

#[test]
fn unseen_change_is_not_decided() {
    let mut reader = long();
    assert_eq!(reader.view.place, Some(ChangeId::Region(0)));
    reader.type_keys("i");
    for _ in 0..4 {
        reader.press(Key::plain(KeyCode::End));
        reader.press(Key::plain(KeyCode::Tab));
    }
    let open = reader.merging.conflict().open_count();
    reader.type_keys("m");
    assert_eq!((reader.merging.conflict().open_count(), reader.view.note), (open, Some(MergeNote::BroughtBack)));
    reader.type_keys("m");
    assert_eq!(reader.merging.conflict().open_count(), open - 1);
}

#[test]
fn selected_change_is_scrolled_to_its_first_changed_word() {
    let words = |word: &str| format!("start {} {word} end\n", "and on ".repeat(20));
    let texts = ["tin", "iron", "gold"].map(|word| format!("{word} is short\n=\n{}=\nnew {word}\n", words(word)));
    let [base, mine, theirs] = texts.map(|content| document("", &content));
    for (width, sides) in [(120, 3), (80, 2)] {
        let mut reader = Reader::new(base.clone(), mine.clone(), theirs.clone(), width, 40).unwrapped();
        assert_eq!(reader.view.left, 0);
        assert_eq!(rows_with(&reader.shown(), "iron is short").len(), 1);
        reader.type_keys("n");
        let shown = reader.shown();
        let row = rows_with(&shown, "iron end")[0];
        assert!(sides == 2 || shown[row].contains("tin end") && shown[row].contains("gold end"), "{shown:#?}");
        assert!(rows_with(&shown, "gold end")[0] >= row, "{shown:#?}");
        let left = reader.view.left;
        reader.press(Key::plain(KeyCode::Right));
        reader.view.fit(reader.merging.conflict(), reader.size, PaneShare::Whole);
        assert_eq!(reader.view.left, left + 8, "the user may scroll away");
        reader.type_keys("n");
        assert_eq!(reader.view.left, 0, "{:#?}", reader.shown());
    }
}

#[test]
fn home_brings_the_panes_back() {
    let mut reader = Reader::bread(80, 24);
    for key in [KeyCode::Right, KeyCode::PageDown, KeyCode::Right] {
        reader.press(Key::plain(key));
    }
    assert!(reader.view.left > 0 && reader.view.top > 0);
    reader.press(Key::plain(KeyCode::Home));
    assert_eq!((reader.view.left, reader.view.top), (0, 0));
}

#[test]
fn selected_added_lines_are_scrolled_to_their_beginning() {
    let long = "and on ".repeat(20);
    let [base, mine, theirs] = [("tin", ""), ("iron", "my line\n"), ("gold", "their line\n")]
        .map(|(word, added)| document("", &format!("{long}{word}\n=\n=\n{added}")));
    let mut reader = Reader::new(base, mine, theirs, 120, 40).unwrapped();
    reader.shown();
    assert!(reader.view.left > 0, "the first change is at the end of a long line");
    reader.type_keys("n");
    assert_eq!(rows_with(&reader.shown(), "my line").len(), 1);
    assert_eq!(reader.view.left, 0);
}

#[test]
fn wide_glyphs_do_not_overwrite_pane_borders() {
    let line =
        |first: &str| format!("{first}{}👩\u{200d}❤\u{fe0f}\u{200d}👨e\u{301}\tend of it\n", "日本語".repeat(12));
    let [base, mine, theirs] = ["", "x", "xy"].map(|first| document("", &line(first)));
    let mut reader = Reader::new(base, mine, theirs, 121, 20).unwrapped();
    for _ in 0..12 {
        let buffer = reader.drawn();
        let screen = reader.view.screen();
        for (_, side) in &screen.panes[1..3] {
            // The row below the heading is the line.
            assert_eq!(buffer[(side.x - 1, side.y + 2)].symbol(), "│", "{:#?}", reader.shown());
        }
        reader.press(Key::plain(KeyCode::Right));
    }
    assert!(reader.view.left > 0 && reader.view.left < 100, "scrolling to the right ends: {}", reader.view.left);
}

#[test]
fn wrapped_wide_glyphs_do_not_overwrite_pane_borders() {
    let line =
        |first: &str| format!("{first}{}👩\u{200d}❤\u{fe0f}\u{200d}👨e\u{301}\tend of it\n", "日本語".repeat(12));
    let [base, mine, theirs] = ["", "x", "xy"].map(|first| document("", &line(first)));
    let mut reader = Reader::new(base, mine, theirs, 121, 20);
    for _ in 0..12 {
        let buffer = reader.drawn();
        let screen = reader.view.screen();
        for (_, side) in &screen.panes[1..3] {
            // The row below the heading is the line.
            assert_eq!(buffer[(side.x - 1, side.y + 4)].symbol(), "│", "{:#?}", reader.shown());
        }
        reader.press(Key::plain(KeyCode::Down));
    }
}
