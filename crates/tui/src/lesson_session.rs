//! A lesson on the stage: how far it is, what it waits for, what it asks. Pure.
//!
//! What a lesson says is the [`Player`]'s to know; here is what the stage adds: the cues of the scene that are not
//! carried out yet, whose requests are under way and where they are held, the question that is open, and how fast it
//! goes on by itself. It is stepped in [`mod@crate::update`].

mod pace;
mod quiz;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use contract::Author;
use lesson::Lesson;
use lesson::player::{Cue, Player};
use lesson::run_log::{LogEntry, StepResult};
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

/// Where a request is that has no answer yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SceneProgress {
    /// On its way.
    Going,
    /// Held at the server's gate, under that number.
    AtTheGate(u64),
    /// Judged, and not written yet.
    AtTheBrake,
}

/// A lesson that is being played on the stage.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is true or false by itself, in any combination")]
pub(crate) struct LessonSession {
    pub(crate) run: LessonRun,
    /// How many lessons there are.
    pub(crate) lessons: usize,
    pub(crate) player: Player,
    /// What of the scene is not carried out yet.
    pub(crate) cues: VecDeque<Cue>,
    /// Whether a scene was begun and is not judged yet.
    pub(crate) in_scene: bool,
    /// Whether the leader is on an errand.
    pub(crate) errand: bool,
    /// Whose request the scene waits for: until it is answered or held.
    pub(crate) resting: Option<Author>,
    pub(crate) under_way: BTreeMap<Author, SceneProgress>,
    /// The question of this scene, answered or not.
    pub(crate) asked: Option<OpenQuestion>,
    /// What this scene claimed, and whether it holds.
    pub(crate) verdicts: Vec<StepResult>,
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
            player: Player::with_override(lesson, run.take),
            cues: VecDeque::new(),
            in_scene: false,
            errand: false,
            resting: None,
            under_way: BTreeMap::new(),
            asked: None,
            verdicts: Vec::new(),
            wants_more: false,
            turn: 0,
            is_entered: false,
            broken: None,
        }
    }

    /// Whether it is played up to where somebody wants to be, and nobody looks.
    pub(crate) fn is_silent(&self) -> bool {
        self.broken.is_none()
            && (self.player.position() < self.run.scenes
                || (self.in_scene && self.player.position() == self.run.scenes))
            && !self.is_asking()
    }

    /// Whether a question is open.
    pub(crate) fn is_asking(&self) -> bool {
        self.asked.as_ref().is_some_and(OpenQuestion::is_open)
    }

    /// Whether the scene has to wait before it goes on.
    pub(crate) fn is_waiting(&self) -> bool {
        let going = |who| self.under_way.get(who) == Some(&SceneProgress::Going);
        self.errand || self.is_asking() || self.resting.as_ref().is_some_and(going) || self.broken.is_some()
    }

    /// Whether something is still under way in the scene, a question aside.
    pub(crate) fn is_busy(&self) -> bool {
        self.in_scene && !self.is_asking() && self.broken.is_none()
    }

    /// Whether an answer is on its way, or a scene goes on by itself.
    pub(crate) fn is_under_way(&self) -> bool {
        let going = self.under_way.values().any(|at| *at == SceneProgress::Going);
        self.broken.is_none() && (self.is_silent() || self.is_busy() || going)
    }

    /// Whether somebody took a hand in it, so that nothing is claimed any more.
    pub(crate) fn is_taken_over(&self) -> bool {
        self.player.diverged_at().is_some_and(|from| from > 0)
    }

    /// Whether all scenes were played.
    pub(crate) fn is_over(&self) -> bool {
        self.player.position() >= self.player.scenes() && !self.in_scene
    }

    /// Whether another lesson follows.
    pub(crate) fn has_next(&self) -> bool {
        self.run.lesson + 1 < self.lessons
    }

    /// The next scene; false after the last.
    pub(crate) fn begin_scene(&mut self) -> bool {
        let Some(scene) = self.player.step() else { return false };
        self.cues = scene.cues.into();
        self.in_scene = true;
        self.asked = None;
        self.verdicts.clear();
        true
    }

    /// What happened in this scene so far.
    pub(crate) fn log_entries(&self) -> &[LogEntry] {
        let moments = &self.player.run_log().entries;
        let begun = moments.iter().rposition(|moment| matches!(moment, LogEntry::Step { .. }));
        &moments[begun.unwrap_or(0)..]
    }

    /// The same lesson, played silently up to the scene before this one; none at the beginning.
    pub(crate) fn stepped_back(&self) -> Option<LessonRun> {
        let (_, scenes) = self.player.stepped_back();
        (scenes > 0).then_some(LessonRun { scenes, ..self.run })
    }

    /// The same lesson from its beginning.
    pub(crate) fn restarted(&self) -> LessonRun {
        LessonRun { scenes: 1, ..self.run }
    }
}
