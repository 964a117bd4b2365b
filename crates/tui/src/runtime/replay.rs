//! The replay of a record: its last frame as text, or all of its frames on this terminal.

use std::sync::Arc;

use crossterm::event::KeyCode;
use lesson::Lesson;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use terminal::event::TerminalEvent;
use terminal::features::TerminalFeatures;
use terminal::key::Key;
use terminal::tasks::Tasks;
use terminal::theme::Theme;
use unicode_width::UnicodeWidthStr as _;

use super::error::SessionError;
use super::surface::{self, ProcessSurface, Surface as _};
use crate::event::Event;
use crate::inbox::inbox;
use crate::session_record::{SessionRecord, frame_of};
use crate::state::SessionEnd;

/// How many events a page has, for Page Down and Page Up.
const PAGE_EVENTS: usize = 20;

/// Returns the last frame of a record as lines of text, without trailing blanks.
#[must_use]
pub fn last_frame(record: &SessionRecord, lessons: &[Arc<Lesson>], theme: Theme) -> String {
    let state = record.state_after(record.length(), lessons, theme);
    state.as_ref().map(|state| text_of(&frame_of(state))).unwrap_or_default()
}

fn text_of(buffer: &Buffer) -> String {
    let area = buffer.area;
    let row = |y: u16| {
        let mut line = String::new();
        let mut x = 0;
        while x < area.width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            // A wide glyph covers the next cell.
            x += u16::try_from(symbol.width()).unwrap_or(1).max(1);
        }
        line.trim_end().to_owned() + "\n"
    };
    (0..area.height).map(row).collect()
}

/// Shows a record on this terminal, from its last frame, until the user leaves.
///
/// The function must be awaited on the main thread, like [`super::run_stage`].
///
/// # Errors
///
/// If the terminal cannot be used.
pub async fn run_replay(
    record: &SessionRecord,
    lessons: &[Arc<Lesson>],
    mut theme: Theme,
) -> Result<SessionEnd, SessionError> {
    let (sender, mut events) = inbox();
    let mut tasks = Tasks::new(sender.clone());
    let mut surface = surface::open(None, &theme, TerminalFeatures::default(), &mut tasks, &sender)?;
    theme.detect(surface.background());
    let ProcessSurface::Screen { terminal, .. } = &mut surface else { return Ok(SessionEnd::Quit) };
    let mut size = terminal.size().map_err(SessionError::Terminal)?;
    let mut position = record.length();
    let mut state = record.state_after(position, lessons, theme);
    loop {
        let frame = state.as_ref().map(frame_of);
        let line = format!(
            " replay: {position} of {}, {} · ← → PgUp PgDn Home End · q leaves ",
            record.length(),
            record.describe(position - 1)
        );
        terminal
            .draw(size, |screen| paint(screen.buffer_mut(), frame.as_ref(), &line))
            .map_err(SessionError::of_output)?;
        let before = position;
        match events.recv().await {
            Some(Event::Terminal(TerminalEvent::Key(key))) => match moved(key, position, record.length()) {
                Some(to) => position = to,
                None => return Ok(SessionEnd::Quit),
            },
            Some(Event::Terminal(TerminalEvent::Resized { width, height })) => size = (width, height),
            Some(Event::Terminal(TerminalEvent::Stopped(reason))) => return Ok(SessionEnd::Stopped(reason)),
            Some(Event::Terminal(TerminalEvent::Suspended)) => terminal.suspend().map_err(SessionError::Terminal)?,
            Some(Event::Terminal(TerminalEvent::Continued)) => terminal.reclaim().map_err(SessionError::Terminal)?,
            Some(_) => {}
            None => return Ok(SessionEnd::Quit),
        }
        if position != before {
            state = record.state_after(position, lessons, theme);
        }
    }
}

/// Returns the position that a key leads to, or `None` if the key leaves the replay.
fn moved(key: Key, position: usize, length: usize) -> Option<usize> {
    let to = match key.code {
        KeyCode::Right | KeyCode::Char(' ') => position + 1,
        KeyCode::Left => position.saturating_sub(1),
        KeyCode::PageDown => position + PAGE_EVENTS,
        KeyCode::PageUp => position.saturating_sub(PAGE_EVENTS),
        KeyCode::Home => 1,
        KeyCode::End => length,
        KeyCode::Esc | KeyCode::Char('q' | 'c') => return None,
        _ => position,
    };
    Some(to.clamp(1, length))
}

/// Paints a frame of the record, as far as there is room, and the line of the replay over its last row.
fn paint(screen: &mut Buffer, frame: Option<&Buffer>, line: &str) {
    let area = screen.area;
    if let Some(frame) = frame {
        let shared = area.intersection(frame.area);
        for (x, y) in (shared.top()..shared.bottom()).flat_map(|y| (shared.left()..shared.right()).map(move |x| (x, y)))
        {
            screen[(x, y)] = frame[(x, y)].clone();
        }
    }
    if let Some(row) = area.height.checked_sub(1) {
        let row = Rect::new(0, row, area.width, 1);
        screen.set_style(row, Style::reset().add_modifier(Modifier::REVERSED));
        let padded = format!("{line:<width$}", width = usize::from(area.width));
        screen.set_stringn(0, row.y, padded, usize::from(area.width), Style::reset().add_modifier(Modifier::REVERSED));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_walk_within_the_record() {
        let from = |code| moved(Key::plain(code), 30, 40);
        assert_eq!((from(KeyCode::Right), from(KeyCode::Left)), (Some(31), Some(29)));
        assert_eq!((from(KeyCode::PageDown), from(KeyCode::PageUp)), (Some(40), Some(10)));
        assert_eq!((from(KeyCode::Home), from(KeyCode::End)), (Some(1), Some(40)));
        assert_eq!((from(KeyCode::Char('x')), from(KeyCode::Char('q'))), (Some(30), None));
        assert_eq!(moved(Key::plain(KeyCode::Left), 1, 40), Some(1), "the start is the first");
    }
}
