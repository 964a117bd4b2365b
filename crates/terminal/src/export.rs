//! Frames, taken out of the terminal: as a recording that plays again, and as a picture.
//!
//! | module | subject |
//! | --- | --- |
//! | [`asciicast`] | frames and how long each is shown: an asciicast, version 2 |
//! | `ansi` | from one frame to the next, in control sequences |
//! | [`svg`] | one frame, as SVG |
//! | `reading_time` | the time that the new words of a frame take to read |
//!
//! All of it is pure: buffers in, text out. Not here: drawing a frame, and choosing the frames that are worth keeping.

mod ansi;
pub mod asciicast;
pub mod reading_time;
pub mod svg;
#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// A sign on the screen, with its columns in the row and its look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FrameGlyph<'a> {
    x: u16,
    /// Its width in columns.
    width: u16,
    symbol: &'a str,
    look: CellStyle,
}

/// The look of a sign, apart from its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CellStyle {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl CellStyle {
    /// The look of a cell without any style.
    const PLAIN: Self = Self { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };
}

/// The signs of a row, from left to right. A wide one hides the cell behind it; one for which the row has no room, and
/// one that shows nothing, is a blank.
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
