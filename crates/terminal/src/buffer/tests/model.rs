//! Random edits against a model: a `String` that is edited in the same way.

use unicode_segmentation::UnicodeSegmentation as _;

use super::*;

/// Returns what an edit does to a text without a selection, by walking over all its glyphs.
fn model(text: &str, head: usize, edit: &Edit) -> Option<String> {
    let stops = || text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]);
    let (range, new) = match edit {
        Edit::Insert(c) => (head..head, c.to_string()),
        Edit::InsertText(text) => (head..head, with_line_feeds(text)),
        Edit::Newline => {
            let start = text[..head].rfind('\n').map_or(0, |at| at + 1);
            let before = &text[start..head];
            let blanks = &before[..before.len() - before.trim_start_matches([' ', '\t']).len()];
            (if blanks == before { start..head } else { head..head }, format!("\n{blanks}"))
        }
        Edit::Backspace => (stops().take_while(|&stop| stop < head).last()?..head, String::new()),
        Edit::Delete => (head..stops().find(|&stop| stop > head)?, String::new()),
        _ => return None,
    };
    Some([&text[..range.start], &new, &text[range.end..]].concat())
}

proptest! {
    #[test]
    fn edits_do_to_the_text_what_they_do_to_the_model(
        begun in "[a-c日 e\u{301}👩\u{200d}\n]{0,40}",
        steps in prop::collection::vec(edits(), 0..40),
    ) {
        let mut buffer = TextBuffer::new(begun.as_str());
        let mut register = String::new();
        for step in &steps {
            let (before, caret) = (buffer.text(), buffer.caret);
            buffer.apply(step, &mut register);
            if caret.selection().is_none()
                && buffer.endings == LineEndings::Lf
                && let Some(expected) = model(&before, caret.head, step)
            {
                prop_assert_eq!(buffer.text(), expected, "{:?} at {} of {:?}", step, caret.head, before);
            }
            let snapshot = buffer.snapshot();
            prop_assert_eq!(&buffer.census, &TextCensus::of(&snapshot), "counts after {:?}", step);
        }
        let last = (buffer.text(), buffer.endings);
        while buffer.apply(&Edit::Undo, &mut register) {}
        prop_assert_eq!(buffer.text(), begun);
        while buffer.apply(&Edit::Redo, &mut register) {}
        // Steps that were undone at the end are made again as well.
        if !steps.contains(&Edit::Undo) {
            prop_assert_eq!((buffer.text(), buffer.endings), last);
        }
    }
}

#[test]
fn undo_restores_the_selection_and_redo_the_cursor() {
    let mut buffer = TextBuffer::new("one two");
    select(&mut buffer, Motion::WordRight);
    let selected = buffer.caret;
    typed(&mut buffer, "1");
    go(&mut buffer, Motion::Bottom);
    buffer.apply(&Edit::Undo, &mut String::new());
    assert_eq!(buffer.caret, selected);
    buffer.apply(&Edit::Redo, &mut String::new());
    assert_eq!(buffer.caret, Caret::at(1));
}

#[test]
fn text_with_other_line_ends_can_be_undone() {
    let mut buffer = TextBuffer::new("a\r\nb\r\n");
    typed(&mut buffer, "x");
    buffer.replace("1\n2\n");
    assert_eq!(buffer.endings(), LineEndings::Lf);
    buffer.apply(&Edit::Undo, &mut String::new());
    assert_eq!((buffer.text().as_str(), buffer.endings()), ("xa\r\nb\r\n", LineEndings::CrLf));
    typed(&mut buffer, "\n");
    assert_eq!(buffer.text(), "x\r\na\r\nb\r\n");
}

#[test]
fn replaced_text_shares_its_memory_with_the_original() {
    let text = Text::from("line\n".repeat(10_000).as_str());
    let mut buffer = TextBuffer::new("line\nother\n");
    buffer.replace(&text);
    let first = |text: &Text| text.chunks().next().map(str::as_ptr);
    assert_eq!(first(&buffer.snapshot()), first(&text));
}
