//! The four request fields that carry a condition (RFC 9110 section 13.1): found and parsed.
//!
//! Their meaning for a request, and which of them count, is in [`judgement`](crate::judgement). Parsing here never
//! fails: a malformed field is kept with its error and reported when its turn comes, since a 404 takes precedence.
//!
//! Malformed tags and malformed dates are treated differently. A malformed list of tags is an error that the client is
//! told about. A malformed date is *ignored*, as if it had not been sent: the standard requires it (sections 13.1.3 and
//! 13.1.4). That costs a server that insists on conditions nothing: a write whose only condition is ignored has none.
//!
//! `If-Range` (section 13.1.5) is a fifth field of this kind. It only decides whether part of a representation may be
//! sent and does not concern writes, so it is left to servers that send parts.

use std::fmt;
use std::sync::Arc;

use crate::date::HttpDate;
use crate::syntax::SyntaxError;
use crate::tag::EntityTag;
use crate::tag_list::{Member, TagList};

/// A request field that carries a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Field {
    /// `If-Match`: proceed if the current version is in the list (RFC 9110 section 13.1.1).
    #[cfg_attr(feature = "serde", serde(rename = "If-Match"))]
    IfMatch,
    /// `If-None-Match`: proceed unless the current version is in the list (RFC 9110 section 13.1.2).
    #[cfg_attr(feature = "serde", serde(rename = "If-None-Match"))]
    IfNoneMatch,
    /// `If-Modified-Since`: proceed if the current version is newer (RFC 9110 section 13.1.3).
    #[cfg_attr(feature = "serde", serde(rename = "If-Modified-Since"))]
    IfModifiedSince,
    /// `If-Unmodified-Since`: proceed if the current version is not newer (RFC 9110 section 13.1.4).
    #[cfg_attr(feature = "serde", serde(rename = "If-Unmodified-Since"))]
    IfUnmodifiedSince,
}

impl Field {
    /// All four.
    pub const ALL: [Self; 4] = [Self::IfMatch, Self::IfNoneMatch, Self::IfModifiedSince, Self::IfUnmodifiedSince];

    /// Returns the field's name as the standard spells it; in a message, names are case-insensitive.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IfMatch => "If-Match",
            Self::IfNoneMatch => "If-None-Match",
            Self::IfModifiedSince => "If-Modified-Since",
            Self::IfUnmodifiedSince => "If-Unmodified-Since",
        }
    }

    /// Returns the clause that defines the field, such as `RFC 9110 13.1.1`.
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

/// The conditions of one request. The default has none. Clones share what was parsed.
///
/// # Examples
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

/// A field value as it was sent, and its parsed form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldValue<T> {
    /// The field's lines, joined by `, `.
    pub(crate) raw: Vec<u8>,
    /// The parsed value.
    pub(crate) parsed: T,
}

/// A list of tags, or why the value is malformed.
pub(crate) type TagField = Arc<FieldValue<Result<TagList, SyntaxError>>>;
/// A date, or `None` if the value is not exactly one valid date.
pub(crate) type DateField = Arc<FieldValue<Option<HttpDate>>>;

impl Conditions {
    /// Finds the conditions among the field lines of a request.
    ///
    /// `fields` are pairs of name and value, in the order of the message. Names are case-insensitive; other fields are
    /// skipped. Whitespace around a value is not part of it (RFC 9110 section 5.5); several lines of one field are
    /// joined by `, ` (section 5.3).
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

    /// Returns the condition `If-Match` with one tag: replace only the version that the client has read.
    #[must_use]
    pub fn if_match(tag: EntityTag) -> Self {
        let value = tag.to_bytes();
        Self {
            if_match: Some(Arc::new(FieldValue { raw: value, parsed: Ok(TagList::Tags(vec![Member::Tag(tag)])) })),
            ..Self::default()
        }
    }

    /// Returns `If-None-Match: *`: a client's condition for creating a document and replacing none.
    #[must_use]
    pub fn if_none_match_any() -> Self {
        Self { if_none_match: Some(tag_field(b"*".to_vec())), ..Self::default() }
    }

    /// Returns the conditions on entity tags alone, for a resource without a modification date.
    ///
    /// Conditions on dates are ignored for such a resource (RFC 9110 section 13.1.3).
    #[must_use]
    pub fn without_dates(&self) -> Self {
        Self { if_match: self.if_match.clone(), if_none_match: self.if_none_match.clone(), ..Self::default() }
    }

    /// Returns whether none of the four fields was sent. A field with an empty value counts as sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the value of one field, if it was sent: its lines, joined by `, `.
    #[must_use]
    pub fn value(&self, field: Field) -> Option<&[u8]> {
        match field {
            Field::IfMatch => self.if_match.as_ref().map(|sent| &*sent.raw),
            Field::IfNoneMatch => self.if_none_match.as_ref().map(|sent| &*sent.raw),
            Field::IfModifiedSince => self.if_modified_since.as_ref().map(|sent| &*sent.raw),
            Field::IfUnmodifiedSince => self.if_unmodified_since.as_ref().map(|sent| &*sent.raw),
        }
    }

    /// Returns the fields that were sent, each with its value.
    ///
    /// This is the reverse of [`from_fields`](Self::from_fields).
    pub fn fields(&self) -> impl Iterator<Item = (Field, &[u8])> {
        Field::ALL.into_iter().filter_map(|field| Some((field, self.value(field)?)))
    }

    /// Returns the tags of `If-Match`, in order; nothing if the field is malformed.
    ///
    /// A [`History`](crate::History) is asked about these tags only, so a store can look them up beforehand.
    pub fn sent_tags(&self) -> impl Iterator<Item = &EntityTag> {
        self.if_match.iter().filter_map(|sent| sent.parsed.as_ref().ok()).flat_map(TagList::tags)
    }
}

fn tag_field(value: Vec<u8>) -> TagField {
    Arc::new(FieldValue { parsed: TagList::parse(&value), raw: value })
}

fn date_field(value: Vec<u8>) -> DateField {
    Arc::new(FieldValue { parsed: HttpDate::parse(&value), raw: value })
}

/// Appends a line to the value of a field. Nearly every field has only one line.
fn append_line(value: &mut Option<Vec<u8>>, line: &[u8]) {
    let Some(before) = value else {
        *value = Some(line.to_vec());
        return;
    };
    before.extend_from_slice(b", ");
    before.extend_from_slice(line);
}

/// Trims the trailing space that the separator leaves if the last of several lines is empty.
fn trim_end_ows(mut value: Vec<u8>) -> Vec<u8> {
    // No leading space is possible: each line begins with a visible byte, or with the comma of the separator.
    value.truncate(trim_ows(&value).len());
    value
}

fn trim_ows(line: &[u8]) -> &[u8] {
    let is_visible = |byte: &u8| !matches!(byte, b' ' | b'\t');
    let start = line.iter().position(is_visible).unwrap_or(line.len());
    let end = line.iter().rposition(is_visible).map_or(start, |last| last + 1);
    &line[start..end]
}
