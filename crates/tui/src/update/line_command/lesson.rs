//! Lines for the menu and for a lesson: they do what a leader's keys do there, with an answer to be heard.

use super::super::action::act;
use super::super::editor::give_keys_to_lesson;
use super::print::answer;
use crate::action::{Action, Context};
use crate::effect::Effect;
use crate::plain::lesson_commands;
use crate::state::{Focus, State};

const NO_LESSON: &str = "Not now: no lesson is being played; 'menu' tells which there are.";

/// Begins the lesson of that name or number, or says that there is none.
pub(super) fn begin(state: &mut State, name: &str) -> Vec<Effect> {
    let Some(row) = state.lesson.menu.find(name) else {
        let words =
            format!("There is no lesson '{name}'. An empty line tells the lessons, 'help' what else can be said.");
        return answer(state, [words]);
    };
    state.lesson.menu.choose(row);
    act(state, Action::Open)
}

/// The next step; a question is to be answered first.
pub(super) fn step(state: &mut State) -> Vec<Effect> {
    let asked = state.context() == Context::Quiz;
    let effects = act(state, Action::Step);
    if asked {
        // What the note says of keys is said of lines.
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

/// One step back. What is played to come there was heard.
pub(super) fn back(state: &mut State) -> Vec<Effect> {
    let effects = act(state, Action::Back);
    let goes = state.leaving.ended.is_some();
    if let Some(plain) = &mut state.plain {
        plain.went_back = goes;
    }
    effects
}

/// Tells the right answer.
pub(super) fn skip(state: &mut State) -> Vec<Effect> {
    // The first of two steps over a question only says what the second does.
    while state.context() == Context::Quiz {
        act(state, Action::Step);
    }
    state.status.note = None;
    answer(state, lesson_commands::given_away(state))
}

/// Answers with the choice of that number, and says what that was worth.
pub(super) fn answer_with(state: &mut State, number: usize) -> Vec<Effect> {
    let at = number.checked_sub(1).and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX);
    act(state, Action::Answer(at));
    answer(state, lesson_commands::worth(state, at.into()))
}

/// Plays the lesson from its beginning, also if an editor has the word.
pub(super) fn again(state: &mut State) -> Vec<Effect> {
    if state.lesson.course.is_none() {
        return answer(state, [NO_LESSON.to_owned()]);
    }
    state.overlays.clear();
    state.people.focus = Focus::Lesson;
    act(state, Action::Again)
}

/// Gives the word back to the lesson.
pub(super) fn give_back(state: &mut State) -> Vec<Effect> {
    if give_keys_to_lesson(state) { Vec::new() } else { answer(state, [NO_LESSON.to_owned()]) }
}
