//! Prefetching: a stale editor reads the newer version in the background, to show where it differs.
//!
//! A conditional GET, sent when the server has announced a version that is not here. It changes neither my text nor the
//! base nor the phase: the next save is as stale as before and gets its 412. That 412 then needs no text, since the
//! version is here already (its save has no `Prefer: return=representation`), and so does a read that the user asks
//! for: it names the version that is here, and is answered with a 304.
//!
//! Bounds: one such read at a time, and one for each announced version that is current when it is sent. None is sent
//! while another request is in flight or the server cannot be reached, and a read that fails is not repeated. A text of
//! more than [`MAX_PREFETCHED_BYTES`] is not read: each save would send it to everyone who has the document open.

use contract::{EntityTag, Snapshot};
use merge::Hunk;

use crate::change_marks::{ChangeMarks, MarkedChanges};
use crate::known_version::KnownVersion;
use crate::machine::{Editor, EditorEffect};
use crate::phase::{EditorPhase, LastSeen};
use crate::reconcile::is_older;
use crate::request::{RequestId, ResponseOutcome};
use crate::text_changes::{TextChange, TextChanges};

/// The longest base for which newer versions are read in the background, in bytes.
///
/// In a room of 50 that is 12 MiB for each save: a second of an ordinary wireless network.
pub const MAX_PREFETCHED_BYTES: usize = 256 << 10;

/// The changed lines, for display.
impl Editor {
    /// Returns the changed lines of my text and of the newer version; `None` if they are not kept track of.
    #[must_use]
    pub fn changes(&self) -> Option<TextChanges<'_>> {
        Some(self.marks.as_ref()?.changes(self.newer_text().is_some()))
    }

    /// Returns the version that is newer than the base, if its text is here.
    #[must_use]
    pub fn newer_text(&self) -> Option<&KnownVersion> {
        let is_stale = self.last_seen.etag().is_some_and(|seen| self.base().is_some_and(|base| base.etag != *seen));
        self.marks.as_ref()?.newer().filter(|_| is_stale)
    }

    /// Returns whether a save would lead to a conflict about the title.
    ///
    /// It would if my title and that of the newer version both differ from the base, and from each other. Returns false
    /// if the newer version is not here.
    #[must_use]
    pub fn has_coming_title_conflict(&self) -> bool {
        let (Some(base), Some(theirs)) = (self.base(), self.newer_text()) else { return false };
        let [base, theirs] = [base, theirs].map(|version| &version.document.title);
        let mine = &self.mine().title;
        mine != base && theirs != base && mine != theirs
    }

    /// Returns the version that made a change of the newer version, or `None` if that is not known.
    ///
    /// Versions that were saved in quick succession are not all received; then it is not known.
    #[must_use]
    pub fn introduced_by(&self, change: &TextChange) -> Option<&KnownVersion> {
        self.newer_text()?;
        self.marks.as_ref()?.introduced_by(change, self.base().map(|base| &base.etag))
    }

    /// Returns which changed lines are kept track of.
    #[must_use]
    pub fn marked_changes(&self) -> MarkedChanges {
        match &self.marks {
            None => MarkedChanges::None,
            Some(marks) if marks.prefetches => MarkedChanges::All,
            Some(_) => MarkedChanges::Mine,
        }
    }
}

/// How the newer version comes here, and what it is used for.
impl Editor {
    /// Returns the effects that bring the marks up to date: a read of the newer version, and comparisons.
    pub(crate) fn refresh_marks(&mut self) -> Vec<EditorEffect> {
        let mut effects = self.prefetch();
        let comparisons = self.marks.iter_mut().flat_map(ChangeMarks::compare);
        effects.extend(comparisons.map(|(comparison, texts)| EditorEffect::CompareLines { comparison, texts }));
        effects
    }

    /// Takes in the result of a comparison that was too long for the thread of the keys.
    pub(crate) fn on_lines_compared(&mut self, comparison: u64, hunks: Vec<Hunk>) {
        if let Some(marks) = &mut self.marks {
            marks.on_compared(comparison, hunks);
        }
    }

    /// Keeps track of other changed lines from now on.
    pub(crate) fn mark_changes(&mut self, marked: MarkedChanges) {
        let prefetches = marked == MarkedChanges::All;
        match (&mut self.marks, marked) {
            (marks, MarkedChanges::None) => *marks = None,
            (Some(marks), _) => {
                marks.prefetches = prefetches;
                if !prefetches {
                    marks.forget_newer();
                    marks.prefetched = None;
                }
            }
            (marks @ None, _) => {
                *marks = Some(ChangeMarks::new(self.text.unedited(), &self.text.mine().content, prefetches));
            }
        }
    }

    /// Reads the newest announced version in the background, if it is not here.
    pub(crate) fn prefetch(&mut self) -> Vec<EditorEffect> {
        let is_wanted = |marks: &ChangeMarks| marks.prefetches && marks.prefetching.is_none();
        if !self.marks.as_ref().is_some_and(is_wanted) || self.is_busy() || self.phase() != EditorPhase::Stale {
            return Vec::new();
        }
        let is_short = self.base().is_some_and(|base| base.document.content.len() <= MAX_PREFETCHED_BYTES);
        let LastSeen::Version { etag, .. } = &self.last_seen else { return Vec::new() };
        if !is_short || self.has_newest_text() {
            return Vec::new();
        }
        let (etag, ask) = (etag.clone(), self.read_request());
        let Some(marks) = &mut self.marks else { return Vec::new() };
        if marks.prefetched.as_ref() == Some(&etag) {
            return Vec::new();
        }
        let request = RequestId(self.requests + 1);
        (marks.prefetched, marks.prefetching) = (Some(etag), Some(request));
        self.requests += 1;
        vec![EditorEffect::Prefetch { request, ask }]
    }

    /// Handles the response to a read in the background. Only a newer version matters.
    pub(crate) fn on_prefetched(&mut self, request: RequestId, outcome: ResponseOutcome) {
        let Some(marks) = &mut self.marks else { return };
        if marks.prefetching.take_if(|sent| *sent == request).is_none() {
            return;
        }
        if let ResponseOutcome::Read(theirs) = outcome {
            self.note_newer(&theirs);
        }
    }

    /// Keeps the text of a version that has arrived, if it is newer than the base.
    pub(crate) fn note_newer(&mut self, theirs: &Snapshot) {
        let is_newer = |known: &KnownVersion| theirs.etag != known.etag && !is_older(&theirs.etag, &known.etag);
        let is_wanted = self.base().is_some_and(is_newer);
        if let Some(marks) = self.marks.as_mut().filter(|marks| is_wanted && marks.prefetches)
            && marks.newer().is_none_or(is_newer)
        {
            marks.set_newer(theirs.into());
        }
    }

    /// Returns whether the text of the newest known version is here, so that a 412 need not carry it.
    pub(crate) fn has_newest_text(&self) -> bool {
        self.newer_text().is_some_and(|newer| self.last_seen.etag() == Some(&newer.etag))
    }

    /// Returns the newer version that has this tag, if its text is here.
    pub(crate) fn newer_text_under(&self, etag: &EntityTag) -> Option<Snapshot> {
        let newer = self.marks.as_ref()?.newer()?;
        (newer.etag == *etag).then(|| newer.to_snapshot())
    }
}
