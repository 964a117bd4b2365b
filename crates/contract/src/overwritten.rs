//! Overwritten unseen: the one definition of a lost update, and the evidence for it.
//!
//! A version is **overwritten unseen** if the writer of the next version had not seen it. What a writer has seen cannot
//! be observed, so there are three kinds of evidence, from the weakest to the strongest:
//!
//! - The server, at the write, knows the version that the request names, if the policy ignores conditions. It sends
//!   that version's tag in `Ifmatch-Overwrote`, which [`Exchange::overwrote`] returns (`precondition::Judgement::blind`
//!   decides it).
//! - A reader of the history knows the version that each writer named. [`Version::skips_parent`] returns whether that
//!   is another version than the one that was replaced.
//! - An observer of all exchanges knows the texts that each author was shown. [`overwritten_unseen`] returns the
//!   versions that their next writer was not shown.
//!
//! The three can differ, and lessons show how: a client can name a tag without reading the text, so the history shows
//! no gap although an update was lost. Counts, pictures and sentences about lost updates start from one of the three.
//! (The terminal's diagram shows the second one early: from the numbers in the tags of a request and its response,
//! before the history is read.)

use crate::{Author, EntityTag, Exchange, Version, fields};

impl Exchange {
    /// Returns the tag of the version that this write overwrote unseen, if the server says so.
    #[must_use]
    pub fn overwrote(&self) -> Option<&str> {
        self.response.as_ref()?.field(fields::OVERWROTE)
    }
}

impl Version {
    /// Returns whether the writer named a version other than the one that this version replaced.
    ///
    /// A writer who named no version has proved nothing, in either direction.
    #[must_use]
    pub fn skips_parent(&self) -> bool {
        self.based_on.is_some() && self.based_on != self.parent_etag
    }
}

/// Returns each version that was overwritten unseen, with the version that overwrote it.
///
/// `versions` are all versions of one document, oldest first. `shown` returns whether that author was shown the text of
/// the version with that tag before the next version was written. Authors know their own versions, and a delete has no
/// text to lose.
///
/// # Examples
///
/// ```
/// use contract::{Timestamp, Version, overwritten_unseen};
///
/// let version = |number: u64, author: &str| Version {
///     version: number,
///     etag: format!("\"v{number}\"").parse().unwrap(),
///     author: author.parse().unwrap(),
///     at: Timestamp::from_millis(number),
///     parent_etag: None,
///     based_on: None,
///     deleted: false,
/// };
/// let versions = [version(1, "ann"), version(2, "bob"), version(3, "ann")];
/// // Ann was shown version 2, but Bob was not shown version 1.
/// let shown = |author: &contract::Author, _: &contract::EntityTag| author.as_str() == "ann";
/// let lost: Vec<_> = overwritten_unseen(&versions, shown).map(|(lost, by)| (lost.version, by.version)).collect();
/// assert_eq!(lost, [(1, 2)]);
/// ```
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
        assert_eq!(found(&[("alice", 1), ("bob", 1)]), [(2, 3)], "bob named version 2 but never read it");
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
