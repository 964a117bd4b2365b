//! The saves between two versions, as far as their tags and texts tell.
//!
//! A tag that differs proves no save: a server can begin to make its tags in another way, and an intermediary can
//! change them. The version number in a tag shows how many versions an editor has not received, and so whether the
//! author of the newest one can have made all of the changes.

use std::fmt;

use contract::{Document, EntityTag, Snapshot};

use crate::writer::Writer;

/// The occasion on which another version arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// A write was refused with a 412.
    Refused,
    /// A write was acknowledged, but the server stored a different text than was sent.
    Altered,
    /// A read.
    Read,
    /// The first read, after unsaved text of an earlier run was restored.
    Restored,
}

/// The known saves between a version that an editor had and a version that has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SavesSince {
    /// This author saved the version that has arrived.
    ///
    /// It is the next version, or the tags have no numbers that would tell.
    By(Writer),
    /// More than one version was written, deletes included.
    Several {
        /// The number of versions.
        count: u64,
        /// The author of the last one.
        last: Writer,
    },
    /// No save is known: the tag is another one, and the text is the same.
    OtherTag,
}

impl SavesSince {
    /// Compares a known version, with its text, with the version that `author` wrote.
    pub(crate) fn between<D: PartialEq<Document>>(
        known: Option<(&EntityTag, &D)>,
        theirs: &Snapshot,
        author: Writer,
    ) -> Self {
        let Some((tag, document)) = known else { return Self::By(author) };
        match versions_between(tag, &theirs.etag) {
            None | Some(0) if *document == theirs.document => Self::OtherTag,
            count => Self::counted(count, author),
        }
    }

    /// Compares two tags of which the texts are not known.
    ///
    /// `author` is `None` if no response or event named one.
    pub(crate) fn between_tags(known: &EntityTag, newer: &EntityTag, author: Option<Writer>) -> Self {
        match (versions_between(known, newer), author) {
            (None | Some(0), None) => Self::OtherTag,
            (count, author) => Self::counted(count, author.unwrap_or(Writer::Unknown)),
        }
    }

    fn counted(count: Option<u64>, author: Writer) -> Self {
        match count {
            Some(count @ 2..) => Self::Several { count, last: author },
            None | Some(_) => Self::By(author),
        }
    }

    /// Returns the author of the last save, or `None` if no save is known.
    #[must_use]
    pub const fn last(&self) -> Option<&Writer> {
        match self {
            Self::By(last) | Self::Several { last, .. } => Some(last),
            Self::OtherTag => None,
        }
    }
}

/// The words of notices.
impl SavesSince {
    /// Returns what was saved first, and how the user's editor found out. Only a 412 is called one.
    pub(crate) fn on(&self, occasion: Occasion) -> String {
        let what = match self {
            Self::By(_) if occasion == Occasion::Refused => format!("{self} saved first"),
            Self::By(author) => format!("{author} {} saved since", author.has()),
            Self::Several { .. } | Self::OtherTag => self.to_string(),
        };
        match occasion {
            Occasion::Refused => format!("412: {what}"),
            Occasion::Altered => "saved, but the server has another text than was sent".to_owned(),
            Occasion::Read => what,
            Occasion::Restored => format!("unsaved text from an earlier run is here again, and {what}"),
        }
    }

    /// Returns why a delete was refused.
    pub(crate) fn of_delete(&self) -> String {
        match self {
            Self::By(author) => format!("{author} {} saved since", author.has()),
            Self::Several { .. } => self.to_string(),
            // The text may not be known: the refusal of a delete has only a tag.
            Self::OtherTag => "the tag that the delete named is not the current one".to_owned(),
        }
    }
}

/// Writes a clause for several versions, and for another tag; for one save, only the author.
impl fmt::Display for SavesSince {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::By(author) => write!(f, "{author}"),
            Self::Several { count, last } => write!(f, "the server is {count} versions ahead, the last one by {last}"),
            Self::OtherTag => f.write_str("the server has the same text, under another tag"),
        }
    }
}

/// Returns the number in a tag of the form `"v5-d4f8c2a1"`; `None` if it has another form.
pub(crate) fn version_number(etag: &EntityTag) -> Option<u64> {
    let text = std::str::from_utf8(etag.opaque()).ok()?;
    let (number, hash) = text.strip_prefix('v')?.split_once('-')?;
    let is_hash = hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    number.parse().ok().filter(|_| is_hash)
}

/// Returns whether there is a version between two that were received one after the other.
///
/// `before` is `None` if there was no document.
pub(crate) fn has_gap(before: Option<&EntityTag>, after: &EntityTag) -> bool {
    let first = version_number(after).filter(|_| before.is_none());
    before.map_or(first, |before| versions_between(before, after)).is_some_and(|count| count > 1)
}

/// Returns how many versions a tag is ahead of another; `None` if one of them has no number.
fn versions_between(before: &EntityTag, after: &EntityTag) -> Option<u64> {
    Some(version_number(after)?.saturating_sub(version_number(before)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(text: &str) -> EntityTag {
        text.parse().unwrap()
    }

    fn text(content: &str) -> Document {
        Document { title: String::new(), content: content.to_owned(), parent: None }
    }

    #[test]
    fn saves_are_counted_by_numbers_and_proven_by_texts() {
        let known = (tag("\"v3-0011aabb\""), text("one\n"));
        let (by, several) = (SavesSince::By(Writer::Unknown), SavesSince::Several { count: 2, last: Writer::Unknown });
        for (etag, content, expected) in [
            ("\"v4-0011aabb\"", "one\n", &by),
            ("\"v5-0011aabb\"", "one\n", &several),
            ("\"v5-0011aabb\"", "two\n", &several),
            ("\"0011aabb\"", "one\n", &SavesSince::OtherTag),
            ("\"0011aabb\"", "two\n", &by),
            ("W/\"v3-0011aabb\"", "one\n", &SavesSince::OtherTag),
        ] {
            let theirs = Snapshot { etag: tag(etag), author: None, at: None, document: text(content) };
            let since = SavesSince::between(Some((&known.0, &known.1)), &theirs, Writer::Unknown);
            assert_eq!(since, *expected, "{etag} {content}");
        }
    }

    #[test]
    fn tags_alone_prove_a_save_only_by_their_numbers() {
        let known = tag("\"v3-0011aabb\"");
        let since = |etag: &str, author| SavesSince::between_tags(&known, &tag(etag), author);
        assert_eq!(since("\"0011aabb\"", None), SavesSince::OtherTag);
        assert_eq!(since("\"v4-0011aabb\"", None), SavesSince::By(Writer::Unknown));
        assert_eq!(since("\"0011aabb\"", Some(Writer::Namesake)), SavesSince::By(Writer::Namesake));
    }

    #[test]
    fn gap_is_a_number_that_was_skipped() {
        let [one, two, three, other] = ["\"v1-0011aabb\"", "\"v2-0011aabb\"", "\"v3-0011aabb\"", "\"abc\""].map(tag);
        assert!(has_gap(Some(&one), &three) && has_gap(None, &two));
        assert!(!has_gap(Some(&one), &two) && !has_gap(None, &one));
        assert!(!has_gap(Some(&one), &other) && !has_gap(Some(&other), &three) && !has_gap(None, &other));
    }
}
