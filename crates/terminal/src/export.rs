//! Exports frames: as a recording that can be played, and as a picture.
//!
//! | module | subject |
//! | --- | --- |
//! | [`asciicast`] | frames, each with the time for which it is shown, as an asciicast of version 2 |
//! | `ansi` | the control sequences that turn one frame into the next |
//! | [`svg`] | one frame, as SVG |
//! | [`reading_time`] | the time that a viewer needs to read the new words of a frame |
//!
//! All of it is pure: buffers in, text out. Drawing a frame, and choosing the frames to export, is not done here.

mod ansi;
pub mod asciicast;
pub mod reading_time;
pub mod svg;
#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// A glyph on the screen, with its columns and its style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FrameGlyph<'a> {
    x: u16,
    /// The glyph's width in columns.
    width: u16,
    symbol: &'a str,
    look: CellStyle,
}

/// The style of a cell: colours and attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CellStyle {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl CellStyle {
    /// The terminal's own colours, and no attributes.
    const PLAIN: Self = Self { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };
}

/// Returns the glyphs of a row, from left to right.
///
/// A wide glyph covers the cell after it. A glyph that does not fit into the row, or has no width, becomes a blank.
fn glyphs(frame: &Buffer, row: u16) -> impl Iterator<Item = FrameGlyph<'_>> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let x = next;
        let cell = frame.cell((frame.area.x + x, frame.area.y + row))?;
        let room = frame.area.width - x;
        let (symbol, width) = match u16::try_from(cell.symbol().width()) {
            Ok(width) if (1..=room).contains(&width) => (cell.symbol(), width),
            _ => (" ", 1),
        };
        next += width;
        Some(FrameGlyph { x, width, symbol, look: CellStyle { fg: cell.fg, bg: cell.bg, modifier: cell.modifier } })
    })
}
