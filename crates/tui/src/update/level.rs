//! Keys of a level: hints, offered requests, the solution, starting over, and skipping it.
//!
//! The level is the learner's: the editors, the gate and the policy are theirs, and typing takes nothing over. The
//! instructor operates the policy and the gate for the learner, since it knows the version of the policy.

use ::lesson::player::InstructorTask;
use ::lesson::script::{HoldPoint, Level};
use contract::Hold;
use precondition::policy::{Judging, Preconditions};
use terminal::theme::Role;

use super::{lesson, lesson_events};
use crate::action::{Action, Context};
use crate::effect::Effect;
use crate::lesson_session::{LessonRun, LevelSession};
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
fn open_level(state: &mut State) -> Option<&mut LevelSession> {
    state.lesson.course.as_mut()?.level.as_mut().filter(|level| level.is_open())
}

/// Shows the next hint.
pub(super) fn hint(state: &mut State) -> Vec<Effect> {
    if let Some(level) = open_level(state) {
        level.show_hint();
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
    let words = if state.size.0 < lesson::NARROW_COLUMNS {
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
    if !level.plays_solution {
        if level.is_touched {
            return start_over(state, true);
        }
        level.plays_solution = true;
        course.stepping.play_in_level(level.level.solution.clone());
    }
    if course.stepping.begin_level_step() {
        return Vec::new();
    }
    let again = state.hint_for(Action::Again, Context::Level);
    state.say_unavailable(&format!("the solution has been played; {again} starts the level over"))
}

fn start_over(state: &mut State, solution: bool) -> Vec<Effect> {
    let effects = lesson::play(state, |course| {
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
    if let Some(course) = &mut state.lesson.course {
        course.stepping.send_offer(number.into());
    }
    Vec::new()
}

/// Sets the server's precondition policy, by way of the instructor.
pub(super) fn set_preconditions(state: &mut State, preconditions: Preconditions) -> Vec<Effect> {
    let Some(mut policy) = state.server.policy else { return Vec::new() };
    policy.preconditions = preconditions;
    touch(state);
    state.server.policy = Some(policy);
    lesson_events::instruct(state, InstructorTask::SetPolicy(policy))
}

/// Has the gate hold writes, then all requests, then nothing, in turn.
///
/// If the server writes in a second step after evaluating, the gate between the two is the first of them.
pub(super) fn hold_next(state: &mut State) -> Vec<Effect> {
    let Some(course) = &state.lesson.course else { return Vec::new() };
    let is_apart = state.server.policy.is_some_and(|policy| policy.judging == Judging::CheckThenAct);
    let next = match course.hold {
        HoldPoint::Nowhere if is_apart => HoldPoint::Judged,
        HoldPoint::Nowhere | HoldPoint::Judged => HoldPoint::Writes,
        HoldPoint::Writes => HoldPoint::All,
        HoldPoint::All => HoldPoint::Nowhere,
    };
    set_hold(state, next)
}

/// Has the gate hold requests at this point.
pub(super) fn set_hold(state: &mut State, next: HoldPoint) -> Vec<Effect> {
    touch(state);
    let effects = lesson_events::instruct(state, InstructorTask::Hold(next));
    let key = |action| state.hint_for(action, Context::Wire);
    let (one, all) = (key(Action::Release), key(Action::ReleaseAll));
    state.server.gate.hold = Some(hold_of(next));
    let words = match next {
        HoldPoint::Writes => format!("the gate now holds every save: {one} releases one, {all} all"),
        HoldPoint::All => format!("the gate now holds saves and reads: {one} releases one, {all} all"),
        HoldPoint::Judged => format!("each save is now held after it was compared: {one} releases one, {all} all"),
        HoldPoint::Nowhere => "the gate is open for new requests".to_owned(),
    };
    state.say(Role::Info, words);
    effects
}

/// Returns the point at which the gate of a level holds requests, for a hold of the control interface.
pub(super) const fn hold_point(hold: Hold) -> HoldPoint {
    match hold {
        Hold::None => HoldPoint::Nowhere,
        Hold::Writes => HoldPoint::Writes,
        Hold::All => HoldPoint::All,
    }
}

/// Returns what the server's gate holds while requests are held at this point.
const fn hold_of(point: HoldPoint) -> Hold {
    match point {
        HoldPoint::Nowhere | HoldPoint::Judged => Hold::None,
        HoldPoint::Writes => Hold::Writes,
        HoldPoint::All => Hold::All,
    }
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
