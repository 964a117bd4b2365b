//! Measures the text buffer alone: the time from an edit to the finished frame.
//!
//! The texts have several sizes. The widget `ratatui-textarea` gets the same edits in the same run, for comparison.
//! Nothing is written to a terminal.
//!
//!     cargo run --release -p ifmatch-terminal --example typing_speed

use std::time::{Duration, Instant};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use terminal::buffer::TextBuffer;
use terminal::edit::{Edit, Motion};
use terminal::theme::Theme;
use tui_textarea::{CursorMove, TextArea};

/// The size of the screen, in columns and rows.
const SCREEN: (u16, u16) = (120, 40);

/// How many keys the buffer gets for each text.
const KEYS: usize = 4000;

/// About how long the widget is measured for each text.
const WIDGET_TIME: Duration = Duration::from_secs(5);

fn main() {
    let lines = |count: usize| {
        let line = |number| format!("Line {number}: a text of middling length, 日本 and é.\n");
        (1..=count).map(line).collect::<Vec<_>>().concat()
    };
    let texts = [
        ("1,000 lines", lines(1_000)),
        ("10,000 lines", lines(10_000)),
        ("100,000 lines", lines(100_000)),
        ("1 line of 1 MiB, words", "some words of a long line ".repeat((1 << 20) / 26)),
        ("1 line of 1 MiB, one word", "x".repeat(1 << 20)),
        ("1 line of 1 MiB, wide", "日本語".repeat((1 << 20) / 9)),
    ];
    println!("From an edit to the finished frame, {} columns by {} rows, in microseconds.", SCREEN.0, SCREEN.1);
    println!("{:<28} {:<10} {:>9} {:>9} {:>9} {:>9} {:>9}", "text", "", "opening", "median", "99th", "longest", "end");
    for (name, text) in &texts {
        row(name, "wrapped", &buffer(text, true));
        row("", "clipped", &buffer(text, false));
        row("", "widget", &widget(text));
    }
}

/// The times that were measured with a text.
struct Times {
    /// Until the first frame.
    opening: Duration,
    keys: Vec<Duration>,
    /// The jump to the end of the text, after the other keys.
    end: Duration,
}

fn row(name: &str, what: &str, times: &Times) {
    let mut keys = times.keys.clone();
    keys.sort_unstable();
    let micros = |time: Duration| format!("{:.0}", time.as_secs_f64() * 1e6);
    let part = |hundredths: usize| micros(keys[(keys.len() * hundredths / 100).min(keys.len() - 1)]);
    println!(
        "{name:<28} {what:<10} {:>9} {:>9} {:>9} {:>9} {:>9}",
        micros(times.opening),
        part(50),
        part(99),
        part(100),
        micros(times.end)
    );
}

/// Returns the key with that number: mostly letters, some line ends, deletions and moves.
fn key(number: usize) -> Edit {
    let to = |to| Edit::Move { to, select: false };
    match number % 40 {
        7 => Edit::Newline,
        12 | 13 | 30 => Edit::Backspace,
        17 => to(Motion::Up),
        18 => to(Motion::Down),
        22 => to(Motion::Left),
        23 => to(Motion::WordRight),
        27 => to(Motion::LineEnd),
        33 => Edit::Delete,
        37 => Edit::Undo,
        38 => Edit::Redo,
        _ => Edit::Insert('x'),
    }
}

fn screen() -> Terminal<TestBackend> {
    match Terminal::new(TestBackend::new(SCREEN.0, SCREEN.1)) {
        Ok(screen) => screen,
    }
}

/// Measures our buffer, with lines that are wrapped, or clipped at the edge.
fn buffer(text: &str, is_wrapped: bool) -> Times {
    let (mut screen, theme) = (screen(), Theme::default());
    let mut draw = |buffer: &TextBuffer| {
        let Ok(_) = screen.draw(|frame| buffer.draw(frame, frame.area(), true, &theme));
    };
    let begun = Instant::now();
    let mut buffer = TextBuffer::new(text);
    buffer.set_wrapped(is_wrapped);
    draw(&buffer);
    let opening = begun.elapsed();
    let mut register = String::new();
    buffer.go_to(buffer.line_count() / 2);
    for _ in 0..100 {
        buffer.apply(&Edit::Move { to: Motion::WordRight, select: false }, &mut register);
    }
    draw(&buffer);
    let mut timed = |edit: &Edit| {
        let begun = Instant::now();
        buffer.apply(edit, &mut register);
        draw(&buffer);
        begun.elapsed()
    };
    let keys = (0..KEYS).map(|number| timed(&key(number))).collect();
    let end = timed(&Edit::Move { to: Motion::Bottom, select: false });
    Times { opening, keys, end }
}

/// Measures the widget.
fn widget(text: &str) -> Times {
    let mut screen = screen();
    let mut draw = |area: &TextArea<'_>| {
        let Ok(_) = screen.draw(|frame| frame.render_widget(area, frame.area()));
    };
    let begun = Instant::now();
    let mut area = TextArea::from(text.lines());
    draw(&area);
    let opening = begun.elapsed();
    let middle = u16::try_from(area.lines().len() / 2).unwrap_or(u16::MAX);
    area.move_cursor(CursorMove::Jump(middle, 0));
    let mut timed = |edit: &Edit| {
        let begun = Instant::now();
        match edit {
            Edit::Insert(c) => area.insert_char(*c),
            Edit::Newline => area.insert_newline(),
            Edit::Backspace => _ = area.delete_char(),
            Edit::Delete => _ = area.delete_next_char(),
            Edit::Undo => _ = area.undo(),
            Edit::Redo => _ = area.redo(),
            Edit::Move { to: Motion::Up, .. } => area.move_cursor(CursorMove::Up),
            Edit::Move { to: Motion::Down, .. } => area.move_cursor(CursorMove::Down),
            Edit::Move { to: Motion::Left, .. } => area.move_cursor(CursorMove::Back),
            Edit::Move { to: Motion::WordRight, .. } => area.move_cursor(CursorMove::WordForward),
            Edit::Move { to: Motion::Bottom, .. } => {
                area.move_cursor(CursorMove::Bottom);
                area.move_cursor(CursorMove::End);
            }
            _ => area.move_cursor(CursorMove::End),
        }
        draw(&area);
        begun.elapsed()
    };
    let begun = Instant::now();
    let keys = (0..KEYS).take_while(|_| begun.elapsed() < WIDGET_TIME).map(|number| timed(&key(number))).collect();
    let end = timed(&Edit::Move { to: Motion::Bottom, select: false });
    Times { opening, keys, end }
}
