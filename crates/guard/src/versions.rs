//! The state of one resource: its version, and how its representations looked in that version.
//!
//! This is a state machine without input or output. A version ends with each write that goes through the guard, even
//! one that changes nothing, and with each change that a read reveals: then another client has written around the
//! guard, or the server itself has changed the resource.
//!
//! A resource may have several representations, for instance one for each language or each user. Each is a *selection*:
//! the request's fields that select it, as one number. All representations of a resource share its version, so that a
//! write ends the tags of all of them.
//!
//! A read that overlaps a write is the difficult case: its response may be older than that write, although it arrives
//! after it. No lock prevents this, since a read may take as long as it likes (a client may be slow, or the server may
//! wait for news). Instead, such a read gets a tag that is never current, unless its bytes are those that are known to
//! be current. Its client can show what it has read, but it cannot write with that tag: it gets a 412 and reads again.

use std::collections::VecDeque;

use precondition::{EntityTag, History};

use crate::fingerprint::Fingerprint;
use crate::tags::TagIssuer;

/// How many representations of one version are remembered.
const MAX_SELECTIONS: usize = 8;

/// How many older versions are remembered, to tell a stale tag from one that was never issued.
const MAX_RECENT: usize = 16;

/// How many reads in a row must each differ from the one before, so that a resource is never the same.
const MAX_DIFFERING_READS: u32 = 5;

/// The state of one resource.
#[derive(Debug, Default)]
pub(crate) struct ResourceVersions {
    /// The number of the current version; `None` if no representation has been seen yet.
    current: Option<u64>,
    /// The numbers of earlier versions, the newest last.
    recent: VecDeque<u64>,
    /// How many versions this guard has counted, the current one included.
    count: u64,
    /// The representations that were seen in the current version.
    known: Vec<KnownRepresentation>,
    /// How many writes have begun or ended.
    transitions: u64,
    /// How many writes are on their way.
    writing: u32,
    /// How many reads in a row differed from the one before.
    differing_reads: u32,
}

#[derive(Debug)]
struct KnownRepresentation {
    selection: Selection,
    fingerprint: Fingerprint,
}

/// The fields of a request that select a representation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selection {
    /// A hash of all of them, and of the URL as it was sent.
    pub(crate) hash: u64,
    /// The value of `Accept`, which a later write needs to see the representation that its client has read.
    pub(crate) accept: Option<Box<[u8]>>,
    /// The value of `Accept-Language`, for the same reason.
    pub(crate) accept_language: Option<Box<[u8]>>,
}

/// The moment at which a read began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReadStart {
    transitions: u64,
    was_writing: bool,
}

/// How a representation that was read relates to what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Novelty {
    /// It was seen before, in this version.
    Known,
    /// Nothing is known about this selection in this version.
    First,
    /// It differs from what was known, and no write through the guard explains that.
    Changed,
    /// A write overlapped the read, so the representation may be an old one. Its tag is never current.
    Overlapped,
}

/// A representation that was read, and the tag that it got.
#[derive(Debug, Clone)]
pub(crate) struct Sighting {
    pub(crate) tag: EntityTag,
    pub(crate) novelty: Novelty,
    /// How many versions this guard has counted for the resource.
    pub(crate) count: u64,
}

impl ResourceVersions {
    /// Notes the beginning of a read.
    pub(crate) fn begin_read(&self) -> ReadStart {
        ReadStart { transitions: self.transitions, was_writing: self.writing > 0 }
    }

    /// Takes in a representation that was read, and returns its tag.
    pub(crate) fn see(
        &mut self,
        start: ReadStart,
        selection: Selection,
        fingerprint: &Fingerprint,
        issuer: &TagIssuer,
    ) -> Sighting {
        let overlapped = self.overlapped(start);
        let known = self.known.iter().find(|known| known.selection.hash == selection.hash);
        let novelty = match known {
            // Equal bytes are the current representation, whenever they were read. An equal tag of the server is not.
            Some(known) if known.fingerprint == *fingerprint && (fingerprint.is_of_content() || !overlapped) => {
                Novelty::Known
            }
            _ if overlapped => Novelty::Overlapped,
            Some(_) => Novelty::Changed,
            None => Novelty::First,
        };
        match novelty {
            Novelty::Known => self.differing_reads = 0,
            Novelty::Overlapped => {
                let tag = issuer.tag(issuer.next_version(), fingerprint);
                return Sighting { tag, novelty, count: self.count + 1 };
            }
            Novelty::Changed => {
                self.differing_reads += 1;
                self.begin_version(issuer);
                self.remember(selection, fingerprint.clone());
            }
            Novelty::First => self.remember(selection, fingerprint.clone()),
        }
        let version = self.current.unwrap_or_else(|| self.begin_version(issuer));
        Sighting { tag: issuer.tag(version, fingerprint), novelty, count: self.count }
    }

    /// Takes in that a read found nothing.
    ///
    /// That is a change only for a selection whose representation was known: a server may hide a resource from one
    /// client and show it to another.
    pub(crate) fn see_missing(&mut self, start: ReadStart, selection: &Selection, issuer: &TagIssuer) {
        let was_known = self.known.iter().any(|known| known.selection.hash == selection.hash);
        if was_known && !self.overlapped(start) {
            self.begin_version(issuer);
        }
    }

    /// Returns whether the guard has seen a representation of this resource.
    pub(crate) fn has_existed(&self) -> bool {
        self.count > 0
    }

    /// Returns whether each of the last reads differed from the one before.
    pub(crate) fn differs_with_every_read(&self) -> bool {
        self.differing_reads >= MAX_DIFFERING_READS
    }

    /// Returns the selection of the representation that one of these tags was issued for, if it is current.
    pub(crate) fn selection_of<'a>(
        &self,
        mut tags: impl Iterator<Item = &'a EntityTag>,
        issuer: &TagIssuer,
    ) -> Option<&Selection> {
        let version = self.current?;
        tags.find_map(|tag| {
            let known = self.known.iter().find(|known| issuer.tag(version, &known.fingerprint) == *tag)?;
            Some(&known.selection)
        })
    }

    /// Notes that a write is sent to the server.
    pub(crate) fn begin_write(&mut self) {
        self.transitions += 1;
        self.writing += 1;
    }

    /// Notes that a write has ended, and begins a new version, of which nothing is known yet.
    pub(crate) fn end_write(&mut self, issuer: &TagIssuer) {
        self.end_refused_write();
        self.begin_version(issuer);
    }

    /// Notes that a write has ended, and that a read has shown that it changed nothing.
    pub(crate) fn end_refused_write(&mut self) {
        self.transitions += 1;
        self.writing -= 1;
    }

    fn overlapped(&self, start: ReadStart) -> bool {
        start.was_writing || self.writing > 0 || start.transitions != self.transitions
    }

    fn remember(&mut self, selection: Selection, fingerprint: Fingerprint) {
        if self.known.len() == MAX_SELECTIONS {
            self.known.remove(0);
        }
        self.known.push(KnownRepresentation { selection, fingerprint });
    }

    fn begin_version(&mut self, issuer: &TagIssuer) -> u64 {
        let version = issuer.next_version();
        if let Some(before) = self.current.replace(version) {
            self.known.clear();
            if self.recent.len() == MAX_RECENT {
                self.recent.pop_front();
            }
            self.recent.push_back(before);
        }
        self.count += 1;
        version
    }
}

/// The history of a resource, as far as the guard remembers it. It does not recognize a repeated write.
#[derive(Debug)]
pub(crate) struct KnownHistory<'a> {
    pub(crate) versions: &'a ResourceVersions,
    pub(crate) issuer: &'a TagIssuer,
}

impl History for KnownHistory<'_> {
    fn version_of(&self, tag: &EntityTag) -> Option<u64> {
        let version = self.issuer.version_of(tag)?;
        let ResourceVersions { current, recent, count, .. } = self.versions;
        if *current == Some(version) {
            return Some(*count);
        }
        let behind = recent.iter().rev().position(|&recent| recent == version)?;
        count.checked_sub(behind as u64 + 1)
    }

    fn applied_on(&self, _: &EntityTag) -> Option<EntityTag> {
        None
    }

    fn author_wrote_after(&self, _: &EntityTag) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
