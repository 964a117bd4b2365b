//! The value of `If-Match` and `If-None-Match`: `*`, or a list of entity tags (RFC 9110 sections 13.1.1 and 13.1.2).
//!
//! What is *not* here: what such a value means. The two fields are written alike, and ask opposite questions.
//!
//! How a list is read decides whether a write goes ahead, so everything that is not clearly a list is an error. It is
//! never read as 'no condition', and never as a match. Four things look broken and are not:
//!
//! - **Empty members are skipped** (section 5.6.1.2): `, ,"a",` is a list of one. So is a field without any member a
//!   list of none, which is well-formed, and matches nothing.
//! - **Commas inside quotes are data**: `"a,b"` is one tag. Whoever splits at commas first gets two halves of a tag.
//! - **Bytes from 0x80 on are legal inside quotes** (obs-text).
//! - **A space inside quotes is illegal, but clear.** Such a member was never a tag of ours, and it is plain where it
//!   ends; so it stays, as a member that matches nothing, and the request fails as it should instead of as a riddle.

use std::fmt;

use crate::reader::Reader;
use crate::syntax::SyntaxError;
use crate::tag::{self, EntityTag};

/// The most members that a list may have. A client means one version, or the few that it has seen; a list that never
/// ends is an attack on whoever has to look each tag up.
pub const MAX_TAGS: usize = 64;

/// The value of `If-Match` or `If-None-Match`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TagList {
    /// `*`: whatever there is.
    Any,
    /// The members in order; none where the field came without a value.
    Tags(Vec<Member>),
}

/// One member of a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Member {
    /// An entity tag.
    Tag(EntityTag),
    /// What would be an entity tag, had it no space inside its quotes: the bytes as they were sent, quotes included.
    /// It matches nothing.
    WithSpace(Vec<u8>),
}

impl TagList {
    /// Reads a field's value. That of a field with several lines is the lines joined by `, ` (section 5.3).
    ///
    /// The space in that joint is welcome: should a quote have been torn apart between two lines, there is a space
    /// inside it now, and it matches nothing.
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

    /// After `*` comes the end: it is no member of a list, not even of one whose other members are empty.
    fn read_end(reader: &mut Reader<'_>) -> Result<Self, SyntaxError> {
        reader.take_while(is_white_space);
        if reader.is_at_end() { Ok(Self::Any) } else { Err(reader.expected("the end, since * stands alone")) }
    }

    fn read_members(reader: &mut Reader<'_>) -> Result<Self, SyntaxError> {
        // Nearly always it is one.
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

    /// The members, none for `*`.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        match self {
            Self::Any => &[],
            Self::Tags(members) => members,
        }
    }

    /// The entity tags among the members, in order.
    pub fn tags(&self) -> impl Iterator<Item = &EntityTag> {
        self.members().iter().filter_map(|member| match member {
            Member::Tag(tag) => Some(tag),
            Member::WithSpace(_) => None,
        })
    }

    /// The value as one field line carries it.
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

    /// The member exactly as it stands on the wire.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Tag(tag) => tag.to_bytes(),
            Self::WithSpace(sent) => sent.clone(),
        }
    }
}

impl fmt::Display for TagList {
    /// The value as one field line carries it; bytes that are no UTF-8 are written as `\xE9`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&tag::to_text(self.to_bytes()))
    }
}

/// The standard's `OWS`, of which there may be any amount around a member.
const fn is_white_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
