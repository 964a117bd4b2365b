//! The newest version of a document in memory, with the older tags that clients still send.

use std::sync::Arc;

use precondition::policy::Etags;
use precondition::{Conditions, EntityTag, Target};

use crate::etag_chain::version_of_tag;
use crate::facts::{IssuedTag, tags_to_look_up};
use crate::revision::{DocumentState, StoredVersion};

/// The number of older tags that are kept for a document.
///
/// A client that has lost a race sends the tag of one of the newest versions.
const MAX_ISSUED: usize = 16;

/// The bytes of an older tag with the version after it, roughly.
const ISSUED_BYTES: usize = 512;

/// The newest version of a document, and what is known of the versions before it.
///
/// What a tag was issued for never changes, and neither does the version after it. So these facts stay true, however
/// many versions follow; only those of the newest version are replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    stored: Arc<StoredVersion>,
    /// Older tags, each with the version after it, in the order in which they became known.
    issued: Vec<Arc<IssuedTag>>,
}

impl Head {
    /// Returns a head without older tags.
    pub(crate) fn new(stored: Arc<StoredVersion>) -> Self {
        Self { stored, issued: Vec::new() }
    }

    /// Returns the head after `before`, which knows the tags that `before` knew, and its own.
    pub(crate) fn after(before: Option<&Self>, stored: Arc<StoredVersion>) -> Self {
        let issued = before.map_or_else(Vec::new, |before| before.issued.clone());
        let mut head = Self { stored, issued };
        if let Some(stamp) = &head.stored.revision.before {
            let (tag, next) = (stamp.tag.clone(), Some(Arc::clone(&head.stored.revision)));
            head.learn(Arc::new(IssuedTag { tag, version: stamp.version, next }));
        }
        head
    }

    /// Returns this head with the tags that an earlier one knew, if the tag of that one is known here.
    ///
    /// Tags are chained by hashes, so both are then of one history.
    #[cfg(feature = "postgres")]
    pub(crate) fn continuing(&self, earlier: &Self) -> Self {
        if !matches!(self.look_up(&earlier.stored.revision.stamp.tag), TagOrigin::Issued(_)) {
            return self.clone();
        }
        let mut head = Self { stored: Arc::clone(&self.stored), issued: earlier.issued.clone() };
        self.issued.iter().for_each(|issued| head.learn(Arc::clone(issued)));
        head
    }

    /// Returns this head without the text.
    pub(crate) fn without_text(&self) -> Self {
        let stored = StoredVersion { revision: Arc::clone(&self.stored.revision), document: None };
        Self { stored: Arc::new(stored), issued: self.issued.clone() }
    }

    /// Adds an older tag, unless it is known.
    ///
    /// The tag is of the kind [`Etags::Version`], and the version after it is committed.
    pub(crate) fn learn(&mut self, issued: Arc<IssuedTag>) {
        if issued.next.is_none() || self.issued.iter().any(|known| known.version == issued.version) {
            return;
        }
        if self.issued.len() == MAX_ISSUED {
            self.issued.remove(0);
        }
        self.issued.push(issued);
    }

    /// Returns the newest version.
    pub(crate) fn stored(&self) -> &Arc<StoredVersion> {
        &self.stored
    }

    /// Returns whether the version has a text that is not here.
    pub(crate) fn lacks_text(&self) -> bool {
        self.stored.document.is_none() && !self.stored.revision.stamp.deleted
    }

    /// Returns the document, which has its text only if the head has.
    pub(crate) fn state(&self) -> DocumentState {
        DocumentState::from(Some(Arc::clone(&self.stored)))
    }

    /// Returns the target of a judgement.
    pub(crate) fn as_target(&self, kind: Etags) -> Target {
        let stored = &self.stored;
        if stored.revision.stamp.deleted { Target::Deleted } else { Target::Exists(stored.as_current(kind)) }
    }

    /// Returns the versions that the tags of a request were issued for.
    ///
    /// Returns `None` if the database has to be asked about one of them.
    pub(crate) fn issued_for(&self, conditions: &Conditions) -> Option<Vec<Arc<IssuedTag>>> {
        let current = (!self.stored.revision.stamp.deleted).then_some(&self.stored.revision.stamp.tag);
        let mut all = Vec::new();
        for tag in tags_to_look_up(conditions, current) {
            match self.look_up(&tag) {
                TagOrigin::Issued(issued) => all.push(issued),
                TagOrigin::NeverIssued => {}
                TagOrigin::Unknown => return None,
            }
        }
        Some(all)
    }

    /// Looks up the version that a tag of the kind [`Etags::Version`] was issued for.
    pub(crate) fn look_up(&self, tag: &EntityTag) -> TagOrigin {
        let newest = &self.stored.revision.stamp;
        let Some(version) = version_of_tag(tag) else { return TagOrigin::NeverIssued };
        match self.issued.iter().find(|known| known.version == version) {
            Some(known) if known.tag == *tag => TagOrigin::Issued(Arc::clone(known)),
            Some(_) => TagOrigin::NeverIssued,
            None if version == newest.version && newest.tag != *tag => TagOrigin::NeverIssued,
            None => TagOrigin::Unknown,
        }
    }

    /// Returns the bytes of the head in memory besides those of its own fields, roughly.
    pub(crate) fn bytes(&self) -> usize {
        let StoredVersion { revision, document } = &*self.stored;
        let texts = document.as_ref().map_or(0, |document| document.text_bytes() + document.json().len());
        texts + revision.author.as_str().len() + self.issued.len() * ISSUED_BYTES
    }
}

/// The version that a tag was issued for, as far as it is known.
pub(crate) enum TagOrigin {
    /// It was issued for this version.
    Issued(Arc<IssuedTag>),
    /// It was not issued for any version so far.
    NeverIssued,
    /// The database has to be asked.
    Unknown,
}

#[cfg(test)]
mod tests {
    use contract::{Document, DocumentId, Timestamp};

    use super::*;
    use crate::revision::{Revision, VersionStamp};
    use crate::serialized_document::SerializedDocument;

    /// Returns the version after `before`.
    fn version(before: Option<&StoredVersion>, content: &str) -> Arc<StoredVersion> {
        let id: DocumentId = "a".parse().unwrap();
        let document =
            SerializedDocument::from(Document { title: String::new(), content: content.to_owned(), parent: None });
        let before = before.map(|stored| stored.revision.stamp.clone());
        let stamp = VersionStamp::next(before.as_ref(), &id, Some(&document), Timestamp::from_millis(0));
        let revision = Revision { stamp, before, author: "bob".parse().unwrap(), based_on: None };
        Arc::new(StoredVersion { revision: Arc::new(revision), document: Some(document) })
    }

    fn if_match(tag: &str) -> Conditions {
        Conditions::from_fields([("If-Match", tag.as_bytes())])
    }

    #[test]
    fn newest_tags_are_known_and_older_ones_are_asked_for() {
        let mut versions = vec![version(None, "0")];
        let mut head = Head::new(Arc::clone(&versions[0]));
        for number in 1..=2 * MAX_ISSUED {
            versions.push(version(versions.last().map(|stored| &**stored), &number.to_string()));
            head = Head::after(Some(&head), Arc::clone(&versions[number]));
            assert!(head.issued.len() <= MAX_ISSUED);
        }
        let (newest, older) = versions.split_last().unwrap();
        for (index, stored) in older.iter().enumerate() {
            let issued = head.issued_for(&if_match(&stored.revision.stamp.tag.to_string()));
            let expected = IssuedTag {
                tag: stored.revision.stamp.tag.clone(),
                version: stored.revision.stamp.version,
                next: Some(Arc::clone(&versions[index + 1].revision)),
            };
            let is_known = index >= older.len() - MAX_ISSUED;
            assert_eq!(issued, is_known.then(|| vec![Arc::new(expected)]), "{index}");
        }
        assert_eq!(head.issued_for(&if_match(&newest.revision.stamp.tag.to_string())), Some(Vec::new()), "current");
    }

    #[test]
    fn tag_that_may_be_issued_later_is_asked_for() {
        let first = version(None, "one");
        let second = version(Some(&first), "two");
        let head = Head::after(Some(&Head::new(first)), second);
        for never in [r#""v1-00000000""#, r#""v2-00000000""#, r#""x""#] {
            assert_eq!(head.issued_for(&if_match(never)), Some(Vec::new()), "{never}");
        }
        for unknown in [r#""v3-00000000""#, r#""v0-00000000""#] {
            assert_eq!(head.issued_for(&if_match(unknown)), None, "{unknown}");
        }
    }

    #[test]
    fn learned_tag_is_known_until_newer_ones_replace_it() {
        let first = version(None, "one");
        let second = version(Some(&first), "two");
        let issued = Arc::clone(&Head::after(None, Arc::clone(&second)).issued[0]);
        let mut head = Head::new(Arc::clone(&second));
        let old = if_match(&first.revision.stamp.tag.to_string());
        assert_eq!(head.issued_for(&old), None);
        head.learn(Arc::clone(&issued));
        head.learn(Arc::clone(&issued));
        assert_eq!(head.issued_for(&old), Some(vec![issued]));
        head.learn(Arc::new(IssuedTag { tag: second.revision.stamp.tag.clone(), version: 2, next: None }));
        assert_eq!(head.issued.len(), 1, "a version without a next one is not old");
    }
}
