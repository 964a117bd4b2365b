//! Keys of the menu of lessons.

use terminal::edit::Edit;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::action::{Action, Context};
use crate::effect::Effect;
use crate::lesson_session::LessonRun;
use crate::scroll::Movement;
use crate::state::{SessionEnd, StageNext, State};

/// The number of lessons that a page key moves by.
const PAGE_ROWS: isize = 5;

/// Moves the selection.
pub(super) fn select(state: &mut State, movement: Movement) -> Vec<Effect> {
    state.lesson.menu.select(movement.rows(PAGE_ROWS));
    Vec::new()
}

/// Begins the selected lesson, or free play.
pub(super) fn begin(state: &mut State) -> Vec<Effect> {
    let next =
        state.lesson.menu.lesson().map_or(StageNext::FreePlay, |lesson| StageNext::Lesson(LessonRun::of(lesson)));
    state.leaving.ended = Some(SessionEnd::Next(next));
    Vec::new()
}

/// Begins free play, also if a lesson is selected.
pub(super) fn begin_free_play(state: &mut State) -> Vec<Effect> {
    state.leaving.ended = Some(SessionEnd::Next(StageNext::FreePlay));
    Vec::new()
}

/// Selects a lesson by the digits that are typed, or says that a letter does nothing.
pub(super) fn type_number(state: &mut State, edit: &Edit) -> Vec<Effect> {
    let digit = |typed: char| typed.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
    if let Edit::InsertText(typed) = edit {
        typed.chars().filter_map(digit).for_each(|digit| state.lesson.menu.digit(digit));
    }
    let Edit::Insert(typed) = edit else { return Vec::new() };
    if let Some(digit) = digit(*typed) {
        state.lesson.menu.digit(digit);
        return Vec::new();
    }
    let [up, down, open] =
        [Action::Up, Action::Down, Action::Open].map(|action| state.keys.label(action, Context::Menu));
    let typed = sanitize(&typed.to_string()).into_owned();
    let words = format!("'{typed}' does nothing here: type a number, or use {up} {down} and {open}");
    state.say(Role::Info, words)
}
