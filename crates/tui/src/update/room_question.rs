//! The leader's question in an editor: when it is read, how it is entered, answered and left.
//!
//! The question opens by itself, so it takes no keys until the user enters it. While the user is in it, its end or
//! another question changes the meaning of no key: digits do nothing until the user enters the new question.

use contract::Question;

use crate::effect::Effect;
use crate::overlay::{Overlay, RoomQuestionView};
use crate::room_question::{AnswerFailure, SentAnswer};
use crate::state::{SessionKind, State};

/// Reads the question when the event stream opens: events before that were not heard.
pub(super) fn on_connected(state: &mut State) -> Vec<Effect> {
    if state.kind != SessionKind::Single {
        return Vec::new();
    }
    state.room_question.begin_reading();
    vec![Effect::ReadQuestion]
}

/// Handles the question as it was read. If it could not be read, the stream tells the next change.
pub(super) fn on_read(state: &mut State, read: Result<Option<Box<Question>>, String>) -> Vec<Effect> {
    if let Ok(asked) = read {
        state.room_question.on_read(asked.map(|asked| *asked));
    }
    Vec::new()
}

/// Handles news about the question from the event stream.
pub(super) fn on_heard(state: &mut State, asked: Option<Box<Question>>) -> Vec<Effect> {
    if state.kind == SessionKind::Single {
        state.room_question.on_heard(asked.map(|asked| *asked));
    }
    Vec::new()
}

/// Enters the question or, if the user is in it already, goes back to the text.
///
/// If the leader has asked another question since the user entered, this enters that one.
pub(super) fn enter_or_leave(state: &mut State) -> Vec<Effect> {
    let id = state.room_question.asked().map(|asked| asked.id.clone());
    match state.overlays.last_mut() {
        Some(Overlay::RoomQuestion(view)) if view.id == id || id.is_none() => _ = state.overlays.pop(),
        Some(Overlay::RoomQuestion(view)) => *view = RoomQuestionView { id, ..RoomQuestionView::default() },
        _ => enter(state),
    }
    Vec::new()
}

/// Enters the question, if there is one.
pub(super) fn enter(state: &mut State) {
    let Some(asked) = state.room_question.asked() else { return };
    let view = RoomQuestionView { id: Some(asked.id.clone()), ..RoomQuestionView::default() };
    state.room_question.set_folded(false);
    state.overlays.retain(|screen| !matches!(screen, Overlay::RoomQuestion(_)));
    state.overlays.push(Overlay::RoomQuestion(view));
}

/// Goes back to the text, and hides the question until its state changes.
pub(super) fn fold(state: &mut State) {
    state.room_question.set_folded(true);
    state.overlays.pop();
}

/// Goes back to the text. The question stays on the screen.
pub(super) fn leave(state: &mut State) {
    state.overlays.pop();
}

/// Answers the question that the user has entered.
pub(super) fn answer(state: &mut State, choice: u8) -> Vec<Effect> {
    let id = state.room_question.asked().map(|asked| &asked.id);
    let is_entered = matches!(state.overlays.last(), Some(Overlay::RoomQuestion(view)) if view.id.as_ref() == id);
    if !is_entered {
        return Vec::new();
    }
    state.room_question.answer(choice + 1).map(Effect::AnswerQuestion).into_iter().collect()
}

/// In plain mode: answers the question that is open now.
pub(super) fn answer_by_line(state: &mut State, number: usize) -> Vec<Effect> {
    let choice = u8::try_from(number).unwrap_or(u8::MAX);
    state.room_question.answer(choice).map(Effect::AnswerQuestion).into_iter().collect()
}

/// Handles the response to an answer.
pub(super) fn on_answered(state: &mut State, sent: &SentAnswer, result: Result<(), AnswerFailure>) -> Vec<Effect> {
    state.room_question.on_answered(sent, result).map(Effect::AnswerQuestion).into_iter().collect()
}
