//! Rows and columns of long lines, which are kept and follow the edits, against those of a layout that knows nothing.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use unicode_segmentation::UnicodeSegmentation as _;

use super::super::layout::RowAt;
use super::*;
use crate::sanitize::clip;
use crate::theme::Theme;

/// Words, blanks, tabs, wide glyphs and glyphs of several characters: enough of them for a long line.
fn long_line() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "word ",
        "a",
        "longer-word",
        " ",
        "\t",
        "日本語",
        "e\u{301}",
        "👩\u{200d}👧",
        "🇩🇪",
        "🇩",
        "\u{301}",
        "\u{200d}",
        "\u{1b}",
        "0123456789012345678901234567890123456789",
    ]);
    prop::collection::vec((piece, 1usize..24), 4..16)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, times)| piece.repeat(times)).collect())
}

/// An edit at a fraction of the text: so many glyphs are deleted, and a text is inserted.
fn edit_at() -> impl Strategy<Value = (f64, usize, String)> {
    let inserted = prop::sample::select(vec!["", "x", "\u{301}", "\u{200d}", "🇩", "\t", " ", "日", "one two", "\n"]);
    (0.0..1.0, 0usize..4, inserted.prop_map(str::to_owned))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn put_cursor(buffer: &mut TextBuffer, fraction: f64) {
    let mut at = (buffer.text.len() as f64 * fraction) as usize;
    while !buffer.text.is_char_boundary(at) {
        at -= 1;
    }
    buffer.caret.move_to(motion::settled(&buffer.text, at), false);
}

/// Returns all rows of a text.
fn rows(buffer: &TextBuffer) -> Vec<(RowAt, Range<usize>)> {
    let mut row = RowAt::default();
    let mut rows = Vec::new();
    loop {
        rows.push((row, buffer.layout.row(&buffer.text, row).unwrap()));
        match buffer.layout.below(&buffer.text, row, 1) {
            (next, 1) => row = next,
            _ => return rows,
        }
    }
}

/// Returns the same text in a buffer that knows nothing of its lines.
fn fresh(buffer: &TextBuffer, wrap: Option<usize>) -> TextBuffer {
    let fresh = TextBuffer::new(buffer.text());
    fresh.layout.set_wrap(wrap);
    fresh
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn kept_rows_are_those_of_the_edited_line(
        line in long_line(),
        width in 9usize..60,
        edits in prop::collection::vec(edit_at(), 0..8),
    ) {
        let mut buffer = TextBuffer::new(format!("first\n{line}\nlast"));
        buffer.layout.set_wrap(Some(width));
        rows(&buffer);
        for (fraction, deleted, inserted) in edits {
            put_cursor(&mut buffer, fraction);
            for _ in 0..deleted {
                buffer.apply(&Edit::Delete, &mut String::new());
            }
            buffer.apply(&Edit::InsertExact(inserted.clone()), &mut String::new());
            prop_assert_eq!(rows(&buffer), rows(&fresh(&buffer, Some(width))), "after {:?}", inserted);
        }
        for (row, bytes) in rows(&buffer) {
            let line = buffer.line(row.line);
            let shown = clip::glyphs(&line[bytes.clone()], false).last();
            let columns = shown.as_ref().map_or(0, |glyph| glyph.column + glyph.width);
            let has_one_glyph = shown.is_some_and(|glyph| glyph.at == 0);
            prop_assert!(columns <= width + 1 || has_one_glyph, "{} columns in {:?}", columns, &line[bytes.clone()]);
            for at in [bytes.start, bytes.end] {
                prop_assert!(line.grapheme_indices(true).any(|(stop, _)| stop == at) || at == line.len());
            }
        }
    }

    #[test]
    fn kept_columns_are_those_of_the_edited_line(line in long_line(), edits in prop::collection::vec(edit_at(), 0..8)) {
        let mut buffer = TextBuffer::new(line);
        for (fraction, deleted, inserted) in edits {
            buffer.layout.column_at(&buffer.text, 0, buffer.line(0).len());
            put_cursor(&mut buffer, fraction);
            for _ in 0..deleted {
                buffer.apply(&Edit::Delete, &mut String::new());
            }
            buffer.apply(&Edit::InsertExact(inserted), &mut String::new());
        }
        for number in 0..buffer.line_count() {
            let line = buffer.line(number);
            for glyph in clip::glyphs(&line, false).step_by(5) {
                prop_assert_eq!(buffer.layout.column_at(&buffer.text, number, glyph.at), glyph.column);
                let row = RowAt { line: number, index: 0 };
                prop_assert_eq!(buffer.layout.position_at(&buffer.text, row, glyph.column), glyph.at);
                let before = line[..glyph.at].graphemes(true).count();
                prop_assert_eq!(buffer.layout.glyphs_before(&buffer.text, number, glyph.at), before);
            }
        }
    }

    #[test]
    fn long_line_is_drawn_as_a_walk_over_all_of_it(line in long_line(), fraction in 0.0..1.0) {
        let mut buffer = TextBuffer::new(line.as_str());
        buffer.set_wrapped(false);
        put_cursor(&mut buffer, fraction);
        let draw = |buffer: &TextBuffer| {
            let mut terminal = Terminal::new(TestBackend::new(40, 1)).unwrap();
            terminal.draw(|frame| buffer.draw(frame, frame.area(), true, &Theme::default())).unwrap();
            (terminal.backend().buffer().clone(), terminal.get_cursor_position().unwrap())
        };
        let (drawn, cursor) = draw(&buffer);
        let left = buffer.sight.get().left;
        let mut expected = drawn.clone();
        let theme = Theme::default();
        let area = ratatui::layout::Rect::new(3, 0, 37, 1);
        for x in area.left()..area.right() {
            expected[(x, 0)].reset();
        }
        let style = theme.as_written(theme.style(crate::theme::Role::Text));
        // Every glyph of the line is examined.
        clip::LineClip::plain(&line, style).put(&mut expected, area, left, theme.glyphs.more);
        prop_assert_eq!(drawn, expected);
        prop_assert_eq!(usize::from(cursor.x) - 3 + left, buffer.column_of_cursor());
    }
}

#[test]
fn mark_at_the_beginning_of_a_segment_joins_the_glyph_before_it() {
    for at in 1020..1030 {
        let mut buffer = TextBuffer::new("a".repeat(3000));
        assert_eq!(buffer.layout.column_at(&buffer.text, 0, 3000), 3000);
        buffer.change(at..at, "\u{301}", EditKind::Whole);
        assert_eq!(buffer.layout.column_at(&buffer.text, 0, 3002), 3000, "the mark is at byte {at}");
        buffer.change(at..at + 2, "", EditKind::Whole);
        buffer.change(at..at, "\t", EditKind::Whole);
        let tab = 4 - at % 4;
        assert_eq!(buffer.layout.column_at(&buffer.text, 0, 3001), 3000 + tab, "the tab is at byte {at}");
    }
}

#[test]
fn rows_narrower_than_a_glyph_have_one_each() {
    let buffer = TextBuffer::new("日本\u{202e}x");
    buffer.layout.set_wrap(Some(1));
    let bytes: Vec<_> = rows(&buffer).into_iter().map(|(_, bytes)| bytes).collect();
    assert_eq!(bytes, [0..3, 3..6, 6..9, 9..10]);
}

#[test]
fn rows_end_after_a_blank_that_may_not_fit() {
    let split = |text: &str, width| {
        let buffer = TextBuffer::new(text);
        buffer.layout.set_wrap(Some(width));
        rows(&buffer).into_iter().map(|(row, bytes)| buffer.line(row.line)[bytes].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(split("one two three", 7), ["one two ", "three"]);
    assert_eq!(split("one two three", 6), ["one ", "two ", "three"]);
    assert_eq!(split("one  two", 3), ["one ", " ", "two"]);
    assert_eq!(split("abcdefgh ij", 3), ["abc", "def", "gh ", "ij"]);
    assert_eq!(split("ab 日本語x", 6), ["ab 日", "本語x"]);
    assert_eq!(split("one ", 3), ["one ", ""], "the cursor has a place after the blank");
    assert_eq!(split("", 3), [""]);
}
