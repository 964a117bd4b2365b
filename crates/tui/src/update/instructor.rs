//! The instructor of a lesson, who operates its server: tasks, and their results.

use lesson::player::{InstructorTask, Observation};
use swarm::SwarmProgress;

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

/// Notes how far simulated writers are.
pub(super) fn on_swarm_progress(state: &mut State, progress: Box<SwarmProgress>) {
    if let Some(course) = &mut state.lesson.course {
        course.swarm = Some(progress);
    }
}

/// Records that the instructor has done a task, or could not.
pub(super) fn on_done(state: &mut State, done: Result<Option<Observation>, String>) -> Vec<Effect> {
    let Some(course) = &mut state.lesson.course else { return Vec::new() };
    match done {
        Ok(seen) => {
            if let Some(Observation::Swarm(result)) = &seen {
                // The instructor has advanced the server's clock by the simulated time.
                course.advance_clock(result.duration_ms);
                if let Some(progress) = &mut course.swarm {
                    progress.is_over = true;
                }
            }
            course.stepping.on_instructed(seen);
        }
        Err(why) => {
            course.stepping.on_instructed(None);
            course.broken = Some(why);
        }
    }
    Vec::new()
}
