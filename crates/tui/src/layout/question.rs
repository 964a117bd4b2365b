//! The area of the leader's question: above the footer, below everything else.
//!
//! Until the user enters it, the question takes rows from the other parts, so that it covers nothing. It keeps at least
//! half of the screen free. Once the user is in it, it is drawn over the other parts, which do not move
//! ([`super::entered_question`]).

use ratatui::layout::Rect;

use crate::content::room_question;
use crate::state::State;

/// The height of a screen from which on the question shows its choices before it is entered.
const MIN_PANEL_HEIGHT: u16 = 20;

/// The rows of the question without a border: its text, and how many have answered.
const SHORT_ROWS: u16 = 2;

/// The form in which the question is shown while the user is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QuestionShape {
    /// Not at all.
    Hidden,
    /// As one line that says that there is a question.
    Folded,
    /// As its text and how many have answered, without a border.
    Short,
    /// With its choices, in a border.
    Panel,
}

/// Returns the form of the question on a screen of this height.
pub(crate) fn question_shape(state: &State, height: u16) -> QuestionShape {
    let room = &state.room_question;
    if state.is_room() {
        return match state.room.question.seen() {
            None => QuestionShape::Hidden,
            Some(_) if height < MIN_PANEL_HEIGHT => QuestionShape::Short,
            Some(_) => QuestionShape::Panel,
        };
    }
    match room.asked() {
        None => QuestionShape::Hidden,
        // A closed question needs nothing of the user.
        Some(_) if room.is_folded() && !room.is_open() => QuestionShape::Hidden,
        Some(_) if room.is_folded() => QuestionShape::Folded,
        Some(_) if height < MIN_PANEL_HEIGHT => QuestionShape::Short,
        Some(_) => QuestionShape::Panel,
    }
}

/// Returns the rows that the question takes from the other parts of the screen.
pub(super) fn rows_beside(state: &State, area: Rect) -> u16 {
    let rows = match question_shape(state, area.height) {
        QuestionShape::Hidden => 0,
        QuestionShape::Folded => 1,
        QuestionShape::Short => SHORT_ROWS,
        QuestionShape::Panel => framed_rows(room_question::panel_lines(state, area.width.saturating_sub(2)).len()),
    };
    rows.min(area.height / 2)
}

/// Returns the rows of so many lines in a border.
pub(super) fn framed_rows(lines: usize) -> u16 {
    u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2)
}
