//! Commands of plain mode for the menu and a lesson: the handlers of the keys, with printed replies.

use super::super::action::act;
use super::super::editor::give_keys_to_lesson;
use super::print::answer;
use crate::action::{Action, Context};
use crate::availability::why_unavailable;
use crate::effect::Effect;
use crate::plain::lesson_commands;
use crate::state::{Focus, State};

const NO_LESSON: &str = "Not now: no lesson is being played; 'menu' lists the lessons.";

const NO_LEVEL: &str = "Not now: no level is being played.";

/// Begins the lesson with this name or number, or says that there is none.
pub(super) fn begin(state: &mut State, name: &str) -> Vec<Effect> {
    let Some(row) = state.lesson.menu.find(name) else {
        let words = format!("There is no lesson '{name}'. An empty line lists the lessons, 'help' lists the commands.");
        return answer(state, [words]);
    };
    state.lesson.menu.choose(row);
    act(state, Action::Open)
}

/// Plays the next step. If a question is open, it gives the answer away the second time.
pub(super) fn step(state: &mut State) -> Vec<Effect> {
    let asked = state.context() == Context::Quiz;
    let effects = act(state, Action::Step);
    if asked {
        // The note names keys; the lines below name commands.
        state.status.note = None;
        let lines = if state.context() == Context::Quiz {
            lesson_commands::not_answered(state)
        } else {
            lesson_commands::given_away(state)
        };
        answer(state, lines);
    }
    effects
}

/// Goes one step back. The steps that are replayed on the way are not printed again.
pub(super) fn back(state: &mut State) -> Vec<Effect> {
    let effects = act(state, Action::Back);
    let goes = state.leaving.ended.is_some();
    if let Some(plain) = &mut state.plain {
        plain.went_back = goes;
    }
    effects
}

/// Gives the right answer away or, in a level, skips it.
pub(super) fn skip(state: &mut State) -> Vec<Effect> {
    while state.context() == Context::Level {
        act(state, Action::Step);
        state.status.note = None;
    }
    // The first step over a question only says what the second one does.
    while state.context() == Context::Quiz {
        act(state, Action::Step);
    }
    state.status.note = None;
    answer(state, lesson_commands::given_away(state))
}

/// Reads the task of the level, its goal, and the requests so far.
pub(super) fn read_goal(state: &mut State) -> Vec<Effect> {
    let lines = lesson_commands::level_narration(state);
    if lines.is_empty() { answer(state, [NO_LEVEL.to_owned()]) } else { answer(state, lines) }
}

/// Carries out an action of a level, whichever view has the focus.
pub(super) fn level_action(state: &mut State, action: Action) -> Vec<Effect> {
    if let Some(why) = why_unavailable(action, state) {
        return answer(state, [format!("Not now: {why}.")]);
    }
    if action == Action::Solution {
        // The solution is the lesson's: its steps are printed as those of the lesson.
        give_keys_to_lesson(state);
    }
    act(state, action)
}

/// Has a client send the offered request of a number, counted from 1.
pub(super) fn send_offer(state: &mut State, number: usize) -> Vec<Effect> {
    let at = number.checked_sub(1).and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX);
    level_action(state, Action::SendOffer(at))
}

/// Answers with the choice of a number, and says whether it is right.
pub(super) fn answer_with(state: &mut State, number: usize) -> Vec<Effect> {
    let at = number.checked_sub(1).and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX);
    act(state, Action::Answer(at));
    answer(state, lesson_commands::worth(state, at.into()))
}

/// Plays the lesson from its beginning, also while an editor has the focus.
pub(super) fn again(state: &mut State) -> Vec<Effect> {
    if state.lesson.course.is_none() {
        return answer(state, [NO_LESSON.to_owned()]);
    }
    state.overlays.clear();
    state.people.focus = Focus::Lesson;
    act(state, Action::Again)
}

/// Moves the focus back to the lesson.
pub(super) fn give_back(state: &mut State) -> Vec<Effect> {
    if give_keys_to_lesson(state) { Vec::new() } else { answer(state, [NO_LESSON.to_owned()]) }
}
