//! What a judgement rests on, gathered inside the transaction that writes.
//!
//! Why gather it beforehand, and not ask the database while judging? Because then the judgement would be async for one
//! database and not for another. Gathered facts are a plain value: the same judgement serves every store, and a test
//! can write the facts down.

use contract::{Author, DocumentId};
use precondition::policy::Etags;
use precondition::{Conditions, EntityTag, History};

use crate::chain::StateHash;
use crate::revision::{Found, Revision};

/// What a store knows about a document at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// What is there.
    pub found: Found,
    /// The versions that the request's tags were issued for, each with the version that follows it.
    pub issued: Vec<Issued>,
    /// The documents that belong under this one. Only a delete asks.
    pub children: Vec<DocumentId>,
    /// The parent that the request wants, and all that it belongs under in turn; empty where it does not exist.
    pub ancestors: Vec<DocumentId>,
}

/// A version that a tag was issued for, and the version after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
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
pub fn tags_in_question(conditions: &Conditions, current: Option<&EntityTag>) -> Vec<EntityTag> {
    let sent: Vec<&EntityTag> = conditions.sent_tags().collect();
    let names_current = current.is_some_and(|current| sent.iter().any(|tag| tag.strong_eq(current)));
    if names_current { Vec::new() } else { sent.into_iter().map(EntityTag::to_strong).collect() }
}

/// The gathered past as the judgement asks for it.
#[derive(Debug, Clone, Copy)]
pub struct Past<'a> {
    /// What was gathered.
    pub issued: &'a [Issued],
    /// The kind of tags that were gathered.
    pub kind: Etags,
    /// The hash of the state that the request sends; none where it sends none, or none that could be read.
    pub sent: Option<StateHash>,
    /// The author of the request; `None` if the judgement will not ask.
    pub author: Option<&'a Author>,
}

impl Past<'_> {
    /// Who wrote the version with this tag, where it was made on one that the request names, and has the state that
    /// the request sends.
    pub(crate) fn author_of(&self, applied: &EntityTag) -> Option<&Author> {
        let made = self.made().map(|(_, made)| made).filter(|made| made.mark.etag(self.kind) == *applied);
        made.max_by_key(|made| made.mark.version).map(|made| &made.author)
    }

    /// The versions with the state that the request sends, each with the tag of the version it was made on.
    fn made(&self) -> impl Iterator<Item = (&EntityTag, &Revision)> {
        let after = self.issued.iter().filter_map(|issued| Some((&issued.tag, issued.next.as_ref()?)));
        after.filter(|(_, next)| Some(next.mark.hash) == self.sent)
    }
}

impl History for Past<'_> {
    fn version_of(&self, tag: &EntityTag) -> Option<u64> {
        self.issued.iter().filter(|issued| issued.tag == *tag).map(|issued| issued.version).max()
    }

    fn applied_on(&self, parent: &EntityTag) -> Option<EntityTag> {
        let applied = self.made().filter(|(tag, _)| *tag == parent).map(|(_, made)| &made.mark);
        applied.max_by_key(|mark| mark.version).map(|mark| mark.etag(self.kind))
    }

    fn author_wrote_after(&self, parent: &EntityTag) -> bool {
        let after = self.issued.iter().filter(|issued| issued.tag == *parent).filter_map(|issued| issued.next.as_ref());
        self.author.is_some_and(|author| after.into_iter().any(|next| next.author == *author))
    }
}
