//! The user's progress: noticing the end of a lesson, and reporting that it cannot be kept.

use terminal::sanitize::sanitize;
use terminal::theme::Role;

use crate::effect::Effect;
use crate::progress::{Achievement, LoadedProgress};
use crate::state::State;

/// Returns the effect that keeps a lesson as done, once it was played to its end.
///
/// A lesson that the user took over, or that was played under another policy, does not count.
pub(super) fn keep(state: &mut State) -> Option<Effect> {
    let course = state.lesson.course.as_mut().filter(|course| course.is_over() && !course.is_kept)?;
    course.is_kept = true;
    let is_own = !course.is_taken_over() && !course.player().has_policy_override() && course.broken.is_none();
    let lesson = course.player().lesson().name.clone();
    is_own.then_some(Effect::KeepProgress { lesson, achievement: Achievement::Played })
}

/// Says why the progress cannot be kept, unless the user was told before.
pub(super) fn on_kept(state: &mut State, kept: Result<(), String>) -> Vec<Effect> {
    if let Err(why) = kept {
        report(state, &format!("your progress is not kept: {why}"));
    }
    Vec::new()
}

fn report(state: &mut State, why: &str) {
    if !std::mem::replace(&mut state.lesson.is_progress_trouble_told, true) {
        state.say(Role::Warning, sanitize(why).into_owned());
    }
}

impl State {
    /// Returns the same session with the user's progress in the lessons.
    ///
    /// If the progress could not be read, the session says so, unless an earlier one has.
    #[must_use]
    pub fn with_progress(mut self, loaded: LoadedProgress) -> Self {
        self.lesson.progress = loaded.progress;
        if let Some(trouble) = loaded.trouble {
            report(&mut self, &trouble);
        }
        self
    }
}
