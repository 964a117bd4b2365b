//! The player of a lesson: it emits cues, receives observations, and checks claims. Pure.
//!
//! The caller (the stage, or the runner without a screen) asks for the next [`LessonScene`], carries out its cues one
//! after the other, reports what it observed, and asks for the results of the claims. The player never waits; the
//! caller decides the speed.
//!
//! Scene 0 is the opening, in which everyone opens the document. A last scene after all steps reads the documents.
//! Going *back* plays the lesson again from the start, silently, up to the previous step: a server cannot forget, but a
//! fresh one reproduces the same course to the byte. If a user interferes ([`Player::diverge`]), the course differs
//! from then on, and claims are no longer checked.

mod attempt;
mod cue;
mod goal;
mod judge;
mod observations;
mod swarm_figures;
mod upcoming;

use std::sync::Arc;

use contract::{Author, Document, DocumentId, Policy, Version};
use precondition::policy::Preconditions;

use crate::placeholders::fill;
use crate::run_log::{CheckResult, ClaimResult, LogEntry, RunLog};
use crate::script::{Check, EditorAction, Lesson, LessonStep, Level, PolicyChange, Quiz, ScriptedRequest, StepKind};

use attempt::LevelObservations;
pub use attempt::{LevelAttempt, StepProblem};
use cue::log_entry_for;
pub use cue::{Cue, InstructorTask, LessonScene, Observation};
pub use goal::{GoalClaim, GoalClaimState};
use observations::Observations;

/// The caption of a skipped question: under another policy its right answer would be wrong.
const SKIPPED_QUESTION: &str = "A question about the lesson's own policy, skipped";
/// The caption of a skipped level: under another policy its goal may be out of reach.
const SKIPPED_LEVEL: &str = "A level for the lesson's own policy, skipped";

/// A lesson that is being played.
#[derive(Debug, Clone)]
pub struct Player {
    lesson: Arc<Lesson>,
    /// The preconditions that replace the lesson's own in this take.
    policy_override: Option<Preconditions>,
    /// The number of the next scene.
    next: usize,
    policy: Policy,
    /// The first scene whose claims are not checked, if the course has diverged.
    diverged_at: Option<usize>,
    seen: Observations,
    /// The failures to carry out the step, in words, since the last [`judge`](Self::judge).
    problems: Vec<String>,
    /// The attempt at the level, once the level has begun.
    attempt: Option<LevelAttempt>,
    run_log: RunLog,
}

impl Player {
    /// Returns a player at the start of a lesson, under the lesson's own policy.
    #[must_use]
    pub fn new(lesson: Arc<Lesson>) -> Self {
        Self::with_override(lesson, None)
    }

    /// Returns a player of another take: the same order of events under other preconditions.
    ///
    /// If they differ from the lesson's own, no claims are checked and no questions are asked.
    #[must_use]
    pub fn with_override(lesson: Arc<Lesson>, preconditions: Option<Preconditions>) -> Self {
        let policy = override_preconditions(lesson.policy, preconditions);
        let variant = preconditions.and_then(|preconditions| policy_variant(&lesson, preconditions));
        let diverged_at = variant.is_some().then_some(0);
        let run_log = RunLog { policy_variant: variant, ..RunLog::new(&lesson, policy) };
        Self {
            lesson,
            policy_override: preconditions,
            next: 0,
            policy,
            diverged_at,
            seen: Observations::default(),
            problems: Vec::new(),
            attempt: None,
            run_log,
        }
    }

    /// Returns whether the lesson is played under a policy other than its own.
    ///
    /// Claims and questions are then skipped, because they are about the lesson's own policy. Captions are too, which a
    /// line of the run log says ([`RunLog::policy_variant`]).
    #[must_use]
    pub fn has_policy_override(&self) -> bool {
        self.run_log.policy_variant.is_some()
    }

    /// Returns the lesson.
    #[must_use]
    pub fn lesson(&self) -> &Arc<Lesson> {
        &self.lesson
    }

    /// Returns the policy that the server must have at the start.
    #[must_use]
    pub fn first_policy(&self) -> Policy {
        self.run_log.policy
    }

    /// Returns how many scenes have begun.
    #[must_use]
    pub fn position(&self) -> usize {
        self.next
    }

    /// Returns the number of scenes, including the opening and the end.
    #[must_use]
    pub fn scenes(&self) -> usize {
        self.lesson.steps.len() + 2
    }

    /// Returns the question that the next scene asks, or `None` if it asks none.
    #[must_use]
    pub fn next_question(&self) -> Option<&Quiz> {
        match &self.lesson.steps.get(self.next.checked_sub(1)?)?.kind {
            StepKind::Ask(question) if !self.has_policy_override() => Some(question),
            _ => None,
        }
    }

    /// Returns the run log so far.
    #[must_use]
    pub fn run_log(&self) -> &RunLog {
        &self.run_log
    }

    /// Consumes the player and returns the run log.
    #[must_use]
    pub fn into_run_log(self) -> RunLog {
        self.run_log
    }

    /// Reports that a user interfered: from the next scene on, claims are not checked.
    ///
    /// In a level, it is the user who acts, so nothing changes.
    pub fn diverge(&mut self) {
        if self.is_in_level() {
            return;
        }
        self.diverged_at = Some(self.diverged_at.map_or(self.next, |at| at.min(self.next)));
    }

    /// Returns the first scene whose claims are not checked, or `None` if all are.
    #[must_use]
    pub fn diverged_at(&self) -> Option<usize> {
        self.diverged_at
    }

    /// Returns a player of the same lesson and take at its start.
    #[must_use]
    pub fn restarted(&self) -> Self {
        Self::with_override(Arc::clone(&self.lesson), self.policy_override)
    }

    /// Returns a player at the start, and the number of scenes to play silently to be one step back.
    #[must_use]
    pub fn stepped_back(&self) -> (Self, usize) {
        (self.restarted(), self.next.saturating_sub(1))
    }

    /// Begins the next scene, or returns `None` after the last one.
    pub fn step(&mut self) -> Option<LessonScene> {
        let number = self.next;
        let lesson = Arc::clone(&self.lesson);
        let scene = match number.checked_sub(1) {
            None => self.opening(),
            Some(index) => match lesson.steps.get(index) {
                Some(step) => self.scene(step, number),
                None if index == lesson.steps.len() => self.closing(number),
                None => return None,
            },
        };
        self.next += 1;
        Some(scene)
    }

    fn opening(&mut self) -> LessonScene {
        let open =
            |who: &Author| Cue::Perform { who: who.clone(), action: EditorAction::Open(self.lesson.opens.clone()) };
        let cues = self.lesson.people.iter().map(open).collect();
        let caption = format!("Everyone opens '{}'", self.lesson.opens);
        self.begin(0, 1, caption, cues)
    }

    fn closing(&mut self, number: usize) -> LessonScene {
        let mut documents: Vec<_> = self.lesson.documents.iter().map(|(id, _)| id.clone()).collect();
        if !documents.contains(&self.lesson.opens) {
            documents.push(self.lesson.opens.clone());
        }
        let line = self.lesson.steps.last().map_or(1, |step| step.line);
        self.begin(
            number,
            line,
            "The end".to_owned(),
            documents.into_iter().map(|id| Cue::Instruct(InstructorTask::Look(id))).collect(),
        )
    }

    fn scene(&mut self, step: &LessonStep, number: usize) -> LessonScene {
        let mut cues = self.cues(&step.kind);
        let takes_time = !cues.iter().all(cue::takes_no_time);
        if takes_time && !matches!(step.kind, StepKind::Clock(_)) && self.lesson.tick > 0 {
            cues.insert(0, Cue::Tick(self.lesson.tick));
        }
        for id in documents_of(&step.checks) {
            cues.push(Cue::Instruct(InstructorTask::Look(id)));
        }
        let caption = match step.kind {
            StepKind::Ask(_) if self.has_policy_override() => SKIPPED_QUESTION.to_owned(),
            StepKind::Level(_) if self.has_policy_override() => SKIPPED_LEVEL.to_owned(),
            _ => step.caption(),
        };
        let scene = self.begin(number, step.line, caption, cues);
        if let (
            Some(_),
            StepKind::Act { who, action: action @ (EditorAction::Type(_) | EditorAction::Decide { .. }) },
        ) = (&step.caption, &step.kind)
        {
            // The caption gives the purpose of the action; only this entry says what was typed or decided.
            let did = |who: &Author| LogEntry::Did { who: who.clone(), what: action.to_string() };
            self.run_log.entries.extend(who.iter().map(did));
        }
        if let StepKind::Swarm(tasks) = &step.kind {
            self.run_log.entries.extend(tasks.first().map(LogEntry::swarm_begun));
        }
        if let StepKind::Policy(change) = &step.kind {
            let change =
                PolicyChange { preconditions: change.preconditions.and(Some(self.policy.preconditions)), ..*change };
            self.run_log.entries.push(LogEntry::Set { what: format!("policy: {change}") });
        }
        scene
    }

    fn cues(&mut self, kind: &StepKind) -> Vec<Cue> {
        match kind {
            StepKind::Say(text) => vec![Cue::Say(text.clone())],
            StepKind::Ask(_) | StepKind::Level(_) if self.has_policy_override() => Vec::new(),
            StepKind::Ask(question) => vec![Cue::Ask(question.clone())],
            StepKind::Act { who, action } => {
                who.iter().map(|who| Cue::Perform { who: who.clone(), action: action.clone() }).collect()
            }
            StepKind::Send { who, request } => match self.filled(request) {
                Ok(request) => vec![Cue::Send { who: who.clone(), request }],
                Err(unknown) => {
                    let why = format!("there is no value for {unknown} yet");
                    if self.is_in_level() {
                        // The learner has to know why the request was not sent.
                        self.run_log.entries.push(LogEntry::Off { who: who.clone(), why: why.clone() });
                    }
                    self.problems.push(why);
                    Vec::new()
                }
            },
            StepKind::Hold(stop) => vec![Cue::Instruct(InstructorTask::Hold(*stop))],
            StepKind::Release { who, lost } => {
                let all = || self.seen.held.iter().map(|(who, _)| who.clone()).collect();
                let who: Vec<Author> = if who.is_empty() { all() } else { who.clone() };
                who.into_iter().map(|who| Cue::Release { who, lost: *lost }).collect()
            }
            StepKind::Policy(change) => vec![Cue::Instruct(InstructorTask::SetPolicy(self.changed(*change)))],
            StepKind::Lose(count) => vec![Cue::Instruct(InstructorTask::Lose(*count))],
            StepKind::Clock(milliseconds) => vec![Cue::Tick(*milliseconds)],
            StepKind::Proxy(rewrite) => vec![Cue::Instruct(InstructorTask::SetProxy(*rewrite))],
            StepKind::Swarm(tasks) => {
                tasks.iter().map(|task| Cue::Instruct(InstructorTask::Swarm(task.clone()))).collect()
            }
            StepKind::Level(level) => self.cues_of_level(level),
        }
    }

    /// Returns the cues of a level: people open its document, and then the learner gets the task.
    ///
    /// A person who acts in the solution or the wrong path keeps the editor as it is.
    fn cues_of_level(&self, level: &Level) -> Vec<Cue> {
        let Some(id) = level.document() else { return vec![Cue::YourTurn(Box::new(level.clone()))] };
        let opens = self.lesson.people.iter().filter(|who| !level.has_action_of(who) && !self.has_open(who, &id));
        let open = |who: &Author| Cue::Perform { who: who.clone(), action: EditorAction::Open(id.clone()) };
        opens.map(open).chain([Cue::YourTurn(Box::new(level.clone()))]).collect()
    }

    /// Returns whether a person's editor has this document open, as far as the lesson's own steps decide.
    fn has_open(&self, who: &Author, id: &DocumentId) -> bool {
        let opened = self.lesson.steps.iter().rev().find_map(|step| match &step.kind {
            StepKind::Act { who: people, action: EditorAction::Open(opened) } if people.contains(who) => Some(opened),
            _ => None,
        });
        opened.unwrap_or(&self.lesson.opens) == id
    }

    /// Begins the learner's attempt at the level: from now on, requests count.
    pub fn begin_attempt(&mut self) {
        self.attempt = Some(LevelAttempt::default());
        self.seen.in_level = Some(LevelObservations::default());
    }

    fn changed(&mut self, change: PolicyChange) -> Policy {
        self.policy = override_preconditions(change.applied_to(self.policy), self.policy_override);
        self.policy
    }

    fn begin(&mut self, step: usize, line: usize, caption: String, cues: Vec<Cue>) -> LessonScene {
        self.run_log.entries.push(LogEntry::Step { step, line, caption: caption.clone() });
        self.scene_of(step, caption, cues)
    }

    fn scene_of(&mut self, step: usize, caption: String, cues: Vec<Cue>) -> LessonScene {
        for cue in &cues {
            self.run_log.entries.extend(log_entry_for(cue));
        }
        LessonScene { step, caption, cues }
    }

    /// Records an observation.
    pub fn observe(&mut self, observation: Observation) {
        let moment = match observation {
            Observation::Departed(exchange) => {
                if self.is_in_level()
                    && let Some(attempt) = &mut self.attempt
                {
                    attempt.requests += 1;
                }
                self.seen.remember(&exchange);
                LogEntry::Departed { exchange }
            }
            Observation::Ended(exchange) => {
                self.seen.remember(&exchange);
                LogEntry::Ended { exchange }
            }
            Observation::Held { who, judged } => {
                let number = self.seen.number_of(&who);
                self.seen.held.push((who.clone(), number));
                LogEntry::Held { who, number, judged }
            }
            Observation::Released(who) => {
                self.seen.held.retain(|(held, _)| *held != who);
                let number = self.seen.number_of(&who);
                LogEntry::Released { who, number }
            }
            Observation::Editor { who, view } => {
                if self.seen.editors.insert(who.clone(), view.clone()).as_ref() == Some(&view) {
                    return;
                }
                LogEntry::EditorState { who, view }
            }
            Observation::Document { id, document, versions } => {
                let view = self.seen.look(id.clone(), document, versions);
                LogEntry::Looked { id, view }
            }
            Observation::Swarm(result) => {
                self.seen.swarms.push(result.as_ref().clone());
                LogEntry::Swarm(result)
            }
            Observation::Off { who, why } => {
                self.problems.push(format!("{who} cannot do that now: {why}"));
                LogEntry::Off { who, why }
            }
        };
        self.run_log.entries.push(moment);
    }

    /// Records a document that was read in order to judge the goal of a level.
    ///
    /// The run log does not have it: the learner may not have looked.
    pub fn observe_for_goal(&mut self, id: DocumentId, document: Option<Document>, versions: Vec<Version>) {
        let view = self.seen.look(id.clone(), document, versions);
        if let Some(in_level) = &mut self.seen.in_level {
            in_level.documents_before.entry(id).or_insert(view);
        }
    }

    /// Returns whether the current scene is a level.
    #[must_use]
    pub fn is_in_level(&self) -> bool {
        self.attempt.is_some() && self.next == self.lesson.steps.len() + 1
    }

    /// Returns the attempt at the level, or `None` before the level and if it was skipped.
    #[must_use]
    pub fn attempt(&self) -> Option<&LevelAttempt> {
        self.attempt.as_ref()
    }

    /// Begins a step in the level: a step of its solution, of its wrong path, or a request on offer.
    pub fn begin_level_step(&mut self, step: &LessonStep) -> LessonScene {
        let (number, caption) = (self.next.saturating_sub(1), step.caption());
        if let Some(attempt) = &mut self.attempt {
            attempt.step_line = Some(step.line);
        }
        self.run_log.entries.push(LogEntry::LevelStep { caption: caption.clone() });
        let cues = self.cues(&step.kind);
        self.scene_of(number, caption, cues)
    }

    /// Judges the goal of the level.
    ///
    /// Returns the number of requests if the goal is reached for the first time.
    pub fn judge_goal(&mut self) -> Option<usize> {
        let lesson = Arc::clone(&self.lesson);
        let (Some(level), Some(attempt)) = (lesson.level(), self.attempt.as_mut()) else { return None };
        (attempt.goal, attempt.claims) = self.seen.judge_goal(&level.goal);
        if attempt.reached.is_some() || !attempt.goal.iter().all(CheckResult::holds) {
            return None;
        }
        let requests = attempt.requests;
        attempt.reached = Some(requests);
        self.run_log.entries.push(LogEntry::GoalReached { requests, par: level.par });
        Some(requests)
    }

    /// Checks the claims of the current scene, after its cues have been carried out.
    ///
    /// A step that could not be carried out is a check that fails.
    pub fn judge(&mut self) -> Vec<CheckResult> {
        let problems = std::mem::take(&mut self.problems);
        if let Some(attempt) = self.attempt.as_mut().filter(|_| self.next == self.lesson.steps.len() + 1) {
            let level = self.lesson.steps.last().map_or(1, |step| step.line);
            let line = attempt.step_line.take().unwrap_or(level);
            attempt.problems.extend(problems.into_iter().map(|why| StepProblem { line, why }));
            return Vec::new();
        }
        let number = self.next.saturating_sub(1);
        if self.diverged_at.is_some_and(|from| number >= from) {
            return Vec::new();
        }
        let lesson = Arc::clone(&self.lesson);
        let Some(step) = number.checked_sub(1).and_then(|index| lesson.steps.get(index)) else { return Vec::new() };
        let impossible = |why: String| {
            let words = step.kind.to_string();
            let claims = vec![ClaimResult { claim: words.clone(), came: Some(why) }];
            CheckResult { line: step.line, caption: words, claims, shows: Vec::new() }
        };
        let mut verdicts: Vec<CheckResult> = problems.into_iter().map(impossible).collect();
        verdicts.extend(step.checks.iter().map(|check| self.seen.judge(check)));
        self.run_log.entries.extend(verdicts.iter().cloned().map(LogEntry::Judged));
        verdicts
    }

    /// Returns the request with its placeholders filled in, or else the first one without a value.
    fn filled(&self, request: &ScriptedRequest) -> Result<ScriptedRequest, String> {
        let fill = |text: &String| fill(text, |placeholder| self.seen.value_of(placeholder));
        let fields = request.fields.iter().map(|(name, value)| Ok((name.clone(), fill(value)?)));
        Ok(ScriptedRequest {
            method: request.method.clone(),
            target: fill(&request.target)?,
            fields: fields.collect::<Result<_, String>>()?,
            body: request.body.as_ref().map(fill).transpose()?,
        })
    }
}

fn override_preconditions(policy: Policy, preconditions: Option<Preconditions>) -> Policy {
    Policy { preconditions: preconditions.unwrap_or(policy.preconditions), ..policy }
}

/// Returns the documents that have to be read for these checks, each once.
fn documents_of(checks: &[Check]) -> Vec<DocumentId> {
    let mut documents: Vec<DocumentId> = Vec::new();
    for id in checks.iter().filter_map(|check| check.claim.document()) {
        if !documents.contains(id) {
            documents.push(id.clone());
        }
    }
    documents
}

/// Returns a line about a take under these preconditions, or `None` if they are the lesson's own.
fn policy_variant(lesson: &Lesson, preconditions: Preconditions) -> Option<String> {
    let changes = lesson.steps.iter().filter_map(|step| match &step.kind {
        StepKind::Policy(change) => change.preconditions,
        StepKind::Say(_)
        | StepKind::Ask(_)
        | StepKind::Act { .. }
        | StepKind::Send { .. }
        | StepKind::Hold(_)
        | StepKind::Release { .. }
        | StepKind::Lose(_)
        | StepKind::Clock(_)
        | StepKind::Proxy(_)
        | StepKind::Swarm(_)
        | StepKind::Level(_) => None,
    });
    let mut own: Vec<&str> =
        std::iter::once(lesson.policy.preconditions).chain(changes).map(Preconditions::as_str).collect();
    own.dedup();
    let (word, own) = (preconditions.as_str(), own.join(" and then "));
    let line = || format!("another take: under {word} instead of {own}; the lesson's text was written for {own}");
    (own != word).then(line)
}
