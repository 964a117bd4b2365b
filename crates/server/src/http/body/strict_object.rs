//! The JSON objects that a body can be, such as a document, a patch or a policy.
//!
//! Serde's derived types are too lenient: they accept a list of the right values in the right order as a struct, and
//! `{"optional": null}` as an enum's variant. A client's mistake would become a document. So a body is parsed member by
//! member, and only as an object, before any derived type sees it. Parsing into a [`Value`] first would not do: of two
//! members with the same name, it keeps the last and drops the other silently.

use std::fmt;
use std::marker::PhantomData;

use contract::{Document, DocumentId, Policy, RoomSettings};
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// A JSON object that a body can be.
pub(crate) trait StrictObject: for<'de> Deserialize<'de> {
    /// The description of the object, to follow the word 'expected'.
    const EXPECTED: &'static str;

    /// Builds the value from the members of an object.
    fn from_members<'de, A: MapAccess<'de>>(members: A) -> Result<Self, A::Error> {
        Self::deserialize(MapAccessDeserializer::new(members))
    }
}

impl StrictObject for Document {
    const EXPECTED: &'static str = "an object with title, content and, optionally, parent";
}

/// The member of a document that a patch can remove.
const PARENT_MEMBER: &str = "parent";

/// The members that a patch can change.
const PATCHABLE_MEMBERS: [&str; 3] = ["title", "content", PARENT_MEMBER];

/// A merge patch.
///
/// A patch that could not apply to any document is refused while it is parsed, so that it neither fills memory nor
/// reaches the store's writer.
impl StrictObject for Map<String, Value> {
    const EXPECTED: &'static str = "a merge patch: an object with the members that change";

    fn from_members<'de, A: MapAccess<'de>>(mut members: A) -> Result<Self, A::Error> {
        let mut patch = Self::new();
        while let Some(name) = members.next_key::<String>()? {
            let known = PATCHABLE_MEMBERS.iter().find(|known| **known == name);
            let Some(known) = known else {
                // Removing a missing member changes nothing (RFC 7396 section 2).
                match members.next_value::<Option<IgnoredAny>>()? {
                    None => continue,
                    Some(IgnoredAny) => return Err(A::Error::unknown_field(&name, &PATCHABLE_MEMBERS)),
                }
            };
            let value = match *known {
                PARENT_MEMBER => {
                    members.next_value::<Option<DocumentId>>()?.map(String::from).map_or(Value::Null, Value::String)
                }
                // A document requires this member, so a patch cannot remove it.
                text => {
                    Value::String(members.next_value::<Option<String>>()?.ok_or_else(|| A::Error::missing_field(text))?)
                }
            };
            if patch.insert(name, value).is_some() {
                return Err(A::Error::duplicate_field(known));
            }
        }
        Ok(patch)
    }
}

impl StrictObject for Policy {
    const EXPECTED: &'static str = "an object with preconditions, etags, judging and dates";

    fn from_members<'de, A: MapAccess<'de>>(members: A) -> Result<Self, A::Error> {
        Self::deserialize(MapAccessDeserializer::new(StringValues(members)))
    }
}

impl StrictObject for RoomSettings {
    const EXPECTED: &'static str = "an object with openForAll";
}

/// A value that was parsed from a JSON object, and from nothing else.
pub(super) struct Strict<T>(pub(super) T);

impl<'de, T: StrictObject> Deserialize<'de> for Strict<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OnlyObjects(PhantomData)).map(Self)
    }
}

/// Returns the bytes of title and content in an object; `None` if the body is not a JSON object.
///
/// If a member appears twice, both count, since it is unknown which one the client meant.
pub(super) fn size_of_texts(bytes: &[u8]) -> Option<usize> {
    serde_json::from_slice(bytes).ok().map(|Strict(TextSize(size))| size)
}

struct TextSize(usize);

impl<'de> Deserialize<'de> for TextSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Strict::deserialize(deserializer).map(|Strict(size)| size)
    }
}

impl StrictObject for TextSize {
    const EXPECTED: &'static str = "an object";

    fn from_members<'de, A: MapAccess<'de>>(mut members: A) -> Result<Self, A::Error> {
        let mut size = 0;
        while let Some(name) = members.next_key::<String>()? {
            if matches!(name.as_str(), "title" | "content") {
                size += members.next_value::<TextLength>()?.0;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Self(size))
    }
}

/// The bytes of a value if it is a string, and otherwise none.
struct TextLength(usize);

impl<'de> Deserialize<'de> for TextLength {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LengthOfText).map(Self)
    }
}

struct LengthOfText;

impl<'de> Visitor<'de> for LengthOfText {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<usize, E> {
        Ok(text.len())
    }

    fn visit_unit<E>(self) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_bool<E>(self, _: bool) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_i64<E>(self, _: i64) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_u64<E>(self, _: u64) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_f64<E>(self, _: f64) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, members: A) -> Result<usize, A::Error> {
        IgnoredAny.visit_seq(members).map(|_| 0)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<usize, A::Error> {
        IgnoredAny.visit_map(members).map(|_| 0)
    }
}

struct OnlyObjects<T>(PhantomData<T>);

impl<'de, T: StrictObject> Visitor<'de> for OnlyObjects<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
        T::from_members(members)
    }
}

/// Members whose values are all strings.
struct StringValues<A>(A);

impl<'de, A: MapAccess<'de>> MapAccess<'de> for StringValues<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        self.0.next_key_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        let text: String = self.0.next_value()?;
        seed.deserialize(text.into_deserializer())
    }
}
