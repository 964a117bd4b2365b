//! What a judgement rests on, gathered inside the transaction that writes.
//!
//! Why gather it beforehand, and not ask the database while judging? Because then the judgement would be async for one
//! database and not for another. Gathered facts are a plain value: the same judgement serves every store, and a test
//! can write the facts down.

use contract::{Author, DocumentId};
use precondition::policy::Etags;
use precondition::{Conditions, EntityTag, History};

use crate::etag_chain::StateHash;
use crate::revision::{DocumentState, Revision};

/// What a store knows about a document at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteFacts {
    /// What is there.
    pub found: DocumentState,
    /// The versions that the request's tags were issued for, each with the version that follows it.
    ///
    /// A tag of our own kind names one version. The other kinds may name any number; these are the newest of each tag.
    pub issued: Vec<IssuedTag>,
    /// What belongs under this document. Only a delete and a write with a parent ask.
    pub below: Descendants,
    /// The parent that the request wants, and all that it belongs under in turn, nearest first; empty if it does not
    /// exist. If there are more than [`MAX_DEPTH`], the rest may be missing.
    pub ancestors: Vec<DocumentId>,
}

/// How many documents another may belong under, counted up to the topmost one.
pub const MAX_DEPTH: usize = 100;

/// How many children a refused delete lists.
pub const MAX_CHILDREN_LISTED: usize = 100;

/// What belongs under a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Descendants {
    /// The first [`MAX_CHILDREN_LISTED`] of the documents directly under it, by id.
    pub children: Vec<DocumentId>,
    /// How many documents are directly under it.
    pub count: u64,
    /// How many levels are below it, counted up to [`MAX_DEPTH`].
    pub height: usize,
}

/// A version that a tag was issued for, and the version after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedTag {
    /// The tag, of the policy's kind.
    pub tag: EntityTag,
    /// The number of the version that has it.
    pub version: u64,
    /// The version after that one.
    pub next: Option<Revision>,
}

/// The tags whose past a judgement may ask about: those of If-Match, unless one of them is the current one.
///
/// The usual write names the current version, and then nothing needs to be looked up. A tag that is marked as
/// weak is looked up without the mark, as it would have been issued: whose it was can be told all the same.
#[must_use]
pub fn tags_to_look_up(conditions: &Conditions, current: Option<&EntityTag>) -> Vec<EntityTag> {
    let sent: Vec<&EntityTag> = conditions.sent_tags().collect();
    let names_current = current.is_some_and(|current| sent.iter().any(|tag| tag.strong_eq(current)));
    if names_current { Vec::new() } else { sent.into_iter().map(EntityTag::to_strong).collect() }
}

/// The gathered past as the judgement asks for it.
#[derive(Debug, Clone, Copy)]
pub struct GatheredHistory<'a> {
    /// What was gathered.
    pub issued: &'a [IssuedTag],
    /// The kind of tags that were gathered.
    pub kind: Etags,
    /// The hash of the state that the request sends; none where it sends none, or none that could be read.
    pub sent: Option<StateHash>,
    /// The author of the request; `None` if the judgement will not ask.
    pub author: Option<&'a Author>,
}

impl GatheredHistory<'_> {
    /// Who wrote the version with this tag, where it was made on one that the request names, and has the state that
    /// the request sends.
    pub(crate) fn author_of(&self, applied: &EntityTag) -> Option<&Author> {
        let made = self.versions().map(|(_, made)| made).filter(|made| made.stamp.etag(self.kind) == *applied);
        made.max_by_key(|made| made.stamp.version).map(|made| &made.author)
    }

    /// The versions with the state that the request sends, each with the tag of the version it was made on.
    fn versions(&self) -> impl Iterator<Item = (&EntityTag, &Revision)> {
        let after = self.issued.iter().filter_map(|issued| Some((&issued.tag, issued.next.as_ref()?)));
        after.filter(|(_, next)| Some(next.stamp.hash) == self.sent)
    }
}

impl History for GatheredHistory<'_> {
    fn version_of(&self, tag: &EntityTag) -> Option<u64> {
        self.issued.iter().filter(|issued| issued.tag == *tag).map(|issued| issued.version).max()
    }

    fn applied_on(&self, parent: &EntityTag) -> Option<EntityTag> {
        let applied = self.versions().filter(|(tag, _)| *tag == parent).map(|(_, made)| &made.stamp);
        applied.max_by_key(|mark| mark.version).map(|mark| mark.etag(self.kind))
    }

    fn author_wrote_after(&self, parent: &EntityTag) -> bool {
        let after = self.issued.iter().filter(|issued| issued.tag == *parent).filter_map(|issued| issued.next.as_ref());
        self.author.is_some_and(|author| after.into_iter().any(|next| next.author == *author))
    }
}
