//! The instructor of a lesson, who operates its server: tasks, and their results.

use lesson::player::{InstructorTask, Observation};

use crate::effect::Effect;
use crate::state::State;

/// Has the instructor perform a task.
pub(super) fn instruct(state: &mut State, task: InstructorTask) -> Vec<Effect> {
    if let Some(course) = &mut state.lesson.course {
        course.stepping.begin_instruction();
        if let InstructorTask::Hold(point) = task {
            course.hold = point;
        }
    }
    vec![Effect::Instruct(task)]
}

/// Records that the instructor has done a task, or could not.
pub(super) fn on_done(state: &mut State, done: Result<Option<Observation>, String>) -> Vec<Effect> {
    let Some(course) = &mut state.lesson.course else { return Vec::new() };
    match done {
        Ok(seen) => course.stepping.on_instructed(seen),
        Err(why) => {
            course.stepping.on_instructed(None);
            course.broken = Some(why);
        }
    }
    Vec::new()
}
