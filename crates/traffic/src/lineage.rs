//! The base of each version, and the versions overwritten unseen, as far as a history shows them.
//!
//! The server reports two tags with each version: its *parent*, the version before, and its *base*, the version that
//! the writer named. If both are the same, the writer had read the version that they replaced. If the base is older
//! than the parent, the writer had not seen the versions in between. Nothing is claimed beyond that: a write that named
//! no version, or one that is not in the list, may or may not have overwritten something unseen.

use contract::{EntityTag, Version};

/// One version, with the facts that its neighbours in the history show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineageEntry {
    /// The version.
    pub version: Version,
    /// The kind of the write.
    pub kind: WriteKind,
    /// The version that the writer started from.
    pub base: WriteBase,
    /// Whether it was overwritten unseen.
    pub fate: WriteFate,
    /// The number of an older version with the same tag as the base: the writer may have meant either.
    pub also: Option<u64>,
}

/// The kind of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteKind {
    /// It created the document.
    Created,
    /// It created the document again after a delete.
    CreatedAgain,
    /// It changed the document.
    Edited,
    /// It deleted the document.
    Deleted,
}

/// The version that a writer started from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteBase {
    /// The version before.
    Parent,
    /// An older version, by its index in the history. The writer had not seen the versions in between.
    Older(usize),
    /// No version, because there was no document.
    Nothing,
    /// The write named no version.
    Unnamed,
    /// The write named a tag that no older version in the history has.
    Strange(EntityTag),
}

/// Whether a version was overwritten unseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteFate {
    /// The version was not overwritten unseen.
    Kept,
    /// The version was overwritten unseen.
    Overwritten {
        /// The number of the first version whose writer had not seen it.
        by: u64,
        /// The number of the first later version that was made from it after all; such a version is not lost.
        back: Option<u64>,
    },
}

/// Returns the lineage of versions, newest first; `versions` may have any order.
#[must_use]
pub fn lineage_of(mut versions: Vec<Version>) -> Vec<LineageEntry> {
    versions.sort_by_key(|version| std::cmp::Reverse(version.version));
    versions.dedup_by_key(|version| version.version);
    let bases: Vec<WriteBase> = (0..versions.len()).map(|at| base(&versions, at)).collect();
    let fates = fates(&versions, &bases);
    let also: Vec<_> = bases.iter().enumerate().map(|(at, base)| also(&versions, at, base)).collect();
    let kinds: Vec<_> = (0..versions.len()).map(|at| kind(&versions, at)).collect();
    let rest = kinds.into_iter().zip(bases).zip(fates.into_iter().zip(also));
    let all = versions.into_iter().zip(rest);
    all.map(|(version, ((kind, base), (fate, also)))| LineageEntry { version, kind, base, fate, also }).collect()
}

fn kind(versions: &[Version], at: usize) -> WriteKind {
    match (&versions[at], versions.get(at + 1)) {
        (version, _) if version.deleted => WriteKind::Deleted,
        (_, Some(parent)) if parent.deleted => WriteKind::CreatedAgain,
        (version, None) if version.parent_etag.is_none() => WriteKind::Created,
        _ => WriteKind::Edited,
    }
}

fn base(versions: &[Version], at: usize) -> WriteBase {
    let version = &versions[at];
    let Some(named) = &version.based_on else {
        let new = matches!(kind(versions, at), WriteKind::Created | WriteKind::CreatedAgain);
        return if new { WriteBase::Nothing } else { WriteBase::Unnamed };
    };
    if !version.skips_parent() {
        return WriteBase::Parent;
    }
    match held(versions, at, named) {
        Some(held) if held == at + 1 => WriteBase::Parent,
        Some(held) => WriteBase::Older(held),
        None => WriteBase::Strange(named.clone()),
    }
}

/// Returns the index of the newest version with this tag that is older than the version at `at`.
///
/// If several have the tag, the writer is assumed to have seen the newest.
fn held(versions: &[Version], at: usize, tag: &EntityTag) -> Option<usize> {
    (at + 1..versions.len()).find(|&older| versions[older].etag == *tag)
}

/// Returns the number of another version, older than the base, that has the base's tag.
fn also(versions: &[Version], at: usize, base: &WriteBase) -> Option<u64> {
    let held_at = made_from(at, base)?;
    let older = held(versions, held_at, &versions.get(held_at)?.etag)?;
    Some(versions[older].version)
}

/// Returns the index of the version that `at` was made from, or `None` if that is not known.
fn made_from(at: usize, base: &WriteBase) -> Option<usize> {
    match base {
        WriteBase::Parent => Some(at + 1),
        WriteBase::Older(held) => Some(*held),
        WriteBase::Nothing | WriteBase::Unnamed | WriteBase::Strange(_) => None,
    }
}

fn fates(versions: &[Version], bases: &[WriteBase]) -> Vec<WriteFate> {
    let mut fates = vec![WriteFate::Kept; versions.len()];
    // Oldest first, so that the first write that overwrote a version, or was made from it again, is recorded.
    for (at, base) in bases.iter().enumerate().rev() {
        let lineage = std::iter::successors(made_from(at, base), |&at| made_from(at, bases.get(at)?));
        for ancestor in lineage {
            if let Some(WriteFate::Overwritten { back: back @ None, .. }) = fates.get_mut(ancestor) {
                *back = Some(versions[at].version);
            }
        }
        let unseen = if let WriteBase::Older(held) = base { at + 1..*held } else { 0..0 };
        for fate in fates[unseen].iter_mut().filter(|fate| **fate == WriteFate::Kept) {
            *fate = WriteFate::Overwritten { by: versions[at].version, back: None };
        }
    }
    fates
}

#[cfg(test)]
mod tests;
