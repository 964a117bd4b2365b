//! A lesson as a value: explanations, actions, questions, claims, and a level.
//!
//! What is *not* here: the file format ([`read`](mod@crate::read)) and the execution ([`player`](crate::player)).

mod claims;
mod display;
mod hidden;
mod swarm;

use contract::{ApiPath, Author, Document, DocumentId, Policy};
use precondition::policy::{Dates, Etags, Judging, Preconditions};
use serde::Serialize;

pub use claims::{AnswerClaim, Check, Claim, DocumentClaim, EditorClaim, WantedField};
pub use display::{minutes_in_words, requests_in_words};
pub use hidden::HiddenArea;
pub use swarm::{
    SwarmClaim, SwarmMeasure, SwarmSelector, SwarmTask, edits_in_words, is_from_simulated_writer, manner,
    writers_in_words,
};
pub(crate) use swarm::{WRITER_PREFIX, is_writer};

/// The author of the documents at the start.
pub(crate) const TEACHER: &str = "Teacher";

/// A lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// The name on the command line: the file's name without its extension.
    pub name: String,
    /// The title.
    pub title: String,
    /// The knowledge of a learner afterwards, in a sentence.
    pub goal: String,
    /// The time that the lesson takes with a room, in minutes.
    pub minutes: u32,
    /// The group of the lesson in the menu, if it has one. Every built-in lesson has.
    pub part: Option<LessonPart>,
    /// Whether the stage shows tags in full, because they are the lesson's subject.
    pub full_tags: bool,
    /// The server's policy at the start.
    pub policy: Policy,
    /// The people who have editors.
    pub people: Vec<Author>,
    /// The document that everyone opens before the first step.
    pub opens: DocumentId,
    /// The documents at the start.
    pub documents: Vec<(DocumentId, Document)>,
    /// How far each step advances the lesson's clock, in milliseconds.
    pub tick: u64,
    /// The steps.
    pub steps: Vec<LessonStep>,
}

/// The groups of lessons in the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LessonPart {
    /// Updates are lost without preconditions.
    Loss,
    /// Preconditions and the merge prevent it.
    Cure,
    /// Some preconditions are subtle.
    Edges,
    /// Requests, responses and tags are lost, or changed on the way.
    Weather,
}

impl LessonPart {
    /// Each group in the order of the menu, with its word in a lesson's file and its title.
    pub const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Loss, "loss", "the loss"),
        (Self::Cure, "cure", "the cure"),
        (Self::Edges, "edges", "the edges"),
        (Self::Weather, "weather", "the protocol in bad weather"),
    ];

    /// Returns the title of the group.
    #[must_use]
    pub fn title(self) -> &'static str {
        Self::ALL.iter().find(|(part, ..)| *part == self).map_or("", |(_, _, title)| title)
    }
}

/// One step of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonStep {
    /// The kind of step, with its details.
    pub kind: StepKind,
    /// The caption for the screen; if `None`, [`caption`](Self::caption) derives one from the kind.
    pub caption: Option<String>,
    /// The line in the lesson's file, counted from 1.
    pub line: usize,
    /// Whether the status that comes back in this step is shown in large digits.
    pub key_moment: bool,
    /// The claims that are checked after the step.
    pub checks: Vec<Check>,
}

/// The kinds of steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepKind {
    /// The leader says something.
    Say(String),
    /// People perform an action in their editors, one after the other.
    Act {
        /// The people.
        who: Vec<Author>,
        /// The action.
        action: EditorAction,
    },
    /// An HTTP client without an editor sends a scripted request.
    Send {
        /// The author of the request.
        who: Author,
        /// The request.
        request: ScriptedRequest,
    },
    /// Requests are held at this point from now on.
    Hold(HoldPoint),
    /// Held requests are released, each after the response to the one before.
    Release {
        /// The authors in the order of release; an empty list means all requests in the order of arrival.
        who: Vec<Author>,
        /// Whether responses to successful writes are lost.
        lost: bool,
    },
    /// A question, which has to be answered before the next step.
    Ask(Quiz),
    /// The server's policy changes.
    Policy(PolicyChange),
    /// This many of the next responses to successful writes are lost.
    Lose(u32),
    /// The lesson's clock advances by this many milliseconds.
    Clock(u64),
    /// The proxy between the clients and the server makes this change from now on.
    Proxy(TransitChange),
    /// Simulated writers write to the server, one run after the other. There is at least one run.
    Swarm(Vec<SwarmTask>),
    /// The learner has to reach a goal. This is the last step of a lesson.
    Level(Box<Level>),
}

/// A level: a task that the learner solves at the end of a lesson, with help and a solution.
///
/// It continues in the state in which the steps before it left the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// The task, in words.
    pub task: String,
    /// The claims that all have to hold at the same moment. The goal is checked after each exchange.
    pub goal: Vec<Check>,
    /// How many requests of clients a good solution needs, as in golf.
    pub par: usize,
    /// The hints, from the vaguest to the most precise.
    pub hints: Vec<String>,
    /// A sentence that is shown when the goal is reached, if there is one.
    pub reached: Option<String>,
    /// The requests that the learner may have clients without an editor send, any number of times.
    pub offers: Vec<Offer>,
    /// Steps that reach the goal.
    pub solution: Vec<LessonStep>,
    /// Steps that a learner might plausibly try, and that do not reach the goal.
    pub wrong_path: Vec<LessonStep>,
    /// The reason why the wrong path does not reach the goal.
    pub wrong_because: String,
}

impl Level {
    /// Returns the document that the level is about, or `None` if it names none.
    ///
    /// It is the first one that the goal names or, without one there, that a request on offer or of the solution does.
    #[must_use]
    pub fn document(&self) -> Option<DocumentId> {
        let claimed = self.goal.iter().find_map(|check| check.claim.document()).cloned();
        let solving = self.solution.iter().filter_map(|step| match &step.kind {
            StepKind::Send { request, .. } => Some(request),
            StepKind::Say(_)
            | StepKind::Act { .. }
            | StepKind::Hold(_)
            | StepKind::Release { .. }
            | StepKind::Ask(_)
            | StepKind::Policy(_)
            | StepKind::Lose(_)
            | StepKind::Clock(_)
            | StepKind::Proxy(_)
            | StepKind::Swarm(_)
            | StepKind::Level(_) => None,
        });
        let mut requests = self.offers.iter().map(|offer| &offer.request).chain(solving);
        claimed.or_else(|| {
            requests.find_map(|request| match ApiPath::parse(&request.target) {
                Some(ApiPath::Document(id)) => Some(id),
                _ => None,
            })
        })
    }

    /// Returns whether the solution or the wrong path has this person do something in their editor.
    #[must_use]
    pub fn has_action_of(&self, person: &Author) -> bool {
        self.solution.iter().chain(&self.wrong_path).any(|step| match &step.kind {
            StepKind::Act { who, .. } => who.contains(person),
            StepKind::Say(_)
            | StepKind::Send { .. }
            | StepKind::Hold(_)
            | StepKind::Release { .. }
            | StepKind::Ask(_)
            | StepKind::Policy(_)
            | StepKind::Lose(_)
            | StepKind::Clock(_)
            | StepKind::Proxy(_)
            | StepKind::Swarm(_)
            | StepKind::Level(_) => false,
        })
    }
}

/// A request of a client without an editor, which the learner may have it send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The author of the request.
    pub who: Author,
    /// The request.
    pub request: ScriptedRequest,
    /// The words for the offer; if `None`, [`caption`](Self::caption) derives them from the request.
    pub caption: Option<String>,
    /// The line in the lesson's file, counted from 1.
    pub line: usize,
}

/// An action of a person in an editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditorAction {
    /// Opens a document instead of the one that was open.
    Open(DocumentId),
    /// Changes the text.
    Type(Typing),
    /// Decides one change of a merge, or all conflicts.
    Decide {
        /// The number of the change among all changes, counted from 1, or `None` for all conflicts.
        change: Option<usize>,
        /// The decision.
        take: TakenSide,
    },
    /// Gives a command that has no details.
    Press(ScriptedCommand),
}

/// A change of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typing {
    /// Replaces the first occurrence of a piece.
    Replace {
        /// The piece.
        old: String,
        /// The piece that replaces it.
        new: String,
    },
    /// Adds this at the end.
    Append(String),
    /// Replaces the whole text.
    Whole(String),
    /// Replaces the title.
    Title(String),
}

/// The decision about a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TakenSide {
    /// Mine.
    Mine,
    /// Theirs.
    Theirs,
    /// Both, mine first.
    MineTheirs,
    /// Both, theirs first.
    TheirsMine,
    /// Neither: the base.
    Base,
    /// This text, written by hand.
    Text(String),
}

/// The commands of an editor that have no details.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the editor's command of the same name")]
pub enum ScriptedCommand {
    Save,
    SaveUnconditionally,
    RetryWithPrecondition,
    Reload,
    Delete,
    Undo,
    Redo,
    OverwriteTheirs,
    CreateAgain,
    DiscardMine,
    /// Retries after a lost response, as an editor does by itself after a while.
    TryAgain,
}

impl ScriptedCommand {
    /// Each command, with its word in a lesson's file and its words in a sentence about a person.
    pub const ALL: [(Self, &'static str, &'static str); 11] = [
        (Self::Save, "save", "saves"),
        (Self::SaveUnconditionally, "save-unconditionally", "saves without a precondition"),
        (Self::RetryWithPrecondition, "do-it-right", "saves again, with the precondition"),
        (Self::Reload, "reload", "reads the document again"),
        (Self::Delete, "delete", "deletes the document"),
        (Self::Undo, "undo", "undoes the last step of the merge"),
        (Self::Redo, "redo", "redoes the step of the merge"),
        (Self::OverwriteTheirs, "overwrite-theirs", "overwrites the other text, having read it"),
        (Self::CreateAgain, "create-again", "creates the document again"),
        (Self::DiscardMine, "delete-mine-too", "discards their own text too"),
        (Self::TryAgain, "try-again", "retries"),
    ];
}

/// A request that a lesson specifies.
///
/// Its texts may contain placeholders such as `{Alice.ETag}`, which are filled in from earlier observations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptedRequest {
    /// The method.
    pub method: String,
    /// The path and query.
    pub target: String,
    /// The fields, in order.
    pub fields: Vec<(String, String)>,
    /// The body, if any.
    pub body: Option<String>,
}

/// The point at which requests are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldPoint {
    /// Requests are not held.
    Nowhere,
    /// Writes are held before their evaluation.
    Writes,
    /// All requests except those for event streams are held before their evaluation.
    All,
    /// Writes are held between evaluation and write.
    ///
    /// This requires a policy under which these are two steps.
    Judged,
}

impl HoldPoint {
    /// Each point, with its word in a lesson's file.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Nowhere, "none"), (Self::Writes, "writes"), (Self::All, "all"), (Self::Judged, "judged")];
}

/// The change that the proxy between a lesson's clients and its server makes to messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TransitChange {
    /// None: the proxy only forwards.
    #[default]
    None,
    /// The `ETag` of a response becomes weak (`W/`), as behind nginx when it compresses.
    Weaken,
    /// The `ETag` of a response gets the suffix `-gzip`, as behind Apache's `mod_deflate`.
    Suffix,
    /// The fields of a request whose value is empty are not forwarded, as by nginx's `proxy_set_header`.
    DropEmpty,
}

impl TransitChange {
    /// Each change, with its word in a lesson's file.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::None, "none"), (Self::Weaken, "weaken"), (Self::Suffix, "suffix"), (Self::DropEmpty, "drop-empty")];
}

/// A question with one right answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quiz {
    /// The question.
    pub text: String,
    /// The answers to choose from.
    pub choices: Vec<QuizChoice>,
    /// The areas that are hidden while the question is open, since they give its answer away.
    #[serde(skip)]
    pub hides: Vec<HiddenArea>,
    /// The areas that are hidden already in the step before, since the answer would appear there.
    #[serde(skip)]
    pub hides_before: Vec<HiddenArea>,
}

impl Quiz {
    /// Returns whether the question hides an area while it is open.
    #[must_use]
    pub fn hides(&self, area: HiddenArea) -> bool {
        self.hides.contains(&area) || self.hides_before(area)
    }

    /// Returns whether the question hides an area already in the step before it.
    #[must_use]
    pub fn hides_before(&self, area: HiddenArea) -> bool {
        self.hides_before.contains(&area)
    }
}

/// An answer to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuizChoice {
    /// The answer.
    pub text: String,
    /// Whether it is right; exactly one choice of a question is.
    pub right: bool,
    /// The reason why it is right or wrong.
    pub why: String,
}

/// A change of some members of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each is the policy's member of the same name")]
pub struct PolicyChange {
    pub preconditions: Option<Preconditions>,
    pub etags: Option<Etags>,
    pub judging: Option<Judging>,
    pub dates: Option<Dates>,
}

impl PolicyChange {
    /// Returns the policy after the change.
    #[must_use]
    pub fn applied_to(self, policy: Policy) -> Policy {
        Policy {
            preconditions: self.preconditions.unwrap_or(policy.preconditions),
            etags: self.etags.unwrap_or(policy.etags),
            judging: self.judging.unwrap_or(policy.judging),
            dates: self.dates.unwrap_or(policy.dates),
        }
    }
}

impl Lesson {
    /// Returns whether a question hides the server's policy, so that a learner has to find it out.
    #[must_use]
    pub fn has_secret_policy(&self) -> bool {
        self.steps.iter().any(|step| matches!(&step.kind, StepKind::Ask(quiz) if quiz.hides(HiddenArea::ServerPolicy)))
    }

    /// Returns whether a step changes the proxy in front of the server, so that the lesson needs one.
    #[must_use]
    pub fn has_proxy(&self) -> bool {
        let in_level = self.level().into_iter().flat_map(|level| level.solution.iter().chain(&level.wrong_path));
        self.steps.iter().chain(in_level).any(|step| matches!(step.kind, StepKind::Proxy(_)))
    }

    /// Returns everyone who sends requests.
    ///
    /// People with editors are first, then the others in order of appearance.
    #[must_use]
    pub fn senders(&self) -> Vec<Author> {
        let mut people = self.senders_before_level();
        let Some(level) = self.level() else { return people };
        let offering = level.offers.iter().map(|offer| &offer.who);
        let sending = level.solution.iter().chain(&level.wrong_path).filter_map(LessonStep::sender);
        for who in offering.chain(sending) {
            if !people.contains(who) {
                people.push(who.clone());
            }
        }
        people
    }

    /// Returns those of [`senders`](Self::senders) who take part before the level, in the same order.
    #[must_use]
    pub fn senders_before_level(&self) -> Vec<Author> {
        let mut people = self.people.clone();
        for who in self.steps.iter().filter_map(LessonStep::sender) {
            if !people.contains(who) {
                people.push(who.clone());
            }
        }
        people
    }

    /// Returns the level at the end of the lesson, or `None` if it has none.
    #[must_use]
    pub fn level(&self) -> Option<&Level> {
        match &self.steps.last()?.kind {
            StepKind::Level(level) => Some(level),
            StepKind::Say(_)
            | StepKind::Act { .. }
            | StepKind::Send { .. }
            | StepKind::Hold(_)
            | StepKind::Release { .. }
            | StepKind::Ask(_)
            | StepKind::Policy(_)
            | StepKind::Lose(_)
            | StepKind::Clock(_)
            | StepKind::Proxy(_)
            | StepKind::Swarm(_) => None,
        }
    }
}

impl LessonStep {
    /// Returns the client without an editor that sends a request in this step.
    fn sender(&self) -> Option<&Author> {
        match &self.kind {
            StepKind::Send { who, .. } => Some(who),
            StepKind::Say(_)
            | StepKind::Act { .. }
            | StepKind::Hold(_)
            | StepKind::Release { .. }
            | StepKind::Ask(_)
            | StepKind::Policy(_)
            | StepKind::Lose(_)
            | StepKind::Clock(_)
            | StepKind::Proxy(_)
            | StepKind::Swarm(_)
            | StepKind::Level(_) => None,
        }
    }

    /// Returns the caption for the screen.
    #[must_use]
    pub fn caption(&self) -> String {
        self.caption.clone().unwrap_or_else(|| self.kind.to_string())
    }
}

impl Offer {
    /// Returns the words for the offer.
    #[must_use]
    pub fn caption(&self) -> String {
        let words = || format!("{} sends {} {}", self.who, self.request.method, self.request.target);
        self.caption.clone().unwrap_or_else(words)
    }

    /// Returns the step that sends the request.
    #[must_use]
    pub fn as_step(&self) -> LessonStep {
        LessonStep {
            kind: StepKind::Send { who: self.who.clone(), request: self.request.clone() },
            caption: Some(self.caption()),
            line: self.line,
            key_moment: false,
            checks: Vec::new(),
        }
    }
}
