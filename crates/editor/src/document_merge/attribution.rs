//! The authors of the changes in theirs, as far as the versions that were received tell.
//!
//! Which changes an earlier version already had is compared in `introduced`.

use contract::Snapshot;
use merge::Side;

use super::{ChangeId, DocumentMerge};
use crate::saves_since::{SavesSince, has_gap};
use crate::writer::Writer;

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

    /// Returns the author of the lines that are only in theirs, as `name` names the author of a version.
    ///
    /// If there are no such lines, it is the author of theirs.
    pub(crate) fn writer_of_lines_of_theirs(&self, name: impl Fn(&Snapshot) -> Writer) -> Writer {
        let regions = self.content.merge().regions();
        let with_lines = self.regions_of_theirs().filter(|&region| !regions[region].theirs.is_empty());
        let mut writers = with_lines.map(|region| match self.introduced_by(ChangeId::Region(region)) {
            Some(version) => name(version),
            None => Writer::Others,
        });
        let Some(first) = writers.next() else { return name(&self.now.theirs) };
        if writers.all(|writer| writer == first) { first } else { Writer::Others }
    }
}
