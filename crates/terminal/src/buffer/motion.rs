//! Where a motion leads the cursor: always between two glyphs, and never into a line end.
//!
//! Nothing moves here: these are answers about a text. Positions are bytes of the text.

use std::ops::Range;

use text::{Text, TextSlice};

use super::glyphs::{GlyphClass, GlyphWalk, boundary_from, boundary_up_to, glyph_after, glyph_before};
use super::line_endings::{line_without_end, range_without_end};

/// How many bytes before the cursor are searched at first for the beginning of a word.
const WORD_WINDOW_BYTES: usize = 1024;

/// Returns the number of the line that a position is in, and the position within that line, before its line end.
pub(super) fn place_of(text: &Text, position: usize) -> (usize, usize) {
    let row = text.line_at(position);
    let line = range_without_end(text, row);
    (row, position.min(line.end) - line.start)
}

/// Returns a position of a line as a position of the text.
pub(super) fn position_of(text: &Text, row: usize, at: usize) -> usize {
    text.line_start(row) + at
}

/// Returns the nearest position at which the cursor may be, from this one on if there is one in its line.
pub(super) fn settled(text: &Text, position: usize) -> usize {
    let (row, at) = place_of(text, position);
    position_of(text, row, boundary_from(line_without_end(text, row), at))
}

/// Returns the position before the glyph before this one: at the beginning of a line, the end of the line above.
pub(super) fn before(text: &Text, position: usize) -> usize {
    let (row, at) = place_of(text, position);
    match (glyph_before(line_without_end(text, row), at), row.checked_sub(1)) {
        (Some(at), _) => position_of(text, row, at),
        (None, Some(above)) => range_without_end(text, above).end,
        (None, None) => 0,
    }
}

/// Returns the position after the glyph at this one: at the end of a line, the beginning of the line below.
pub(super) fn after(text: &Text, position: usize) -> usize {
    let (row, at) = place_of(text, position);
    match glyph_after(line_without_end(text, row), at) {
        Some(at) => position_of(text, row, at),
        None if row + 1 < text.line_count() => text.line_start(row + 1),
        None => position,
    }
}

/// Returns the beginning of the word before a position, or the end of the line above if there is none in the line.
pub(super) fn word_left(text: &Text, position: usize) -> usize {
    let (row, at) = place_of(text, position);
    match word_start_before(line_without_end(text, row), at) {
        Some(at) => position_of(text, row, at),
        None => before(text, text.line_start(row)),
    }
}

/// Returns the beginning of the word after a position, or of the line below if there is none in the line.
pub(super) fn word_right(text: &Text, position: usize) -> usize {
    let (row, at) = place_of(text, position);
    match word_start_after(line_without_end(text, row), at) {
        Some(at) => position_of(text, row, at),
        None => after(text, range_without_end(text, row).end),
    }
}

/// Returns the end of the word that begins at a position, or after the blanks there.
///
/// Blanks at the end of a line are a word. At the end of a line, it is the beginning of the line below.
pub(super) fn word_end_after(text: &Text, position: usize) -> usize {
    let (row, at) = place_of(text, position);
    let line = line_without_end(text, row);
    if at == line.len() {
        return after(text, position);
    }
    let mut last = None;
    for glyph in GlyphWalk::new(line, at, 0) {
        if last.is_some_and(|last| last != GlyphClass::Blank && last != glyph.class) {
            return position_of(text, row, glyph.at);
        }
        last = Some(glyph.class);
    }
    position_of(text, row, line.len())
}

/// Returns where the text begins that is deleted with the word before a position.
///
/// Without a word before it in the line, it is the beginning of the line; there, it is the end of the line above.
pub(super) fn word_before(text: &Text, position: usize) -> usize {
    let (row, at) = place_of(text, position);
    match word_start_before(line_without_end(text, row), at) {
        Some(at) => position_of(text, row, at),
        None if at > 0 => text.line_start(row),
        None => before(text, position),
    }
}

/// Returns the glyphs of the same class around a position of a line: a word, blanks, or punctuation.
///
/// At the end of the line, it is those before it.
pub(super) fn word_around(line: TextSlice<'_>, at: usize) -> Range<usize> {
    let at = if at == line.len() { glyph_before(line, at).unwrap_or(at) } else { at };
    let Some(class) = GlyphWalk::new(line, at, 0).next().map(|glyph| glyph.class) else { return at..at };
    let same = GlyphWalk::new(line, at, 0).take_while(|glyph| glyph.class == class);
    same_class_before(line, at, class)..same.last().map_or(at, |glyph| glyph.end)
}

/// Returns where the glyphs of a class begin that end at a position.
fn same_class_before(line: TextSlice<'_>, at: usize, class: GlyphClass) -> usize {
    let mut bytes = WORD_WINDOW_BYTES;
    loop {
        let begin = boundary_up_to(line, char_boundary_up_to(line, at.saturating_sub(bytes)));
        let mut start = begin;
        for glyph in GlyphWalk::new(line, begin, 0).take_while(|glyph| glyph.at < at) {
            if glyph.class != class {
                start = glyph.end;
            }
        }
        if start > begin || begin == 0 {
            return start;
        }
        bytes *= 2;
    }
}

fn word_start_before(line: TextSlice<'_>, at: usize) -> Option<usize> {
    let mut bytes = WORD_WINDOW_BYTES;
    loop {
        let begin = char_boundary_up_to(line, at.saturating_sub(bytes));
        let begin = boundary_up_to(line, begin);
        let mut start = None;
        // What is before the window can be a part of the same word.
        let mut last = (begin == 0).then_some(GlyphClass::Blank);
        for glyph in GlyphWalk::new(line, begin, 0).take_while(|glyph| glyph.at < at) {
            if last.is_some_and(|last| glyph.class != GlyphClass::Blank && glyph.class != last) {
                start = Some(glyph.at);
            }
            last = Some(glyph.class);
        }
        if start.is_some() || begin == 0 {
            return start;
        }
        bytes *= 2;
    }
}

fn word_start_after(line: TextSlice<'_>, at: usize) -> Option<usize> {
    let mut last = None;
    for glyph in GlyphWalk::new(line, at, 0) {
        if last.is_some_and(|last| glyph.class != GlyphClass::Blank && glyph.class != last) {
            return Some(glyph.at);
        }
        last = Some(glyph.class);
    }
    None
}

fn char_boundary_up_to(line: TextSlice<'_>, at: usize) -> usize {
    (0..=at).rev().find(|&at| line.is_char_boundary(at)).unwrap_or(0)
}
