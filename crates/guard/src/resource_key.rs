//! Which URLs are the same resource.
//!
//! Two URLs that a server treats as one must share a lock, or two writers with the same tag could both succeed. The
//! opposite mistake is harmless: if two resources share a lock and a version number, a write to one of them makes the
//! tags of the other stale, and its next writer has to read again. So the key is generous. These are the same:
//!
//! | spelling | because |
//! | --- | --- |
//! | `/caf%C3%A9` and `/caf%c3%a9`, `/%61` and `/a` | servers decode percent-encoding |
//! | `/a%2Fb` and `/a/b` | some servers decode it before they split the path |
//! | `/A` and `/a` | file systems that ignore the case of ASCII letters |
//! | `/a/`, `/a//`, `/./a` and `/a` | servers merge slashes, and drop `.` and the last slash |
//! | `/a.`, `/a%20` and `/a`; `/a\b` and `/a/b` | Windows ignores dots and spaces at the end of a name |
//! | `/a;v=1` and `/a` | Java servers cut path parameters off |
//! | `?x=1&y=2`, `?y=2&x=1` and `?x=%31&y=2` | most servers parse a query into a map |
//!
//! Some URLs have no certain key: one with `..`, which servers resolve before or after decoding or not at all; one
//! with a control character, at which some end the path; one whose percent-encoding is broken. A write to these is
//! refused, and a read gets no tag.
//!
//! The scheme and the host are not part of the key: there is one server behind the guard. Another query is another
//! resource, since it is one in HTTP. A server that stores `/a?verbose` and `/a` in one place has two URLs for one
//! resource, and the guard cannot know.

use std::fmt;

use axum::http::Uri;
use sha2::{Digest, Sha256};

/// The identity of a resource: the hash of its normalized path and query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ResourceKey([u8; 32]);

/// Why a URL could be one resource or another, depending on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AmbiguousUrl {
    /// The path has a segment `..`, encoded or not.
    ParentSegment,
    /// The path or the query has a control character, encoded or not.
    ControlCharacter,
    /// A `%` is not followed by two hexadecimal digits.
    BrokenEncoding,
}

impl fmt::Display for AmbiguousUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ParentSegment => "its path has a segment '..'",
            Self::ControlCharacter => "it has a control character",
            Self::BrokenEncoding => "it has a % without two hexadecimal digits",
        })
    }
}

impl ResourceKey {
    /// Returns the key of the resource that a URL names.
    ///
    /// # Errors
    ///
    /// The URL is ambiguous.
    pub(crate) fn of(uri: &Uri) -> Result<Self, AmbiguousUrl> {
        let mut key = normal_path(uri.path().as_bytes())?;
        if let Some(query) = uri.query() {
            push_normal_query(&mut key, query.as_bytes())?;
        }
        Ok(Self(Sha256::digest(key).into()))
    }
}

fn normal_path(path: &[u8]) -> Result<Vec<u8>, AmbiguousUrl> {
    let mut decoded = decode(path)?;
    decoded.make_ascii_lowercase();
    let mut normal = Vec::with_capacity(decoded.len() + 1);
    for segment in decoded.split(|byte| matches!(byte, b'/' | b'\\')) {
        let name = segment.split(|&byte| byte == b';').next().unwrap_or_default();
        if name.trim_ascii() == b".." {
            return Err(AmbiguousUrl::ParentSegment);
        }
        let end = name.iter().rposition(|byte| !matches!(byte, b'.' | b' ')).map_or(0, |last| last + 1);
        if end > 0 {
            normal.push(b'/');
            normal.extend_from_slice(&name[..end]);
        }
    }
    Ok(normal)
}

/// Appends the parameters of a query, decoded and sorted. An empty query is the same as none.
fn push_normal_query(key: &mut Vec<u8>, query: &[u8]) -> Result<(), AmbiguousUrl> {
    let parameters = query.split(|&byte| byte == b'&').filter(|parameter| !parameter.is_empty());
    let mut parameters = parameters.map(decode).collect::<Result<Vec<_>, _>>()?;
    parameters.sort_unstable();
    for parameter in parameters {
        // A separator that no decoded parameter can contain.
        key.push(0);
        key.extend(parameter.into_iter().map(|byte| if byte == b'+' { b' ' } else { byte }));
    }
    Ok(())
}

fn decode(text: &[u8]) -> Result<Vec<u8>, AmbiguousUrl> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(&byte) = rest.next() {
        let byte = if byte == b'%' {
            let digit = |digit: Option<&u8>| digit.and_then(|digit| char::from(*digit).to_digit(16));
            let (high, low) = (digit(rest.next()), digit(rest.next()));
            let (Some(high), Some(low)) = (high, low) else { return Err(AmbiguousUrl::BrokenEncoding) };
            u8::try_from(16 * high + low).expect("two hexadecimal digits are a byte")
        } else {
            byte
        };
        if byte.is_ascii_control() {
            return Err(AmbiguousUrl::ControlCharacter);
        }
        decoded.push(byte);
    }
    Ok(decoded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(url: &str) -> Result<ResourceKey, AmbiguousUrl> {
        ResourceKey::of(&url.parse().unwrap())
    }

    #[test]
    fn spellings_of_one_resource_have_one_key() {
        let same = [
            ("/caf%C3%A9", "/caf%c3%a9"),
            ("/%61", "/a"),
            ("/a%2Fb", "/a/b"),
            ("/A/B", "/a/b"),
            ("/a/", "/a"),
            ("/a//b", "/a/b"),
            ("/./a", "/a"),
            ("/a.", "/a"),
            ("/a%20", "/a"),
            ("/a;v=1/b", "/a/b"),
            ("/a%5Cb", "/a/b"),
            ("/a?x=1&y=2", "/a?y=2&x=1"),
            ("/a?x=%31", "/a?x=1"),
            ("/a?", "/a"),
            ("/a?q=b+c", "/a?q=b%20c"),
            ("http://one/a", "http://two/a"),
        ];
        for (one, other) in same {
            assert_eq!(key(one).unwrap(), key(other).unwrap(), "{one} {other}");
        }
    }

    #[test]
    fn other_path_and_other_query_are_other_resources() {
        for (one, other) in [("/a", "/b"), ("/a/b", "/ab"), ("/a?x=1", "/a"), ("/a?x=1", "/a?x=2"), ("/a?x", "/ax")] {
            assert_ne!(key(one).unwrap(), key(other).unwrap(), "{one} {other}");
        }
        assert_ne!(key("/a?x=1&y").unwrap(), key("/a?x=1y").unwrap());
    }

    #[test]
    fn ambiguous_url_has_no_key() {
        for (url, why) in [
            ("/a/../b", AmbiguousUrl::ParentSegment),
            ("/a/%2e%2E/b", AmbiguousUrl::ParentSegment),
            ("/a/..;x/b", AmbiguousUrl::ParentSegment),
            ("/a%2f..%2fb", AmbiguousUrl::ParentSegment),
            ("/a%00.txt", AmbiguousUrl::ControlCharacter),
            ("/a?x=%0a", AmbiguousUrl::ControlCharacter),
            ("/a%zz", AmbiguousUrl::BrokenEncoding),
            ("/a%2", AmbiguousUrl::BrokenEncoding),
            ("/a%", AmbiguousUrl::BrokenEncoding),
        ] {
            assert_eq!(key(url), Err(why), "{url}");
        }
    }

    proptest! {
        /// Percent-encoding any characters of a path never makes it another resource.
        #[test]
        fn encoded_path_has_the_same_key(path in "(/[a-zA-Z0-9._~ü-]{1,8}){1,4}", which in any::<u64>()) {
            let encode = |is_encoded: bool| -> String {
                // The first byte is the slash that begins the path of a URL.
                let bytes = path.bytes().enumerate().map(|(index, byte)| {
                    let is_chosen = is_encoded && index > 0 && (which >> (index % 64)) & 1 == 1;
                    if is_chosen || !byte.is_ascii() { format!("%{byte:02X}") } else { char::from(byte).to_string() }
                });
                bytes.collect()
            };
            prop_assert_eq!(key(&encode(true)), key(&encode(false)));
        }
    }
}
