//! The line of the narration about the room's vote on a lesson's question.

use contract::{Question, QuestionState};
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::action::{Action, Context, RoomVoteAction};
use crate::state::State;

/// Returns what the room does, or `None` if the stage has no room, or no question was put to it.
pub(crate) fn words(state: &State) -> Option<(String, Role)> {
    let room = state.lesson.room.as_ref()?;
    if let Some(why) = room.trouble() {
        let words =
            format!("{} the room: {}; the lesson goes on without it", state.theme.glyphs.warning, sanitize(why));
        return Some((words, Role::Warning));
    }
    let asked = room.question()?;
    let key = |action| state.keys.label(Action::RoomVote(action), Context::Quiz);
    let answered = asked.answered_words();
    let words = match asked.state {
        QuestionState::Open if state.is_asking() => format!(
            "the room: {answered}. {} shows the votes, {} reveals the answer.",
            key(RoomVoteAction::Show),
            key(RoomVoteAction::Reveal)
        ),
        QuestionState::Shown if state.is_asking() => format!(
            "the room: {answered}. {} votes again, {} reveals the answer.",
            key(RoomVoteAction::VoteAgain),
            key(RoomVoteAction::Reveal)
        ),
        QuestionState::Open | QuestionState::Shown => format!("the room: {answered}."),
        QuestionState::Revealed => right_words(asked)?,
    };
    Some((words, Role::Info))
}

/// Returns how many people were right.
fn right_words(asked: &Question) -> Option<String> {
    let right = usize::from(asked.right?).checked_sub(1)?;
    let count = asked.counts.as_ref()?.get(right)?;
    Some(format!(
        "the room: {count} of {} chose '{}', which is right.",
        asked.answered,
        sanitize(asked.choices.get(right)?)
    ))
}
