//! The value of `If-Match` and `If-None-Match`: `*`, or a list of entity tags (RFC 9110 sections 13.1.1 and 13.1.2).

use std::fmt;

use crate::reader::Reader;
use crate::tag::{self, EntityTag, SyntaxError};

/// The most members that a list may have; more is malformed.
pub const MOST_TAGS: usize = 64;

/// The value of `If-Match` or `If-None-Match`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TagList {
    /// `*`: any version there is.
    Any,
    /// The members in order; none where the field came without a value.
    Tags(Vec<Member>),
}

/// One member of a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Member {
    /// An entity tag.
    Tag(EntityTag),
    /// A text in quotes with a space in it, as it was sent. It matches nothing.
    Spaced(Vec<u8>),
}

impl TagList {
    /// Reads a field's value. Several field lines are one value, joined by `, `.
    pub fn parse(value: &[u8]) -> Result<Self, SyntaxError> {
        let mut reader = Reader::new(value);
        reader.take_while(is_space);
        if reader.take(b'*') {
            reader.take_while(is_space);
            return if reader.at_end() {
                Ok(Self::Any)
            } else {
                Err(reader.expected("nothing after *, which stands alone"))
            };
        }
        let mut members = Vec::new();
        loop {
            reader.take_while(|byte| is_space(byte) || byte == b',');
            if reader.at_end() {
                return Ok(Self::Tags(members));
            }
            if members.len() == MOST_TAGS {
                return Err(reader.expected("the end of the list, after 64 entity tags"));
            }
            members.push(Member::read(&mut reader)?);
            reader.take_while(is_space);
            if !reader.at_end() && reader.peek() != Some(b',') {
                return Err(reader.expected("a comma between two entity tags"));
            }
        }
    }

    /// The entity tags among the members.
    pub fn tags(&self) -> impl Iterator<Item = &EntityTag> {
        let members: &[Member] = match self {
            Self::Any => &[],
            Self::Tags(members) => members,
        };
        members.iter().filter_map(|member| match member {
            Member::Tag(tag) => Some(tag),
            Member::Spaced(_) => None,
        })
    }
}

impl Member {
    fn read(reader: &mut Reader<'_>) -> Result<Self, SyntaxError> {
        let start = reader.position();
        let weak = tag::read_opening(reader)?;
        let opaque = reader.take_while(|byte| tag::is_etagc(byte) || byte == b' ');
        if !reader.take(b'"') {
            return Err(reader.expected(tag::ETAGC));
        }
        let made = if weak { EntityTag::weak(opaque) } else { EntityTag::strong(opaque) };
        Ok(made.map_or_else(|_| Self::Spaced(reader.since(start).to_vec()), Self::Tag))
    }
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

impl fmt::Display for TagList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Tags(members) => {
                for (index, member) in members.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { ", " })?;
                    match member {
                        Member::Tag(tag) => write!(f, "{tag}")?,
                        Member::Spaced(text) => f.write_str(&String::from_utf8_lossy(text))?,
                    }
                }
                Ok(())
            }
        }
    }
}
