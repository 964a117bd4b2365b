//! What a list of versions tells: what each writer held, and which versions were buried unseen.
//!
//! The server says two things of each version: the one that came before it, its *parent*, and the one that its writer
//! named, its *base*. Where both are the same, somebody changed what they had read. Where the base is older than the
//! parent, everything in between was replaced by somebody who had not seen it. Nothing is claimed beyond that: a write
//! that named no version, or one that is not in the list, may have buried something or not.

use contract::{EntityTag, Version};

/// One version, and what its neighbours tell about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LineageEntry {
    pub(crate) version: Version,
    pub(crate) kind: WriteKind,
    pub(crate) base: WriteBase,
    pub(crate) fate: WriteFate,
    /// An older version with the very tag that the base has, so that the tag cannot tell the two apart.
    pub(crate) also: Option<u64>,
}

/// What a write did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WriteKind {
    /// It made the document.
    Created,
    /// It made the document again after a delete.
    CreatedAgain,
    /// It changed the document.
    Edited,
    /// It deleted the document.
    Deleted,
}

/// What the writer of a version held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WriteBase {
    /// The version before.
    Parent,
    /// An older one: its place in the list. What lies between was not seen.
    Older(usize),
    /// There was nothing to hold: the document was new.
    Nothing,
    /// The write named no version.
    Unnamed,
    /// The write named a tag that no older version in the list has.
    Strange(EntityTag),
}

/// What became of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WriteFate {
    /// Nobody buried it.
    Kept,
    /// Somebody replaced it unseen.
    Buried {
        /// The first version whose writer had not seen it.
        by: u64,
        /// The first version since that was made from it after all, so that it is not lost.
        back: Option<u64>,
    },
}

/// Reads a list of versions, in whatever order it comes; the result begins with the newest.
pub(crate) fn lineage_of(mut versions: Vec<Version>) -> Vec<LineageEntry> {
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

/// The newest version before the one at that place that has the tag. Where a tag came back with the same text, nothing
/// worse is said of the writer than has to be.
fn held(versions: &[Version], at: usize, tag: &EntityTag) -> Option<usize> {
    (at + 1..versions.len()).find(|&older| versions[older].etag == *tag)
}

/// Another version, older than the base, that has the base's tag.
fn also(versions: &[Version], at: usize, base: &WriteBase) -> Option<u64> {
    let held_at = made_from(at, base)?;
    let older = held(versions, held_at, &versions.get(held_at)?.etag)?;
    Some(versions[older].version)
}

/// The place of the version that the one at that place was made from, as far as that is known.
fn made_from(at: usize, base: &WriteBase) -> Option<usize> {
    match base {
        WriteBase::Parent => Some(at + 1),
        WriteBase::Older(held) => Some(*held),
        WriteBase::Nothing | WriteBase::Unnamed | WriteBase::Strange(_) => None,
    }
}

fn fates(versions: &[Version], bases: &[WriteBase]) -> Vec<WriteFate> {
    let mut fates = vec![WriteFate::Kept; versions.len()];
    // From the oldest on, so that the first who buried a version, and the first who had it again, are found first.
    for (at, base) in bases.iter().enumerate().rev() {
        let lineage = std::iter::successors(made_from(at, base), |&at| made_from(at, bases.get(at)?));
        for ancestor in lineage {
            if let Some(WriteFate::Buried { back: back @ None, .. }) = fates.get_mut(ancestor) {
                *back = Some(versions[at].version);
            }
        }
        let unseen = if let WriteBase::Older(held) = base { at + 1..*held } else { 0..0 };
        for fate in fates[unseen].iter_mut().filter(|fate| **fate == WriteFate::Kept) {
            *fate = WriteFate::Buried { by: versions[at].version, back: None };
        }
    }
    fates
}

#[cfg(test)]
mod tests;
