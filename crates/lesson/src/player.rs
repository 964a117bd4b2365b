//! A lesson, stepped: cues go out, observations come in, and what was claimed is judged. Pure.
//!
//! Whoever plays a lesson (the stage, or a program without a screen) asks for the next [`LessonScene`], carries out its
//! cues one after the other, tells what was observed, and asks for the verdicts. How fast that goes is up to the
//! caller; nothing in here waits.
//!
//! Scene 0 is the opening, in which everybody opens the document; after the last step comes one scene in which the
//! documents are looked at. To go *back* means to play again from the start, silently, up to the step before: a server
//! cannot be told to forget, but a fresh one takes the same course to the byte. When somebody takes a hand in it
//! ([`Player::diverge`]), the course is another from there on, and nothing is claimed about it any more.

mod cue;
mod judge;
mod observations;

use std::sync::Arc;

use contract::{Author, Policy};
use precondition::policy::Preconditions;

use crate::placeholders::fill;
use crate::run_log::{DocumentView, LogEntry, RunLog, StepResult};
use crate::script::{EditorAction, Lesson, LessonStep, PolicyChange, ScriptedRequest, StepKind};

use cue::log_entry_for;
pub use cue::{Cue, InstructorTask, LessonScene, Observation};
use observations::Observations;

/// What stands in the place of a question in another take: its right answer would be wrong there.
const SKIPPED_CAPTION: &str = "A question about the lesson's own policy, left out";

/// A lesson that is being played.
#[derive(Debug, Clone)]
pub struct Player {
    lesson: Arc<Lesson>,
    /// What the server insists on in this take, whatever the lesson says.
    policy_override: Option<Preconditions>,
    /// The next scene.
    next: usize,
    policy: Policy,
    /// From which step on nothing is claimed any more.
    diverged_at: Option<usize>,
    seen: Observations,
    /// What did not go as the step says, since the last verdict.
    problems: Vec<String>,
    run_log: RunLog,
}

impl Player {
    /// A lesson at its start, under its own policy.
    #[must_use]
    pub fn new(lesson: Arc<Lesson>) -> Self {
        Self::with_override(lesson, None)
    }

    /// A second take: the same order of events before a server that insists on something else. Where that is another
    /// policy than the lesson's own, nothing is claimed, and nothing is asked.
    #[must_use]
    pub fn with_override(lesson: Arc<Lesson>, insists: Option<Preconditions>) -> Self {
        let policy = override_preconditions(lesson.policy, insists);
        let another_take = insists.and_then(|insists| policy_variant(&lesson, insists));
        let forked = another_take.is_some().then_some(0);
        let log = RunLog { policy_variant: another_take, ..RunLog::new(&lesson, policy) };
        Self {
            lesson,
            policy_override: insists,
            next: 0,
            policy,
            diverged_at: forked,
            seen: Observations::default(),
            problems: Vec::new(),
            run_log: log,
        }
    }

    /// Whether it is played under another policy than its own. Nothing is claimed or asked then, since the lesson's
    /// answers are about its own; its captions are too, which the run log says in a line ([`RunLog::policy_variant`]).
    #[must_use]
    pub fn has_policy_override(&self) -> bool {
        self.run_log.policy_variant.is_some()
    }

    /// The lesson.
    #[must_use]
    pub fn lesson(&self) -> &Arc<Lesson> {
        &self.lesson
    }

    /// The policy with which the server has to begin.
    #[must_use]
    pub fn first_policy(&self) -> Policy {
        self.run_log.policy
    }

    /// How many scenes have been begun.
    #[must_use]
    pub fn position(&self) -> usize {
        self.next
    }

    /// How many scenes there are, opening and end included.
    #[must_use]
    pub fn scenes(&self) -> usize {
        self.lesson.steps.len() + 2
    }

    /// What happened so far.
    #[must_use]
    pub fn run_log(&self) -> &RunLog {
        &self.run_log
    }

    /// The same, taken out.
    #[must_use]
    pub fn into_run_log(self) -> RunLog {
        self.run_log
    }

    /// Somebody does what the lesson does not say: from the next scene on, nothing is claimed any more.
    pub fn diverge(&mut self) {
        self.diverged_at = Some(self.diverged_at.map_or(self.next, |at| at.min(self.next)));
    }

    /// The scene from which on nothing is claimed any more.
    #[must_use]
    pub fn diverged_at(&self) -> Option<usize> {
        self.diverged_at
    }

    /// The same lesson at its start.
    #[must_use]
    pub fn restarted(&self) -> Self {
        Self::with_override(Arc::clone(&self.lesson), self.policy_override)
    }

    /// One step back: the same lesson at its start, and how many scenes of it are to be played silently.
    #[must_use]
    pub fn stepped_back(&self) -> (Self, usize) {
        (self.restarted(), self.next.saturating_sub(1))
    }

    /// The next scene; none after the last.
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
            |who: &Author| Cue::Perform { who: who.clone(), deed: EditorAction::Open(self.lesson.opens.clone()) };
        let cues = self.lesson.people.iter().map(open).collect();
        let caption = format!("Everybody opens '{}'", self.lesson.opens);
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
        let is_skipped = matches!(step.kind, StepKind::Ask(_)) && self.has_policy_override();
        let caption = if is_skipped { SKIPPED_CAPTION.to_owned() } else { step.caption() };
        let scene = self.begin(number, step.line, caption, cues);
        if let (Some(_), StepKind::Act { who, deed: deed @ (EditorAction::Type(_) | EditorAction::Decide { .. }) }) =
            (&step.caption, &step.kind)
        {
            // The caption says why; what was typed nothing else would say.
            let did = |who: &Author| LogEntry::Did { who: who.clone(), what: deed.to_string() };
            self.run_log.entries.extend(who.iter().map(did));
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
            StepKind::Ask(_) if self.has_policy_override() => Vec::new(),
            StepKind::Ask(question) => vec![Cue::Ask(question.clone())],
            StepKind::Act { who, deed } => {
                who.iter().map(|who| Cue::Perform { who: who.clone(), deed: deed.clone() }).collect()
            }
            StepKind::Send { who, request } => match self.filled(request) {
                Ok(request) => vec![Cue::Send { who: who.clone(), request }],
                Err(place) => {
                    self.problems.push(format!("nothing has been seen so far that could stand for {place}"));
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
            StepKind::Document { id, .. } => vec![Cue::Instruct(InstructorTask::Look(id.clone()))],
            StepKind::Expect { .. } | StepKind::Editor { .. } => Vec::new(),
        }
    }

    fn changed(&mut self, change: PolicyChange) -> Policy {
        self.policy = override_preconditions(change.applied_to(self.policy), self.policy_override);
        self.policy
    }

    fn begin(&mut self, step: usize, line: usize, caption: String, cues: Vec<Cue>) -> LessonScene {
        self.run_log.entries.push(LogEntry::Step { step, line, caption: caption.clone() });
        for cue in &cues {
            self.run_log.entries.extend(log_entry_for(cue));
        }
        LessonScene { step, caption, cues }
    }

    /// Takes in what was seen.
    pub fn observe(&mut self, observation: Observation) {
        let moment = match observation {
            Observation::Departed(exchange) => {
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
                LogEntry::Stands { who, view }
            }
            Observation::Document { id, document, versions } => {
                let shown = |who: &Author, tag: &str| self.seen.shown.contains(&(who.clone(), tag.to_owned()));
                let view = DocumentView::new(document, versions, shown);
                self.seen.documents.insert(id.clone(), view.clone());
                LogEntry::Looked { id, view }
            }
            Observation::Off { who, why } => {
                self.problems.push(format!("{who} cannot do that now: {why}"));
                LogEntry::Off { who, why }
            }
        };
        self.run_log.entries.push(moment);
    }

    /// Judges what the scene that was begun last claims, once its cues have been carried out.
    pub fn judge(&mut self) -> Vec<StepResult> {
        let amiss = std::mem::take(&mut self.problems);
        let number = self.next.saturating_sub(1);
        if self.diverged_at.is_some_and(|from| number >= from) {
            return Vec::new();
        }
        let lesson = Arc::clone(&self.lesson);
        let Some(step) = number.checked_sub(1).and_then(|index| lesson.steps.get(index)) else { return Vec::new() };
        let mut verdicts: Vec<StepResult> = amiss
            .into_iter()
            .map(|why| StepResult { line: step.line, claim: step.kind.to_string(), came: Some(why) })
            .collect();
        verdicts.extend(self.seen.judge(step));
        self.run_log.entries.extend(verdicts.iter().cloned().map(LogEntry::Judged));
        verdicts
    }

    /// The request with its places filled in; an error names the place for which nothing has been seen.
    fn filled(&self, request: &ScriptedRequest) -> Result<ScriptedRequest, String> {
        let fill = |text: &String| fill(text, |place| self.seen.value_of(place));
        let fields = request.fields.iter().map(|(name, value)| Ok((name.clone(), fill(value)?)));
        Ok(ScriptedRequest {
            method: request.method.clone(),
            target: fill(&request.target)?,
            fields: fields.collect::<Result<_, String>>()?,
            body: request.body.as_ref().map(fill).transpose()?,
        })
    }
}

fn override_preconditions(policy: Policy, insists: Option<Preconditions>) -> Policy {
    Policy { preconditions: insists.unwrap_or(policy.preconditions), ..policy }
}

/// What a take that insists on that is called, where it is not the lesson's own course.
fn policy_variant(lesson: &Lesson, insists: Preconditions) -> Option<String> {
    let said = lesson.steps.iter().filter_map(|step| match &step.kind {
        StepKind::Policy(change) => change.preconditions,
        StepKind::Say(_)
        | StepKind::Ask(_)
        | StepKind::Act { .. }
        | StepKind::Send { .. }
        | StepKind::Hold(_)
        | StepKind::Release { .. }
        | StepKind::Lose(_)
        | StepKind::Clock(_)
        | StepKind::Expect { .. }
        | StepKind::Document { .. }
        | StepKind::Editor { .. } => None,
    });
    let mut own: Vec<&str> =
        std::iter::once(lesson.policy.preconditions).chain(said).map(Preconditions::as_str).collect();
    own.dedup();
    let (insists, own) = (insists.as_str(), own.join(" and then "));
    let line =
        || format!("another take: under {insists} in place of {own}; what the lesson says of it was written for {own}");
    (own != insists).then(line)
}
