//! The facts that a judgement rests on. A backend gathers them inside the transaction that writes.
//!
//! Judging does not ask the database: then the judgement would be async for one database and not for another. Facts
//! are plain values, so one judgement serves every backend, and a test can write facts down.

use std::sync::Arc;

use contract::{Author, DocumentId};
use precondition::policy::Etags;
use precondition::{Conditions, EntityTag, History};

use crate::revision::{DocumentState, Revision, StoredVersion};
use crate::serialized_document::SerializedDocument;

/// The facts about a document at one moment, as far as a request depends on them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteFacts {
    /// The document.
    pub found: DocumentState,
    /// The versions that the request's tags were issued for, each with the version after it.
    ///
    /// The tags are those of [`tags_to_look_up`].
    ///
    /// A tag of our own kind names one version. A tag of another kind may name any number of versions; these are the
    /// newest [`MAX_VERSIONS_PER_TAG`] of each tag, oldest first.
    pub issued: Vec<Arc<IssuedTag>>,
    /// The documents under this one. Only a delete and a write with a parent need them.
    pub below: Descendants,
    /// The parent that the request wants, followed by all its ancestors, nearest first.
    ///
    /// It is empty if the parent does not exist. If there are more than [`MAX_DEPTH`], the rest may be missing.
    pub ancestors: Vec<DocumentId>,
}

/// The number of ancestors that a document may have.
pub const MAX_DEPTH: usize = 100;

/// The number of children that a refused delete lists.
pub const MAX_CHILDREN_LISTED: usize = 100;

/// The number of versions that are looked up for one tag: the newest ones.
///
/// A tag of our own kind names one version. The other kinds are mistakes, by which all versions may have the same tag.
/// The newest ones show how old a tag is, and whether the current version was made on it.
pub const MAX_VERSIONS_PER_TAG: usize = 8;

/// The documents under a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Descendants {
    /// The first [`MAX_CHILDREN_LISTED`] children, ordered by id.
    pub children: Vec<DocumentId>,
    /// The number of children.
    pub count: u64,
    /// The number of levels below the document, counted up to [`MAX_DEPTH`].
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
    pub next: Option<Arc<Revision>>,
}

/// Returns the tags that a judgement may ask about: those of If-Match, unless one of them is current.
///
/// The usual write names the current version, and then nothing needs to be looked up. A weak tag is returned without
/// its mark, as it would have been issued, so that its version can be told all the same.
#[must_use]
pub fn tags_to_look_up(conditions: &Conditions, current: Option<&EntityTag>) -> Vec<EntityTag> {
    let sent: Vec<&EntityTag> = conditions.sent_tags().collect();
    let names_current = current.is_some_and(|current| sent.iter().any(|tag| tag.strong_eq(current)));
    if names_current { Vec::new() } else { sent.into_iter().map(EntityTag::to_strong).collect() }
}

/// The gathered versions, in the form in which a judgement asks for them.
#[derive(Debug, Clone, Copy)]
pub struct GatheredHistory<'a> {
    /// The gathered versions.
    pub issued: &'a [Arc<IssuedTag>],
    /// The kind of their tags.
    pub kind: Etags,
    /// The state that the request sends, or `None` if it sends none that could be read.
    pub sent: Option<SentState<'a>>,
    /// The author of the request; `None` if the judgement will not ask.
    pub author: Option<&'a Author>,
}

/// The state that a request sends, to be compared with those of versions.
#[derive(Debug, Clone, Copy)]
pub struct SentState<'a> {
    /// The document in the request.
    pub document: &'a SerializedDocument,
    /// The current version of the document, if there is one.
    pub current: Option<&'a StoredVersion>,
}

impl SentState<'_> {
    /// Returns whether a version has this state.
    ///
    /// Most writes that lose a race name the version before the current one. The current text is at hand, and two texts
    /// are compared in less time than one of them is hashed.
    fn is_state_of(&self, revision: &Revision) -> bool {
        let current = self.current.filter(|current| current.revision.stamp.version == revision.stamp.version);
        match current.and_then(|current| current.document.as_ref()) {
            Some(document) => document == self.document,
            None => revision.stamp.hash == self.document.hash(),
        }
    }
}

impl GatheredHistory<'_> {
    /// Returns the author of the version with this tag.
    ///
    /// Only a version that follows one that the request names, and has the state that the request sends, is considered.
    pub(crate) fn author_of(&self, applied: &EntityTag) -> Option<&Author> {
        let made = self.replays().map(|(_, made)| made).filter(|made| made.stamp.etag(self.kind) == *applied);
        made.max_by_key(|made| made.stamp.version).map(|made| &made.author)
    }

    /// Returns the versions with the state that the request sends, each with the tag before it.
    fn replays(&self) -> impl Iterator<Item = (&EntityTag, &Revision)> {
        let after = self.issued.iter().filter_map(|issued| Some((&issued.tag, &**issued.next.as_ref()?)));
        after.filter(|(_, next)| self.sent.is_some_and(|sent| sent.is_state_of(next)))
    }
}

impl History for GatheredHistory<'_> {
    fn version_of(&self, tag: &EntityTag) -> Option<u64> {
        self.issued.iter().filter(|issued| issued.tag == *tag).map(|issued| issued.version).max()
    }

    fn applied_on(&self, parent: &EntityTag) -> Option<EntityTag> {
        let applied = self.replays().filter(|(tag, _)| *tag == parent).map(|(_, made)| &made.stamp);
        applied.max_by_key(|stamp| stamp.version).map(|stamp| stamp.etag(self.kind))
    }

    fn author_wrote_after(&self, parent: &EntityTag) -> bool {
        let after = self.issued.iter().filter(|issued| issued.tag == *parent).filter_map(|issued| issued.next.as_ref());
        self.author.is_some_and(|author| after.into_iter().any(|next| next.author == *author))
    }
}
