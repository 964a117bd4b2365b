//! A lesson on the stage: its position, what it waits for, and its open question. Pure.
//!
//! The engine, [`Stepping`], decides which cue is next and what it waits for; the headless runner uses the same engine.
//! The stage adds the open question, the level and the pace. [`mod@crate::update`] drives the session.

mod level;
mod pace;
mod quiz;

use std::sync::Arc;

use contract::{Author, Timestamp};
use lesson::player::Player;
use lesson::run_log::LogEntry;
use lesson::script::{HiddenArea, HoldPoint, Quiz};
use lesson::{Lesson, LessonClock, Stepping, SwarmResult};
use precondition::policy::Preconditions;
use serde::{Deserialize, Serialize};
use swarm::SwarmProgress;

pub(crate) use level::{LevelEnd, LevelPlayer, LevelSession};
pub use pace::LessonPace;
pub(crate) use quiz::OpenQuestion;

/// One run of a lesson: which lesson, from which scene, at which pace, under which policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonRun {
    /// The index of the lesson, counted from 0.
    pub lesson: usize,
    /// The number of scenes that are played silently at first; the opening counts as one.
    pub scenes: usize,
    /// The pace of the lesson.
    pub pace: LessonPace,
    /// The precondition policy of the server in this run, or `None` for the lesson's own.
    pub take: Option<Preconditions>,
    /// Whether the level begins with its solution, which is played a step at a time.
    pub solution: bool,
}

impl LessonRun {
    /// Returns a run of a lesson from its beginning, stepped by hand, under its own policy.
    #[must_use]
    pub const fn of(lesson: usize) -> Self {
        Self { lesson, scenes: 1, pace: LessonPace::ByHand, take: None, solution: false }
    }
}

/// A lesson that is being played on the stage.
#[derive(Debug, Clone)]
pub(crate) struct LessonSession {
    pub(crate) run: LessonRun,
    /// The number of lessons.
    pub(crate) lessons: usize,
    /// The engine: it decides which cue is next, and what it waits for.
    ///
    /// It is boxed, because the futures of the stage have the whole state in them.
    pub(crate) stepping: Box<Stepping>,
    /// The question of this scene, answered or not, if there is one.
    pub(crate) asked: Option<OpenQuestion>,
    /// The level, once it has begun.
    pub(crate) level: Option<LevelSession>,
    /// The point at which requests are held.
    pub(crate) hold: HoldPoint,
    /// Whether the user wants the next step as soon as this one has come to rest.
    pub(crate) wants_more: bool,
    /// Generation counter: a timer set for an earlier pause is ignored.
    pub(crate) turn: u64,
    /// Whether the user entered a question from a text: leaving the lesson leads back to the text.
    pub(crate) is_entered: bool,
    /// The time on the lesson's clock.
    pub(crate) now: Timestamp,
    /// How far the simulated writers are whose run began last; `None` before the first run.
    ///
    /// It is boxed for the same reason.
    pub(crate) swarm: Option<Box<SwarmProgress>>,
    /// The person who acted last, or got the last response; `None` at the beginning.
    pub(crate) acting: Option<Author>,
    /// Whether the end of the lesson was noted in the user's progress.
    pub(crate) is_kept: bool,
    /// Why the lesson cannot go on, or `None` if it can.
    pub(crate) broken: Option<String>,
}

impl LessonSession {
    pub(crate) fn new(lesson: Arc<Lesson>, run: LessonRun, lessons: usize) -> Self {
        Self {
            run,
            lessons,
            stepping: Box::new(Stepping::new(Player::with_override(lesson, run.take))),
            asked: None,
            level: None,
            hold: HoldPoint::Nowhere,
            wants_more: false,
            turn: 0,
            is_entered: false,
            now: LessonClock::default().now(),
            swarm: None,
            acting: None,
            is_kept: false,
            broken: None,
        }
    }

    /// Returns the player: the lesson, its position, and its run log.
    pub(crate) fn player(&self) -> &Player {
        self.stepping.player()
    }

    /// Returns whether scenes are played silently, up to the scene that the user wants.
    pub(crate) fn is_silent(&self) -> bool {
        self.broken.is_none()
            && (self.player().position() < self.run.scenes
                || (self.stepping.is_in_step() && self.player().position() == self.run.scenes))
            && !self.is_asking()
    }

    /// Returns the open question, or `None` if none is open.
    pub(crate) fn open_question(&self) -> Option<&Quiz> {
        self.asked.as_ref().filter(|asked| asked.is_open()).map(|asked| &asked.question)
    }

    /// Returns the question that the next step asks, or `None` if the user has taken the lesson over.
    pub(crate) fn next_question(&self) -> Option<&Quiz> {
        self.player().next_question().filter(|_| !self.is_taken_over())
    }

    /// Returns whether a question hides an area now: the open one, or the one that the next step asks.
    ///
    /// The policy is hidden by every question that is still to come, too.
    pub(crate) fn hides(&self, area: HiddenArea) -> bool {
        if area == HiddenArea::ServerPolicy && !self.is_taken_over() && self.player().will_ask_about(area) {
            return true;
        }
        self.open_question().map_or_else(
            || self.next_question().is_some_and(|question| question.hides_before(area)),
            |question| question.hides(area),
        )
    }

    /// Returns whether a question hides the request that this person sends next.
    pub(crate) fn hides_next_request_of(&self, who: &Author) -> bool {
        let is_upcoming = || !self.is_taken_over() && self.player().question_hiding_next_request_of(who).is_some();
        self.open_question().is_some_and(|question| question.hides(HiddenArea::NextRequest)) || is_upcoming()
    }

    /// Returns whether a question is open.
    pub(crate) fn is_asking(&self) -> bool {
        self.open_question().is_some()
    }

    /// Returns whether the learner plays the level.
    pub(crate) fn is_in_level(&self) -> bool {
        self.open_level().is_some()
    }

    /// Returns the level that the learner plays, or `None` if none is played.
    pub(crate) fn open_level(&self) -> Option<&LevelSession> {
        self.level.as_ref().filter(|level| level.is_open())
    }

    /// Returns whether the scene has to wait before it goes on.
    ///
    /// In a level, an editor's claims are about the time after its response.
    pub(crate) fn is_waiting(&self) -> bool {
        let is_learner_waiting = self.is_in_level() && self.stepping.has_request_on_its_way();
        self.stepping.is_waiting() || is_learner_waiting || self.is_asking() || self.broken.is_some()
    }

    /// Returns whether the scene is still being played. An open question does not count.
    pub(crate) fn is_busy(&self) -> bool {
        self.stepping.is_in_step() && !self.is_asking() && self.broken.is_none()
    }

    /// Returns whether a response is in flight, or a scene goes on by itself.
    pub(crate) fn is_under_way(&self) -> bool {
        let goes_on = self.is_busy() || self.stepping.is_waiting() || self.stepping.has_request_on_its_way();
        self.broken.is_none() && (self.is_silent() || goes_on)
    }

    /// Returns whether the user has taken the lesson over, so that no claim is checked any more.
    pub(crate) fn is_taken_over(&self) -> bool {
        self.player().diverged_at().is_some_and(|from| from > 0)
    }

    /// Returns whether all scenes were played.
    pub(crate) fn is_over(&self) -> bool {
        self.stepping.is_over()
    }

    /// Returns whether another lesson follows.
    pub(crate) fn has_next(&self) -> bool {
        self.run.lesson + 1 < self.lessons
    }

    /// Advances the lesson's clock, as the server's clock is advanced.
    pub(crate) fn advance_clock(&mut self, milliseconds: u64) {
        self.now = Timestamp::from_millis(self.now.as_millis().saturating_add(milliseconds));
    }

    /// Begins the next scene, if there is one.
    pub(crate) fn begin_scene(&mut self) {
        if self.stepping.begin_step() {
            self.asked = None;
            self.level = None;
        }
    }

    /// Returns the entries of the run log for this scene.
    pub(crate) fn log_entries(&self) -> &[LogEntry] {
        let moments = &self.player().run_log().entries;
        let begun = moments.iter().rposition(|moment| matches!(moment, LogEntry::Step { .. }));
        &moments[begun.unwrap_or(0)..]
    }

    /// Returns the results of all simulated writers so far.
    pub(crate) fn all_swarm_runs(&self) -> impl DoubleEndedIterator<Item = &SwarmResult> {
        results_in(&self.player().run_log().entries)
    }

    /// Returns the entries of the run log since a person acted.
    fn entries_since_act(&self) -> &[LogEntry] {
        let entries = &self.player().run_log().entries;
        let acts = |entry: &LogEntry| {
            matches!(
                entry,
                LogEntry::Departed { .. } | LogEntry::Ended { .. } | LogEntry::Did { .. } | LogEntry::YourTurn(_)
            )
        };
        &entries[entries.iter().rposition(acts).map_or(0, |at| at + 1)..]
    }

    /// Returns whether simulated writers have begun since a person acted.
    pub(crate) fn has_swarm(&self) -> bool {
        self.entries_since_act().iter().any(|entry| matches!(entry, LogEntry::SwarmBegun { .. }))
    }

    /// Returns the results of simulated writers since a person acted, in their order.
    pub(crate) fn swarm_runs(&self) -> Vec<&SwarmResult> {
        results_in(self.entries_since_act()).collect()
    }

    /// Returns whether this scene has a request or a response of this person.
    pub(crate) fn has_exchange_of(&self, who: &Author) -> bool {
        self.log_entries().iter().any(|moment| match moment {
            LogEntry::Departed { exchange } | LogEntry::Ended { exchange } => exchange.author.as_ref() == Some(who),
            _ => false,
        })
    }

    /// Returns the run that goes back by one scene, or `None` at the beginning.
    ///
    /// It plays the lesson silently up to that scene.
    pub(crate) fn stepped_back(&self) -> Option<LessonRun> {
        let (_, scenes) = self.player().stepped_back();
        (scenes > 0).then_some(LessonRun { scenes, solution: false, ..self.run })
    }

    /// Returns the run that plays the lesson from its beginning.
    pub(crate) fn restarted(&self) -> LessonRun {
        LessonRun { scenes: 1, solution: false, ..self.run }
    }
}

/// Returns the results of simulated writers in entries of a run log.
fn results_in(entries: &[LogEntry]) -> impl DoubleEndedIterator<Item = &SwarmResult> {
    entries.iter().filter_map(|entry| match entry {
        LogEntry::Swarm(result) => Some(result.as_ref()),
        _ => None,
    })
}
