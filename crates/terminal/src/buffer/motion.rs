//! Where a cursor can stand, which is between glyphs and never within one, and where a motion leads it.
//!
//! A glyph is what a reader takes for one character: an `e` and the accent on it, a family, a flag. Places are lines
//! and characters, both from 0, as the widget counts them. Nothing moves here: these are answers about lines.

use unicode_segmentation::UnicodeSegmentation as _;

use super::line_endings::Lines;
use crate::edit::Motion;
use crate::sanitize::clip;

/// A line and a character, both from 0.
pub(super) type At = (usize, usize);

/// The last line, and the last character of a line, that the widget can jump to: it takes 16-bit numbers.
pub(super) const MAX_JUMP: usize = u16::MAX as usize;

/// What a word is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CharClass {
    Blank,
    Mark,
    Letter,
}

/// Returns whether the widget can jump to a place.
pub(super) fn can_jump((row, column): At) -> bool {
    row <= MAX_JUMP && column <= MAX_JUMP
}

/// Where a motion leads; `page` is how many lines a screen has.
pub(super) fn target(lines: Lines<'_>, from: At, to: Motion, page: usize) -> At {
    let (row, column) = from;
    match to {
        Motion::Left => before(lines, from),
        Motion::Right => after(lines, from),
        Motion::Up => beneath(lines, from, row.saturating_sub(1)),
        Motion::Down => beneath(lines, from, row + 1),
        Motion::PageUp => beneath(lines, from, row.saturating_sub(page)),
        Motion::PageDown => beneath(lines, from, row + page),
        Motion::WordLeft => match word_start_before(lines.line(row), column) {
            Some(start) => (row, start),
            None => before(lines, (row, 0)),
        },
        Motion::WordRight => match word_start_after(lines.line(row), column) {
            Some(start) => (row, start),
            None => after(lines, (row, length(lines.line(row)))),
        },
        Motion::LineStart => (row, 0),
        Motion::LineEnd => (row, length(lines.line(row))),
        Motion::Top => (0, 0),
        Motion::Bottom => (lines.count() - 1, length(lines.line(lines.count() - 1))),
        Motion::Line(row) => (row.min(lines.count() - 1), 0),
    }
}

/// The place before the glyph before this one: at the beginning of a line, the end of the line above.
fn before(lines: Lines<'_>, (row, column): At) -> At {
    match (glyph_stops(lines.line(row)).take_while(|&stop| stop < column).last(), row.checked_sub(1)) {
        (Some(stop), _) => (row, stop),
        (None, Some(above)) => (above, length(lines.line(above))),
        (None, None) => (row, 0),
    }
}

/// The place after the glyph that stands here: at the end of a line, the beginning of the line below.
pub(super) fn after(lines: Lines<'_>, (row, column): At) -> At {
    match glyph_stops(lines.line(row)).find(|&stop| stop > column) {
        Some(stop) => (row, stop),
        None if row + 1 < lines.count() => (row + 1, 0),
        None => (row, column),
    }
}

/// The place in another line that stands in the same column of the screen.
pub(super) fn beneath(lines: Lines<'_>, (row, column): At, other: usize) -> At {
    let other = other.min(lines.count() - 1);
    if other == row {
        (row, column)
    } else {
        (other, at_column(lines.line(other), screen_column(lines.line(row), column)))
    }
}

/// Where the word ends that begins here, or after the blanks that stand here. Blanks at the end of a line are a word.
pub(super) fn word_end_after(lines: Lines<'_>, (row, column): At) -> At {
    let mut glyphs = char_classes(lines.line(row)).skip_while(|&(stop, _)| stop < column);
    let Some((_, mut last)) = glyphs.next() else { return after(lines, (row, column)) };
    for (stop, kind) in glyphs {
        if last != CharClass::Blank && kind != last {
            return (row, stop);
        }
        last = kind;
    }
    (row, length(lines.line(row)))
}

/// Where what a word before this place takes begins: the line above, where nothing stands before it in its own.
pub(super) fn word_before(lines: Lines<'_>, (row, column): At) -> At {
    match word_start_before(lines.line(row), column) {
        Some(start) => (row, start),
        None if column > 0 => (row, 0),
        None => before(lines, (row, 0)),
    }
}

fn word_start_before(line: &str, column: usize) -> Option<usize> {
    let mut start = None;
    let mut last = CharClass::Blank;
    for (stop, kind) in char_classes(line).take_while(|&(stop, _)| stop < column) {
        if kind != CharClass::Blank && kind != last {
            start = Some(stop);
        }
        last = kind;
    }
    start
}

fn word_start_after(line: &str, column: usize) -> Option<usize> {
    let mut glyphs = char_classes(line).skip_while(|&(stop, _)| stop < column);
    let (_, mut last) = glyphs.next()?;
    for (stop, kind) in glyphs {
        if kind != CharClass::Blank && kind != last {
            return Some(stop);
        }
        last = kind;
    }
    None
}

/// The first place between glyphs from this one on.
pub(super) fn between_glyphs(line: &str, column: usize) -> usize {
    if line.is_ascii() { column } else { glyph_stops(line).find(|&stop| stop >= column).unwrap_or(column) }
}

/// How many columns of the screen stand before a character.
pub(super) fn screen_column(line: &str, column: usize) -> usize {
    let bytes = byte_of(line, column);
    clip::glyphs(line, false).take_while(|glyph| glyph.at < bytes).last().map_or(0, |glyph| glyph.column + glyph.width)
}

/// The character whose glyph stands in a column of the screen, or the end of the line.
pub(super) fn at_column(line: &str, wanted: usize) -> usize {
    let before = clip::glyphs(line, false).take_while(|glyph| glyph.column + glyph.width <= wanted);
    before.map(|glyph| glyph.text.chars().count()).sum()
}

/// The byte at which a character begins.
pub(super) fn byte_of(line: &str, column: usize) -> usize {
    line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
}

fn length(line: &str) -> usize {
    line.chars().count()
}

/// The places of a line, from left to right.
fn glyph_stops(line: &str) -> impl Iterator<Item = usize> {
    let ends = line.graphemes(true).scan(0, |end, glyph| {
        *end += glyph.chars().count();
        Some(*end)
    });
    std::iter::once(0).chain(ends)
}

/// Where each glyph begins, and what it is for a word.
fn char_classes(line: &str) -> impl Iterator<Item = (usize, CharClass)> {
    glyph_stops(line).zip(line.graphemes(true).map(|glyph| match glyph.chars().next() {
        Some(c) if c.is_whitespace() => CharClass::Blank,
        Some(c) if c.is_ascii_punctuation() && c != '_' => CharClass::Mark,
        _ => CharClass::Letter,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::buffer::LineEndings;

    fn lines(text: &str) -> Vec<String> {
        text.split('\n').map(str::to_owned).collect()
    }

    fn seen(lines: &[String]) -> Lines<'_> {
        Lines::new(lines, LineEndings::Lf)
    }

    #[test]
    fn words_begin_after_blanks_and_at_marks() {
        let text = lines("  one_1, (two)\n\nthree");
        let mut at = (0, 0);
        let mut way = Vec::new();
        while at != target(seen(&text), at, Motion::WordRight, 1) {
            at = target(seen(&text), at, Motion::WordRight, 1);
            way.push(at);
        }
        assert_eq!(way, [(0, 2), (0, 7), (0, 9), (0, 10), (0, 13), (1, 0), (2, 0), (2, 5)]);
        let mut back = Vec::new();
        while at != (0, 2) {
            at = target(seen(&text), at, Motion::WordLeft, 1);
            back.push(at);
        }
        assert_eq!(back, [(2, 0), (1, 0), (0, 14), (0, 13), (0, 10), (0, 9), (0, 7), (0, 2)]);
    }

    #[test]
    fn a_word_is_deleted_with_the_blanks_on_its_way() {
        let text = lines("one  two ");
        assert_eq!(word_end_after(seen(&text), (0, 0)), (0, 3));
        assert_eq!(word_end_after(seen(&text), (0, 3)), (0, 8));
        assert_eq!(word_end_after(seen(&text), (0, 8)), (0, 9));
        assert_eq!(word_before(seen(&text), (0, 9)), (0, 5));
        assert_eq!(word_before(seen(&lines("  x")), (0, 2)), (0, 0));
    }

    #[test]
    fn the_column_of_the_screen_is_kept_from_line_to_line() {
        let text = lines("日本語\n\ta\u{1b}b\nabcdef\nab");
        assert_eq!(target(seen(&text), (0, 2), Motion::Down, 1), (1, 1), "after the tab");
        assert_eq!(target(seen(&text), (1, 3), Motion::Down, 1), (2, 6), "a control character is seen as one mark");
        assert_eq!(target(seen(&text), (2, 3), Motion::PageUp, 2), (0, 1), "not within a wide glyph");
        assert_eq!(target(seen(&text), (2, 5), Motion::PageDown, 9), (3, 2));
    }
}
