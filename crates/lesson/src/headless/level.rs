//! Plays the level of a lesson without a screen, in a way that is known to reach its goal, or not to.

use std::sync::Arc;

use super::{HeadlessRunner, LessonServer, PlayError};
use crate::player::{LevelAttempt, Player};
use crate::script::{Lesson, LessonStep, StepKind};
use crate::stepping::Stepping;

/// A way to play a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LevelWay {
    /// The steps of its solution, which have to reach the goal.
    Solution,
    /// The steps of its wrong path, which must not.
    WrongPath,
    /// No steps, which must not reach the goal: otherwise, there is nothing to do.
    Nothing,
    /// The actions of the lesson in their order, which must not reach the goal.
    ///
    /// Otherwise, there would be nothing to find out. Actions that cannot be carried out are passed over.
    LessonAgain,
}

impl LevelWay {
    fn steps(self, lesson: &Lesson) -> Vec<LessonStep> {
        let Some(level) = lesson.level() else { return Vec::new() };
        match self {
            Self::Solution => level.solution.clone(),
            Self::WrongPath => level.wrong_path.clone(),
            Self::Nothing => Vec::new(),
            Self::LessonAgain => lesson.steps.iter().filter(|step| is_action(&step.kind)).cloned().collect(),
        }
    }
}

/// Returns whether a step does something that a learner can do again.
fn is_action(kind: &StepKind) -> bool {
    match kind {
        StepKind::Act { .. }
        | StepKind::Send { .. }
        | StepKind::Hold(_)
        | StepKind::Release { .. }
        | StepKind::Policy(_)
        | StepKind::Lose(_)
        | StepKind::Clock(_)
        | StepKind::Proxy(_) => true,
        StepKind::Say(_) | StepKind::Ask(_) | StepKind::Swarm(_) | StepKind::Level(_) => false,
    }
}

/// Plays a lesson up to its level, and the level in this way.
///
/// Returns `None` if the lesson has no level.
///
/// # Errors
///
/// If the lesson cannot continue: the server cannot be reached or refuses a request, or a step waits for something that
/// cannot happen.
pub async fn play_level(
    lesson: Arc<Lesson>,
    way: LevelWay,
    lesson_server: LessonServer,
) -> Result<Option<LevelAttempt>, PlayError> {
    let steps = way.steps(&lesson);
    let player = Player::new(lesson);
    let mut runner = HeadlessRunner::new(lesson_server, player.lesson(), player.first_policy()).await?;
    // They have a document of their own, and leave nothing that a level could need.
    runner.skips_swarms = true;
    let mut stepping = Stepping::new(player);
    while !stepping.player().is_in_level() && stepping.begin_step() {
        runner.run_step(&mut stepping).await?;
    }
    stepping.play_in_level(steps);
    while stepping.begin_level_step() {
        runner.run_step(&mut stepping).await?;
    }
    runner.finish().await?;
    Ok(stepping.player().attempt().cloned())
}
