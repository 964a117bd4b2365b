//! The key moment of a lesson: the status that came back in large digits, and the lost lines.
//!
//! People in the last row of a room see it. It is shown in the pane of the client that received the response, during
//! that step only, and never while a question hides the status.

use contract::{Author, Exchange};
use lesson::run_log::LogEntry;
use lesson::script::HiddenArea;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use super::exchange_labels::{role_of, status_line};
use super::text;
use crate::server_document::LostRow;
use crate::state::State;

/// The rows of the large digits.
pub(crate) const DIGIT_ROWS: u16 = 3;

/// The columns of three large digits, and of the blanks around them.
const DIGIT_COLUMNS: usize = 18;

/// The digits in block characters, each in four columns.
const BLOCKS: [[&str; 3]; 10] = [
    ["█▀▀█", "█  █", "▀▀▀▀"],
    [" ▀█ ", "  █ ", " ▀▀▀"],
    ["▀▀▀█", "█▀▀▀", "▀▀▀▀"],
    ["▀▀▀█", " ▀▀█", "▀▀▀▀"],
    ["█  █", "▀▀▀█", "   ▀"],
    ["█▀▀▀", "▀▀▀█", "▀▀▀▀"],
    ["█▀▀▀", "█▀▀█", "▀▀▀▀"],
    ["▀▀▀█", "   █", "   ▀"],
    ["█▀▀█", "█▀▀█", "▀▀▀▀"],
    ["█▀▀█", "▀▀▀█", "▀▀▀▀"],
];

/// The digits for a terminal with only ASCII, each in four columns.
const STROKES: [[&str; 3]; 10] = [
    [" __ ", "|  |", "|__|"],
    ["    ", "  | ", "  | "],
    [" __ ", " __|", "|__ "],
    [" __ ", " __|", " __|"],
    ["    ", "|__|", "   |"],
    [" __ ", "|__ ", " __|"],
    [" __ ", "|__ ", "|__|"],
    [" __ ", "   |", "   |"],
    [" __ ", "|__|", "|__|"],
    [" __ ", "|__|", " __|"],
];

/// Returns the exchange of the key moment, or `None` if the current step of the lesson is not one.
pub(crate) fn exchange(state: &State) -> Option<&Exchange> {
    let course = state.lesson.course.as_ref()?;
    let player = course.player();
    let step = player.lesson().steps.get(player.position().checked_sub(2)?)?;
    if !step.key_moment || state.hides(HiddenArea::WireStatus) {
        return None;
    }
    let ended = course.log_entries().iter().rev().filter_map(|entry| match entry {
        LogEntry::Ended { exchange } if exchange.status.is_some() => Some(exchange.as_ref()),
        _ => None,
    });
    // The write is the subject; an editor may have read afterwards.
    let is_read = |exchange: &&Exchange| exchange.is_read();
    ended.clone().find(|exchange| !is_read(exchange)).or_else(|| ended.clone().next())
}

/// Returns the status that a person received in the key moment, or `None` for everyone else.
pub(crate) fn status_of(state: &State, who: &Author) -> Option<u16> {
    exchange(state).filter(|exchange| exchange.author.as_ref() == Some(who))?.status
}

/// Returns the status in one bold line.
pub(crate) fn bold_line(state: &State, status: u16, width: usize) -> Line<'static> {
    let style = state.theme.style(role_of(status)).add_modifier(Modifier::BOLD | Modifier::REVERSED);
    let words = format!(" {} {} ", state.theme.sign(role_of(status)), status_line(status));
    text::clip(vec![Span::styled(words, style)], width, state.theme.glyphs.more)
}

/// Returns the columns of the status in large digits with its reason phrase beside them.
pub(crate) fn large_width(status: u16) -> usize {
    DIGIT_COLUMNS + contract::phrase(status).map_or(0, text::width)
}

/// Returns the status in large digits, with its reason phrase beside them.
pub(crate) fn large_lines(state: &State, status: u16, width: usize) -> Vec<Line<'static>> {
    let font = if state.theme.is_ascii() { &STROKES } else { &BLOCKS };
    let style = state.theme.style(role_of(status)).add_modifier(Modifier::BOLD);
    let digits: Vec<usize> = status
        .to_string()
        .chars()
        .filter_map(|c| c.to_digit(10))
        .filter_map(|digit| usize::try_from(digit).ok())
        .collect();
    let row = |row: usize| {
        let drawn: Vec<&str> = digits.iter().map(|digit| font[*digit][row]).collect();
        let phrase = contract::phrase(status).filter(|_| row == 1).unwrap_or_default();
        let spans = vec![Span::styled(format!(" {}   ", drawn.join(" ")), style), Span::styled(phrase, style)];
        text::clip(spans, width, state.theme.glyphs.more)
    };
    (0..usize::from(DIGIT_ROWS)).map(row).collect()
}

/// Returns the status in the largest form that fits into a card: large digits, or one bold line.
///
/// In a narrow card, the reason phrase is below the digits.
pub(crate) fn card_lines(state: &State, status: u16, width: usize, height: usize) -> Vec<Line<'static>> {
    let digits = usize::from(DIGIT_ROWS);
    let phrase = contract::phrase(status).unwrap_or_default();
    if height >= digits && width >= large_width(status) {
        return large_lines(state, status, width);
    }
    if height > digits && width >= DIGIT_COLUMNS.max(text::width(phrase) + 1) {
        let phrase =
            Line::styled(format!(" {phrase}"), state.theme.style(role_of(status)).add_modifier(Modifier::BOLD));
        let digits = large_lines(state, status, width).into_iter().map(|line| {
            // The phrase has a row of its own.
            Line::from(line.spans.into_iter().take(1).collect::<Vec<_>>())
        });
        return digits.chain([phrase]).collect();
    }
    if height > 0 { vec![bold_line(state, status, width)] } else { Vec::new() }
}

/// Returns the author of the lines that the last write overwrote unseen, and the lines, or `None`.
///
/// They are not shown while a question hides the server's text or its versions.
pub(crate) fn lost_rows(state: &State) -> Option<(&Author, &[LostRow])> {
    let hidden = [HiddenArea::ServerText, HiddenArea::ServerVersion];
    state.server.document.lost().filter(|_| !state.hides_any(&hidden))
}

/// Returns the lines of a person's text that the last write in a lesson has overwritten unseen.
pub(crate) fn struck_lines<'a>(state: &'a State, who: &Author) -> Vec<&'a str> {
    let lost = lost_rows(state).filter(|(author, _)| state.lesson.course.is_some() && *author == who);
    lost.map_or_else(Vec::new, |(_, rows)| rows.iter().map(|row| row.line.as_str()).collect())
}

/// Returns the words beside a line that was overwritten unseen.
pub(crate) fn lost_label(state: &State) -> String {
    format!(" {} lost", state.theme.glyphs.bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_have_equal_sizes_in_both_fonts() {
        for digit in BLOCKS.iter().chain(&STROKES) {
            assert!(digit.iter().all(|row| text::width(row) == 4), "{digit:?}");
        }
        assert!(STROKES.iter().flatten().all(|row| row.is_ascii()));
    }
}
