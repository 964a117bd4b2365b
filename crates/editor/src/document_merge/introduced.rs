//! The authors of the changes in theirs, from the versions that this merge has had for theirs.
//!
//! After a repeated merge, theirs contains the changes of several versions, and the author of the newest one may have
//! made only some of them. Versions that this editor has never received cannot be told apart: a change that came with
//! them has no known author (`DocumentMerge::introduced_by`).

use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use contract::{Author, Document, Snapshot};
use merge::{Merge, Region, RegionKind, Side};

use super::{ChangeId, DocumentMerge};
use crate::saves_since::{SavesSince, has_gap};
use crate::writer::Writer;

/// The most earlier versions that a merge remembers.
const MAX_EARLIER_VERSIONS: usize = 8;

impl DocumentMerge {
    /// Returns the version that made this change of theirs, or `None` if that is not known.
    ///
    /// It is the first version received that has the change. Between that one and the one received before it, there may
    /// be versions that this editor has not received: then each of their authors can have made the change.
    #[must_use]
    pub fn introduced_by(&self, place: ChangeId) -> Option<&Snapshot> {
        let (theirs, merge) = (&self.now.theirs.document, self.content.merge());
        // After a whole result written by hand was merged with a newer version, the base is the version before, and all
        // changes are new: see `merge_over`.
        let is_over_base = merge.text(Side::Base).bytes() == self.base.content.as_bytes();
        let earlier = &self.now.earlier;
        let first = earlier.iter().position(|earlier| match place {
            ChangeId::Title => earlier.snapshot().document.title == theirs.title,
            ChangeId::Parent => earlier.snapshot().document.parent == theirs.parent,
            ChangeId::Region(region) => is_over_base && merge.regions().get(region).is_some_and(|it| earlier.has(it)),
        });
        let version = first.map_or(&*self.now.theirs, |at| earlier[at].snapshot());
        let before = earlier[..first.unwrap_or(earlier.len())].last().map(|before| &before.snapshot().etag);
        (!has_gap(before.or(self.base_tag.as_ref()), &version.etag)).then_some(version)
    }

    /// Returns what is known about the saves between theirs and the version that was theirs before.
    ///
    /// `None` before the first repeated merge.
    #[must_use]
    pub fn saves_since_last_merge(&self) -> Option<SavesSince> {
        let last = self.now.earlier.last()?.snapshot();
        let author = self.now.theirs.author.clone().map_or(Writer::Unknown, Writer::Named);
        Some(SavesSince::between(Some((&last.etag, &last.document)), &self.now.theirs, author))
    }

    /// Returns whether theirs has the base's text, and only its tag tells that it may be another version.
    #[must_use]
    pub fn has_only_another_tag(&self) -> bool {
        let known = self.base_tag.as_ref().map(|tag| (tag, &*self.base));
        SavesSince::between(known, &self.now.theirs, Writer::Unknown) == SavesSince::OtherTag
    }

    /// Returns the author of the lines that are only in theirs, as named to a user called `me`.
    ///
    /// If there are no such lines, it is the author of theirs.
    pub(crate) fn writer_of_lines_of_theirs(&self, me: &Author) -> Writer {
        let regions = self.content.merge().regions();
        let with_lines = self.regions_of_theirs().filter(|&region| !regions[region].theirs.is_empty());
        let mut writers = with_lines.map(|region| match self.introduced_by(ChangeId::Region(region)) {
            Some(version) => Writer::new(version.author.as_ref(), me),
            None => Writer::Others,
        });
        let Some(first) = writers.next() else { return Writer::new(self.now.theirs.author.as_ref(), me) };
        if writers.all(|writer| writer == first) { first } else { Writer::Others }
    }
}

/// A version that was theirs before, and the changes in it that the present theirs still contains.
#[derive(Debug, Clone)]
pub(super) struct EarlierVersion {
    snapshot: Arc<Snapshot>,
    /// The lines of the base and of the present theirs that both versions changed in the same way.
    common: Arc<[(Range<usize>, Range<usize>)]>,
}

impl EarlierVersion {
    fn new(base: &Document, snapshot: Arc<Snapshot>, theirs: &Document, deadline: Option<Instant>) -> Self {
        let [before, earlier, later] = [base, &snapshot.document, theirs].map(|document| document.content.as_bytes());
        let both = Merge::new(before, earlier, later, deadline);
        let agreed = both.regions().iter().filter(|region| region.kind == RegionKind::Agreed);
        let common = agreed.map(|region| (region.base.clone(), region.theirs.clone())).collect();
        Self { snapshot, common }
    }

    /// Returns the version.
    pub(super) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Returns whether this version already had theirs of a region.
    ///
    /// The base of the region is the base of the document.
    pub(super) fn has(&self, region: &Region) -> bool {
        let mut common = self.common.iter();
        common.any(|(base, theirs)| contains(base, &region.base) && contains(theirs, &region.theirs))
    }
}

/// Returns the versions that were theirs before `theirs`, the oldest first.
///
/// They are the earlier versions and `last`.
pub(super) fn extended(
    earlier: &[EarlierVersion],
    last: &Arc<Snapshot>,
    base: &Document,
    theirs: &Document,
    deadline: Option<Instant>,
) -> Vec<EarlierVersion> {
    let all = earlier.iter().map(|version| &version.snapshot).chain([last]);
    let surplus = (earlier.len() + 1).saturating_sub(MAX_EARLIER_VERSIONS);
    all.skip(surplus).map(|snapshot| EarlierVersion::new(base, Arc::clone(snapshot), theirs, deadline)).collect()
}

fn contains(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
