//! The conditions that the checks send, and their field lines.

use crate::message::FieldLine;

/// A tag that no server has issued.
pub(crate) const UNKNOWN_TAG: &str = "\"ifmatch-probe-unknown\"";

/// Another tag that no server has issued.
const OTHER_UNKNOWN_TAG: &str = "\"ifmatch-probe-other\"";

/// A date before every version of a resource.
const OLD_DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

/// A date that no server has reached.
const FUTURE_DATE: &str = "Fri, 01 Jan 2100 00:00:00 GMT";

/// The condition of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// No condition.
    Absent,
    /// `If-Match` with the current tag.
    Current,
    /// `If-Match` with the tag of an older version.
    Stale,
    /// `If-Match` with the current tag, marked as weak.
    Weak,
    /// `If-Match` with a tag that the server never issued.
    Unknown,
    /// `If-Match` with a list that has the current tag.
    ListWithCurrent,
    /// `If-Match` with a list that does not have the current tag.
    ListWithoutCurrent,
    /// `If-Match: *`.
    AnyVersion,
    /// `If-Match` with an empty value.
    Empty,
    /// `If-Match` with a tag whose closing quote is missing.
    Malformed,
    /// Two lines of `If-Match`, the second with the current tag.
    TwoLinesWithCurrent,
    /// Two lines of `If-Match`, neither with the current tag.
    TwoLinesWithoutCurrent,
    /// `If-Unmodified-Since` with a date before the current version.
    OldDate,
    /// `If-Unmodified-Since` with the date of the current version.
    CurrentDate,
    /// `If-Unmodified-Since` with a date in the server's future.
    FutureDate,
    /// The current tag, and a date before the current version.
    CurrentTagOldDate,
    /// A stale tag, and a date in the server's future.
    StaleTagFutureDate,
    /// `If-None-Match` with a tag that the server never issued: it holds and names no version.
    NoneMatchUnknown,
    /// `If-None-Match` with the current tag.
    NoneMatchCurrent,
    /// `If-None-Match: *`.
    NoneMatchAny,
}

/// The condition of a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadCondition {
    /// `If-None-Match` with the current tag.
    Current,
    /// `If-None-Match` with the current tag, marked as weak.
    Weak,
    /// `If-None-Match: *`.
    Any,
    /// `If-None-Match` with a list that has the current tag.
    List,
    /// `If-None-Match` with a tag that the server never issued.
    Unknown,
    /// `If-Modified-Since` with the date of the current version.
    Date,
    /// `If-None-Match` with an unknown tag, and `If-Modified-Since` with the date of the current version.
    UnknownTagAndDate,
    /// `If-Match` with a tag that the server never issued.
    IfMatchUnknown,
}

/// The validators of a resource, as far as they are known.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct KnownValidators<'a> {
    /// The current tag, as a field value.
    pub(crate) current: Option<&'a [u8]>,
    /// The tag of an older version that differs from the current one.
    pub(crate) stale: Option<&'a [u8]>,
    /// The value of `Last-Modified` of the current version.
    pub(crate) last_modified: Option<&'a [u8]>,
}

/// The reason why a condition cannot be sent.
pub(crate) type MissingValidator = &'static str;

/// The reason if the resource has no tag.
pub(crate) const NO_TAG: MissingValidator = "the resource has no entity tag";

/// The reason if no older tag is known.
pub(crate) const NO_STALE_TAG: MissingValidator = "no older tag that differs from the current one is known";

/// The reason if the resource has no date.
pub(crate) const NO_DATE: MissingValidator = "the resource has no Last-Modified";

impl Condition {
    /// Returns the field lines. `field` is the name of the field that carries a tag, usually `If-Match`.
    ///
    /// # Errors
    ///
    /// The reason if a validator is not known.
    pub(crate) fn lines(self, field: &str, known: KnownValidators<'_>) -> Result<Vec<FieldLine>, MissingValidator> {
        let tag = || known.current.ok_or(NO_TAG);
        let date = || known.last_modified.ok_or(NO_DATE);
        let if_match = |value: &[u8]| FieldLine::new(field, value);
        let none_match = |value: &[u8]| FieldLine::new("If-None-Match", value);
        let unmodified = |value: &[u8]| FieldLine::new("If-Unmodified-Since", value);
        Ok(match self {
            Self::Absent => Vec::new(),
            Self::Current => vec![if_match(tag()?)],
            Self::Stale => vec![if_match(known.stale.ok_or(NO_STALE_TAG)?)],
            Self::Weak => vec![if_match(&weak(tag()?))],
            Self::Unknown => vec![if_match(UNKNOWN_TAG.as_bytes())],
            Self::ListWithCurrent => vec![if_match(&list(UNKNOWN_TAG.as_bytes(), tag()?))],
            Self::ListWithoutCurrent => vec![if_match(&list(UNKNOWN_TAG.as_bytes(), OTHER_UNKNOWN_TAG.as_bytes()))],
            Self::AnyVersion => vec![if_match(b"*")],
            Self::Empty => vec![if_match(b"")],
            Self::Malformed => vec![if_match(&UNKNOWN_TAG.as_bytes()[..UNKNOWN_TAG.len() - 1])],
            Self::TwoLinesWithCurrent => vec![if_match(UNKNOWN_TAG.as_bytes()), if_match(tag()?)],
            Self::TwoLinesWithoutCurrent => {
                vec![if_match(UNKNOWN_TAG.as_bytes()), if_match(OTHER_UNKNOWN_TAG.as_bytes())]
            }
            Self::OldDate => vec![unmodified(date().map(|_| OLD_DATE.as_bytes())?)],
            Self::CurrentDate => vec![unmodified(date()?)],
            Self::FutureDate => vec![unmodified(date().map(|_| FUTURE_DATE.as_bytes())?)],
            Self::CurrentTagOldDate => vec![if_match(tag()?), unmodified(date().map(|_| OLD_DATE.as_bytes())?)],
            Self::StaleTagFutureDate => {
                let stale = known.stale.ok_or(NO_STALE_TAG)?;
                vec![if_match(stale), unmodified(date().map(|_| FUTURE_DATE.as_bytes())?)]
            }
            Self::NoneMatchUnknown => vec![none_match(UNKNOWN_TAG.as_bytes())],
            Self::NoneMatchCurrent => vec![none_match(tag()?)],
            Self::NoneMatchAny => vec![none_match(b"*")],
        })
    }
}

impl ReadCondition {
    /// Returns the field lines.
    ///
    /// # Errors
    ///
    /// The reason if a validator is not known.
    pub(crate) fn lines(self, known: KnownValidators<'_>) -> Result<Vec<FieldLine>, MissingValidator> {
        let tag = || known.current.ok_or(NO_TAG);
        let date = || known.last_modified.ok_or(NO_DATE);
        let none_match = |value: &[u8]| FieldLine::new("If-None-Match", value);
        let modified = |value: &[u8]| FieldLine::new("If-Modified-Since", value);
        Ok(match self {
            Self::Current => vec![none_match(tag()?)],
            Self::Weak => vec![none_match(&weak(tag()?))],
            // A server without tags may know no condition at all, and need not.
            Self::Any => vec![none_match(tag().map(|_| &b"*"[..])?)],
            Self::List => vec![none_match(&list(UNKNOWN_TAG.as_bytes(), tag()?))],
            Self::Unknown => vec![none_match(tag().map(|_| UNKNOWN_TAG.as_bytes())?)],
            Self::Date => vec![modified(date()?)],
            Self::UnknownTagAndDate => vec![none_match(UNKNOWN_TAG.as_bytes()), modified(date()?)],
            Self::IfMatchUnknown => vec![FieldLine::new("If-Match", tag().map(|_| UNKNOWN_TAG)?)],
        })
    }
}

/// Returns a tag with the mark of a weak one.
fn weak(tag: &[u8]) -> Vec<u8> {
    if tag.starts_with(b"W/") { tag.to_vec() } else { [b"W/", tag].concat() }
}

fn list(one: &[u8], other: &[u8]) -> Vec<u8> {
    [one, other].join(&b", "[..])
}

#[cfg(test)]
mod tests {
    use precondition::{EntityTag, Member, TagList};

    use super::*;

    const KNOWN: KnownValidators<'static> = KnownValidators {
        current: Some(b"\"v5\""),
        stale: Some(b"\"v4\""),
        last_modified: Some(b"Sun, 06 Nov 2022 08:49:37 GMT"),
    };

    /// Returns the joined value of `If-Match`, as a server reads it (RFC 9110 section 5.3).
    fn if_match(condition: Condition) -> Vec<u8> {
        let lines = condition.lines("If-Match", KNOWN).unwrap();
        let lines = lines.iter().filter(|line| line.is("If-Match"));
        lines.map(|line| line.value.clone()).collect::<Vec<_>>().join(&b", "[..])
    }

    #[test]
    fn conditions_are_what_their_names_say() {
        let current: EntityTag = "\"v5\"".parse().unwrap();
        let has_current = |condition| {
            let list = TagList::parse(&if_match(condition)).unwrap();
            list.tags().any(|tag| tag.strong_eq(&current))
        };
        for condition in [
            Condition::Current,
            Condition::ListWithCurrent,
            Condition::TwoLinesWithCurrent,
            Condition::CurrentTagOldDate,
        ] {
            assert!(has_current(condition), "{condition:?}");
        }
        for condition in [
            Condition::Stale,
            Condition::Weak,
            Condition::Unknown,
            Condition::ListWithoutCurrent,
            Condition::Empty,
            Condition::TwoLinesWithoutCurrent,
            Condition::StaleTagFutureDate,
        ] {
            assert!(!has_current(condition), "{condition:?}");
        }
        assert_eq!(TagList::parse(&if_match(Condition::AnyVersion)), Ok(TagList::Any));
        assert_eq!(TagList::parse(&if_match(Condition::Empty)), Ok(TagList::Tags(Vec::<Member>::new())));
        assert!(TagList::parse(&if_match(Condition::Malformed)).is_err());
        assert_eq!(Condition::TwoLinesWithCurrent.lines("If-Match", KNOWN).unwrap().len(), 2);
    }

    #[test]
    fn condition_without_its_validator_is_not_sent() {
        let none = KnownValidators::default();
        assert_eq!(Condition::Current.lines("If-Match", none), Err(NO_TAG));
        assert_eq!(Condition::Stale.lines("If-Match", none), Err(NO_STALE_TAG));
        assert_eq!(Condition::FutureDate.lines("If-Match", none), Err(NO_DATE));
        assert_eq!(ReadCondition::UnknownTagAndDate.lines(none), Err(NO_DATE));
    }
}
