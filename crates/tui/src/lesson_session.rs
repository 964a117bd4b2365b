//! A lesson on the stage: how far it is, what it waits for, what it asks. Pure.
//!
//! Which cue is next and what waits for what is the engine's, [`Stepping`], which the runner without a screen drives
//! too. The stage adds the question that is open, and how fast the lesson goes on by itself. [`mod@crate::update`]
//! drives it.

mod pace;
mod quiz;

use std::sync::Arc;

use lesson::player::Player;
use lesson::run_log::LogEntry;
use lesson::{Lesson, Stepping};
use precondition::policy::Preconditions;

pub use pace::LessonPace;
pub(crate) use quiz::OpenQuestion;

/// Which lesson, from where, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LessonRun {
    /// Which lesson, counted from 0.
    pub lesson: usize,
    /// How many scenes are played before anybody looks; the opening is one.
    pub scenes: usize,
    /// How fast it goes on.
    pub pace: LessonPace,
    /// What the server insists on in this take, whatever the lesson says.
    pub take: Option<Preconditions>,
}

impl LessonRun {
    /// A lesson from its beginning, by hand, under its own policy.
    #[must_use]
    pub const fn of(lesson: usize) -> Self {
        Self { lesson, scenes: 1, pace: LessonPace::ByHand, take: None }
    }
}

/// A lesson that is being played on the stage.
#[derive(Debug, Clone)]
pub(crate) struct LessonSession {
    pub(crate) run: LessonRun,
    /// How many lessons there are.
    pub(crate) lessons: usize,
    /// The engine: which cue is next, and what it waits for.
    pub(crate) stepping: Stepping,
    /// The question of this scene, answered or not.
    pub(crate) asked: Option<OpenQuestion>,
    /// Whether somebody wants the next step as soon as this one has come to rest.
    pub(crate) wants_more: bool,
    /// Counts the rests, so that a timer knows the one that it was set for.
    pub(crate) turn: u64,
    /// Whether the user came to it from a text, by entering a question: the way out leads back there.
    pub(crate) is_entered: bool,
    /// Why it cannot go on, where that is so.
    pub(crate) broken: Option<String>,
}

impl LessonSession {
    pub(crate) fn new(lesson: Arc<Lesson>, run: LessonRun, lessons: usize) -> Self {
        Self {
            run,
            lessons,
            stepping: Stepping::new(Player::with_override(lesson, run.take)),
            asked: None,
            wants_more: false,
            turn: 0,
            is_entered: false,
            broken: None,
        }
    }

    /// Returns the player: the lesson, how far it is, and its run log.
    pub(crate) fn player(&self) -> &Player {
        self.stepping.player()
    }

    /// Whether it is played up to where somebody wants to be, and nobody looks.
    pub(crate) fn is_silent(&self) -> bool {
        self.broken.is_none()
            && (self.player().position() < self.run.scenes
                || (self.stepping.is_in_step() && self.player().position() == self.run.scenes))
            && !self.is_asking()
    }

    /// Whether a question is open.
    pub(crate) fn is_asking(&self) -> bool {
        self.asked.as_ref().is_some_and(OpenQuestion::is_open)
    }

    /// Whether the scene has to wait before it goes on.
    pub(crate) fn is_waiting(&self) -> bool {
        self.stepping.is_waiting() || self.is_asking() || self.broken.is_some()
    }

    /// Whether something is still under way in the scene, a question aside.
    pub(crate) fn is_busy(&self) -> bool {
        self.stepping.is_in_step() && !self.is_asking() && self.broken.is_none()
    }

    /// Whether an answer is on its way, or a scene goes on by itself.
    pub(crate) fn is_under_way(&self) -> bool {
        self.broken.is_none() && (self.is_silent() || self.is_busy() || self.stepping.has_request_on_its_way())
    }

    /// Whether somebody took a hand in it, so that nothing is claimed any more.
    pub(crate) fn is_taken_over(&self) -> bool {
        self.player().diverged_at().is_some_and(|from| from > 0)
    }

    /// Whether all scenes were played.
    pub(crate) fn is_over(&self) -> bool {
        self.stepping.is_over()
    }

    /// Whether another lesson follows.
    pub(crate) fn has_next(&self) -> bool {
        self.run.lesson + 1 < self.lessons
    }

    /// Begins the next scene, if there is one.
    pub(crate) fn begin_scene(&mut self) {
        if self.stepping.begin_step() {
            self.asked = None;
        }
    }

    /// What happened in this scene so far.
    pub(crate) fn log_entries(&self) -> &[LogEntry] {
        let moments = &self.player().run_log().entries;
        let begun = moments.iter().rposition(|moment| matches!(moment, LogEntry::Step { .. }));
        &moments[begun.unwrap_or(0)..]
    }

    /// The same lesson, played silently up to the scene before this one; none at the beginning.
    pub(crate) fn stepped_back(&self) -> Option<LessonRun> {
        let (_, scenes) = self.player().stepped_back();
        (scenes > 0).then_some(LessonRun { scenes, ..self.run })
    }

    /// The same lesson from its beginning.
    pub(crate) fn restarted(&self) -> LessonRun {
        LessonRun { scenes: 1, ..self.run }
    }
}
