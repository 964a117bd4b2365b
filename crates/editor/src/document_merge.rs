//! A three-way merge of two documents: title and parent as single values, the content by lines.
//!
//! One stack of steps covers all three. [`merge`] merges the texts. This module keeps the document together: what
//! belongs to which version, what is still open, and what the result is.

mod attribution;
mod changes;
mod drafting;
mod introduced;
mod shared_content;
mod step;

use std::mem;
use std::sync::Arc;
use std::time::Instant;

use contract::{Document, DocumentId, EntityTag, Snapshot};
use merge::{Choice, Decision, Format, Merge, MergeReport, RegionKind, ScalarMerge, Session, Side};

use introduced::EarlierVersion;
use shared_content::{content_of, content_of_version};
pub use step::{ChangeId, MergeStep};

/// Base, mine and theirs of one document, and the decisions taken so far.
#[derive(Debug, Clone)]
pub struct DocumentMerge {
    // Shared with the drafts of this merge.
    base: Arc<Document>,
    /// The tag of the base; `None` if there was no document, or its version is not known.
    base_tag: Option<EntityTag>,
    mine: Arc<Document>,
    now: MergeState,
    content: Session,
    /// The differences between the sides; see [`DocumentMerge::changes`].
    changes: Arc<[ChangeId]>,
    done: Vec<(MergeState, ContentStep)>,
    undone: Vec<(MergeState, ContentStep)>,
    /// The number of merges so far, without the first one.
    merges: u64,
    /// Increases with every step, undo, redo and merge.
    revision: u64,
}

/// Everything that a step can change, except the decisions about the content.
///
/// Those have their own stack.
#[derive(Debug, Clone)]
struct MergeState {
    // Shared by all steps of one merge: a decision does not copy the text.
    theirs: Arc<Snapshot>,
    /// The versions that were theirs before, the oldest first.
    earlier: Vec<EarlierVersion>,
    title: ScalarMerge<String>,
    parent: ScalarMerge<Option<DocumentId>>,
    report: Option<MergeReport>,
    /// Whether the last merge was made because the author of mine kept typing, and not for a newer version.
    retyped: bool,
    /// The whole content of the result, written by hand. While present, it replaces all regions.
    full_override: Option<Arc<str>>,
    /// The number of this merge.
    generation: u64,
}

/// The effect of a step on the merge of the content, and so what undoing it means there.
#[derive(Debug, Clone)]
enum ContentStep {
    /// The step was this many steps there; 0 if it was only about the title or the parent.
    Steps(usize),
    /// The step replaced the merge of the content; this is the other merge.
    Other(Box<Session>),
}

impl DocumentMerge {
    /// Merges `mine` and `theirs`, which both started from `base`; after the deadline, in coarser regions.
    #[must_use]
    pub fn new(
        base: impl Into<Arc<Document>>,
        mine: impl Into<Arc<Document>>,
        theirs: impl Into<Arc<Snapshot>>,
        deadline: Option<Instant>,
    ) -> Self {
        let (base, mine, theirs) = (base.into(), mine.into(), theirs.into());
        let (before, my_own) = (content_of(&base), content_of(&mine));
        let content = Session::of(Merge::of(before, my_own, content_of_version(&theirs), deadline));
        let now = MergeState {
            title: ScalarMerge::new(base.title.clone(), mine.title.clone(), theirs.document.title.clone()),
            parent: ScalarMerge::new(base.parent.clone(), mine.parent.clone(), theirs.document.parent.clone()),
            theirs,
            earlier: Vec::new(),
            report: None,
            retyped: false,
            full_override: None,
            generation: 0,
        };
        Self {
            base,
            base_tag: None,
            mine,
            changes: now.changes(&content),
            now,
            content,
            done: Vec::new(),
            undone: Vec::new(),
            merges: 0,
            revision: 0,
        }
    }

    /// Returns this merge with the tag of its base.
    ///
    /// It tells whether a version between base and theirs was not received.
    #[must_use]
    pub fn with_base_tag(self, base_tag: Option<EntityTag>) -> Self {
        Self { base_tag, ..self }
    }

    /// Returns the newer version, which the save replaces.
    #[must_use]
    pub fn theirs(&self) -> &Snapshot {
        &self.now.theirs
    }

    /// Like [`DocumentMerge::theirs`], shared.
    pub(crate) fn shared_theirs(&self) -> Arc<Snapshot> {
        Arc::clone(&self.now.theirs)
    }

    /// Returns the document that both sides started from.
    #[must_use]
    pub fn base(&self) -> &Document {
        &self.base
    }

    /// Returns my side.
    #[must_use]
    pub fn mine(&self) -> &Document {
        &self.mine
    }

    /// Returns my side of the merge.
    ///
    /// My side is my text or, after a repeated merge, the whole result that was written by hand.
    #[must_use]
    pub fn my_side(&self) -> Document {
        let content = self.content.merge().text(Side::Mine).bytes();
        Document { content: String::from_utf8_lossy(content).into_owned(), ..Document::clone(&self.mine) }
    }

    /// Returns the whole content of the result, if it was written by hand. It replaces all regions.
    #[must_use]
    pub fn full_override(&self) -> Option<&str> {
        self.now.full_override.as_deref()
    }

    /// Returns the merge of the content.
    #[must_use]
    pub fn content(&self) -> &Session {
        &self.content
    }

    /// Returns the merge of the title.
    #[must_use]
    pub fn title(&self) -> &ScalarMerge<String> {
        &self.now.title
    }

    /// Returns the merge of the parent.
    #[must_use]
    pub fn parent(&self) -> &ScalarMerge<Option<DocumentId>> {
        &self.now.parent
    }

    /// Returns the number of the present merge.
    ///
    /// It changes whenever regions may have changed: by a repeated merge, or by undoing one.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.now.generation
    }

    /// Returns a number that changes with everything that a draft keeps of this merge.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// Returns whether this merge was made because mine was edited, and not for a newer version.
    #[must_use]
    pub fn is_retyped(&self) -> bool {
        self.now.retyped
    }

    /// Returns what repeating the merge did to the decisions; `None` before the first time.
    #[must_use]
    pub fn report(&self) -> Option<&MergeReport> {
        self.now.report.as_ref()
    }

    /// Returns the texts in the result that were written by hand and are in neither side.
    #[must_use]
    pub fn manual_texts(&self) -> Vec<String> {
        if let Some(whole) = self.full_override() {
            return vec![whole.to_owned()];
        }
        let edited = self.content.changes().iter().filter_map(|&region| match self.content.decision(region) {
            Decision::Edited(text) => Some(String::from_utf8_lossy(text).into_owned()),
            _ => None,
        });
        // After a repeated merge, my side may be the whole result that was written by hand.
        let by_hand = self.content.merge().text(Side::Mine).bytes() != self.mine.content.as_bytes();
        let whole = by_hand.then(|| self.my_side().content);
        whole.into_iter().chain(edited).collect()
    }

    /// Returns how many lines of the result are only in theirs; `None` if the whole was written by hand.
    #[must_use]
    pub fn lines_of_theirs(&self) -> Option<usize> {
        if self.now.full_override.is_some() {
            return None;
        }
        let regions = self.content.merge().regions();
        Some(self.regions_of_theirs().map(|region| regions[region].theirs.len()).sum())
    }

    /// Returns the regions for which the result has theirs.
    fn regions_of_theirs(&self) -> impl Iterator<Item = usize> {
        let regions = self.content.merge().regions();
        self.content.changes().iter().copied().filter(move |&region| match self.content.decision(region) {
            Decision::Theirs | Decision::MineTheirs | Decision::TheirsMine => true,
            Decision::Undecided => regions[region].kind == RegionKind::Theirs,
            Decision::Mine | Decision::Base | Decision::Edited(_) => false,
        })
    }

    /// Returns whether a change is a conflict without a decision.
    #[must_use]
    pub fn is_open(&self, place: ChangeId) -> bool {
        match place {
            ChangeId::Title => self.now.title.is_open(),
            ChangeId::Parent => self.now.parent.is_open(),
            ChangeId::Region(region) => self.now.full_override.is_none() && self.content.is_open(region),
        }
    }

    /// Returns the number of conflicts without a decision.
    #[must_use]
    pub fn open_count(&self) -> usize {
        let content = if self.now.full_override.is_some() { 0 } else { self.content.undecided() };
        usize::from(self.now.title.is_open()) + usize::from(self.now.parent.is_open()) + content
    }

    /// Returns the merged document; `None` while a conflict is open.
    #[must_use]
    pub fn result(&self) -> Option<Document> {
        let content = match &self.now.full_override {
            Some(whole) => whole.to_string(),
            // Pieces of UTF-8 texts that are split at line ends only are UTF-8, so nothing is replaced here.
            None => String::from_utf8_lossy(&self.content.result()?).into_owned(),
        };
        Some(Document { title: self.now.title.chosen()?.clone(), content, parent: self.now.parent.chosen()?.clone() })
    }

    /// Takes a step.
    ///
    /// Returns `false` if there is no such change, or the decision has no meaning for it.
    pub fn apply(&mut self, step: MergeStep) -> bool {
        match step {
            MergeStep::Decide { place, decision } => self.decide(place, decision),
            MergeStep::DecideAll { places, decision } => {
                self.decide_each(places.into_iter().map(|place| (place, decision.clone())).collect())
            }
            MergeStep::DecideEach(decisions) => self.decide_each(decisions),
            MergeStep::DecideFormat(choice) => self.decide_format(choice),
            MergeStep::WriteWhole { text, seen } => self.set_full_override(&text, &seen),
            MergeStep::Undo => self.undo(),
            MergeStep::Redo => self.redo(),
        }
    }

    /// Decides about one change; the present decision again is taken back.
    ///
    /// Returns `false` if there is no such change, or the decision has no meaning for it: a title cannot be 'both, mine
    /// first', and if the whole is written by hand, regions have no decisions.
    pub(crate) fn decide(&mut self, place: ChangeId, decision: Decision) -> bool {
        if !self.can_decide(place) {
            return false;
        }
        let before = self.now.clone();
        let touched = match place {
            ChangeId::Title => {
                let Some(choice) = to_choice(decision, Some) else { return false };
                self.now.title.decide(choice);
                ContentStep::Steps(0)
            }
            ChangeId::Parent => {
                let Some(choice) = to_choice(decision, |text| parse_parent(&text)) else { return false };
                self.now.parent.decide(choice);
                ContentStep::Steps(0)
            }
            ChangeId::Region(region) => {
                self.content.decide(region, decision);
                ContentStep::Steps(1)
            }
        };
        self.remember(before, touched);
        true
    }

    /// Decides about several changes, in one step that takes nothing back.
    ///
    /// Returns `false`, and does nothing, if one of the changes does not exist, or a decision has no meaning for it.
    pub(crate) fn decide_each(&mut self, decisions: Vec<(ChangeId, Decision)>) -> bool {
        let mut after = self.now.clone();
        let mut regions = Vec::new();
        for (place, decision) in decisions {
            if !self.can_decide(place) {
                return false;
            }
            match place {
                ChangeId::Title => {
                    let Some(choice) = to_choice(decision, Some) else { return false };
                    after.title.put_back(choice);
                }
                ChangeId::Parent => {
                    let Some(choice) = to_choice(decision, |text| parse_parent(&text)) else { return false };
                    after.parent.put_back(choice);
                }
                ChangeId::Region(region) => regions.push((region, decision)),
            }
        }
        let mut steps = 0;
        // Neighbours with the same decision are one step of the content; a decision that is already made is none.
        for alike in regions.chunk_by(|(_, one), (_, other)| one == other) {
            let numbers: Vec<usize> = alike.iter().map(|(region, _)| *region).collect();
            let decision = &alike[0].1;
            steps += usize::from(numbers.iter().any(|&region| self.content.decision(region) != decision));
            self.content.decide_all(&numbers, decision);
        }
        let before = mem::replace(&mut self.now, after);
        self.remember(before, ContentStep::Steps(steps));
        true
    }

    /// Chooses the line ending, final newline and byte order mark; the present choice again is taken back.
    pub(crate) fn decide_format(&mut self, choice: Choice<Format>) -> bool {
        let (before, stood) = (self.now.clone(), self.content.format_choice().clone());
        self.content.decide_format(choice);
        if stood != *self.content.format_choice() {
            self.remember(before, ContentStep::Steps(1));
        }
        true
    }

    /// Replaces the whole content by a text.
    ///
    /// `seen` is the version of theirs that was shown while the text was written.
    ///
    /// Returns `false` if this merge has never had that version.
    pub(crate) fn set_full_override(&mut self, text: &str, seen: &EntityTag) -> bool {
        let before = self.now.clone();
        if *seen == self.now.theirs.etag {
            self.now.full_override = Some(text.into());
            self.remember(before, ContentStep::Steps(0));
            return true;
        }
        let steps = self.done.iter().rev().map(|(step, _)| &step.theirs);
        let Some(met) = steps.into_iter().find(|theirs| theirs.etag == *seen).cloned() else { return false };
        self.now.full_override = None;
        let theirs = Arc::clone(&self.now.theirs);
        let (report, old) = self.merge_over(&met.document.content, text, &theirs.document.content, None);
        self.now.report = Some(report);
        self.start_generation();
        self.remember(before, old);
        true
    }

    /// Repeats the merge with a newer version; a decision is kept if its texts are unchanged.
    pub(crate) fn renew(&mut self, theirs: Snapshot, deadline: Option<Instant>) {
        let (before, theirs) = (self.now.clone(), Arc::new(theirs));
        let (report, touched) = self.renew_content(&theirs, deadline);
        self.now.title.renew(theirs.document.title.clone());
        self.now.parent.renew(theirs.document.parent.clone());
        let (met, last) = (&self.now.earlier, &self.now.theirs);
        self.now.earlier = introduced::extended(met, last, &self.base, &theirs.document, deadline);
        self.now.theirs = theirs;
        self.now.report = Some(report);
        self.now.retyped = false;
        self.start_generation();
        self.remember(before, touched);
    }

    /// Repeats the merge over another base; a decision is kept if its texts are unchanged.
    ///
    /// Earlier steps can no longer be undone. Returns the texts written by hand that are no longer in the result.
    pub(crate) fn renew_base(&mut self, base: Document, deadline: Option<Instant>) -> Vec<String> {
        // After a whole result written by hand was merged with a newer version, the base of the merge is that version:
        // see `merge_over`.
        let is_over_base = self.content.merge().text(Side::Base).bytes() == self.base.content.as_bytes();
        let (report, lost) = if is_over_base {
            self.content.renew_base(base.content.as_bytes(), deadline)
        } else {
            (MergeReport::default(), Vec::new())
        };
        self.now.title.renew_base(base.title.clone());
        self.now.parent.renew_base(base.parent.clone());
        self.base = Arc::new(base);
        self.base_tag = None;
        self.now.earlier.clear();
        self.now.report = Some(report);
        self.now.retyped = false;
        self.start_generation();
        self.done.clear();
        self.undone.clear();
        // Pieces of UTF-8 texts that are split at line ends only are UTF-8, so nothing is replaced here.
        lost.into_iter().map(|text| String::from_utf8_lossy(&text).into_owned()).collect()
    }

    /// Repeats the merge with the present text of mine; a decision is kept if its texts are unchanged.
    ///
    /// Earlier steps can no longer be undone, because the text that they changed no longer exists.
    ///
    /// If the user wrote the whole result by hand, and that result conflicts with what the user then typed into mine,
    /// the result is dropped from the merge and returned.
    pub(crate) fn renew_mine(&mut self, mine: Document, deadline: Option<Instant>) -> Option<String> {
        let before = mem::replace(&mut self.mine, Arc::new(mine));
        self.now.report = None;
        let changed = before.content != self.mine.content;
        let lost = if changed { self.renew_my_content(&before.content, deadline) } else { None };
        self.now.title.renew_mine(self.mine.title.clone());
        self.now.parent.renew_mine(self.mine.parent.clone());
        self.now.retyped = true;
        self.start_generation();
        self.done.clear();
        self.undone.clear();
        lost
    }

    fn renew_my_content(&mut self, before: &str, deadline: Option<Instant>) -> Option<String> {
        let mine = content_of(&self.mine);
        let is_my_side_by_hand = self.content.merge().text(Side::Mine).bytes() != before.as_bytes();
        let whole = self.now.full_override.take();
        // After a whole result written by hand was merged with a newer version, that result is my side: see
        // `merge_over`.
        let by_hand = whole.as_deref().map(str::to_owned);
        let Some(by_hand) = by_hand.or_else(|| is_my_side_by_hand.then(|| self.my_side().content)) else {
            self.now.report = Some(self.content.renew_mine_to(mine, deadline));
            return None;
        };
        // The result was written with the earlier text of mine in view, so only what was typed later is news.
        let typed = Session::new(before.as_bytes(), by_hand.as_bytes(), mine.bytes(), deadline).result();
        let typed = typed.map(|text| String::from_utf8_lossy(&text).into_owned());
        let lost = typed.is_none().then_some(by_hand);
        match typed {
            Some(typed) if whole.is_none() => _ = self.content.renew_mine(typed.as_bytes(), deadline),
            typed => {
                self.now.full_override = typed.map(Arc::from);
                if is_my_side_by_hand {
                    let (base, theirs) = (content_of(&self.base), content_of_version(&self.now.theirs));
                    self.content = Session::of(Merge::of(base, mine, theirs, deadline));
                } else {
                    self.content.renew_mine_to(mine, deadline);
                }
            }
        }
        lost
    }

    fn renew_content(&mut self, theirs: &Arc<Snapshot>, deadline: Option<Instant>) -> (MergeReport, ContentStep) {
        let content = content_of_version(theirs);
        // The content takes no step if only the title or the parent has changed.
        if self.now.theirs.document.content == theirs.document.content {
            return (self.content.renew_to(content, deadline), ContentStep::Steps(0));
        }
        let Some(whole) = self.now.full_override.take() else {
            return (self.content.renew_to(content, deadline), ContentStep::Steps(1));
        };
        let met = Arc::clone(&self.now.theirs);
        self.merge_over(&met.document.content, &whole, &theirs.document.content, deadline)
    }

    /// Merges a text written by hand with a newer version.
    ///
    /// The text was written with the previous version in view, so it takes that version into account: that version is
    /// the base from here on. Over the old base, all of theirs would be news again.
    fn merge_over(
        &mut self,
        seen: &str,
        by_hand: &str,
        theirs: &str,
        deadline: Option<Instant>,
    ) -> (MergeReport, ContentStep) {
        let anew = Session::new(seen.as_bytes(), by_hand.as_bytes(), theirs.as_bytes(), deadline);
        let report = MergeReport { new: anew.merge().conflicts().collect(), ..MergeReport::default() };
        let old = mem::replace(&mut self.content, anew);
        (report, ContentStep::Other(Box::new(old)))
    }

    /// Undoes the last step, even a repeated merge.
    ///
    /// After that, the save replaces the previous version, and gets its 412.
    pub(crate) fn undo(&mut self) -> bool {
        let Some((before, mut touched)) = self.done.pop() else { return false };
        match &mut touched {
            ContentStep::Steps(count) => {
                for _ in 0..*count {
                    self.content.undo();
                }
            }
            ContentStep::Other(session) => mem::swap(&mut self.content, session),
        }
        let after = mem::replace(&mut self.now, before);
        if after.generation != self.now.generation {
            self.changes = self.now.changes(&self.content);
        }
        self.undone.push((after, touched));
        self.revision += 1;
        true
    }

    /// Redoes the step that was last undone.
    pub(crate) fn redo(&mut self) -> bool {
        let Some((after, mut touched)) = self.undone.pop() else { return false };
        match &mut touched {
            ContentStep::Steps(count) => {
                for _ in 0..*count {
                    self.content.redo();
                }
            }
            ContentStep::Other(session) => mem::swap(&mut self.content, session),
        }
        let before = mem::replace(&mut self.now, after);
        if before.generation != self.now.generation {
            self.changes = self.now.changes(&self.content);
        }
        self.done.push((before, touched));
        self.revision += 1;
        true
    }

    /// Returns whether there is a step to undo.
    pub(crate) fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Returns whether there is a step to redo.
    pub(crate) fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    fn start_generation(&mut self) {
        self.changes = self.now.changes(&self.content);
        self.revision += 1;
        self.merges += 1;
        self.now.generation = self.merges;
    }

    /// Returns whether there is such a change, and a decision about it would change the result.
    fn can_decide(&self, place: ChangeId) -> bool {
        match place {
            ChangeId::Title => self.now.title.kind() != RegionKind::Stable,
            ChangeId::Parent => self.now.parent.kind() != RegionKind::Stable,
            ChangeId::Region(region) => {
                self.now.full_override.is_none() && self.content.changes().binary_search(&region).is_ok()
            }
        }
    }

    fn remember(&mut self, before: MergeState, touched: ContentStep) {
        self.done.push((before, touched));
        self.undone.clear();
        self.revision += 1;
    }
}

/// Parses a parent written by hand: a document's id, or nothing.
#[expect(
    clippy::option_option,
    reason = "the outer one says whether the text is a parent, the inner one is the parent"
)]
fn parse_parent(text: &str) -> Option<Option<DocumentId>> {
    if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
}

/// Converts a decision to a choice, if it has a meaning for a single value.
///
/// `read` parses a text written by hand.
fn to_choice<T>(decision: Decision, read: impl Fn(String) -> Option<T>) -> Option<Choice<T>> {
    Some(match decision {
        Decision::Undecided => Choice::Undecided,
        Decision::Mine => Choice::Mine,
        Decision::Theirs => Choice::Theirs,
        Decision::Base => Choice::Base,
        Decision::Edited(text) => Choice::Edited(read(String::from_utf8(text).ok()?)?),
        Decision::MineTheirs | Decision::TheirsMine => return None,
    })
}
