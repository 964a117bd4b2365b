//! The engine that steps through a lesson: cues, the requests that they wait for, and ends of steps.
//!
//! The stage and the runner without a screen drive the same engine. A driver asks for the next [`StepTurn`], carries it
//! out, and reports the result. Each cue waits until the request of the previous cue has a response or is held. So each
//! run has the same course, in whatever order responses arrive.
//!
//! The engine neither waits nor sends: the driver has the clients, and decides when a new step begins.

use std::collections::{BTreeMap, VecDeque};

use contract::{Author, Exchange};

use crate::player::{Cue, Observation, Player};
use crate::run_log::CheckResult;

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
    /// Begin the next step when the user wants it.
    Rest,
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
        self.cues = scene.cues.into();
        self.in_step = true;
        self.verdicts.clear();
        true
    }

    /// Returns the next task of the driver.
    pub fn next_turn(&mut self) -> StepTurn {
        if self.is_waiting() {
            StepTurn::Wait
        } else if let Some(who) = self.awaited.take() {
            StepTurn::View(who)
        } else if let Some(cue) = self.cues.pop_front() {
            StepTurn::Cue(cue)
        } else if self.in_step {
            self.in_step = false;
            self.verdicts = self.player.judge();
            StepTurn::StepOver
        } else {
            StepTurn::Rest
        }
    }

    /// Reports an observation that changes no turn, such as the state of an editor.
    pub fn observe(&mut self, observation: Observation) {
        self.player.observe(observation);
    }

    /// Reports a recorded exchange: at its departure, and again at its end.
    pub fn on_exchange(&mut self, exchange: Exchange) {
        let is_open = exchange.is_open();
        let exchange = Box::new(exchange);
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
        if let Some(seen) = seen {
            self.observe(seen);
        }
    }

    /// Reports that a user took over: from the next step on, claims are not checked.
    pub fn diverge(&mut self) {
        self.player.diverge();
        self.verdicts.clear();
    }
}

#[cfg(test)]
mod tests {
    use contract::{Message, Timestamp};

    use super::*;
    use crate::run_log::LogEntry;

    const LESSON: &str = r#"
title = "A save"
goal = "You have seen one."
minutes = 1
[documents.note]
content = "one"
[[step]]
hold = "writes"
[[step]]
release = "Alice"
"#;

    fn alice() -> Author {
        "Alice".parse().unwrap()
    }

    fn stepping() -> Stepping {
        let lesson = crate::read("mine.toml", LESSON).unwrap_or_else(|faults| panic!("{faults}"));
        Stepping::new(Player::new(lesson.into()))
    }

    fn departure() -> Exchange {
        Exchange {
            number: 7,
            author: Some(alice()),
            received: Timestamp::default(),
            judged: None,
            answered: None,
            method: "GET".to_owned(),
            target: "/api/documents/note".to_owned(),
            request: Message::default(),
            status: None,
            response: None,
            lost: None,
            evaluation: Vec::new(),
        }
    }

    fn log(stepping: &Stepping) -> &[LogEntry] {
        &stepping.player().run_log().entries
    }

    #[test]
    fn next_cue_waits_until_the_request_is_held_or_ended() {
        let mut stepping = stepping();
        assert_eq!(stepping.next_turn(), StepTurn::Rest, "the driver begins a step");
        assert!(stepping.begin_step());
        assert!(matches!(stepping.next_turn(), StepTurn::Cue(Cue::Perform { .. })));
        stepping.on_sent(alice());
        stepping.wait_for(alice());
        stepping.on_exchange(departure());
        assert_eq!(stepping.next_turn(), StepTurn::Wait);
        stepping.on_held(&alice(), RequestProgress::AtGate(31));
        assert_eq!(stepping.next_turn(), StepTurn::View(alice()));
        assert!(matches!(stepping.next_turn(), StepTurn::Cue(Cue::Perform { .. })), "Bob opens the document");
        assert_eq!((stepping.next_turn(), stepping.next_turn()), (StepTurn::StepOver, StepTurn::Rest));
        assert!(!stepping.is_in_step() && stepping.has_request_of(&alice()));
    }

    #[test]
    fn next_cue_waits_until_the_leader_is_done() {
        let mut stepping = stepping();
        stepping.begin_instruction();
        assert_eq!(stepping.next_turn(), StepTurn::Wait);
        stepping.on_instructed(None);
        assert_eq!(stepping.next_turn(), StepTurn::Rest);
    }

    #[test]
    fn only_a_held_request_is_released() {
        let mut stepping = stepping();
        assert_eq!(stepping.release(&alice()), None);
        assert!(matches!(log(&stepping), [LogEntry::Off { .. }]));
        stepping.on_sent(alice());
        assert_eq!(stepping.release(&alice()), None, "it is on its way");
        stepping.on_held(&alice(), RequestProgress::AtWriteGate);
        stepping.on_held(&alice(), RequestProgress::AtGate(31));
        assert_eq!(stepping.release(&alice()), Some(RequestProgress::AtWriteGate), "the first report counts");
        assert!(matches!(log(&stepping).last(), Some(LogEntry::Released { .. })));
        assert_eq!(stepping.next_turn(), StepTurn::Wait);
        stepping.on_ended(&alice());
        assert_eq!(stepping.next_turn(), StepTurn::View(alice()));
    }

    #[test]
    fn after_the_last_step_the_lesson_is_over() {
        let mut stepping = stepping();
        while stepping.begin_step() {
            while !matches!(stepping.next_turn(), StepTurn::Rest) {}
        }
        assert!(stepping.is_over());
        assert_eq!(stepping.next_turn(), StepTurn::Rest);
    }
}
