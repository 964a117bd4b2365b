//! Overwritten unseen: the one definition of a lost update, and what can be known of it.
//!
//! A version is **overwritten unseen** if the writer of the next version had not seen it. Nobody can look into a
//! writer's head, so there are three kinds of evidence, from the least that is known to the most:
//!
//! | who | knows | finds |
//! | --- | --- | --- |
//! | the server, at the write | what the request names, where the policy ignores conditions | [`Exchange::overwrote`]: `Ifmatch-Overwrote` names the version (`precondition::Judgement::blind` decides it) |
//! | a reader of the history | which version each writer named | [`Version::skips_parent`]: it is not the version that was replaced |
//! | an observer of all exchanges | which texts were shown to whom | [`overwritten_unseen`]: that text was not shown to the writer |
//!
//! They can differ, and lessons show how: a tag can be named without the text having been read, so the history shows no
//! gap where an update was lost. Counts, pictures and sentences about lost updates start from one of the three. (The
//! terminal's diagram shows the second one early: from the numbers in the tags of a request and its answer, before the
//! history is read.)

use crate::{Author, EntityTag, Exchange, Version, fields};

impl Exchange {
    /// Returns the tag of the version that this write overwrote unseen, if the server says so.
    #[must_use]
    pub fn overwrote(&self) -> Option<&str> {
        self.response.as_ref()?.field(fields::OVERWROTE)
    }
}

impl Version {
    /// Returns whether the writer named another version than the one that this version replaced.
    ///
    /// A writer who named no version has shown nothing, in either direction.
    #[must_use]
    pub fn skips_parent(&self) -> bool {
        self.based_on.is_some() && self.based_on != self.parent_etag
    }
}

/// Returns each version that was overwritten unseen, with the version that overwrote it.
///
/// `versions` are all versions of one document, oldest first. `shown` tells whether the text of the version with that
/// tag was shown to that author before the next version was written. Authors know their own versions, and a delete has
/// no text to lose.
pub fn overwritten_unseen(
    versions: &[Version],
    shown: impl Fn(&Author, &EntityTag) -> bool,
) -> impl Iterator<Item = (&Version, &Version)> {
    let pairs = versions.iter().zip(versions.iter().skip(1));
    pairs.filter(move |(before, after)| {
        !before.deleted && before.author != after.author && !shown(&after.author, &before.etag)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    fn tag(number: u64) -> EntityTag {
        format!("\"v{number}\"").parse().unwrap()
    }

    fn version(number: u64, author: &str, based_on: Option<u64>) -> Version {
        Version {
            version: number,
            etag: tag(number),
            author: author.parse().unwrap(),
            at: Timestamp::from_millis(number),
            parent_etag: (number > 1).then(|| tag(number - 1)),
            based_on: based_on.map(tag),
            deleted: false,
        }
    }

    #[test]
    fn version_skips_its_parent_if_its_writer_named_another() {
        let skips = |number, based_on| version(number, "bob", based_on).skips_parent();
        assert!(skips(3, Some(1)) && skips(1, Some(4)));
        assert!(!skips(3, Some(2)) && !skips(3, None) && !skips(1, None));
    }

    #[test]
    fn version_is_overwritten_unseen_if_its_text_was_not_shown() {
        let versions = [version(1, "t", None), version(2, "alice", Some(1)), version(3, "bob", Some(2))];
        let found = |seen: &[(&str, u64)]| -> Vec<(u64, u64)> {
            let shown =
                |who: &Author, etag: &EntityTag| seen.iter().any(|(n, v)| who.as_str() == *n && *etag == tag(*v));
            overwritten_unseen(&versions, shown).map(|(before, after)| (before.version, after.version)).collect()
        };
        assert_eq!(found(&[]), [(1, 2), (2, 3)]);
        assert_eq!(found(&[("alice", 1), ("bob", 1)]), [(2, 3)], "bob named version 2 and never read it");
        assert_eq!(found(&[("alice", 1), ("bob", 2)]), []);
    }

    #[test]
    fn own_version_and_delete_are_not_overwritten_unseen() {
        let own = [version(1, "bob", None), version(2, "bob", None)];
        let delete = [Version { deleted: true, ..version(1, "alice", None) }, version(2, "bob", None)];
        for versions in [own, delete] {
            assert_eq!(overwritten_unseen(&versions, |_, _| false).count(), 0);
        }
    }
}
