//! A QR code in lines, for the camera of a phone in the last row.

use qrcode::{Color as Module, EcLevel, QrCode};
use ratatui::style::{Color, Style};
use ratatui::text::{Line, Span};

use crate::theme::{Background, ColorDepth, Theme};

/// The light modules around a code (ISO/IEC 18004 section 5.3.8).
const QUIET_ZONE: usize = 4;

/// Returns the code of a text, or `None` if the text is too long for one or only ASCII may be drawn.
///
/// A column is one module wide, and a row two modules high, so the code is about square. It is dark on light in every
/// theme, since not every reader takes an inverted one.
#[must_use]
pub fn lines(text: &str, theme: &Theme) -> Option<Vec<Line<'static>>> {
    if theme.is_ascii() {
        return None;
    }
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let side = code.width() + 2 * QUIET_ZONE;
    let is_dark = |column: usize, row: usize| {
        let (column, row) = (column.checked_sub(QUIET_ZONE), row.checked_sub(QUIET_ZONE));
        let inside = column.zip(row).filter(|(column, row)| *column < code.width() && *row < code.width());
        inside.is_some_and(|at| code[at] == Module::Dark)
    };
    let line = |row: usize| -> Line<'static> {
        (0..side).map(|column| cell(is_dark(column, row), is_dark(column, row + 1), theme)).collect()
    };
    Some((0..side).step_by(2).map(line).collect())
}

/// Returns two modules, one above the other.
fn cell(upper_is_dark: bool, lower_is_dark: bool, theme: &Theme) -> Span<'static> {
    let (dark, light) = match theme.depth {
        ColorDepth::None => return Span::raw(without_colors(upper_is_dark, lower_is_dark, theme.background())),
        ColorDepth::Sixteen => (Color::Black, Color::White),
        // Of the 256 colours, those above 15 are the same in every terminal.
        ColorDepth::Indexed | ColorDepth::True => (Color::Indexed(16), Color::Indexed(231)),
    };
    let color = |is_dark| if is_dark { dark } else { light };
    Span::styled("▀", Style::new().fg(color(upper_is_dark)).bg(color(lower_is_dark)))
}

/// Returns two modules in the terminal's own colours: most terminals are light on dark.
const fn without_colors(upper_is_dark: bool, lower_is_dark: bool, background: Background) -> &'static str {
    let inks_dark = matches!(background, Background::Light);
    match (upper_is_dark == inks_dark, lower_is_dark == inks_dark) {
        (true, true) => "█",
        (true, false) => "▀",
        (false, true) => "▄",
        (false, false) => " ",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::{ASCII, UNICODE};

    /// Returns the modules of lines without colours on a dark background: true is dark.
    fn modules(lines: &[Line<'_>]) -> Vec<Vec<bool>> {
        let halves = |line: &Line<'_>| {
            let text: String = line.spans.iter().map(|span| span.content.as_ref()).collect();
            let upper = text.chars().map(|cell| matches!(cell, ' ' | '▄')).collect();
            let lower = text.chars().map(|cell| matches!(cell, ' ' | '▀')).collect();
            [upper, lower]
        };
        lines.iter().flat_map(halves).collect()
    }

    #[test]
    fn code_has_its_finder_patterns_within_the_quiet_zone() {
        let lines = lines("http://192.0.2.7:4280/", &Theme::without_colors(&UNICODE)).unwrap();
        let modules = modules(&lines);
        let side = modules[0].len();
        assert_eq!(side, 25 + 2 * QUIET_ZONE, "version 2 of the code has 25 modules");
        assert_eq!(lines.len(), side.div_ceil(2));
        for at in 0..side {
            for edge in 0..QUIET_ZONE {
                let around = [(at, edge), (edge, at), (at, side - 1 - edge), (side - 1 - edge, at)];
                assert!(around.iter().all(|(column, row)| !modules[*row][*column]), "{at} {edge}");
            }
        }
        // A finder pattern (ISO/IEC 18004 section 5.3.2.1) is seven modules wide: dark, light, three dark, light, dark.
        let finder = [true, false, true, true, true, false, true];
        for (column, row) in [(0, 3), (side - 7 - 2 * QUIET_ZONE, 3), (0, side - 4 - 2 * QUIET_ZONE)] {
            let pattern = &modules[QUIET_ZONE + row][QUIET_ZONE + column..][..7];
            assert_eq!(pattern, finder, "{column} {row}");
        }
    }

    #[test]
    fn ascii_has_no_code() {
        assert_eq!(lines("http://192.0.2.7:4280/", &Theme::without_colors(&ASCII)), None);
    }

    #[test]
    fn text_that_is_too_long_has_no_code() {
        assert_eq!(lines(&"x".repeat(3000), &Theme::without_colors(&UNICODE)), None);
    }
}
