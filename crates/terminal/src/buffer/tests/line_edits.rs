//! Indenting, moving, duplicating and deleting lines.

use proptest::prelude::*;

use super::*;

/// Applies an edit to a text in which `[` is the beginning of the selection and `|` is the cursor.
///
/// Returns the text with the same marks. The edit is undone and made again on the way.
fn after(marked: &str, edit: &Edit) -> String {
    let mut buffer = loaded(marked);
    let before = buffer.text();
    let changed = buffer.apply(edit, &mut String::new());
    let after = with_marks(&buffer);
    assert_eq!(buffer.apply(&Edit::Undo, &mut String::new()), changed, "{marked:?}");
    assert_eq!((buffer.text(), with_marks(&buffer)), (before, marked.to_owned()), "undone");
    assert_eq!(buffer.apply(&Edit::Redo, &mut String::new()), changed);
    assert_eq!(with_marks(&buffer), after, "made again");
    after
}

fn loaded(marked: &str) -> TextBuffer {
    let mut buffer = TextBuffer::new(marked.replace(['[', '|'], ""));
    let position = |mark: char| {
        let at = marked.find(mark)?;
        Some(marked[..at].replace(['[', '|'], "").len())
    };
    buffer.caret = Caret { head: position('|').unwrap(), anchor: position('[') };
    buffer
}

fn with_marks(buffer: &TextBuffer) -> String {
    let mut text = buffer.text();
    let Caret { head, anchor } = buffer.caret;
    let mut marks = vec![(head, '|')];
    marks.extend(anchor.map(|anchor| (anchor, '[')));
    marks.sort_by_key(|mark| std::cmp::Reverse(*mark));
    for (at, mark) in marks {
        text.insert(at, mark);
    }
    text
}

#[test]
fn selected_lines_are_indented_and_unindented() {
    assert_eq!(after("o[ne\ntwo|\nthree", &Edit::Indent), "\to[ne\n\ttwo|\nthree");
    assert_eq!(after("[one\n\n|two", &Edit::Indent), "[\tone\n\n|two", "an empty line has nothing to indent");
    assert_eq!(after("  a\n[b\nc|\n", &Edit::Indent), "  a\n[  b\n  c|\n", "by what the text is indented by");
    assert_eq!(after("\to[ne\n\t\ttwo|\nthree", &Edit::Unindent), "o[ne\n\ttwo|\nthree");
    assert_eq!(after("    one|\n  two", &Edit::Unindent), "  one|\n  two", "without a selection, the line");
    assert_eq!(after("\u{feff}[a\nb|", &Edit::Indent), "\u{feff}[\ta\n\tb|");
    assert_eq!(after("one|", &Edit::Unindent), "one|");
}

#[test]
fn tab_without_a_selection_leads_to_the_next_tab_stop() {
    assert_eq!(after("ab|c", &Edit::Indent), "ab\t|c");
    assert_eq!(after("    x\na|b", &Edit::Indent), "    x\na   |b");
}

#[test]
fn new_line_is_indented_like_the_one_that_is_divided() {
    assert_eq!(after("  one| two", &Edit::Newline), "  one\n  | two");
    assert_eq!(after("\t one|\r\nx\r\n", &Edit::Newline), "\t one\r\n\t |\r\nx\r\n");
    assert_eq!(after("  |", &Edit::Newline), "\n  |", "no blanks are left behind");
    assert_eq!(after("  |  one", &Edit::Newline), "\n  |  one", "the line keeps its indentation");
    assert_eq!(after("|  one", &Edit::Newline), "\n|  one");
    assert_eq!(after("  one [two|", &Edit::Newline), "  one \n  |");
    let mut buffer = loaded("  |");
    buffer.apply(&Edit::InsertText("a\nb".to_owned()), &mut String::new());
    assert_eq!(buffer.text(), "  a\nb", "a paste stays what it is");
}

#[test]
fn lines_are_moved_with_their_selection() {
    assert_eq!(after("one\ntw|o\nthree", &Edit::MoveLinesUp), "tw|o\none\nthree");
    assert_eq!(after("one\ntw|o\nthree", &Edit::MoveLinesDown), "one\nthree\ntw|o");
    assert_eq!(after("a\n[b\nc\n|d\n", &Edit::MoveLinesUp), "[b\nc\n|a\nd\n");
    assert_eq!(after("|a\nb\n", &Edit::MoveLinesUp), "|a\nb\n");
    assert_eq!(after("a\nb|\n", &Edit::MoveLinesDown), "a\nb|\n", "the final line end stays at the end");
    assert_eq!(after("a\nb\n|", &Edit::MoveLinesUp), "a\nb\n|");
    assert_eq!(after("a\r\n|b\nc", &Edit::MoveLinesUp), "|b\r\na\nc", "line ends stay where they are");
    assert_eq!(after("\u{feff}a\nb|\n", &Edit::MoveLinesUp), "\u{feff}b|\na\n");
}

#[test]
fn lines_are_duplicated_below() {
    assert_eq!(after("o|ne\ntwo", &Edit::DuplicateLines), "one\no|ne\ntwo");
    assert_eq!(after("a\nb|", &Edit::DuplicateLines), "a\nb\nb|");
    assert_eq!(after("a\r\nb|", &Edit::DuplicateLines), "a\r\nb\r\nb|");
    assert_eq!(after("[a\nb\n|c", &Edit::DuplicateLines), "a\nb\n[a\nb\n|c");
    assert_eq!(after("\u{feff}a|\n", &Edit::DuplicateLines), "\u{feff}a\na|\n");
}

#[test]
fn lines_are_deleted_with_their_ends() {
    assert_eq!(after("one\ntw|o\nthree\n", &Edit::DeleteLines), "one\nth|ree\n");
    assert_eq!(after("a\n[b\nc|", &Edit::DeleteLines), "a|");
    assert_eq!(after("a|", &Edit::DeleteLines), "|");
    assert_eq!(after("|", &Edit::DeleteLines), "|");
    assert_eq!(after("a\r\nlong|er\r\nb\r\n", &Edit::DeleteLines), "a\r\nb|\r\n");
}

#[test]
fn lines_are_joined_with_one_blank() {
    assert_eq!(after("on|e\ntwo\nthree", &Edit::JoinLines), "on|e two\nthree");
    assert_eq!(after("[one  \n\t two\r\nthree|\n", &Edit::JoinLines), "[one two three|\n");
    assert_eq!(after("[a\n\n  \nb|", &Edit::JoinLines), "[a b|", "empty lines leave no blanks");
    assert_eq!(after("  a|\n\n", &Edit::JoinLines), "  a|\n", "the indentation of the first line stays");
    assert_eq!(after("a|\n", &Edit::JoinLines), "a|\n", "nothing follows the last line");
    assert_eq!(after("a\nb|", &Edit::JoinLines), "a\nb|");
    assert_eq!(after("\u{feff}|\na", &Edit::JoinLines), "\u{feff}|a");
    assert_eq!(
        after("[a\nb\n|c", &Edit::JoinLines),
        "[a b\n|c",
        "a selection has nothing of the line that it ends before"
    );
}

/// Returns lines that no edit of whole lines joins: no carriage return at the end of the text.
fn lines() -> impl Strategy<Value = String> {
    let line = "(\t| {0,5})[a日e\u{301}]{0,4}";
    let text = proptest::collection::vec((line, prop::bool::ANY), 1..8);
    (text, prop::bool::ANY).prop_map(|(lines, ends)| {
        let line = |(line, is_crlf): &(String, bool)| [line.as_str(), if *is_crlf { "\r\n" } else { "\n" }].concat();
        let mut text = lines.iter().map(line).collect::<Vec<_>>().concat();
        if !ends {
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
        }
        text
    })
}

fn selection() -> impl Strategy<Value = (usize, usize)> {
    (0usize..60, 0usize..60)
}

fn selecting(text: &str, (from, to): (usize, usize)) -> TextBuffer {
    let mut buffer = TextBuffer::new(text);
    buffer.put_cursor(from);
    let head = buffer.position_near(to);
    buffer.caret.move_to(head, true);
    buffer
}

/// Returns the lines, with the empty one after a final line end: an empty line may have been moved there.
fn sorted(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.split('\n').map(|line| line.trim_end_matches('\r').to_owned()).collect();
    lines.sort();
    lines
}

proptest! {
    #[test]
    fn indented_lines_are_the_same_once_unindented(text in lines(), selected in selection()) {
        let mut buffer = selecting(&text, selected);
        if buffer.selection().is_some() && buffer.apply(&Edit::Indent, &mut String::new()) {
            prop_assert!(buffer.text().len() > text.len());
            // Empty lines were not indented, and have nothing to take away.
            prop_assert!(buffer.apply(&Edit::Unindent, &mut String::new()));
        }
        prop_assert_eq!(buffer.text(), text);
    }

    #[test]
    fn lines_moved_up_and_down_are_back(text in lines(), selected in selection()) {
        let mut buffer = selecting(&text, selected);
        // At the end of the text, no line end follows the lines that could be selected with them.
        let selected = |buffer: &TextBuffer| buffer.selected().unwrap_or_default().trim_end_matches(['\r', '\n']).to_owned();
        let before = selected(&buffer);
        if buffer.apply(&Edit::MoveLinesDown, &mut String::new()) {
            prop_assert_eq!(sorted(&buffer.text()), sorted(&text), "no line is lost");
            // An empty line that became the last one is now the line end of the line before it.
            if buffer.text().ends_with('\n') && !text.ends_with('\n') {
                return Ok(());
            }
            prop_assert!(buffer.apply(&Edit::MoveLinesUp, &mut String::new()));
        }
        prop_assert_eq!(buffer.text(), text);
        prop_assert_eq!(selected(&buffer), before);
    }

    #[test]
    fn joined_lines_keep_all_words_and_are_one_step(text in lines(), selected in selection()) {
        let mut buffer = selecting(&text, selected);
        let count = buffer.line_count();
        let joined = buffer.apply(&Edit::JoinLines, &mut String::new());
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(words(&buffer.text()), words(&text));
        prop_assert_eq!(joined, buffer.line_count() < count);
        prop_assert_eq!(buffer.apply(&Edit::Undo, &mut String::new()), joined);
        prop_assert_eq!(buffer.text(), text);
    }

    #[test]
    fn duplicated_lines_are_the_same_once_deleted(text in lines(), selected in selection()) {
        let mut buffer = selecting(&text, selected);
        let count = buffer.line_count();
        prop_assert!(buffer.apply(&Edit::DuplicateLines, &mut String::new()));
        prop_assert!(buffer.line_count() > count);
        prop_assert!(buffer.apply(&Edit::DeleteLines, &mut String::new()));
        // The copy of a last line without a line end gets the one that the text did not have.
        prop_assert_eq!(buffer.text(), text);
    }
}
