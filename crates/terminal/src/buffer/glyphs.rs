//! The glyphs of a line, found without reading the whole line.
//!
//! A glyph is what a reader takes for one character: an `e` and the accent on it, a family, a flag (an extended
//! grapheme cluster). A line can be a megabyte long, so it is read in windows, from any glyph on. That is exact: the
//! rules of grapheme clusters look back within the cluster only.

use std::borrow::Cow;

use text::TextSlice;
use unicode_segmentation::{GraphemeCursor, GraphemeIncomplete, UnicodeSegmentation as _};

use crate::sanitize::clip;

/// How many bytes of a line are read at once.
const WINDOW_BYTES: usize = 2048;

/// The class of a glyph, for words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GlyphClass {
    Blank,
    Punctuation,
    Letter,
}

/// A glyph of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LineGlyph {
    /// The position of its first byte in the line.
    pub(super) at: usize,
    /// The position after its last byte.
    pub(super) end: usize,
    /// Its first column on the screen, counted from the beginning of the walk.
    pub(super) column: usize,
    /// Its width in columns, at least 1.
    pub(super) width: usize,
    pub(super) class: GlyphClass,
    pub(super) is_tab: bool,
}

/// A walk over the glyphs of a line, to the right.
pub(super) struct GlyphWalk<'t> {
    line: TextSlice<'t>,
    window: Cow<'t, str>,
    /// The position of the window in the line.
    window_start: usize,
    next: usize,
    column: usize,
}

impl<'t> GlyphWalk<'t> {
    /// Begins at a position between two glyphs, which is in the given column.
    pub(super) fn new(line: TextSlice<'t>, at: usize, column: usize) -> Self {
        let window = window(line, at, WINDOW_BYTES);
        Self { line, window, window_start: at, next: at, column }
    }

    /// Reads more of the line, from the next glyph on.
    fn refill(&mut self) {
        // A glyph that fills the whole window needs a larger one.
        let bytes = if self.next == self.window_start { self.window.len() * 2 } else { 0 };
        self.window = window(self.line, self.next, bytes.max(WINDOW_BYTES));
        self.window_start = self.next;
    }
}

impl Iterator for GlyphWalk<'_> {
    type Item = LineGlyph;

    fn next(&mut self) -> Option<LineGlyph> {
        let (length, class, is_tab, width) = loop {
            let rest = &self.window[self.next - self.window_start..];
            let is_last = self.next + rest.len() == self.line.len();
            match rest.as_bytes() {
                [] if is_last => return None,
                // A printable ASCII character is a glyph, unless a combining character follows.
                [first @ b' '..=b'~', second, ..] if second.is_ascii() => break (1, class_of(*first), false, 1),
                [first @ b' '..=b'~'] if is_last => break (1, class_of(*first), false, 1),
                [] => {}
                _ => {
                    let glyph = rest.graphemes(true).next().unwrap_or_default();
                    if glyph.len() < rest.len() || is_last {
                        let class = class(glyph);
                        break (glyph.len(), class, glyph == "\t", clip::glyph_width(glyph, self.column));
                    }
                }
            }
            self.refill();
        };
        let glyph = LineGlyph { at: self.next, end: self.next + length, column: self.column, width, class, is_tab };
        self.next += length;
        self.column += width;
        Some(glyph)
    }
}

/// Returns the glyphs of a string from a position on, as [`GlyphWalk`] finds them in a text.
pub(super) fn glyphs_of(line: &str, start: usize) -> impl Iterator<Item = LineGlyph> {
    let mut column = 0;
    line[start..].grapheme_indices(true).map(move |(offset, glyph)| {
        let (at, is_tab) = (start + offset, glyph == "\t");
        let width = clip::glyph_width(glyph, column);
        column += width;
        LineGlyph { at, end: at + glyph.len(), column: column - width, width, class: class(glyph), is_tab }
    })
}

/// Returns a part of a line that begins at a position, of about so many bytes.
fn window(line: TextSlice<'_>, at: usize, bytes: usize) -> Cow<'_, str> {
    line.slice(at..char_boundary_from(line, at + bytes)).to_cow()
}

/// Returns the first boundary of a character from a position on.
pub(super) fn char_boundary_from(line: TextSlice<'_>, at: usize) -> usize {
    (at..line.len()).find(|&at| line.is_char_boundary(at)).unwrap_or(line.len())
}

/// Returns the position before the glyph that ends at or contains a position, or `None` at the beginning of the line.
pub(super) fn glyph_before(line: TextSlice<'_>, at: usize) -> Option<usize> {
    let mut cursor = GraphemeCursor::new(at, line.len(), true);
    let (mut chunk, mut start) = chunk_before(line, at);
    loop {
        match cursor.prev_boundary(chunk, start) {
            Ok(boundary) => return boundary,
            Err(GraphemeIncomplete::PrevChunk) => (chunk, start) = chunk_before(line, start),
            Err(GraphemeIncomplete::PreContext(end)) => {
                let (context, start) = chunk_before(line, end);
                cursor.provide_context(context, start);
            }
            Err(GraphemeIncomplete::NextChunk | GraphemeIncomplete::InvalidOffset) => {
                unreachable!("the chunk ends at the position")
            }
        }
    }
}

/// Returns the position after the glyph that begins at or contains a position, or `None` at the end of the line.
pub(super) fn glyph_after(line: TextSlice<'_>, at: usize) -> Option<usize> {
    let mut cursor = GraphemeCursor::new(at, line.len(), true);
    let (mut chunk, mut start) = (chunk_after(line, at), at);
    loop {
        match cursor.next_boundary(chunk, start) {
            Ok(boundary) => return boundary,
            Err(GraphemeIncomplete::NextChunk) => {
                start += chunk.len();
                chunk = chunk_after(line, start);
            }
            Err(GraphemeIncomplete::PreContext(end)) => {
                let (context, start) = chunk_before(line, end);
                cursor.provide_context(context, start);
            }
            Err(GraphemeIncomplete::PrevChunk | GraphemeIncomplete::InvalidOffset) => {
                unreachable!("the chunk begins at the position")
            }
        }
    }
}

/// Returns whether a position is between two glyphs, or at an end of the line.
pub(super) fn is_between_glyphs(line: TextSlice<'_>, at: usize) -> bool {
    if at == 0 || at == line.len() {
        return true;
    }
    let mut cursor = GraphemeCursor::new(at, line.len(), true);
    let chunk = chunk_after(line, at);
    loop {
        match cursor.is_boundary(chunk, at) {
            Ok(is_boundary) => return is_boundary,
            Err(GraphemeIncomplete::PreContext(end)) => {
                let (context, start) = chunk_before(line, end);
                cursor.provide_context(context, start);
            }
            Err(_) => unreachable!("the chunk begins at the position"),
        }
    }
}

/// Returns the first position between glyphs from this one on.
pub(super) fn boundary_from(line: TextSlice<'_>, at: usize) -> usize {
    if is_between_glyphs(line, at) { at } else { glyph_after(line, at).unwrap_or(line.len()) }
}

/// Returns the last position between glyphs up to this one.
pub(super) fn boundary_up_to(line: TextSlice<'_>, at: usize) -> usize {
    if is_between_glyphs(line, at) { at } else { glyph_before(line, at).unwrap_or(0) }
}

/// Returns the piece of a line that ends at a position, and where it begins.
fn chunk_before(line: TextSlice<'_>, end: usize) -> (&str, usize) {
    let chunk = line.slice(0..end).chunks().next_back().unwrap_or_default();
    (chunk, end - chunk.len())
}

/// Returns the piece of a line that begins at a position.
fn chunk_after(line: TextSlice<'_>, start: usize) -> &str {
    line.slice(start..line.len()).chunks().next().unwrap_or_default()
}

fn class(glyph: &str) -> GlyphClass {
    match glyph.chars().next() {
        Some(c) if c.is_whitespace() => GlyphClass::Blank,
        Some(c) if c.is_ascii_punctuation() && c != '_' => GlyphClass::Punctuation,
        _ => GlyphClass::Letter,
    }
}

/// Returns the class of a printable ASCII character.
const fn class_of(c: u8) -> GlyphClass {
    match c {
        b' ' => GlyphClass::Blank,
        c if c.is_ascii_punctuation() && c != b'_' => GlyphClass::Punctuation,
        _ => GlyphClass::Letter,
    }
}
