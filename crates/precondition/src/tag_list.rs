//! The value of `If-Match` and `If-None-Match`: `*`, or a list of entity tags.
//!
//! RFC 9110 sections 13.1.1 and 13.1.2 define the two fields.
//!
//! The meaning of such a value is not here: the two fields have the same syntax and ask opposite questions.
//!
//! The parsing of a list decides whether a write proceeds, so everything that is not clearly a list is an error. It is
//! never taken for 'no condition', and never for a match. Four things look wrong but are not:
//!
//! - **Empty members are skipped** (section 5.6.1.2): `, ,"a",` is a list of one. A field without any member is an
//!   empty list, which is well-formed and matches nothing.
//! - **Commas inside quotes are data**: `"a,b"` is one tag. A parser that splits at commas first gets two halves.
//! - **Bytes from 0x80 on are legal inside quotes** (obs-text).
//! - **A space inside quotes is illegal, but unambiguous.** The server never issued such a tag, and its end is clear.
//!   It is kept as a member that matches nothing, so that the request fails with a 412 rather than a puzzling 400.

use std::fmt;

use crate::reader::Reader;
use crate::syntax::SyntaxError;
use crate::tag::{self, EntityTag};

/// The maximum number of members in a list.
///
/// A client means one version, or the few that it has seen. An endless list is an attack on the server, which has to
/// look up each tag.
pub const MAX_TAGS: usize = 64;

/// The value of `If-Match` or `If-None-Match`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TagList {
    /// `*`: any version.
    Any,
    /// The members in order; empty if the field has no member.
    Tags(Vec<Member>),
}

/// One member of a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Member {
    /// An entity tag.
    Tag(EntityTag),
    /// A tag with a space inside its quotes: the bytes as they were sent, quotes included.
    ///
    /// It matches nothing.
    WithSpace(Vec<u8>),
}

impl TagList {
    /// Parses a field's value.
    ///
    /// The lines of a field with several lines are joined by `, ` first (section 5.3).
    ///
    /// The space in `, ` is welcome: if a quoted tag was split between two lines, it now contains a space and matches
    /// nothing.
    ///
    /// # Errors
    ///
    /// A [`SyntaxError`] that names the first bad byte, or the first member after [`MAX_TAGS`].
    ///
    /// # Examples
    ///
    /// ```
    /// use precondition::TagList;
    ///
    /// let list = TagList::parse(br#" ,"a,b",, W/"v5" "#)?;
    /// assert_eq!(list.to_string(), r#""a,b", W/"v5""#);
    ///
    /// let error = TagList::parse(br#""v5", v6"#).unwrap_err();
    /// assert_eq!(error.position, 6);
    /// # Ok::<(), precondition::SyntaxError>(())
    /// ```
    pub fn parse(value: &[u8]) -> Result<Self, SyntaxError> {
        let mut reader = Reader::new(value);
        reader.take_while(is_white_space);
        if reader.take(b"*") { Self::read_end(&mut reader) } else { Self::read_members(&mut reader) }
    }

    /// Reads the end of the value after `*`.
    ///
    /// `*` is not a member of a list, not even of one with only empty members.
    fn read_end(reader: &mut Reader<'_>) -> Result<Self, SyntaxError> {
        reader.take_while(is_white_space);
        if reader.is_at_end() {
            Ok(Self::Any)
        } else {
            Err(reader.expected("the end, since * cannot be combined with anything"))
        }
    }

    fn read_members(reader: &mut Reader<'_>) -> Result<Self, SyntaxError> {
        // Nearly every list has one member.
        let mut members = Vec::with_capacity(1);
        loop {
            reader.take_while(|byte| is_white_space(byte) || byte == b',');
            if reader.is_at_end() {
                return Ok(Self::Tags(members));
            }
            if members.len() == MAX_TAGS {
                return Err(reader.expected("the end, after 64 entity tags"));
            }
            members.push(Member::read(reader)?);
            reader.take_while(is_white_space);
            if reader.peek().is_some_and(|byte| byte != b',') {
                return Err(reader.expected("a comma, after the double quote that ends an entity tag"));
            }
        }
    }

    /// Returns the members; none for `*`.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        match self {
            Self::Any => &[],
            Self::Tags(members) => members,
        }
    }

    /// Returns the entity tags among the members, in order.
    pub fn tags(&self) -> impl Iterator<Item = &EntityTag> {
        self.members().iter().filter_map(|member| match member {
            Member::Tag(tag) => Some(tag),
            Member::WithSpace(_) => None,
        })
    }

    /// Returns the value as one field line.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Any => b"*".to_vec(),
            Self::Tags(members) => members.iter().map(Member::to_bytes).collect::<Vec<_>>().join(&b", "[..]),
        }
    }
}

impl Member {
    fn read(reader: &mut Reader<'_>) -> Result<Self, SyntaxError> {
        let start = reader.position();
        let (weak, opaque) = tag::read_tag(reader, |byte| tag::is_etagc(byte) || byte == b' ')?;
        let tag = if weak { EntityTag::weak(opaque) } else { EntityTag::strong(opaque) };
        Ok(tag.map_or_else(|_| Self::WithSpace(reader.since(start).to_vec()), Self::Tag))
    }

    /// Returns the member exactly as it is sent.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Tag(tag) => tag.to_bytes(),
            Self::WithSpace(sent) => sent.clone(),
        }
    }
}

impl fmt::Display for TagList {
    /// Writes the value as one field line; bytes that are not UTF-8 are escaped as `\xE9`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&tag::to_text(self.to_bytes()))
    }
}

/// Returns whether a byte is optional whitespace (`OWS`), which may surround a member.
const fn is_white_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
