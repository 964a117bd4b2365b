//! Reads recordings and pictures back: they contain what was on the screen.

use std::num::NonZeroU16;
use std::time::Duration;

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use serde_json::Value;
use unicode_width::UnicodeWidthChar;
use vt100::Parser;

use super::asciicast::Asciicast;
use super::{CellStyle, glyphs, svg};

/// Returns the events of a recording: the lines after its header.
fn events(cast: &str) -> Vec<(f64, String, String)> {
    let event = |line: &str| {
        let event: Value = serde_json::from_str(line).unwrap();
        let text = |at: usize| event[at].as_str().unwrap().to_owned();
        (event[0].as_f64().unwrap(), text(1), text(2))
    };
    cast.lines().skip(1).map(event).collect()
}

fn parser(area: Rect) -> Parser {
    Parser::new(NonZeroU16::new(area.height).unwrap(), NonZeroU16::new(area.width).unwrap(), 0)
}

/// A glyph and its style, from the terminal or from the buffer.
type Shown = (String, CellStyle);

fn on_the_terminal(parser: &Parser, area: Rect) -> Vec<Vec<Shown>> {
    let colour = |colour| match colour {
        vt100::Color::Default => Color::Reset,
        vt100::Color::Idx(index) => Color::Indexed(index),
        vt100::Color::Rgb(red, green, blue) => Color::Rgb(red, green, blue),
    };
    let shown = |row, column| {
        let cell = parser.screen().cell(row, column).unwrap();
        let mut modifier = Modifier::empty();
        modifier.set(Modifier::BOLD, cell.bold());
        modifier.set(Modifier::DIM, cell.dim());
        modifier.set(Modifier::ITALIC, cell.italic());
        modifier.set(Modifier::UNDERLINED, cell.underline());
        modifier.set(Modifier::REVERSED, cell.inverse());
        let symbol = if cell.has_contents() { cell.contents() } else { " " };
        (symbol.to_owned(), CellStyle { fg: colour(cell.fgcolor()), bg: colour(cell.bgcolor()), modifier })
    };
    let first_half = |row, column| !parser.screen().cell(row, column).unwrap().is_wide_continuation();
    let row =
        |row| (0..area.width).filter(|column| first_half(row, *column)).map(|column| shown(row, column)).collect();
    (0..area.height).map(row).collect()
}

fn in_the_buffer(frame: &Buffer) -> Vec<Vec<Shown>> {
    let numbered = |colour| match colour {
        Color::Red => Color::Indexed(1),
        Color::Yellow => Color::Indexed(3),
        Color::Blue => Color::Indexed(4),
        Color::LightCyan => Color::Indexed(14),
        Color::White => Color::Indexed(15),
        other => other,
    };
    let look = |look: CellStyle| CellStyle { fg: numbered(look.fg), bg: numbered(look.bg), ..look };
    let row = |row| glyphs(frame, row).map(|glyph| (glyph.symbol.to_owned(), look(glyph.look))).collect();
    (0..frame.area.height).map(row).collect()
}

fn styles() -> impl Strategy<Value = Style> {
    let colours = || {
        prop::sample::select(vec![
            Color::Reset,
            Color::Reset,
            Color::Red,
            Color::Yellow,
            Color::Blue,
            Color::LightCyan,
            Color::White,
            Color::Indexed(200),
            Color::Rgb(1, 2, 3),
        ])
    };
    // A terminal has one intensity, so a cell is either bold or dim.
    let intensity = prop::sample::select(vec![Modifier::empty(), Modifier::BOLD, Modifier::DIM]);
    let rest = prop::sample::subsequence(vec![Modifier::ITALIC, Modifier::UNDERLINED, Modifier::REVERSED], 0..=3);
    (colours(), colours(), intensity, rest).prop_map(|(fg, bg, intensity, rest)| {
        let modifier = rest.into_iter().fold(intensity, Modifier::union);
        Style::reset().fg(fg).bg(bg).add_modifier(modifier)
    })
}

/// Generates frames with pieces of text at any position, some of them cut off at the right edge.
fn frames() -> impl Strategy<Value = Buffer> {
    const AREA: Rect = Rect { x: 0, y: 0, width: 13, height: 4 };
    let piece = (0..AREA.width, 0..AREA.height, "[a-c <&─●漢字é한]{1,9}", styles());
    prop::collection::vec(piece, 0..12).prop_map(|pieces| {
        let mut frame = Buffer::empty(AREA);
        for (x, y, text, style) in pieces {
            frame.set_string(x, y, text, style);
        }
        frame
    })
}

proptest! {
    #[test]
    fn a_played_recording_shows_every_frame(film in prop::collection::vec(frames(), 1..6)) {
        let area = film[0].area;
        let mut cast = Asciicast::new((area.width, area.height), "t");
        for frame in &film {
            cast.mark("");
            cast.show(frame, Duration::from_millis(1500));
        }
        let cast = cast.finish();
        let mut parser = parser(area);
        // Some earlier content of the screen.
        parser.process("x\u{6f22}\x1b[7m".repeat(40).as_bytes());
        let mut film = film.iter();
        let mut expected: Option<&Buffer> = None;
        for (_, kind, data) in events(&cast) {
            if kind == "m" {
                if let Some(frame) = expected {
                    prop_assert_eq!(on_the_terminal(&parser, area), in_the_buffer(frame));
                }
                expected = film.next();
            } else {
                parser.process(data.as_bytes());
            }
        }
        prop_assert_eq!(on_the_terminal(&parser, area), in_the_buffer(expected.unwrap()));
        prop_assert!(!parser.screen().hide_cursor());
    }

    #[test]
    fn a_picture_has_every_glyph_in_its_column(frame in frames()) {
        let mut rows = vec![vec![' '; usize::from(frame.area.width)]; usize::from(frame.area.height)];
        let svg = svg::svg(&frame, "t", "d");
        for line in svg.lines().filter(|line| line.starts_with("<text ")) {
            // Columns are 8.4 pixels wide and rows 16 high; the margin is 12, and the baseline is 12 below a row's top.
            let (column, row) = (tenths(line, "x") - 120, (tenths(line, "y") - 240) / 160);
            prop_assert_eq!(column % 84, 0, "{}", line);
            let mut at = column / 84;
            let (_, text) = line.strip_suffix("</text>").unwrap().split_once('>').unwrap();
            for c in text.replace("&lt;", "<").replace("&amp;", "&").chars() {
                rows[row][at] = c;
                at += UnicodeWidthChar::width(c).unwrap();
            }
            prop_assert_eq!(tenths(line, "textLength"), at * 84 - column, "{}", line);
        }
        for (row, number) in rows.iter().zip(0..) {
            let mut expected = Vec::new();
            for glyph in glyphs(&frame, number) {
                expected.extend(glyph.symbol.chars());
                expected.resize(usize::from(glyph.x + glyph.width), ' ');
            }
            prop_assert_eq!(row, &expected);
        }
    }
}

/// Returns a length in an attribute of an element, in tenths of a pixel.
fn tenths(element: &str, attribute: &str) -> usize {
    let (_, rest) = element.split_once(&format!(" {attribute}=\"")).unwrap();
    let value = rest.split('"').next().unwrap();
    let (whole, tenth) = value.split_once('.').unwrap_or((value, "0"));
    whole.parse::<usize>().unwrap() * 10 + tenth.parse::<usize>().unwrap()
}

fn frame_of(text: &str) -> Buffer {
    let mut frame = Buffer::empty(Rect::new(0, 0, 20, 3));
    frame.set_string(0, 0, text, Style::new());
    frame
}

#[test]
fn a_recording_has_a_header_and_timed_events() {
    let mut cast = Asciicast::new((20, 3), "The \"lost\" update");
    cast.mark("one");
    cast.show(&frame_of("one word"), Duration::from_millis(1500));
    cast.show(&frame_of("one word"), Duration::from_millis(500));
    cast.mark("two");
    cast.show(&frame_of("one more"), Duration::from_secs(60));
    let cast = cast.finish();
    let head: Value = serde_json::from_str(cast.lines().next().unwrap()).unwrap();
    assert_eq!(head, serde_json::json!({"version": 2, "width": 20, "height": 3, "title": "The \"lost\" update"}));
    let events = events(&cast);
    let kinds: Vec<_> = events.iter().map(|(at, kind, _)| (*at, kind.as_str())).collect();
    // A frame that equals the one on the screen writes nothing and only takes time.
    assert_eq!(kinds, [(0.0, "m"), (0.0, "o"), (2.0, "m"), (2.0, "o"), (62.0, "o")]);
    assert_eq!(events[0].2, "one");
    assert_eq!(events[1].2, "\x1b[?25l\x1b[0m\x1b[2J\x1b[1;1Hone\x1b[1;5Hword");
    assert_eq!(events[3].2, "\x1b[1;5Hm\x1b[1;8He", "only changed glyphs are written");
}

#[test]
fn styles_are_written_as_standard_sgr_numbers() {
    let mut frame = Buffer::empty(Rect::new(0, 0, 20, 3));
    frame.set_string(0, 1, "412", Style::new().fg(Color::Yellow).add_modifier(Modifier::BOLD | Modifier::REVERSED));
    frame.set_string(3, 1, " failed", Style::new().fg(Color::LightBlue).bg(Color::Black));
    let mut cast = Asciicast::new((20, 3), "t");
    cast.show(&frame, Duration::ZERO);
    let written = events(&cast.finish()).remove(0).2;
    assert!(written.ends_with("\x1b[2;1H\x1b[0;1;7;33m412\x1b[0;94;40m failed\x1b[0m"), "{written:?}");
}

#[test]
fn a_picture_has_style_classes_and_escapes_its_text() {
    let mut frame = Buffer::empty(Rect::new(0, 0, 30, 2));
    frame.set_string(0, 0, "</text><script>", Style::new().add_modifier(Modifier::DIM));
    frame.set_string(0, 1, " 412 ", Style::new().fg(Color::Yellow).add_modifier(Modifier::BOLD | Modifier::REVERSED));
    let svg = svg::svg(&frame, "a < b", "\"&\"");
    assert!(svg.contains("<title id=\"t\">a &lt; b</title>\n<desc id=\"d\">&quot;&amp;&quot;</desc>"), "{svg}");
    assert!(svg.contains("class=\"dim\"") && svg.contains(">&lt;/text&gt;&lt;script&gt;</text>"), "{svg}");
    assert!(svg.contains("<rect class=\"yellow\" x=\"12\" y=\"28\" width=\"42\" height=\"16\" "), "{svg}");
    assert!(svg.contains("<text class=\"ground bold\" x=\"20.4\" y=\"40\" textLength=\"25.2\""), "{svg}");
}
