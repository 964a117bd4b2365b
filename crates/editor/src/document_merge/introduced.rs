//! The authors of the changes in theirs, from the versions that this merge has had for theirs.
//!
//! After a repeated merge, theirs contains the changes of several versions, and the author of the newest one may have
//! made only some of them. Versions that this editor has never received cannot be told apart: a change that came with
//! them has no known author (`DocumentMerge::introduced_by`).

use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use contract::{Document, Snapshot};
use merge::{Merge, Region, RegionKind};

/// The most earlier versions that a merge remembers.
const MAX_EARLIER_VERSIONS: usize = 8;

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
