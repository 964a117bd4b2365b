//! Frames, taken out of the terminal: as a recording that plays again, and as a picture.
//!
//! | module | subject |
//! | --- | --- |
//! | [`asciicast`] | frames and how long each is shown: an asciicast, version 2 |
//! | `ansi` | from one frame to the next, in control sequences |
//! | [`svg`] | one frame, as SVG |
//! | `reading_time` | how long somebody needs to read what is new in a frame |
//!
//! All of it is pure: buffers in, text out. What is *not* here: how a frame comes to be, and which frames are worth
//! keeping.

mod ansi;
pub mod asciicast;
pub mod reading_time;
pub mod svg;
#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// A sign on the screen: where it begins in its row, and how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FrameGlyph<'a> {
    x: u16,
    /// How many columns it takes.
    width: u16,
    symbol: &'a str,
    look: CellStyle,
}

/// How a sign looks, apart from its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CellStyle {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl CellStyle {
    /// As a terminal shows what nobody has coloured.
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
