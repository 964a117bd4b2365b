//! A merge of two documents over the one that both started from: title and parent as single values, the content by
//! lines, one stack of steps over all three.
//!
//! How texts are merged is [`merge`]'s business. This room keeps the document together: what belongs to which
//! version, what is still open, and what the result would be.

use std::sync::Arc;

use contract::{Document, DocumentId, Snapshot};
use merge::{Choice, Decision, RegionKind, Report, Session, Single};

/// Which change of a merge is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The title.
    Title,
    /// The parent.
    Parent,
    /// A region of the content, by its index in `content().merge().regions()`.
    Region(usize),
}

/// Base, mine and theirs of one document, and the decisions taken so far.
#[derive(Debug, Clone)]
pub struct Conflict {
    base: Document,
    mine: Document,
    now: Step,
    content: Session,
    done: Vec<(Step, Touched)>,
    undone: Vec<(Step, Touched)>,
}

/// All that a step can change, the content's own decisions aside: those have a stack of their own.
#[derive(Debug, Clone)]
struct Step {
    // Shared by all steps of one merge: a decision does not copy the text that it is about.
    theirs: Arc<Snapshot>,
    title: Single<String>,
    parent: Single<Option<DocumentId>>,
    report: Option<Report>,
}

/// Whether a step changed the content's decisions, so that taking it back means to take one back there too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Touched {
    Content,
    Elsewhere,
}

impl Conflict {
    /// Merges `mine` and `theirs`, which both started from `base`.
    pub(crate) fn new(base: Document, mine: Document, theirs: Snapshot) -> Self {
        let content =
            Session::new(base.content.as_bytes(), mine.content.as_bytes(), theirs.document.content.as_bytes(), None);
        let now = Step {
            title: Single::new(base.title.clone(), mine.title.clone(), theirs.document.title.clone()),
            parent: Single::new(base.parent.clone(), mine.parent.clone(), theirs.document.parent.clone()),
            theirs: Arc::new(theirs),
            report: None,
        };
        Self { base, mine, now, content, done: Vec::new(), undone: Vec::new() }
    }

    /// The version that came in between: the save replaces this one.
    #[must_use]
    pub fn theirs(&self) -> &Snapshot {
        &self.now.theirs
    }

    /// What both sides started from.
    #[must_use]
    pub fn base(&self) -> &Document {
        &self.base
    }

    /// My side.
    #[must_use]
    pub fn mine(&self) -> &Document {
        &self.mine
    }

    /// The merge of the content.
    #[must_use]
    pub fn content(&self) -> &Session {
        &self.content
    }

    /// The merge of the title.
    #[must_use]
    pub fn title(&self) -> &Single<String> {
        &self.now.title
    }

    /// The merge of the parent.
    #[must_use]
    pub fn parent(&self) -> &Single<Option<DocumentId>> {
        &self.now.parent
    }

    /// What the last merge anew did with the decisions; none before the first.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        self.now.report.as_ref()
    }

    /// Everything that differs between the sides, settled or not, in the order in which it is shown.
    #[must_use]
    pub fn changes(&self) -> Vec<Place> {
        let title = (self.now.title.kind() != RegionKind::Stable).then_some(Place::Title);
        let parent = (self.now.parent.kind() != RegionKind::Stable).then_some(Place::Parent);
        let regions = self.content.changes().iter().copied().map(Place::Region);
        title.into_iter().chain(parent).chain(regions).collect()
    }

    /// Whether that change is a conflict that waits for a decision.
    #[must_use]
    pub fn is_open(&self, place: Place) -> bool {
        match place {
            Place::Title => self.now.title.is_open(),
            Place::Parent => self.now.parent.is_open(),
            Place::Region(region) => self.content.is_open(region),
        }
    }

    /// How many conflicts wait for a decision.
    #[must_use]
    pub fn undecided(&self) -> usize {
        usize::from(self.now.title.is_open()) + usize::from(self.now.parent.is_open()) + self.content.undecided()
    }

    /// The merged document; none while a conflict is open.
    #[must_use]
    pub fn result(&self) -> Option<Document> {
        let content = self.content.result()?;
        Some(Document {
            title: self.now.title.chosen()?.clone(),
            // Pieces of UTF-8 texts, cut at line ends only, are UTF-8: nothing is ever replaced here.
            content: String::from_utf8_lossy(&content).into_owned(),
            parent: self.now.parent.chosen()?.clone(),
        })
    }

    /// Decides one change; the decision that stands already is taken back. False where there is no such change, or
    /// where the decision has no meaning for it: a title cannot be 'both, mine first'.
    pub(crate) fn decide(&mut self, place: Place, decision: Decision) -> bool {
        if !self.changes().contains(&place) {
            return false;
        }
        let before = self.now.clone();
        let touched = match place {
            Place::Title => {
                let Some(choice) = choice(decision, Some) else { return false };
                self.now.title.decide(choice);
                Touched::Elsewhere
            }
            Place::Parent => {
                let Some(choice) = choice(decision, |text| parent(&text)) else { return false };
                self.now.parent.decide(choice);
                Touched::Elsewhere
            }
            Place::Region(region) => {
                self.content.decide(region, decision);
                Touched::Content
            }
        };
        self.remember(before, touched);
        true
    }

    /// Decides the same about several changes, in one step that takes nothing back. False, and nothing is done, where
    /// one of the changes does not exist, or where the decision has no meaning for it.
    pub(crate) fn decide_all(&mut self, places: &[Place], decision: &Decision) -> bool {
        let changes = self.changes();
        let mut after = self.now.clone();
        let mut regions = Vec::new();
        for place in places {
            if changes.binary_search(place).is_err() {
                return false;
            }
            match place {
                Place::Title => {
                    let Some(choice) = choice(decision.clone(), Some) else { return false };
                    after.title.put_back(choice);
                }
                Place::Parent => {
                    let Some(choice) = choice(decision.clone(), |text| parent(&text)) else { return false };
                    after.parent.put_back(choice);
                }
                Place::Region(region) => regions.push(*region),
            }
        }
        // The content takes no step where every decision stands already.
        let content = regions.iter().any(|&region| self.content.decision(region) != decision);
        self.content.decide_all(&regions, decision);
        let before = std::mem::replace(&mut self.now, after);
        self.remember(before, if content { Touched::Content } else { Touched::Elsewhere });
        true
    }

    /// Merges anew against a version that is newer still; decisions stay wherever what they were about is unchanged.
    pub(crate) fn renew(&mut self, theirs: Snapshot) {
        let before = self.now.clone();
        // The content takes no step where only the title or the parent is another.
        let same = self.now.theirs.document.content == theirs.document.content;
        let report = self.content.renew(theirs.document.content.as_bytes(), None);
        self.now.title.renew(theirs.document.title.clone());
        self.now.parent.renew(theirs.document.parent.clone());
        self.now.theirs = Arc::new(theirs);
        self.now.report = Some(report);
        self.remember(before, if same { Touched::Elsewhere } else { Touched::Content });
    }

    /// Takes the last step back, a merge anew included: the save then replaces the version before, and meets its 412.
    pub(crate) fn undo(&mut self) -> bool {
        let Some((before, touched)) = self.done.pop() else { return false };
        if touched == Touched::Content {
            self.content.undo();
        }
        let after = std::mem::replace(&mut self.now, before);
        self.undone.push((after, touched));
        true
    }

    /// Takes the step again that was taken back last.
    pub(crate) fn redo(&mut self) -> bool {
        let Some((after, touched)) = self.undone.pop() else { return false };
        if touched == Touched::Content {
            self.content.redo();
        }
        let before = std::mem::replace(&mut self.now, after);
        self.done.push((before, touched));
        true
    }

    /// Whether there is a step to take back.
    pub(crate) fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether there is a step to take again.
    pub(crate) fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    fn remember(&mut self, before: Step, touched: Touched) {
        self.done.push((before, touched));
        self.undone.clear();
    }
}

/// A parent written by hand: a document's name, or nothing.
#[expect(
    clippy::option_option,
    reason = "the outer one says whether the text is a parent, the inner one is the parent"
)]
fn parent(text: &str) -> Option<Option<DocumentId>> {
    if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
}

/// A decision about a single value, where it has a meaning; `read` makes a value of a text written by hand.
fn choice<T>(decision: Decision, read: impl Fn(String) -> Option<T>) -> Option<Choice<T>> {
    Some(match decision {
        Decision::Undecided => Choice::Undecided,
        Decision::Mine => Choice::Mine,
        Decision::Theirs => Choice::Theirs,
        Decision::Base => Choice::Base,
        Decision::Edited(text) => Choice::Edited(read(String::from_utf8(text).ok()?)?),
        Decision::MineTheirs | Decision::TheirsMine => return None,
    })
}
