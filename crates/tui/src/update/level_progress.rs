//! The course of a level: its beginning, whether the learner has done something, and the goal.

use contract::Hold;
use lesson::script::{HoldPoint, Level};

use crate::effect::Effect;
use crate::lesson_session::LevelSession;
use crate::progress::Achievement;
use crate::state::{Focus, State};

/// Begins a level, unless it is replayed silently on the way to a later step.
///
/// The keys stay with the lesson.
pub(super) fn begin(state: &mut State, level: Box<Level>) {
    let Some(course) = &mut state.lesson.course else { return };
    if course.player().position() < course.run.scenes {
        return;
    }
    if course.run.solution {
        course.stepping.play_in_level(level.solution.clone());
    }
    course.level = Some(LevelSession::new(level, course.run.solution));
    // The learner sees what the gate holds, and the lesson's own record of its exchanges is followed already.
    state.server.gate.hold = Some(hold_of(course.hold));
    state.server.gate.follows = true;
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
pub(super) fn on_goal_judged(state: &mut State, is_reached_now: bool) -> Option<Effect> {
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

/// Returns what the server's gate holds while requests are held at this point.
pub(super) const fn hold_of(point: HoldPoint) -> Hold {
    match point {
        HoldPoint::Nowhere | HoldPoint::Judged => Hold::None,
        HoldPoint::Writes => Hold::Writes,
        HoldPoint::All => Hold::All,
    }
}
