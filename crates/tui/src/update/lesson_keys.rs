//! What a leader's keys do: in the menu, and in a lesson while no editor has the keys.

use lesson::compare::ComparisonTable;
use terminal::edit::Edit;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::actions::leave;
use super::{lesson_events, note};
use crate::action::{Action, key_of};
use crate::availability::why_unavailable;
use crate::effect::Effect;
use crate::lesson_session::{LessonRun, LessonSession};
use crate::overlay::{Overlay, PolicyComparison};
use crate::state::{Focus, SessionEnd, SessionKind, StageNext, State};

/// Below this many columns a note has to be short.
const NARROW_COLUMNS: u16 = 76;

/// Does the action in the menu.
pub(super) fn in_the_menu(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Up => state.menu.select(-1),
        Action::Down => state.menu.select(1),
        Action::PageUp => state.menu.select(-5),
        Action::PageDown => state.menu.select(5),
        Action::First => state.menu.select(isize::MIN),
        Action::Last => state.menu.select(isize::MAX),
        Action::Open => {
            let next =
                state.menu.lesson().map_or(StageNext::FreePlay, |lesson| StageNext::Lesson(LessonRun::of(lesson)));
            state.ended = Some(SessionEnd::Next(next));
        }
        Action::FreePlay => state.ended = Some(SessionEnd::Next(StageNext::FreePlay)),
        _ => {}
    }
    Vec::new()
}

/// Takes in what is typed in the menu: the number of a lesson. Of anything else it says that it means nothing here.
pub(super) fn type_in_the_menu(state: &mut State, edit: &Edit) -> Vec<Effect> {
    let digit = |typed: char| typed.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
    match edit {
        Edit::Insert(typed) => {
            let Some(digit) = digit(*typed) else {
                let words = format!("'{}' chooses nothing: a number, ↑ ↓ and Enter do", sanitize(&typed.to_string()));
                return note(state, Role::Info, words);
            };
            state.menu.digit(digit);
        }
        Edit::InsertText(typed) => typed.chars().filter_map(digit).for_each(|digit| state.menu.digit(digit)),
        _ => {}
    }
    Vec::new()
}

/// Does the action in a lesson, while its course has the keys.
pub(super) fn in_a_lesson(state: &mut State, action: Action) -> Vec<Effect> {
    if let Some(why) = why_unavailable(action, state) {
        return note(state, Role::Info, format!("not now: {why}"));
    }
    let Some(at) = &mut state.course else { return Vec::new() };
    match action {
        Action::Step => return step(state),
        Action::Back => return play(state, LessonSession::stepped_back),
        Action::Again => return play(state, |course| Some(course.restarted())),
        Action::NextLesson => {
            return play(state, |course| {
                Some(LessonRun { pace: course.run.pace, ..LessonRun::of(course.run.lesson + 1) })
            });
        }
        Action::Faster | Action::Slower => {
            at.run.pace = if action == Action::Faster { at.run.pace.faster() } else { at.run.pace.slower() };
            let words = format!("the lesson goes on: {}", at.run.pace);
            let timer = if at.in_scene { None } else { lesson_events::rest(at) };
            note(state, Role::Info, words);
            return timer.into_iter().collect();
        }
        Action::Up => at.asked.iter_mut().for_each(|asked| asked.select(-1)),
        Action::Down => at.asked.iter_mut().for_each(|asked| asked.select(1)),
        Action::Confirm => at.asked.iter_mut().for_each(|asked| asked.answer(asked.selected)),
        Action::Answer(choice) => at.asked.iter_mut().for_each(|asked| asked.answer(choice.into())),
        Action::ComparePolicies => {
            state.screens.push(Overlay::PolicyComparison(PolicyComparison::default()));
            return vec![Effect::Compare];
        }
        _ => {}
    }
    Vec::new()
}

/// The next step; over a question that is open it first says what that would do.
fn step(state: &mut State) -> Vec<Effect> {
    let Some(course) = &mut state.course else { return Vec::new() };
    if let Some(asked) = course.asked.as_mut().filter(|asked| asked.is_open()) {
        if !asked.skip() {
            let step = key_of(Action::Step, state.context()).map(|key| key.to_string()).unwrap_or_default();
            let words = if state.size.0 < NARROW_COLUMNS {
                format!("1, 2 … answers; {step} again tells it")
            } else {
                format!("not answered yet: 1, 2 … answers; {step} once more gives the answer away")
            };
            return note(state, Role::Warning, words);
        }
        return Vec::new();
    }
    course.wants_more = true;
    Vec::new()
}

/// A timer: the next step, where the lesson still has the keys and nothing else happened.
pub(super) fn on_scheduled_step(state: &mut State, turn: u64) -> Vec<Effect> {
    let free = state.focus == Focus::Lesson && state.screens.is_empty();
    let Some(course) = state.course.as_mut().filter(|course| course.turn == turn && !course.in_scene) else {
        return Vec::new();
    };
    if free && !course.is_over() {
        course.wants_more = true;
        return Vec::new();
    }
    lesson_events::rest(course).into_iter().collect()
}

/// The lesson under every policy is here, or it is known why not.
pub(super) fn on_compared(state: &mut State, table: Result<ComparisonTable, String>) {
    if let Some(Overlay::PolicyComparison(takes)) = state.screens.last_mut() {
        takes.table = Some(table);
    }
}

/// Another run: of this lesson, or of the next one. Asks before text is lost that the user has typed into this one.
fn play(state: &mut State, run: impl FnOnce(&LessonSession) -> Option<LessonRun>) -> Vec<Effect> {
    let run = state.course.as_ref().and_then(run);
    run.map_or_else(Vec::new, |run| leave(state, SessionEnd::Next(StageNext::Lesson(run))))
}

/// To the menu: the mark stands at the lesson that is left, or behind the last one, at free play.
pub(super) fn menu(state: &State) -> SessionEnd {
    SessionEnd::Next(StageNext::Menu(state.course.as_ref().map_or(usize::MAX, |course| course.run.lesson)))
}

/// Gives the keys back to the lesson; false where there is none.
pub(crate) fn give_back(state: &mut State) -> bool {
    let is_lesson = state.kind == SessionKind::Lesson;
    if is_lesson {
        state.focus = Focus::Lesson;
    }
    is_lesson
}
