//! Turns one frame into the next with control sequences that every terminal knows.
//!
//! Only changed glyphs are written, each with its position and style. Nothing scrolls, and the only mode that changes
//! is the cursor's visibility: it is hidden. Each frame ends with the plain style, so the next one can rely on it.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

use super::{CellStyle, FrameGlyph, glyphs};

/// Returns the sequences that hide the cursor, clear the screen and draw a frame.
pub(super) fn full_frame(frame: &Buffer) -> String {
    let blank = Buffer::empty(frame.area);
    format!("\x1b[?25l\x1b[0m\x1b[2J{}", change(&blank, frame))
}

/// Returns the sequences that turn one frame into the next, or `""` if nothing changed.
///
/// Both frames must have the same size.
pub(super) fn change(before: &Buffer, after: &Buffer) -> String {
    let mut pen = AnsiWriter { out: String::new(), place: None, look: CellStyle::PLAIN };
    for row in 0..after.area.height {
        let mut old = glyphs(before, row).peekable();
        for glyph in glyphs(after, row) {
            while old.next_if(|old| old.x < glyph.x).is_some() {}
            // A glyph whose position or width changed is written even if its symbol is the same: overwriting one half
            // of a wide glyph erases the other half.
            if old.peek() != Some(&glyph) {
                pen.write(&glyph, row);
            }
        }
    }
    pen.finish()
}

/// Returns the sequences that show the cursor again, in the last row of a screen of `rows` rows.
pub(super) fn end(rows: u16) -> String {
    format!("\x1b[0m\x1b[{rows};1H\x1b[?25h")
}

/// Writes control sequences, and tracks the terminal's cursor and style.
struct AnsiWriter {
    out: String,
    /// The cursor's column and row, or `None` if terminals may disagree about them.
    place: Option<(u16, u16)>,
    look: CellStyle,
}

impl AnsiWriter {
    fn write(&mut self, glyph: &FrameGlyph<'_>, row: u16) {
        // Writing into a string cannot fail.
        if self.place != Some((glyph.x, row)) {
            let _ = write!(self.out, "\x1b[{};{}H", row + 1, glyph.x + 1);
        }
        self.set_style(glyph.look);
        self.out.push_str(glyph.symbol);
        // Terminals disagree about the width of a glyph that consists of several characters.
        self.place = (glyph.symbol.chars().count() == 1).then_some((glyph.x + glyph.width, row));
    }

    fn set_style(&mut self, look: CellStyle) {
        if self.look != look {
            let _ = write!(self.out, "\x1b[0{}m", Sgr(look));
            self.look = look;
        }
    }

    fn finish(mut self) -> String {
        self.set_style(CellStyle::PLAIN);
        self.out
    }
}

/// The SGR parameters of a style, each with a semicolon before it.
struct Sgr(CellStyle);

impl std::fmt::Display for Sgr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const ATTRIBUTES: [(Modifier, u8); 9] = [
            (Modifier::BOLD, 1),
            (Modifier::DIM, 2),
            (Modifier::ITALIC, 3),
            (Modifier::UNDERLINED, 4),
            (Modifier::SLOW_BLINK, 5),
            (Modifier::RAPID_BLINK, 6),
            (Modifier::REVERSED, 7),
            (Modifier::HIDDEN, 8),
            (Modifier::CROSSED_OUT, 9),
        ];
        for (attribute, number) in ATTRIBUTES {
            if self.0.modifier.contains(attribute) {
                write!(f, ";{number}")?;
            }
        }
        for (colour, ground) in [(self.0.fg, 0), (self.0.bg, 10)] {
            match colour {
                Color::Reset => {}
                Color::Indexed(index) => write!(f, ";{};5;{index}", 38 + ground)?,
                Color::Rgb(red, green, blue) => write!(f, ";{};2;{red};{green};{blue}", 38 + ground)?,
                named => write!(f, ";{}", number(named) + ground)?,
            }
        }
        Ok(())
    }
}

/// Returns the SGR number that selects one of the sixteen colours as the foreground.
const fn number(colour: Color) -> u8 {
    match colour {
        Color::Black => 30,
        Color::Red => 31,
        Color::Green => 32,
        Color::Yellow => 33,
        Color::Blue => 34,
        Color::Magenta => 35,
        Color::Cyan => 36,
        Color::Gray => 37,
        Color::DarkGray => 90,
        Color::LightRed => 91,
        Color::LightGreen => 92,
        Color::LightYellow => 93,
        Color::LightBlue => 94,
        Color::LightMagenta => 95,
        Color::LightCyan => 96,
        Color::White => 97,
        // Not one of the sixteen: the terminal's default foreground.
        Color::Reset | Color::Indexed(_) | Color::Rgb(..) => 39,
    }
}
