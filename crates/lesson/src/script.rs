//! A lesson as a value: explanations, actions, questions and claims.
//!
//! What is *not* here: the file format ([`read`](mod@crate::read)) and the execution ([`player`](crate::player)).

mod claims;
mod display;

use contract::{Author, Document, DocumentId, Policy};
use precondition::policy::{Dates, Etags, Judging, Preconditions};
use serde::Serialize;

pub use claims::{AnswerClaim, DocumentClaim, EditorClaim, WantedField};
pub use display::minutes_in_words;

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

/// One step of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonStep {
    /// The kind of step, with its details.
    pub kind: StepKind,
    /// The caption for the screen; if `None`, [`caption`](Self::caption) derives one from the kind.
    pub caption: Option<String>,
    /// The line in the lesson's file, counted from 1.
    pub line: usize,
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
    /// A claim about the response to a person's last request.
    Expect {
        /// The author of the request.
        who: Author,
        /// The claim.
        answer: AnswerClaim,
    },
    /// A claim about a document and its history.
    Document {
        /// The document's id.
        id: DocumentId,
        /// The claim.
        claim: DocumentClaim,
    },
    /// A claim about an editor.
    Editor {
        /// The person.
        who: Author,
        /// The claim.
        claim: EditorClaim,
    },
    /// The server's policy changes.
    Policy(PolicyChange),
    /// This many of the next responses to successful writes are lost.
    Lose(u32),
    /// The lesson's clock advances by this many milliseconds.
    Clock(u64),
    /// The proxy between the clients and the server rewrites tags like this from now on.
    Proxy(TagRewrite),
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
        (Self::SaveUnconditionally, "save-carelessly", "saves without a precondition"),
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

/// The change that the proxy between a lesson's clients and its server makes to `ETag` in responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TagRewrite {
    /// None: the proxy only forwards.
    #[default]
    None,
    /// The tag becomes weak (`W/`), as behind nginx when it compresses.
    Weaken,
    /// The tag gets the suffix `-gzip`, as behind Apache's `mod_deflate`.
    Suffix,
}

impl TagRewrite {
    /// Each change, with its word in a lesson's file.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::None, "none"), (Self::Weaken, "weaken"), (Self::Suffix, "suffix")];
}

/// A question with one right answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quiz {
    /// The question.
    pub text: String,
    /// The answers to choose from.
    pub choices: Vec<QuizChoice>,
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
    /// Returns whether a step changes the proxy in front of the server, so that the lesson needs one.
    #[must_use]
    pub fn has_proxy(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.kind, StepKind::Proxy(_)))
    }

    /// Returns everyone who sends requests.
    ///
    /// People with editors are first, then the others in order of appearance.
    #[must_use]
    pub fn senders(&self) -> Vec<Author> {
        let mut people = self.people.clone();
        for step in &self.steps {
            if let StepKind::Send { who, .. } = &step.kind
                && !people.contains(who)
            {
                people.push(who.clone());
            }
        }
        people
    }
}

impl LessonStep {
    /// Returns the caption for the screen.
    #[must_use]
    pub fn caption(&self) -> String {
        self.caption.clone().unwrap_or_else(|| self.kind.to_string())
    }
}
