//! The memory of a resource: its writes, its refused writes, and its tags.

use std::collections::VecDeque;
use std::sync::Arc;

use precondition::EntityTag;

use crate::body::BodyRef;
use crate::facts::{Applied, ExchangeFacts, NamedVersion, RequestKind};

/// The memory of one resource.
#[derive(Debug, Default)]
pub(crate) struct ResourceMemory {
    /// Writes that were, or may have been, applied; in the order of their ends.
    pub(crate) writes: VecDeque<WriteRecord>,
    /// Writes that were refused with a 412.
    pub(crate) refusals: VecDeque<RefusedWrite>,
    /// Tags, each when it was first and last sent with one content.
    pub(crate) tags: VecDeque<TagSighting>,
    /// Tags of which the detector has already said that they do not change.
    pub(crate) unchanged: VecDeque<EntityTag>,
    /// The latest moment of a write that is forgotten.
    pub(crate) forgotten_until: Option<u64>,
}

/// A write that was, or may have been, applied.
#[derive(Debug, Clone)]
pub(crate) struct WriteRecord {
    pub(crate) number: u64,
    pub(crate) caller: Option<Arc<str>>,
    pub(crate) arrived: u64,
    pub(crate) forwarded: u64,
    /// When the server answered; `None` if it did not.
    pub(crate) answered: Option<u64>,
    pub(crate) kind: RequestKind,
    pub(crate) applied: Applied,
    pub(crate) named: NamedVersion,
    /// The tag of the new version, if the response has it (RFC 9110 section 9.3.4).
    pub(crate) tag: Option<EntityTag>,
    pub(crate) body: BodyRef,
    /// The body of the response, if it may show the new version.
    pub(crate) response: Option<BodyRef>,
    /// Whether a certain anomaly says that the changes of this write are lost.
    pub(crate) is_lost: bool,
}

/// A write that was refused with a 412.
#[derive(Debug, Clone)]
pub(crate) struct RefusedWrite {
    pub(crate) number: u64,
    pub(crate) caller: Option<Arc<str>>,
    pub(crate) answered: u64,
    pub(crate) kind: RequestKind,
    pub(crate) named: NamedVersion,
    pub(crate) body: BodyRef,
}

/// A tag that was sent with a response about the resource.
#[derive(Debug, Clone)]
pub(crate) struct TagSighting {
    pub(crate) target: Arc<str>,
    pub(crate) tag: EntityTag,
    /// The fields that select the representation.
    pub(crate) variant: String,
    /// The content with that tag; `None` if the response did not show it.
    pub(crate) body: Option<BodyRef>,
    /// The number of the first exchange with it.
    pub(crate) number: u64,
    /// When the first response with it arrived.
    pub(crate) first_answered: u64,
    /// When the last request was forwarded whose response has it.
    pub(crate) last_forwarded: u64,
    /// When the last response with it arrived.
    pub(crate) last_answered: u64,
}

impl TagSighting {
    /// Returns whether another response has the same tag with the same content, or without one.
    fn is_same(&self, other: &Self) -> bool {
        let digest = |body: &Option<BodyRef>| body.as_ref().and_then(|body| body.digest);
        self.tag == other.tag
            && self.variant == other.variant
            && (other.body.is_none() || digest(&self.body) == digest(&other.body))
    }
}

impl WriteRecord {
    /// Returns the exchange as a write, or `None` if the server did not get it.
    pub(crate) fn of(facts: &ExchangeFacts<'_>) -> Option<Self> {
        let order = facts.observed.order;
        Some(Self {
            number: facts.observed.number,
            caller: facts.observed.caller.map(Arc::from),
            arrived: order.arrived,
            forwarded: order.forwarded?,
            answered: order.answered.filter(|_| facts.applied == Applied::Yes),
            kind: facts.kind,
            applied: facts.applied,
            named: facts.named.clone(),
            tag: facts.tag.clone(),
            body: facts.request_body.clone(),
            response: None,
            is_lost: false,
        })
    }

    /// Returns whether this write was applied before `forwarded`, whatever the server does inside.
    pub(crate) fn is_before(&self, forwarded: u64) -> bool {
        self.answered.is_some_and(|answered| answered < forwarded)
    }

    /// Returns whether this write may have been applied before a response that arrived at `answered`.
    pub(crate) fn may_be_before(&self, answered: u64) -> bool {
        self.forwarded < answered
    }
}

/// The version that a tag names.
#[derive(Debug, Clone)]
pub(crate) struct TaggedContent<'a> {
    /// The exchange that had the tag.
    pub(crate) number: u64,
    pub(crate) body: Option<&'a BodyRef>,
    /// The fields that select the representation; `None` if a client wrote it.
    pub(crate) variant: Option<&'a str>,
}

impl ResourceMemory {
    /// Returns the version that a strong tag named before a moment, if possible one whose content is known.
    pub(crate) fn tagged_before(&self, tag: &EntityTag, before: u64) -> Option<TaggedContent<'_>> {
        let is_sighting = |known: &&TagSighting| known.first_answered < before && known.tag.strong_eq(tag);
        let sightings = self.tags.iter().filter(is_sighting).map(|known| TaggedContent {
            number: known.number,
            body: known.body.as_ref(),
            variant: Some(&known.variant),
        });
        let is_write = |known: &&WriteRecord| {
            let made = known.tag.as_ref().is_some_and(|made| made.strong_eq(tag));
            made && known.applied == Applied::Yes && known.is_before(before)
        };
        let writes = self.writes.iter().filter(is_write).map(|known| TaggedContent {
            number: known.number,
            body: Some(&known.body).filter(|_| known.kind == RequestKind::Replace),
            variant: None,
        });
        // Among equals, the first is the minimum.
        sightings.chain(writes).min_by_key(|content| content.body.is_none())
    }

    /// Returns whether a whole replacement certainly happened between these two moments.
    pub(crate) fn is_replaced_between(&self, after: u64, before: u64) -> bool {
        self.writes.iter().any(|write| {
            write.applied == Applied::Yes
                && matches!(write.kind, RequestKind::Replace | RequestKind::Delete)
                && write.forwarded > after
                && write.is_before(before)
        })
    }

    /// Adds a write, and forgets the oldest beyond `limit`.
    pub(crate) fn add_write(&mut self, write: WriteRecord, limit: usize) -> bool {
        self.writes.push_back(write);
        if self.writes.len() <= limit {
            return false;
        }
        // An editor that saves by itself must not displace what others wrote: its own later text replaces the earlier.
        let replaced = self.writes.iter().position(|write| {
            let is_successor = |later: &WriteRecord| {
                later.kind == RequestKind::Replace
                    && later.applied == Applied::Yes
                    && later.caller == write.caller
                    && write.is_before(later.forwarded)
            };
            write.kind == RequestKind::Replace && self.writes.iter().any(is_successor)
        });
        let oldest = self.writes.remove(replaced.unwrap_or_default());
        if replaced.is_none() {
            let moment = oldest.map(|write| write.answered.unwrap_or(write.forwarded));
            self.forgotten_until = self.forgotten_until.max(moment);
        }
        true
    }

    /// Adds a refused write, and forgets the oldest beyond `limit`.
    pub(crate) fn add_refusal(&mut self, refusal: RefusedWrite, limit: usize) {
        self.refusals.push_back(refusal);
        if self.refusals.len() > limit {
            self.refusals.pop_front();
        }
    }

    /// Returns whether this tag is known with this content.
    pub(crate) fn has_tag(&self, sighting: &TagSighting) -> bool {
        self.tags.iter().any(|known| known.is_same(sighting))
    }

    /// Adds a tag, or the new moments of a known one, and forgets the oldest beyond `limit`.
    pub(crate) fn add_tag(&mut self, sighting: TagSighting, limit: usize) {
        if let Some(known) = self.tags.iter_mut().find(|known| known.is_same(&sighting)) {
            known.last_forwarded = known.last_forwarded.max(sighting.last_forwarded);
            known.last_answered = known.last_answered.max(sighting.last_answered);
            return;
        }
        self.tags.push_back(sighting);
        if self.tags.len() > limit {
            self.tags.pop_front();
        }
    }
}
