//! The run log: the events of one run of a lesson, in order. All transcripts are made from it.
//!
//! A run log holds values rather than words about them: whole exchanges, states of editors, results of claims. It has
//! no ports, and only times of the lesson's clock, so that two runs of a lesson have the same run log to the byte.

use contract::{ANONYMOUS, Author, Document, DocumentId, EntityTag, Exchange, Policy, Version, overwritten_unseen};
use serde::{Deserialize, Serialize};

use crate::script::{Check, HiddenArea, Lesson, LessonStep, Level, Offer, Quiz, SwarmTask, edits_in_words};
use crate::swarm_result::{SwarmResult, swarm_note};

/// The log of one run of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunLog {
    /// The lesson's name on the command line.
    pub name: String,
    /// The lesson's title.
    pub title: String,
    /// The lesson's goal, in a sentence.
    pub goal: String,
    /// The time that the lesson takes with a room, in minutes.
    pub minutes: u32,
    /// The policy at the start.
    pub policy: Policy,
    /// Whether the learner has to find the policy out.
    pub has_secret_policy: bool,
    /// A line that names the policy, for the top of transcripts; `None` under the lesson's own policy.
    pub policy_variant: Option<String>,
    /// The authors of requests.
    pub senders: Vec<Author>,
    /// The events.
    pub entries: Vec<LogEntry>,
}

/// One event of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "moment", rename_all = "snake_case")]
pub enum LogEntry {
    /// A step began.
    Step {
        /// The number of the step, counted from 1.
        ///
        /// The opening has 0, and the end has one more than the last step.
        step: usize,
        /// The line of the step in the lesson's file.
        line: usize,
        /// The caption for the screen.
        caption: String,
    },
    /// The leader said something.
    Said {
        /// The words.
        text: String,
    },
    /// The leader asked something.
    Asked {
        /// The question and its choices.
        question: Quiz,
    },
    /// A person performed an action.
    Did {
        /// The person.
        who: Author,
        /// The action, as words that follow the name.
        what: String,
    },
    /// A person could not perform an action.
    Off {
        /// The person.
        who: Author,
        /// The reason, in words.
        why: String,
    },
    /// The policy, the gate or the faults of the server were set.
    Set {
        /// The setting, in words.
        what: String,
    },
    /// A request departed.
    Departed {
        /// The request.
        exchange: Box<Exchange>,
    },
    /// A request is held.
    Held {
        /// The author of the request.
        who: Author,
        /// The number of the exchange.
        number: u64,
        /// Whether the server has already evaluated the request, and has not written it yet.
        judged: bool,
    },
    /// A held request was released.
    Released {
        /// The author of the request.
        who: Author,
        /// The number of the exchange.
        number: u64,
    },
    /// A request has a response, or will never have one.
    Ended {
        /// The exchange.
        exchange: Box<Exchange>,
    },
    /// The state of an editor changed.
    #[serde(rename = "stands")]
    EditorState {
        /// The person.
        who: Author,
        /// The new state.
        view: EditorView,
    },
    /// A document was read, for a claim or at the end.
    Looked {
        /// The document's id.
        id: DocumentId,
        /// The document and its history.
        view: DocumentView,
    },
    /// Simulated writers begin.
    SwarmBegun {
        /// The way in which the writers work, in words.
        what: String,
        /// Which part of it is real, in a sentence.
        note: String,
    },
    /// A run of simulated writers is over.
    Swarm(Box<SwarmResult>),
    /// A check was made.
    Judged(CheckResult),
    /// The learner was given the task of a level.
    YourTurn(Box<LevelSheet>),
    /// A step was played in a level: a step of its solution, or a request on offer.
    LevelStep {
        /// The step, in words.
        caption: String,
    },
    /// The goal of a level was reached.
    GoalReached {
        /// How many requests clients had sent since the level began.
        requests: usize,
        /// How many requests a good solution needs.
        par: usize,
    },
}

impl LogEntry {
    /// Returns the entry at the beginning of a step whose first run this is.
    pub(crate) fn swarm_begun(task: &SwarmTask) -> Self {
        let (manner, edits) = (task.manner(), edits_in_words(task.edits));
        Self::SwarmBegun { what: format!("{manner}; {edits} each; seed {}", task.seed), note: swarm_note() }
    }
}

/// A check that was made, with the results of its claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckResult {
    /// The line of the check in the lesson's file.
    pub line: usize,
    /// The words for the screen: the check's own caption, or its claims.
    pub caption: String,
    /// The claims.
    pub claims: Vec<ClaimResult>,
    /// The areas of the screen that the claims are about.
    #[serde(skip)]
    pub shows: Vec<HiddenArea>,
}

/// A claim, and whether it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClaimResult {
    /// The claim, in words.
    pub claim: String,
    /// The value that came instead, in words; `None` if the claim holds.
    pub came: Option<String>,
}

impl CheckResult {
    pub(crate) fn new(check: &Check, claims: Vec<ClaimResult>) -> Self {
        let words = || claims.iter().map(|claim| claim.claim.as_str()).collect::<Vec<_>>().join(", ");
        let caption = check.caption.clone().unwrap_or_else(words);
        Self { line: check.line, caption, claims, shows: check.claim.shows() }
    }

    /// Returns whether all claims hold.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.failures().next().is_none()
    }

    /// Returns the claims that do not hold, each with the value that came instead.
    pub fn failures(&self) -> impl Iterator<Item = (&str, &str)> {
        self.claims.iter().filter_map(|claim| Some((claim.claim.as_str(), claim.came.as_deref()?)))
    }
}

/// A level in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LevelSheet {
    /// The task.
    pub task: String,
    /// The claims of the goal.
    pub goal: Vec<String>,
    /// How many requests of clients a good solution needs.
    pub par: usize,
    /// The hints, the vaguest first.
    pub hints: Vec<String>,
    /// The requests that the learner may have clients without an editor send.
    pub offers: Vec<String>,
    /// The steps of the solution.
    pub solution: Vec<String>,
    /// The sentence that is shown when the goal is reached, if there is one.
    pub reached: Option<String>,
    /// The steps of the wrong path.
    pub wrong_path: Vec<String>,
    /// The reason why the wrong path does not reach the goal.
    pub wrong_because: String,
}

impl From<&Level> for LevelSheet {
    fn from(level: &Level) -> Self {
        let captions = |steps: &[LessonStep]| steps.iter().map(LessonStep::caption).collect();
        Self {
            task: level.task.clone(),
            goal: level.goal.iter().map(Check::caption_in_goal).collect(),
            par: level.par,
            hints: level.hints.clone(),
            offers: level.offers.iter().map(Offer::caption).collect(),
            solution: captions(&level.solution),
            reached: level.reached.clone(),
            wrong_path: captions(&level.wrong_path),
            wrong_because: level.wrong_because.clone(),
        }
    }
}

/// The state of an editor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditorView {
    /// The word for the editor's phase.
    pub state: String,
    /// The tag of the editor's base.
    pub base: Option<String>,
    /// The document in the editor.
    pub document: Document,
    /// The number of undecided conflicts, or `None` if no merge is open.
    pub conflicts: Option<usize>,
    /// The editor's notice, in words.
    pub says: Option<String>,
}

/// A document, and its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentView {
    /// The document, or `None` if it was deleted or has never existed.
    pub document: Option<Document>,
    /// The document's versions, oldest first.
    pub versions: Vec<Version>,
    /// The lost updates: versions that were overwritten unseen.
    #[serde(rename = "overwritten")]
    pub lost_updates: Vec<LostUpdate>,
}

/// A lost update.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LostUpdate {
    /// The tag of the version that was overwritten.
    pub version: String,
    /// The tag of the version that overwrote it.
    pub by: String,
}

impl From<&editor::Editor> for EditorView {
    fn from(editor: &editor::Editor) -> Self {
        Self {
            state: editor.phase().to_string(),
            base: editor.base().map(|base| base.etag.to_string()),
            document: editor.mine().to_document(),
            conflicts: editor.document_merge().map(editor::DocumentMerge::open_count),
            says: editor.notice().map(ToString::to_string),
        }
    }
}

impl DocumentView {
    /// Returns the state of a document, with the lost updates in its history ([`overwritten_unseen`]).
    ///
    /// `shown` returns whether an author had been shown the version with a tag before the next version was written. The
    /// history alone cannot tell: it has the version that a writer *named*, and a client can name a tag without having
    /// read the text.
    #[must_use]
    pub fn new(document: Option<Document>, versions: Vec<Version>, shown: impl Fn(&Author, &str) -> bool) -> Self {
        let shown = |author: &Author, etag: &EntityTag| shown(author, &etag.to_string());
        let lost_updates = overwritten_unseen(&versions, shown)
            .map(|(before, after)| LostUpdate { version: before.etag.to_string(), by: after.etag.to_string() })
            .collect();
        Self { document, versions, lost_updates }
    }

    /// Returns whether the version with this tag was overwritten unseen.
    #[must_use]
    pub fn is_lost(&self, tag: &str) -> bool {
        self.lost_updates.iter().any(|lost| lost.version == tag)
    }

    /// Returns how many versions name a base other than the version that they replaced.
    ///
    /// This is what the history alone shows about lost updates.
    #[must_use]
    pub fn gaps(&self) -> usize {
        self.versions.iter().filter(|version| version.skips_parent()).count()
    }
}

impl RunLog {
    /// Returns a run log without events.
    #[must_use]
    pub fn new(lesson: &Lesson, policy: Policy) -> Self {
        Self {
            name: lesson.name.clone(),
            title: lesson.title.clone(),
            goal: lesson.goal.clone(),
            minutes: lesson.minutes,
            policy,
            has_secret_policy: lesson.has_secret_policy(),
            policy_variant: None,
            senders: lesson.senders(),
            entries: Vec::new(),
        }
    }

    /// Returns the claims that do not hold, each with the line of its check.
    pub fn failures(&self) -> impl Iterator<Item = (usize, &ClaimResult)> {
        self.verdicts().filter(|(_, claim)| claim.came.is_some())
    }

    /// Returns all checked claims, each with the line of its check.
    pub fn verdicts(&self) -> impl Iterator<Item = (usize, &ClaimResult)> {
        self.checks().flat_map(|check| check.claims.iter().map(|claim| (check.line, claim)))
    }

    /// Returns all checks.
    pub fn checks(&self) -> impl Iterator<Item = &CheckResult> {
        self.entries.iter().filter_map(|moment| match moment {
            LogEntry::Judged(check) => Some(check),
            _ => None,
        })
    }

    /// Returns the ended exchanges, in the order of their end.
    pub fn exchanges(&self) -> impl Iterator<Item = &Exchange> {
        self.entries.iter().filter_map(|moment| match moment {
            LogEntry::Ended { exchange } => Some(exchange.as_ref()),
            _ => None,
        })
    }

    /// Returns the documents, each as it was last read.
    #[must_use]
    pub fn final_documents(&self) -> Vec<(&DocumentId, &DocumentView)> {
        let mut last: Vec<(&DocumentId, &DocumentView)> = Vec::new();
        for moment in &self.entries {
            if let LogEntry::Looked { id, view } = moment {
                match last.iter_mut().find(|(known, _)| *known == id) {
                    Some(entry) => entry.1 = view,
                    None => last.push((id, view)),
                }
            }
        }
        last
    }
}

/// Returns the name of the request's author for a sentence, or 'anonymous' if it has none.
#[must_use]
pub fn sender_name(exchange: &Exchange) -> &str {
    exchange.author.as_ref().map_or(ANONYMOUS, Author::as_str)
}

/// Returns a policy in the words of a lesson's file: its preconditions, and its deliberate mistakes.
pub(crate) fn describe_policy(policy: Policy) -> String {
    let mistakes = policy.mistakes().filter(|(member, _)| *member != "preconditions");
    let all = std::iter::once(("preconditions", policy.preconditions.as_str())).chain(mistakes);
    all.map(|(member, word)| format!("{member} = {word}")).collect::<Vec<_>>().join(", ")
}
