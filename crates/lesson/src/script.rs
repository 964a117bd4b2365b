//! A lesson as a value: what is told, who does what, what is asked, and what must be true.
//!
//! There is nothing to be carried out in here, and no file format. How a lesson is written down stands in
//! [`read`](mod@crate::read), how it is stepped in [`player`](crate::player).

mod claims;
mod display;

use contract::{Author, Document, DocumentId, Policy};
use precondition::policy::{Dates, Etags, Judging, Preconditions};
use serde::Serialize;

pub use claims::{AnswerClaim, DocumentClaim, EditorClaim, WantedField};

/// Who wrote the documents that are there at the start.
pub(crate) const TEACHER: &str = "Teacher";

/// A lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// What it is called on the command line: the name of its file.
    pub name: String,
    /// What it is called before people.
    pub title: String,
    /// What somebody knows afterwards, in a sentence.
    pub goal: String,
    /// How long it takes before a room.
    pub minutes: u32,
    /// The server's policy at the start.
    pub policy: Policy,
    /// Who has an editor.
    pub people: Vec<Author>,
    /// The document that all of them open before the first step.
    pub opens: DocumentId,
    /// The documents that are there at the start.
    pub documents: Vec<(DocumentId, Document)>,
    /// How far the lesson's clock goes on with each step, in milliseconds.
    pub tick: u64,
    /// What happens.
    pub steps: Vec<LessonStep>,
}

/// One step of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonStep {
    /// What happens.
    pub kind: StepKind,
    /// A line for the screen; where there is none, the step says itself what it does.
    pub caption: Option<String>,
    /// Where it stands in the lesson's file, counted from 1.
    pub line: usize,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepKind {
    /// The leader says something.
    Say(String),
    /// People do something in their editors, one after the other.
    Act {
        /// Who.
        who: Vec<Author>,
        /// What.
        deed: EditorAction,
    },
    /// Somebody sends a request that the lesson spells out: an HTTP client without an editor around it.
    Send {
        /// Who.
        who: Author,
        /// The request.
        request: ScriptedRequest,
    },
    /// From now on requests stop there.
    Hold(HoldPoint),
    /// Requests that were stopped go on, each after the one before it was answered.
    Release {
        /// Whose, in this order; nobody named means all, in the order of their arrival.
        who: Vec<Author>,
        /// Whether the answers to writes that succeed are lost on their way.
        lost: bool,
    },
    /// A question, to be answered before the next step.
    Ask(Quiz),
    /// What somebody's last request must have met.
    Expect {
        /// Whose.
        who: Author,
        /// What must be true of it.
        answer: AnswerClaim,
    },
    /// What must be true of a document and its history.
    Document {
        /// Which.
        id: DocumentId,
        /// What must be true.
        claim: DocumentClaim,
    },
    /// What must be true of an editor.
    Editor {
        /// Whose.
        who: Author,
        /// What must be true.
        claim: EditorClaim,
    },
    /// The server's policy changes.
    Policy(PolicyChange),
    /// The next answers to writes that succeed are lost.
    Lose(u32),
    /// The lesson's clock goes on by so many milliseconds.
    Clock(u64),
}

/// What somebody does in an editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditorAction {
    /// Opens a document, in the place of the one that was open.
    Open(DocumentId),
    /// Changes the text.
    Type(Typing),
    /// Says what becomes of one change of a merge, or of all conflicts.
    Decide {
        /// Which, counted from 1 among everything that differs; none for all conflicts.
        change: Option<usize>,
        /// What becomes of it.
        take: TakenSide,
    },
    /// Presses a key that needs no more words.
    Press(ScriptedCommand),
}

/// How a text is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typing {
    /// The first such piece is replaced.
    Replace {
        /// What was there.
        old: String,
        /// What stands there now.
        new: String,
    },
    /// This is added at the end.
    Append(String),
    /// This is the whole text.
    Whole(String),
    /// This is the title.
    Title(String),
}

/// What becomes of a change.
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
    /// Neither: as it was.
    Base,
    /// This, written by hand.
    Text(String),
}

/// The commands of an editor that need no more words.
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
    /// Asks again after an answer was lost: what an editor does by itself after a while.
    TryAgain,
}

impl ScriptedCommand {
    /// Each verb, with the word for it in a lesson's file and what it is in a sentence about somebody.
    pub const ALL: [(Self, &'static str, &'static str); 11] = [
        (Self::Save, "save", "saves"),
        (Self::SaveUnconditionally, "save-carelessly", "saves without a precondition"),
        (Self::RetryWithPrecondition, "do-it-right", "saves again, with the precondition"),
        (Self::Reload, "reload", "reads the document again"),
        (Self::Delete, "delete", "deletes the document"),
        (Self::Undo, "undo", "takes the last step of the merge back"),
        (Self::Redo, "redo", "takes the step of the merge again"),
        (Self::OverwriteTheirs, "overwrite-theirs", "overwrites the other text, having seen it"),
        (Self::CreateAgain, "create-again", "creates the document again"),
        (Self::DiscardMine, "delete-mine-too", "lets the own text go too"),
        (Self::TryAgain, "try-again", "asks again"),
    ];
}

/// A request that the lesson spells out.
///
/// Its texts may hold places such as `{Alice.ETag}`, filled in with what was seen by then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptedRequest {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The fields, in order.
    pub fields: Vec<(String, String)>,
    /// The body, none where there is none.
    pub body: Option<String>,
}

/// Where requests are stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldPoint {
    /// Nowhere.
    Nowhere,
    /// Writes, before they are judged.
    Writes,
    /// Everything but streams of events, before it is judged.
    All,
    /// Writes that were judged and are not written yet. Only a server that does these as two steps can be stopped
    /// there.
    Judged,
}

impl HoldPoint {
    /// Each, with the word for it.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Nowhere, "none"), (Self::Writes, "writes"), (Self::All, "all"), (Self::Judged, "judged")];
}

/// A question with one right answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quiz {
    /// What is asked.
    pub text: String,
    /// What can be answered.
    pub choices: Vec<QuizChoice>,
}

/// An answer that can be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuizChoice {
    /// The answer.
    pub text: String,
    /// Whether it is the right one; of the choices of a question exactly one is.
    pub right: bool,
    /// Why it is right, or wrong.
    pub why: String,
}

/// Members of the policy that change; the others stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each is the policy's member of the same name")]
pub struct PolicyChange {
    pub preconditions: Option<Preconditions>,
    pub etags: Option<Etags>,
    pub judging: Option<Judging>,
    pub dates: Option<Dates>,
}

impl PolicyChange {
    /// The policy after the change.
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
    /// Everybody who sends requests: those with editors first, then the others in the order in which they come in.
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
    /// The line for the screen.
    #[must_use]
    pub fn caption(&self) -> String {
        self.caption.clone().unwrap_or_else(|| self.kind.to_string())
    }
}
