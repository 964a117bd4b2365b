//! Keys of a lesson: stepping, answering a question, changing the pace, comparing policies.

use lesson::compare::ComparisonTable;
use precondition::policy::Preconditions;
use terminal::theme::Role;

use super::{leaving, lesson_events, level};
use crate::action::Action;
use crate::effect::Effect;
use crate::layout::NARROW_NOTE_COLUMNS;
use crate::lesson_session::{LessonPace, LessonRun, LessonSession};
use crate::overlay::{Overlay, PolicyComparison};
use crate::scroll::Movement;
use crate::state::{Focus, State};

/// Requests the next step. If a question is open, it first says what stepping over it does.
///
/// After the last step, it leads on: to the next lesson, or to the menu after the last lesson.
pub(super) fn step(state: &mut State) -> Vec<Effect> {
    match &state.lesson.course {
        Some(course) if course.is_over() && course.has_next() => return begin_next(state),
        Some(course) if course.is_over() => return leaving::to_menu(state),
        Some(course) if course.is_in_level() => return level::skip(state),
        Some(_) | None => {}
    }
    let Some(course) = &mut state.lesson.course else { return Vec::new() };
    let Some(asked) = course.asked.as_mut().filter(|asked| asked.is_open()) else {
        course.wants_more = true;
        return Vec::new();
    };
    if asked.skip() {
        return Vec::new();
    }
    let step = state.keys.label(Action::Step, state.context());
    let [first, second] = [0, 1].map(|choice| state.keys.label(Action::Answer(choice), state.context()));
    let words = if state.size.0 < NARROW_NOTE_COLUMNS {
        format!("{first}, {second} … answers; {step} again shows it")
    } else {
        format!("not answered yet: {first}, {second} … answers; {step} again gives the answer away")
    };
    state.say(Role::Warning, words)
}

/// Goes one step back: begins another run, which is played silently up to the previous step.
pub(super) fn step_back(state: &mut State) -> Vec<Effect> {
    leaving::play(state, LessonSession::stepped_back)
}

/// Plays the lesson from its beginning or, in a level, starts the level over.
pub(super) fn restart(state: &mut State) -> Vec<Effect> {
    if state.lesson.course.as_ref().is_some_and(LessonSession::is_in_level) {
        return level::restart(state);
    }
    leaving::play(state, |course| Some(course.restarted()))
}

/// Begins the next lesson, at the same pace.
pub(super) fn begin_next(state: &mut State) -> Vec<Effect> {
    leaving::play(state, |course| Some(LessonRun { pace: course.run.pace, ..LessonRun::of(course.run.lesson + 1) }))
}

/// Plays the lesson from its beginning, with another policy on the server.
pub(super) fn replay_under(state: &mut State, preconditions: Preconditions) -> Vec<Effect> {
    leaving::play(state, |course| Some(LessonRun { take: Some(preconditions), ..course.restarted() }))
}

/// Changes the pace of the lesson, or switches to stepping by hand.
pub(super) fn set_pace(state: &mut State, change: fn(LessonPace) -> LessonPace) -> Vec<Effect> {
    let Some(course) = &mut state.lesson.course else { return Vec::new() };
    course.run.pace = change(course.run.pace);
    let words = format!("the pace of the lesson: {}", course.run.pace);
    let timer = if course.stepping.is_in_step() { None } else { lesson_events::rest(course) };
    state.say(Role::Info, words);
    timer.into_iter().collect()
}

/// Moves the selection among the choices of the question.
pub(super) fn select(state: &mut State, movement: Movement) -> Vec<Effect> {
    // A question has few choices, and the page keys step the lesson.
    let by = match movement {
        Movement::Up => -1,
        Movement::Down => 1,
        Movement::PageUp | Movement::PageDown | Movement::First | Movement::Last => return Vec::new(),
    };
    if let Some(asked) = state.lesson.course.as_mut().and_then(|course| course.asked.as_mut()) {
        asked.select(by);
    }
    Vec::new()
}

/// Answers the question with the selected choice.
pub(super) fn confirm(state: &mut State) -> Vec<Effect> {
    if let Some(asked) = state.lesson.course.as_mut().and_then(|course| course.asked.as_mut()) {
        asked.answer(asked.selected);
    }
    Vec::new()
}

/// Answers the question with the choice of a number, counted from 0.
pub(super) fn answer(state: &mut State, choice: u8) -> Vec<Effect> {
    if let Some(asked) = state.lesson.course.as_mut().and_then(|course| course.asked.as_mut()) {
        asked.answer(choice.into());
    }
    Vec::new()
}

/// Plays the lesson under every policy, and shows the table.
///
/// If steps come later in this lesson, the table would tell what happens in them: the user is asked first.
pub(super) fn compare_policies(state: &mut State) -> Vec<Effect> {
    if state.lesson.course.as_ref().is_some_and(|course| !course.is_over()) {
        state.overlays.push(Overlay::ShowAhead);
        return Vec::new();
    }
    show_policies(state)
}

/// Shows what comes later in the lesson, as the user has confirmed.
pub(super) fn show_policies(state: &mut State) -> Vec<Effect> {
    state.overlays.push(Overlay::PolicyComparison(PolicyComparison::default()));
    vec![Effect::Compare]
}

/// Handles the result of playing the lesson under every policy.
pub(super) fn on_compared(state: &mut State, table: Result<ComparisonTable, String>) {
    // The help or the palette may be above it.
    let comparison = state.overlays.iter_mut().rev().find_map(|screen| match screen {
        Overlay::PolicyComparison(comparison) => Some(comparison),
        _ => None,
    });
    if let Some(comparison) = comparison {
        comparison.table = Some(table);
    }
}

/// Handles the timer of the pace: plays the next step if the lesson still has the focus.
pub(super) fn on_scheduled_step(state: &mut State, turn: u64) -> Vec<Effect> {
    let is_free = state.people.focus == Focus::Lesson && state.overlays.is_empty();
    let Some(course) =
        state.lesson.course.as_mut().filter(|course| course.turn == turn && !course.stepping.is_in_step())
    else {
        return Vec::new();
    };
    if is_free && !course.is_over() {
        course.wants_more = true;
        return Vec::new();
    }
    lesson_events::rest(course).into_iter().collect()
}
