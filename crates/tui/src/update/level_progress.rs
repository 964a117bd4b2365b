//! The course of a level: its beginning, whether the learner has done something, and the goal.

use contract::Hold;
use lesson::player::LevelAttempt;
use lesson::script::{HoldPoint, Level};
use terminal::theme::Role;

use super::server_document;
use crate::content;
use crate::effect::Effect;
use crate::layout::NARROW_NOTE_COLUMNS;
use crate::lesson_session::LevelSession;
use crate::progress::Achievement;
use crate::state::{Focus, State};

/// Begins a level, unless it is replayed silently on the way to a later step.
///
/// The keys stay with the lesson. Returns the effect that looks at the level's document on the server.
pub(super) fn begin(state: &mut State, level: Box<Level>) -> Option<Effect> {
    let course = state.lesson.course.as_mut()?;
    if course.player().position() < course.run.scenes {
        return None;
    }
    let document = level.document();
    if course.run.solution {
        course.stepping.play_in_level(level.solution.clone());
    }
    course.level = Some(LevelSession::new(level, course.run.solution));
    // The learner sees what the gate holds, and the lesson's own record of its exchanges is followed already.
    state.server.gate.hold = Some(hold_of(course.hold));
    state.server.gate.follows = true;
    server_document::show(state, &document?)
}

/// Returns the level that is played, for changes.
pub(super) fn open_level(state: &mut State) -> Option<&mut LevelSession> {
    state.lesson.course.as_mut()?.level.as_mut().filter(|level| level.is_open())
}

/// Notes that the learner has done something in a level. Returns whether a level is played.
pub(super) fn touch(state: &mut State) -> bool {
    let level = open_level(state);
    let is_open = level.is_some();
    if let Some(level) = level {
        level.touch();
    }
    is_open
}

/// Ends the level if its goal is reached, and returns the effect that keeps the learner's solution.
///
/// If the goal is out of reach from now on, the learner is told.
pub(super) fn on_goal_judged(state: &mut State, is_reached_now: bool) -> Option<Effect> {
    tell_out_of_reach(state);
    let course = state.lesson.course.as_mut().filter(|_| is_reached_now)?;
    let requests = course.player().attempt()?.requests();
    let is_own = !course.is_taken_over();
    let lesson = course.player().lesson().name.clone();
    let level = course.level.as_mut().filter(|level| level.is_open())?;
    level.reach(requests);
    let is_solved = level.reached_with().is_some();
    state.people.focus = Focus::Lesson;
    (is_own && is_solved).then_some(Effect::KeepProgress { lesson, achievement: Achievement::Solved { requests } })
}

fn tell_out_of_reach(state: &mut State) {
    let attempt = state.lesson.course.as_ref().and_then(|course| course.player().attempt());
    if !attempt.is_some_and(LevelAttempt::is_out_of_reach) {
        return;
    }
    let Some(level) = open_level(state) else { return };
    let is_told = std::mem::replace(&mut level.is_told_out_of_reach, true);
    // Plain mode prints the claims of the goal.
    if !is_told && state.plain.is_none() {
        let is_narrow = state.size.0 < NARROW_NOTE_COLUMNS;
        let words = content::level::dead_end(state, is_narrow);
        let words = if is_narrow { words } else { format!("the goal is {words}") };
        state.say(Role::Warning, words);
    }
}

/// Returns what the server's gate holds while requests are held at this point.
pub(super) const fn hold_of(point: HoldPoint) -> Hold {
    match point {
        HoldPoint::Nowhere | HoldPoint::Judged => Hold::None,
        HoldPoint::Writes => Hold::Writes,
        HoldPoint::All => Hold::All,
    }
}
