//! The engine that steps through a lesson: cues, the requests that they wait for, and ends of steps.
//!
//! The stage and the runner without a screen drive the same engine. A driver asks for the next [`StepTurn`], carries it
//! out, and reports the result. Each cue waits until the request of the previous cue has a response or is held. So each
//! run has the same course, in whatever order responses arrive.
//!
//! In a level, the learner acts. After each exchange that ends there, the engine has the driver look at what the goal
//! is about, and judges the goal. It also plays steps in the level: those of the solution, or requests on offer.
//!
//! The engine neither waits nor sends: the driver has the clients, and decides when a new step begins.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use contract::{Author, Exchange};

use crate::player::{Cue, InstructorTask, LessonScene, Observation, Player};
use crate::run_log::CheckResult;
use crate::script::{Claim, LessonStep};

/// The reason why a release does nothing.
pub(crate) const NOT_HELD: &str = "no request of theirs is held";

/// The progress of a request without a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestProgress {
    /// On its way.
    Going,
    /// Held at the server's gate, under this number.
    AtGate(u64),
    /// Evaluated and not written yet.
    AtWriteGate,
}

/// The next task of a driver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepTurn {
    /// Wait: a task of the leader is not done, or a request has no response and is not held.
    Wait,
    /// Report the state of this person's editor.
    View(Author),
    /// Carry out this cue, or begin to.
    Cue(Cue),
    /// Nothing: the step is over, and its claims were checked.
    StepOver,
    /// Nothing: the goal of the level was judged ([`Player::attempt`]).
    GoalJudged {
        /// Whether the goal is reached for the first time.
        is_reached_now: bool,
    },
    /// Begin the next step when the user wants it. In a level, the user acts.
    Rest,
}

/// The progress of a look at what the goal of a level is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GoalLook {
    /// No look is needed: nothing has happened since the last one.
    UpToDate,
    /// An exchange has ended since the last look.
    Due,
    /// The turns of the look are being taken. If `is_stale`, an exchange has ended meanwhile.
    UnderWay { is_stale: bool },
}

/// A lesson that is stepped through.
#[derive(Debug, Clone)]
pub struct Stepping {
    player: Player,
    /// The cues of the step that are not carried out yet.
    cues: VecDeque<Cue>,
    /// Whether a step was begun and its claims are not checked yet.
    in_step: bool,
    /// Whether a task of the leader is not done yet.
    is_instructing: bool,
    /// The person whose request the step waits for.
    awaited: Option<Author>,
    requests: BTreeMap<Author, RequestProgress>,
    /// Whether the goal of a level has to be judged.
    goal_look: GoalLook,
    /// The turns of the look that are not taken yet.
    look_turns: VecDeque<StepTurn>,
    /// The steps that are to be played in a level.
    level_steps: VecDeque<LessonStep>,
    /// The checks of the step, once they are made.
    verdicts: Vec<CheckResult>,
}

impl Stepping {
    /// Returns an engine before the first step of a lesson.
    #[must_use]
    pub fn new(player: Player) -> Self {
        Self {
            player,
            cues: VecDeque::new(),
            in_step: false,
            is_instructing: false,
            awaited: None,
            requests: BTreeMap::new(),
            goal_look: GoalLook::UpToDate,
            look_turns: VecDeque::new(),
            level_steps: VecDeque::new(),
            verdicts: Vec::new(),
        }
    }

    /// Returns the player: the lesson, how far it is, and its run log.
    #[must_use]
    pub fn player(&self) -> &Player {
        &self.player
    }

    /// Consumes the engine and returns the player.
    #[must_use]
    pub fn into_player(self) -> Player {
        self.player
    }

    /// Returns whether a step was begun and is not over.
    #[must_use]
    pub fn is_in_step(&self) -> bool {
        self.in_step
    }

    /// Returns whether the next turn is to wait.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        let is_going = |who| self.requests.get(who) == Some(&RequestProgress::Going);
        self.is_instructing || self.awaited.as_ref().is_some_and(is_going)
    }

    /// Returns whether a request is on its way.
    #[must_use]
    pub fn has_request_on_its_way(&self) -> bool {
        self.requests.values().any(|at| *at == RequestProgress::Going)
    }

    /// Returns whether a request of this person has no response yet.
    #[must_use]
    pub fn has_request_of(&self, who: &Author) -> bool {
        self.requests.contains_key(who)
    }

    /// Returns whether a request of this person was evaluated and is not written yet.
    #[must_use]
    pub fn is_at_write_gate(&self, who: &Author) -> bool {
        self.requests.get(who) == Some(&RequestProgress::AtWriteGate)
    }

    /// Returns whether all steps are over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.player.position() >= self.player.scenes() && !self.in_step
    }

    /// Returns the checks of the current step, once they are made.
    #[must_use]
    pub fn verdicts(&self) -> &[CheckResult] {
        &self.verdicts
    }

    /// Begins the next step; returns false after the last one.
    pub fn begin_step(&mut self) -> bool {
        let Some(scene) = self.player.step() else { return false };
        // Leaving a level ends what was being played in it.
        self.level_steps.clear();
        self.look_turns.clear();
        self.goal_look = GoalLook::UpToDate;
        self.begin_scene(scene);
        true
    }

    fn begin_scene(&mut self, scene: LessonScene) {
        self.cues = scene.cues.into();
        self.in_step = true;
        self.verdicts.clear();
    }

    /// Has these steps played in the level, one for each [`begin_level_step`](Self::begin_level_step).
    ///
    /// They replace the steps that are left of others.
    pub fn play_in_level(&mut self, steps: impl IntoIterator<Item = LessonStep>) {
        self.level_steps = steps.into_iter().collect();
    }

    /// Returns how many steps are left to be played in the level.
    #[must_use]
    pub fn level_steps_left(&self) -> usize {
        self.level_steps.len()
    }

    /// Begins the next step that is to be played in the level; returns false if there is none.
    pub fn begin_level_step(&mut self) -> bool {
        if !self.player.is_in_level() || self.in_step {
            return false;
        }
        let Some(step) = self.level_steps.pop_front() else { return false };
        let scene = self.player.begin_level_step(&step);
        self.begin_scene(scene);
        true
    }

    /// Begins to send a request on offer, counted from 0; returns false if there is no such offer now.
    ///
    /// A client that waits for a response sends nothing.
    pub fn send_offer(&mut self, number: usize) -> bool {
        let lesson = Arc::clone(self.player.lesson());
        let offer = lesson.level().and_then(|level| level.offers.get(number));
        let Some(offer) = offer.filter(|offer| !self.requests.contains_key(&offer.who)) else { return false };
        if !self.player.is_in_level() || self.in_step {
            return false;
        }
        let scene = self.player.begin_level_step(&offer.as_step());
        self.begin_scene(scene);
        true
    }

    /// Returns the next task of the driver.
    pub fn next_turn(&mut self) -> StepTurn {
        if self.is_waiting() {
            StepTurn::Wait
        } else if let Some(who) = self.awaited.take() {
            StepTurn::View(who)
        } else if let Some(turn) = self.turn_of_goal() {
            turn
        } else if let Some(cue) = self.cues.pop_front() {
            if matches!(cue, Cue::YourTurn(_)) {
                self.player.begin_attempt();
                self.goal_look = GoalLook::Due;
            }
            StepTurn::Cue(cue)
        } else if self.in_step {
            self.in_step = false;
            self.verdicts = self.player.judge();
            StepTurn::StepOver
        } else {
            StepTurn::Rest
        }
    }

    /// Returns the next turn of the look at what the goal is about, or `None` if none is needed now.
    fn turn_of_goal(&mut self) -> Option<StepTurn> {
        match self.goal_look {
            GoalLook::UpToDate => None,
            GoalLook::Due => {
                self.goal_look = GoalLook::UnderWay { is_stale: false };
                self.look_turns = self.turns_to_look();
                self.turn_of_goal()
            }
            GoalLook::UnderWay { is_stale } => Some(self.look_turns.pop_front().unwrap_or_else(|| {
                self.goal_look = if is_stale { GoalLook::Due } else { GoalLook::UpToDate };
                StepTurn::GoalJudged { is_reached_now: self.player.judge_goal().is_some() }
            })),
        }
    }

    /// Returns the turns to observe everything that the goal is about.
    ///
    /// Each ended exchange takes a moment on the lesson's clock, as steps do, so that versions differ in their dates.
    fn turns_to_look(&self) -> VecDeque<StepTurn> {
        let lesson = self.player.lesson();
        let Some(level) = lesson.level() else { return VecDeque::new() };
        let is_first = self.player.attempt().is_some_and(|attempt| attempt.goal().is_empty());
        let tick = (!is_first && lesson.tick > 0).then_some(StepTurn::Cue(Cue::Tick(lesson.tick)));
        let mut turns: VecDeque<StepTurn> = tick.into_iter().collect();
        for check in &level.goal {
            let turn = match &check.claim {
                Claim::Expect { .. } | Claim::Swarm(_) => continue,
                Claim::Editor { who, .. } => StepTurn::View(who.clone()),
                Claim::Document { id, .. } => StepTurn::Cue(Cue::Instruct(InstructorTask::Look(id.clone()))),
            };
            if !turns.contains(&turn) {
                turns.push_back(turn);
            }
        }
        turns
    }

    /// Reports an observation that changes no turn, such as the state of an editor.
    pub fn observe(&mut self, observation: Observation) {
        self.player.observe(observation);
    }

    /// Reports a recorded exchange: at its departure, and again at its end.
    pub fn on_exchange(&mut self, exchange: Exchange) {
        let is_open = exchange.is_open();
        let exchange = Box::new(exchange);
        if !is_open && self.player.is_in_level() {
            self.goal_look = match self.goal_look {
                GoalLook::UpToDate | GoalLook::Due => GoalLook::Due,
                GoalLook::UnderWay { .. } => GoalLook::UnderWay { is_stale: true },
            };
        }
        self.observe(if is_open { Observation::Departed(exchange) } else { Observation::Ended(exchange) });
    }

    /// Lets the step wait for a request of this person, if one is on its way.
    pub fn wait_for(&mut self, who: Author) {
        self.awaited = Some(who);
    }

    /// Reports that a request of this person is on its way.
    pub fn on_sent(&mut self, who: Author) {
        self.requests.insert(who, RequestProgress::Going);
    }

    /// Reports that a request of this person is held. It is ignored unless the request is on its way.
    pub fn on_held(&mut self, who: &Author, at: RequestProgress) {
        if let Some(progress) = self.requests.get_mut(who).filter(|progress| **progress == RequestProgress::Going) {
            *progress = at;
            self.observe(Observation::Held { who: who.clone(), judged: at == RequestProgress::AtWriteGate });
        }
    }

    /// Reports that the request of this person has a response, or will never have one.
    pub fn on_ended(&mut self, who: &Author) {
        self.requests.remove(who);
    }

    /// Releases the request of this person and lets the step wait for it.
    ///
    /// Returns the point at which it was held, or `None` if it is not held, which is then an observation.
    pub fn release(&mut self, who: &Author) -> Option<RequestProgress> {
        let at = self.requests.get(who).copied().filter(|at| *at != RequestProgress::Going);
        if at.is_some() {
            self.observe(Observation::Released(who.clone()));
            self.on_sent(who.clone());
            self.wait_for(who.clone());
        } else {
            self.observe(Observation::Off { who: who.clone(), why: NOT_HELD.to_owned() });
        }
        at
    }

    /// Reports that a task of the leader begins.
    ///
    /// The next cue waits for [`on_instructed`](Self::on_instructed).
    pub fn begin_instruction(&mut self) {
        self.is_instructing = true;
    }

    /// Reports that the leader's task is done.
    pub fn on_instructed(&mut self, seen: Option<Observation>) {
        self.is_instructing = false;
        match (seen, self.goal_look) {
            (Some(Observation::Document { id, document, versions }), GoalLook::UnderWay { .. }) => {
                self.player.observe_for_goal(id, document, versions);
            }
            (Some(seen), _) => self.observe(seen),
            (None, _) => {}
        }
    }

    /// Reports that a user took over: from the next step on, claims are not checked.
    pub fn diverge(&mut self) {
        self.player.diverge();
        self.verdicts.clear();
    }
}

#[cfg(test)]
mod tests;
