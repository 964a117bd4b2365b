//! The four request fields that carry a condition (RFC 9110 section 13.1), read and kept as they were sent.
//!
//! What is *not* here: what they mean for a request. That is the [`judgement`](crate::judgement).

use std::fmt;

use crate::date::HttpDate;
use crate::list::{Member, TagList};
use crate::tag::{EntityTag, SyntaxError};

/// A request field that carries a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Field {
    /// `If-Match`: go on if the current version is one of these (RFC 9110 section 13.1.1).
    #[cfg_attr(feature = "serde", serde(rename = "If-Match"))]
    IfMatch,
    /// `If-None-Match`: go on unless the current version is one of these (RFC 9110 section 13.1.2).
    #[cfg_attr(feature = "serde", serde(rename = "If-None-Match"))]
    IfNoneMatch,
    /// `If-Modified-Since`: go on if there is something newer (RFC 9110 section 13.1.3).
    #[cfg_attr(feature = "serde", serde(rename = "If-Modified-Since"))]
    IfModifiedSince,
    /// `If-Unmodified-Since`: go on if there is nothing newer (RFC 9110 section 13.1.4).
    #[cfg_attr(feature = "serde", serde(rename = "If-Unmodified-Since"))]
    IfUnmodifiedSince,
}

impl Field {
    /// All four.
    pub const ALL: [Self; 4] = [Self::IfMatch, Self::IfNoneMatch, Self::IfModifiedSince, Self::IfUnmodifiedSince];

    /// The field's name as the standard spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IfMatch => "If-Match",
            Self::IfNoneMatch => "If-None-Match",
            Self::IfModifiedSince => "If-Modified-Since",
            Self::IfUnmodifiedSince => "If-Unmodified-Since",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The conditions of one request. The default is a request without any.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conditions {
    if_match: Option<TagField>,
    if_none_match: Option<TagField>,
    if_modified_since: Option<DateField>,
    if_unmodified_since: Option<DateField>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TagField {
    pub(crate) sent: Vec<u8>,
    pub(crate) list: Result<TagList, SyntaxError>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DateField {
    pub(crate) sent: Vec<u8>,
    pub(crate) date: Option<HttpDate>,
}

impl Conditions {
    /// Finds the conditions among all field lines of a request, given in their order.
    pub fn from_fields<'a>(fields: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        let mut lines: [Vec<&[u8]>; 4] = Default::default();
        for (name, value) in fields {
            if let Some(index) = Field::ALL.iter().position(|field| field.as_str().eq_ignore_ascii_case(name)) {
                lines[index].push(value.trim_ascii());
            }
        }
        let [if_match, if_none_match, if_modified_since, if_unmodified_since] = lines;
        Self {
            if_match: TagField::from_lines(&if_match),
            if_none_match: TagField::from_lines(&if_none_match),
            if_modified_since: DateField::from_lines(&if_modified_since),
            if_unmodified_since: DateField::from_lines(&if_unmodified_since),
        }
    }

    /// `If-Match` with one tag: what a client sends to replace the version that it has read.
    #[must_use]
    pub fn if_match(tag: EntityTag) -> Self {
        let sent = tag.to_bytes();
        let list = Ok(TagList::Tags(vec![Member::Tag(tag)]));
        Self { if_match: Some(TagField { sent, list }), ..Self::default() }
    }

    /// `If-None-Match: *`: what a client sends to create, and to replace nothing.
    #[must_use]
    pub fn if_none_match_any() -> Self {
        Self { if_none_match: Some(TagField { sent: b"*".to_vec(), list: Ok(TagList::Any) }), ..Self::default() }
    }

    /// Whether none of the four fields was sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The tags of `If-Match`.
    pub fn sent_tags(&self) -> impl Iterator<Item = &EntityTag> {
        self.if_match.iter().filter_map(|field| field.list.as_ref().ok()).flat_map(TagList::tags)
    }
}

impl TagField {
    fn from_lines(lines: &[&[u8]]) -> Option<Self> {
        let sent = lines.join(&b", "[..]);
        (!lines.is_empty()).then(|| Self { list: TagList::parse(&sent), sent })
    }
}

impl DateField {
    fn from_lines(lines: &[&[u8]]) -> Option<Self> {
        let sent = lines.join(&b", "[..]);
        (!lines.is_empty()).then(|| Self { date: HttpDate::parse(&sent), sent })
    }
}
