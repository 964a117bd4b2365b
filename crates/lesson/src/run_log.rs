//! What happened in one run of a lesson, in order: the one thing of which all transcripts are made.
//!
//! A run log holds values, not words about them: whole exchanges, states of editors, results of claims. It has no port
//! and no time but the lesson's own, so that two runs of a lesson have the same run log to the byte.

use contract::{Author, Document, DocumentId, EntityTag, Exchange, Policy, Version, overwritten_unseen};
use serde::Serialize;

use crate::script::{Lesson, Quiz};

/// One run of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunLog {
    /// What it is called on the command line.
    pub name: String,
    /// What it is called before people.
    pub title: String,
    /// What somebody knows afterwards.
    pub goal: String,
    /// How long it takes before a room, in minutes.
    pub minutes: u32,
    /// The policy at the start.
    pub policy: Policy,
    /// Where it is another take than the lesson's own: under which policy, in a line for the top of whatever tells it.
    pub policy_variant: Option<String>,
    /// Everybody who sends requests.
    pub senders: Vec<Author>,
    /// What happened.
    pub entries: Vec<LogEntry>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "moment", rename_all = "snake_case")]
pub enum LogEntry {
    /// A step began.
    Step {
        /// Its number, counted from 1; 0 for the opening, and one more than there are steps for the end.
        step: usize,
        /// Where it stands in the lesson's file.
        line: usize,
        /// The line for the screen.
        caption: String,
    },
    /// The leader said something.
    Said {
        /// What.
        text: String,
    },
    /// The leader asked something.
    Asked {
        /// What, and what can be answered.
        question: Quiz,
    },
    /// Somebody did something.
    Did {
        /// Who.
        who: Author,
        /// What, to be put behind the name.
        what: String,
    },
    /// Somebody wanted to do something that was off.
    Off {
        /// Who.
        who: Author,
        /// Why.
        why: String,
    },
    /// The server, the gate or the clock was set.
    Set {
        /// To what, in words.
        what: String,
    },
    /// A request departed.
    Departed {
        /// The request.
        exchange: Box<Exchange>,
    },
    /// A request is held.
    Held {
        /// Whose.
        who: Author,
        /// Its number.
        number: u64,
        /// Whether it was judged already, and is not written yet.
        judged: bool,
    },
    /// A request that was held goes on.
    Released {
        /// Whose.
        who: Author,
        /// Its number.
        number: u64,
    },
    /// A request was answered, or it is known that it never will be.
    Ended {
        /// Request and answer.
        exchange: Box<Exchange>,
    },
    /// An editor stands otherwise than before.
    Stands {
        /// Whose.
        who: Author,
        /// How.
        view: EditorView,
    },
    /// A document was looked at, to see whether what was claimed is true, or what it came to in the end.
    Looked {
        /// Which.
        id: DocumentId,
        /// What was seen.
        view: DocumentView,
    },
    /// A claim was checked.
    Judged(StepResult),
}

/// Whether a claim holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepResult {
    /// Where the claim stands in the lesson's file.
    pub line: usize,
    /// What was claimed.
    pub claim: String,
    /// What came in its place; none where the claim holds.
    pub came: Option<String>,
}

/// How an editor stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EditorView {
    /// The word for its state.
    pub state: String,
    /// The tag of its base.
    pub base: Option<String>,
    /// Its text.
    pub document: Document,
    /// How many conflicts are undecided; none where no merge is open.
    pub conflicts: Option<usize>,
    /// What it says.
    pub says: Option<String>,
}

/// A document, and its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentView {
    /// As it is now; none where it is gone, or never was.
    pub document: Option<Document>,
    /// Its versions, oldest first.
    pub versions: Vec<Version>,
    /// The lost updates: versions that were overwritten unseen.
    #[serde(rename = "buried")]
    pub lost_updates: Vec<LostUpdate>,
}

/// An update that was lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LostUpdate {
    /// The tag of the version that was overwritten.
    pub version: String,
    /// The tag of the version that was written over it.
    pub by: String,
}

impl From<&editor::Editor> for EditorView {
    fn from(editor: &editor::Editor) -> Self {
        Self {
            state: editor.phase().to_string(),
            base: editor.base().map(|base| base.etag.to_string()),
            document: editor.mine().clone(),
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

    /// Whether that version was replaced by somebody who had never seen it.
    #[must_use]
    pub fn is_lost(&self, tag: &str) -> bool {
        self.lost_updates.iter().any(|lost| lost.version == tag)
    }

    /// How many versions were written on the ground of another one than the one that they replaced, as far as their
    /// writers named one: what can be told from the history alone.
    #[must_use]
    pub fn gaps(&self) -> usize {
        self.versions.iter().filter(|version| version.skips_parent()).count()
    }
}

impl RunLog {
    /// A run log in which nothing has happened so far.
    #[must_use]
    pub fn new(lesson: &Lesson, policy: Policy) -> Self {
        Self {
            name: lesson.name.clone(),
            title: lesson.title.clone(),
            goal: lesson.goal.clone(),
            minutes: lesson.minutes,
            policy,
            policy_variant: None,
            senders: lesson.senders(),
            entries: Vec::new(),
        }
    }

    /// The claims that do not hold.
    pub fn failures(&self) -> impl Iterator<Item = &StepResult> {
        self.verdicts().filter(|verdict| verdict.came.is_some())
    }

    /// All claims that were checked.
    pub fn verdicts(&self) -> impl Iterator<Item = &StepResult> {
        self.entries.iter().filter_map(|moment| match moment {
            LogEntry::Judged(verdict) => Some(verdict),
            _ => None,
        })
    }

    /// All exchanges as they ended, in that order.
    pub fn exchanges(&self) -> impl Iterator<Item = &Exchange> {
        self.entries.iter().filter_map(|moment| match moment {
            LogEntry::Ended { exchange } => Some(exchange.as_ref()),
            _ => None,
        })
    }

    /// What the documents came to, each as it was looked at last.
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

/// Who sent it, as it stands in a sentence.
#[must_use]
pub fn sender_name(exchange: &Exchange) -> &str {
    exchange.author.as_ref().map_or("somebody", Author::as_str)
}

/// A policy as it is written in a lesson's file: what it insists on, and the mistakes that are on.
pub(crate) fn describe_policy(policy: Policy) -> String {
    let mistakes = policy.mistakes().filter(|(member, _)| *member != "preconditions");
    let all = std::iter::once(("preconditions", policy.preconditions.as_str())).chain(mistakes);
    all.map(|(member, word)| format!("{member} = {word}")).collect::<Vec<_>>().join(", ")
}
