//! Keys of a level: hints, offered requests, the solution, starting over, and skipping it.
//!
//! The level is the learner's: the editors, the gate and the policy are theirs, and typing takes nothing over.

use lesson::run_log::LogEntry;
use ratatui::layout::Rect;
use terminal::sanitize::sanitize;
use terminal::theme::Role;

use super::leaving;
use super::level_progress::{open_level, touch};
use crate::action::{Action, Context};
use crate::content::narration;
use crate::effect::Effect;
use crate::layout::{Layout, NARROW_NOTE_COLUMNS, inner};
use crate::lesson_session::{LessonRun, LevelPlayer, LevelSession};
use crate::scroll::Movement;
use crate::state::State;

/// Shows the next hint.
pub(super) fn hint(state: &mut State) -> Vec<Effect> {
    if let Some(level) = open_level(state) {
        level.show_hint();
    }
    Vec::new()
}

/// Scrolls the level by a line, if it has more lines than rows.
pub(super) fn scroll(state: &mut State, movement: Movement) -> Vec<Effect> {
    let (columns, rows) = state.size;
    let area = Layout::new(state, Rect::new(0, 0, columns, rows)).narration.map(inner);
    let (Some(area), Some(course)) = (area, &state.lesson.course) else { return Vec::new() };
    let lines = narration::lines(state, course, area.width);
    let first = lines.first_in_view(area.height.into());
    let last = lines.all.len().saturating_sub(area.height.into());
    let first = match movement {
        Movement::Up => first.saturating_sub(1),
        Movement::Down => last.min(first + 1),
        Movement::PageUp | Movement::PageDown | Movement::First | Movement::Last => return Vec::new(),
    };
    if let Some(level) = open_level(state) {
        level.first_line = Some(first);
    }
    Vec::new()
}

/// Skips the level, after a warning.
pub(super) fn skip(state: &mut State) -> Vec<Effect> {
    let is_skipped = open_level(state).is_some_and(LevelSession::skip);
    if is_skipped {
        return Vec::new();
    }
    let [step, hint] = [Action::Step, Action::Hint].map(|action| state.hint_for(action, Context::Level));
    let words = if state.size.0 < NARROW_NOTE_COLUMNS {
        format!("not solved; {step} again skips it")
    } else {
        format!("not solved yet: {step} again skips the level; {hint} shows a hint")
    };
    state.say(Role::Warning, words)
}

/// Starts the level over: plays the lesson silently up to it.
pub(super) fn restart(state: &mut State) -> Vec<Effect> {
    start_over(state, false)
}

/// Plays the next step of the solution, from the beginning of the level.
pub(super) fn solution(state: &mut State) -> Vec<Effect> {
    let Some(course) = &mut state.lesson.course else { return Vec::new() };
    let Some(level) = course.level.as_mut().filter(|level| level.is_open()) else { return Vec::new() };
    match level.player {
        LevelPlayer::Learner => return start_over(state, true),
        LevelPlayer::Nobody => {
            level.player = LevelPlayer::Solution;
            course.stepping.play_in_level(level.level.solution.clone());
        }
        LevelPlayer::Solution => {}
    }
    if course.stepping.begin_level_step() {
        return Vec::new();
    }
    let again = state.hint_for(Action::Again, Context::Level);
    state.say_unavailable(&format!("the solution has been played; {again} starts the level over"))
}

fn start_over(state: &mut State, solution: bool) -> Vec<Effect> {
    let effects = leaving::play(state, |course| {
        let scenes = course.player().position();
        Some(LessonRun { scenes, solution, ..course.run })
    });
    let goes = state.leaving.ended.is_some();
    if let Some(plain) = &mut state.plain {
        // The steps before the level were printed.
        plain.went_back = goes;
    }
    effects
}

/// Has a client send a request that the level offers, by its number counted from 0.
pub(super) fn send_offer(state: &mut State, number: u8) -> Vec<Effect> {
    touch(state);
    let Some(course) = &mut state.lesson.course else { return Vec::new() };
    if !course.stepping.send_offer(number.into()) {
        return state.say_unavailable("this client's request is under way");
    }
    match course.log_entries().last() {
        // Plain mode prints the entry.
        Some(LogEntry::Off { who, why }) if state.plain.is_none() => {
            let words = format!("{who} cannot send this now: {}", sanitize(why));
            state.say(Role::Warning, words)
        }
        _ => Vec::new(),
    }
}
