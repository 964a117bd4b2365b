//! A lesson's question in the room: put when it comes up, led by keys, revealed with its answer.
//!
//! A question that the lesson has left without its answer is withdrawn.

use super::lesson_events;
use crate::action::RoomVoteAction;
use crate::effect::Effect;
use crate::question_lead::LeadReport;
use crate::state::State;

/// Puts a question that has come up to the room, and reveals the answer once it is known on the stage.
///
/// Withdraws it if the lesson goes back, or is taken over, before that.
pub(super) fn follow_lesson(state: &mut State) -> Option<Effect> {
    let (room, course) = (state.lesson.room.as_deref_mut()?, state.lesson.course.as_ref()?);
    if course.is_silent() {
        return None;
    }
    let Some(asked) = course.asked.as_ref().filter(|_| !course.is_taken_over()) else {
        return room.withdraw().map(Effect::LeadQuestion);
    };
    let scene = course.player().position();
    let request = match (asked.is_open(), room.has_asked_in(scene)) {
        (true, false) => Some(room.ask(&asked.question, scene)),
        (false, true) => room.lead(RoomVoteAction::Reveal),
        // A question that was answered when the lesson came back to it is not put to the room.
        (true, true) | (false, false) => None,
    };
    request.map(Effect::LeadQuestion)
}

/// Handles news from the room.
pub(super) fn on_report(state: &mut State, report: LeadReport) -> Vec<Effect> {
    let request = state.lesson.room.as_mut().and_then(|room| room.on_report(report));
    request.map(Effect::LeadQuestion).into_iter().collect()
}

/// Shows the votes, lets the room vote again, or reveals the answer and plays the next step.
pub(super) fn act(state: &mut State, action: RoomVoteAction) -> Vec<Effect> {
    let Some(room) = &mut state.lesson.room else { return Vec::new() };
    let request = room.lead(action);
    if let Some(course) = state.lesson.course.as_mut().filter(|_| action == RoomVoteAction::Reveal) {
        if let Some(asked) = &mut course.asked {
            asked.give_away();
        }
        course.wants_more = true;
    }
    let mut effects: Vec<_> = request.map(Effect::LeadQuestion).into_iter().collect();
    effects.extend(lesson_events::go_on(state));
    effects
}
