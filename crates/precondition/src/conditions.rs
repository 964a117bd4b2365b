//! The four request fields that carry a condition (RFC 9110 section 13.1), found and read.
//!
//! What is *not* here: what they mean for a request, and which of them count. That is the
//! [`judgement`](crate::judgement). Reading never fails: a field that makes no sense is kept together with what is
//! wrong with it, and is judged when its turn comes. A 404 comes before it.
//!
//! Tags and dates differ in what happens to nonsense. A malformed list of tags is an error, which somebody is told. A
//! malformed date is *ignored*, as if it had not been sent: the standard wants it so (sections 13.1.3 and 13.1.4). The
//! difference costs a server that insists on conditions nothing: a write whose only condition is ignored has none.
//!
//! `If-Range` (section 13.1.5) is the fifth field of its kind. It only decides whether a part of a representation may
//! be sent, and has nothing to do with writes, so it is left to servers that send parts.

use std::fmt;

use crate::date::HttpDate;
use crate::syntax::SyntaxError;
use crate::tag::EntityTag;
use crate::tag_list::{Member, TagList};

/// A request field that carries a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

    /// The field's name as the standard spells it. In a message, upper and lower case are the same.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IfMatch => "If-Match",
            Self::IfNoneMatch => "If-None-Match",
            Self::IfModifiedSince => "If-Modified-Since",
            Self::IfUnmodifiedSince => "If-Unmodified-Since",
        }
    }

    /// Where the field's meaning is defined, such as `RFC 9110 13.1.1`.
    #[must_use]
    pub const fn clause(self) -> &'static str {
        match self {
            Self::IfMatch => "RFC 9110 13.1.1",
            Self::IfNoneMatch => "RFC 9110 13.1.2",
            Self::IfModifiedSince => "RFC 9110 13.1.3",
            Self::IfUnmodifiedSince => "RFC 9110 13.1.4",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The conditions of one request. The default is a request without any.
///
/// ```
/// use precondition::Conditions;
///
/// let fields: [(&str, &[u8]); 3] =
///     [("host", b"localhost"), ("if-match", br#""v4""#), ("If-Match", br#""v5""#)];
/// let conditions = Conditions::from_fields(fields);
/// let tags: Vec<String> = conditions.sent_tags().map(ToString::to_string).collect();
/// assert_eq!(tags, [r#""v4""#, r#""v5""#]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::struct_field_names, reason = "these are the names of the fields in the message")]
pub struct Conditions {
    pub(crate) if_match: Option<TagField>,
    pub(crate) if_none_match: Option<TagField>,
    pub(crate) if_modified_since: Option<DateField>,
    pub(crate) if_unmodified_since: Option<DateField>,
}

/// A field as it was sent, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldValue<T> {
    /// The field's value: its lines, joined by `, `.
    pub(crate) raw: Vec<u8>,
    /// What that says.
    pub(crate) parsed: T,
}

/// A list of tags, or why it is none.
pub(crate) type TagField = FieldValue<Result<TagList, SyntaxError>>;
/// A date, or that it is none. Two dates, on one line or on two, are none.
pub(crate) type DateField = FieldValue<Option<HttpDate>>;

impl Conditions {
    /// Finds the conditions among the field lines of a request, which are given in their order as pairs of name and
    /// value. Names are compared without regard to case, and names of other fields are passed over. White space around
    /// a value is no part of it (RFC 9110 section 5.5); the lines of one field are joined by `, ` (section 5.3).
    pub fn from_fields<'a>(fields: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        let mut values: [Option<Vec<u8>>; 4] = Default::default();
        for (name, line) in fields {
            if let Some(index) = Field::ALL.iter().position(|field| field.as_str().eq_ignore_ascii_case(name)) {
                append_line(&mut values[index], trim_ows(line));
            }
        }
        let [if_match, if_none_match, if_modified_since, if_unmodified_since] =
            values.map(|value| value.map(trim_end_ows));
        Self {
            if_match: if_match.map(tag_field),
            if_none_match: if_none_match.map(tag_field),
            if_modified_since: if_modified_since.map(date_field),
            if_unmodified_since: if_unmodified_since.map(date_field),
        }
    }

    /// `If-Match` with one tag: what a client sends to replace the version that it has read, and no other.
    #[must_use]
    pub fn if_match(tag: EntityTag) -> Self {
        let value = tag.to_bytes();
        Self {
            if_match: Some(FieldValue { raw: value, parsed: Ok(TagList::Tags(vec![Member::Tag(tag)])) }),
            ..Self::default()
        }
    }

    /// `If-None-Match: *`: what a client sends to create something, and to replace nothing.
    #[must_use]
    pub fn if_none_match_any() -> Self {
        Self { if_none_match: Some(tag_field(b"*".to_vec())), ..Self::default() }
    }

    /// Whether none of the four fields was sent. A field without a value was sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The value of one field, if it was sent: its lines, joined by `, `.
    #[must_use]
    pub fn value(&self, field: Field) -> Option<&[u8]> {
        match field {
            Field::IfMatch => self.if_match.as_ref().map(|sent| &*sent.raw),
            Field::IfNoneMatch => self.if_none_match.as_ref().map(|sent| &*sent.raw),
            Field::IfModifiedSince => self.if_modified_since.as_ref().map(|sent| &*sent.raw),
            Field::IfUnmodifiedSince => self.if_unmodified_since.as_ref().map(|sent| &*sent.raw),
        }
    }

    /// The fields that were sent, each with its value: the reverse of [`from_fields`](Self::from_fields).
    pub fn fields(&self) -> impl Iterator<Item = (Field, &[u8])> {
        Field::ALL.into_iter().filter_map(|field| Some((field, self.value(field)?)))
    }

    /// The tags of `If-Match`, in order; none where it is malformed. They are all that a [`History`](crate::History)
    /// will be asked about, so whoever has to go far for an answer can fetch them beforehand.
    pub fn sent_tags(&self) -> impl Iterator<Item = &EntityTag> {
        self.if_match.iter().filter_map(|sent| sent.parsed.as_ref().ok()).flat_map(TagList::tags)
    }
}

fn tag_field(value: Vec<u8>) -> TagField {
    FieldValue { parsed: TagList::parse(&value), raw: value }
}

fn date_field(value: Vec<u8>) -> DateField {
    FieldValue { parsed: HttpDate::parse(&value), raw: value }
}

/// Adds a line to the value of a field, which nearly always has only that one.
fn append_line(value: &mut Option<Vec<u8>>, line: &[u8]) {
    let Some(before) = value else {
        *value = Some(line.to_vec());
        return;
    };
    before.extend_from_slice(b", ");
    before.extend_from_slice(line);
}

/// The last of several lines may be empty, and then the joint leaves a space at the end.
fn trim_end_ows(mut value: Vec<u8>) -> Vec<u8> {
    // There is none before it: each line begins with something visible, or with the comma of the joint.
    value.truncate(trim_ows(&value).len());
    value
}

fn trim_ows(line: &[u8]) -> &[u8] {
    let is_visible = |byte: &u8| !matches!(byte, b' ' | b'\t');
    let start = line.iter().position(is_visible).unwrap_or(line.len());
    let end = line.iter().rposition(is_visible).map_or(start, |last| last + 1);
    &line[start..end]
}
