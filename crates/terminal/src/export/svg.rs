//! One frame as a picture: SVG, readable on a light and on a dark background.
//!
//! A terminal's columns all have the same width, but the glyphs of a web font do not. So each run of ASCII characters,
//! and each run of one repeated glyph, is written with its position and its length. The picture contains no script, and
//! a viewer fetches nothing.
//!
//! The colours are those of the theme, in a light and a dark palette: the reader's colour scheme selects one.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

use super::{CellStyle, FrameGlyph, glyphs};

/// The width of a column, in tenths of a pixel: that of most monospaced fonts at 14 pixels.
const COLUMN_WIDTH: usize = 84;
/// The height of a row, in pixels. If it were larger, vertical lines would have gaps between rows.
const ROW_HEIGHT: usize = 16;
/// The distance from the top of a row to the baseline of its text, in pixels.
const BASELINE: usize = 12;
/// The margin around the frame, in pixels.
const MARGIN: usize = 12;

/// The background, the text and each colour: its CSS class, its light and its dark variant.
const PALETTE: [(&str, &str, &str); 9] = [
    ("ground", "#ffffff", "#0d1117"),
    ("text", "#1b1f24", "#e6edf3"),
    ("dim", "#57606a", "#9198a1"),
    ("red", "#a02c00", "#ff9b73"),
    ("green", "#1a6b2d", "#7ee787"),
    ("yellow", "#7a5200", "#e3b341"),
    ("blue", "#0b57a4", "#79b8ff"),
    ("magenta", "#8a2a8a", "#d2a8ff"),
    ("cyan", "#0a666e", "#56d4dd"),
];

/// Returns a frame as SVG. Title and description are for screen readers.
#[must_use]
pub fn svg(frame: &Buffer, title: &str, description: &str) -> String {
    let width = 2 * MARGIN + (usize::from(frame.area.width) * COLUMN_WIDTH).div_ceil(10);
    let height = 2 * MARGIN + usize::from(frame.area.height) * ROW_HEIGHT;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"t d\">\n\
         <title id=\"t\">{}</title>\n<desc id=\"d\">{}</desc>\n<style>{}</style>\n\
         <rect class=\"ground\" width=\"100%\" height=\"100%\" rx=\"8\"/>\n",
        escape(title),
        escape(description),
        style()
    );
    for row in 0..frame.area.height {
        for run in runs(frame, row) {
            run.draw(usize::from(row), &mut out);
        }
    }
    out + "</svg>\n"
}

/// Returns the CSS rules of both palettes.
fn style() -> String {
    let rules = |colour: fn(&(&'static str, &'static str, &'static str)) -> &'static str| {
        PALETTE.iter().fold(String::new(), |mut rules, entry| {
            // Writing into a string cannot fail.
            let _ = write!(rules, ".{}{{fill:{}}}", entry.0, colour(entry));
            rules
        })
    };
    format!(
        "text{{font:14px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}}\
         .bold{{font-weight:bold}}.italic{{font-style:italic}}.under{{text-decoration:underline}}{}\
         @media(prefers-color-scheme:dark){{{}}}",
        rules(|entry| entry.1),
        rules(|entry| entry.2)
    )
}

/// Neighbouring glyphs with the same style: ASCII characters, or one glyph repeated.
struct StyledRun {
    x: usize,
    width: usize,
    text: String,
    look: CellStyle,
}

fn runs(frame: &Buffer, row: u16) -> Vec<StyledRun> {
    let mut runs: Vec<StyledRun> = Vec::new();
    let mut last = "";
    for glyph in glyphs(frame, row) {
        match runs.last_mut() {
            Some(run) if run.look == glyph.look && go_together(last, glyph.symbol) => {
                run.width += usize::from(glyph.width);
                run.text.push_str(glyph.symbol);
            }
            _ => runs.push(StyledRun::of(&glyph)),
        }
        last = glyph.symbol;
    }
    runs
}

/// Returns whether two neighbouring glyphs may share a run: a font spaces them evenly.
fn go_together(last: &str, next: &str) -> bool {
    last == next || (last.is_ascii() && next.is_ascii())
}

impl StyledRun {
    fn of(glyph: &FrameGlyph<'_>) -> Self {
        let FrameGlyph { x, width, symbol, look } = *glyph;
        Self { x: x.into(), width: width.into(), text: symbol.to_owned(), look }
    }

    fn draw(&self, row: usize, out: &mut String) {
        let (left, top) = (MARGIN * 10 + self.x * COLUMN_WIDTH, MARGIN + row * ROW_HEIGHT);
        let (letters, ground) = colors_of(self.look);
        // Writing into a string cannot fail.
        if let Some(ground) = ground {
            let (x, width) = (Tenths(left), Tenths(self.width * COLUMN_WIDTH));
            // `crispEdges` avoids a seam between neighbouring rectangles.
            let _ = writeln!(
                out,
                "<rect class=\"{ground}\" x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{ROW_HEIGHT}\" \
                 shape-rendering=\"crispEdges\"/>"
            );
        }
        let modifier = self.look.modifier;
        let underlined = modifier.contains(Modifier::UNDERLINED);
        // Leading and trailing blanks show nothing unless they are underlined.
        let text = if underlined { self.text.as_str() } else { self.text.trim_matches(' ') };
        if text.is_empty() || modifier.contains(Modifier::HIDDEN) {
            return;
        }
        let before = if underlined { 0 } else { self.text.len() - self.text.trim_start_matches(' ').len() };
        let width = self.width - (self.text.len() - text.len());
        let (x, length, y) = (Tenths(left + before * COLUMN_WIDTH), Tenths(width * COLUMN_WIDTH), top + BASELINE);
        let mut class = letters.to_owned();
        for (attribute, name) in
            [(Modifier::BOLD, " bold"), (Modifier::ITALIC, " italic"), (Modifier::UNDERLINED, " under")]
        {
            if modifier.contains(attribute) {
                class.push_str(name);
            }
        }
        let text = escape(text);
        let _ = writeln!(
            out,
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" textLength=\"{length}\" \
             lengthAdjust=\"spacingAndGlyphs\">{text}</text>"
        );
    }
}

/// Returns the CSS class of the text, and that of its background unless it is the frame's.
fn colors_of(look: CellStyle) -> (&'static str, Option<&'static str>) {
    let dim = look.modifier.contains(Modifier::DIM);
    let letters = class(look.fg).unwrap_or(if dim { "dim" } else { "text" });
    if look.modifier.contains(Modifier::REVERSED) {
        return (class(look.bg).unwrap_or("ground"), Some(letters));
    }
    (letters, class(look.bg))
}

/// Returns the CSS class of a colour, or `None` for the terminal's own colours.
const fn class(colour: Color) -> Option<&'static str> {
    Some(match colour {
        Color::Red | Color::LightRed => "red",
        Color::Green | Color::LightGreen => "green",
        Color::Yellow | Color::LightYellow => "yellow",
        Color::Blue | Color::LightBlue => "blue",
        Color::Magenta | Color::LightMagenta => "magenta",
        Color::Cyan | Color::LightCyan => "cyan",
        Color::Gray | Color::DarkGray => "dim",
        // The theme uses no other colours.
        _ => return None,
    })
}

/// A length in tenths of a pixel, which is displayed in pixels.
struct Tenths(usize);

impl std::fmt::Display for Tenths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 % 10 {
            0 => write!(f, "{}", self.0 / 10),
            tenth => write!(f, "{}.{tenth}", self.0 / 10),
        }
    }
}

/// Escapes text for XML. Characters that XML does not allow are never on the screen.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::PALETTE;

    /// Returns the relative luminance of a colour, as WCAG 2 defines it.
    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    #[test]
    fn every_color_is_readable_as_text_and_as_background() {
        let contrast = |one: &str, other: &str| {
            let (one, other) = (luminance(one), luminance(other));
            (one.max(other) + 0.05) / (one.min(other) + 0.05)
        };
        let [(_, light, dark), colours @ ..] = PALETTE;
        for (name, on_light, on_dark) in colours {
            assert!(contrast(on_light, light) > 4.5, "{name} on the light background");
            assert!(contrast(on_dark, dark) > 4.5, "{name} on the dark background");
        }
    }
}
