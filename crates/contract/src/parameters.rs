//! Field values with parameters: media types and preferences.
//!
//! RFC 9110 section 8.3.1 defines the former, RFC 7240 section 2 the latter.
//!
//! There is one parser because two would disagree: a parser that splits at `;` first cuts a quoted string in two, and
//! one that searches for `charset=` finds it inside a quoted string. The two kinds of values differ in two points. The
//! `=` of a media type's parameter has no whitespace around it (RFC 9110 section 5.6.6); that of a preference may have
//! some, and a preference may have no value.
//!
//! The meaning of a value is not decided here. Lists of entity tags are parsed by [`precondition`].

/// A value with its parameters, such as `text/plain; charset=utf-8` or `return=minimal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterizedItem {
    /// A media type or the name of a preference, in lower case.
    pub name: String,
    /// The value of a preference, without quotes; empty if it has none. Always empty for a media type.
    pub value: String,
    /// The parameters in order: names in lower case, values without quotes.
    pub parameters: Vec<(String, String)>,
}

impl ParameterizedItem {
    /// Returns the values of the parameters with that name, which is given in lower case.
    pub fn parameters_called(&self, name: &str) -> impl Iterator<Item = &str> {
        self.parameters.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// Parses a media type or media range; returns `None` if it is malformed.
///
/// # Examples
///
/// ```
/// use contract::parameters::media_type;
/// let item = media_type(br#"Application/JSON; profile="a;charset=latin1""#).unwrap();
/// assert_eq!(item.name, "application/json");
/// assert_eq!(item.parameters, [("profile".to_owned(), "a;charset=latin1".to_owned())]);
/// assert_eq!(media_type(b"application/json; charset = utf-8"), None);
/// ```
#[must_use]
pub fn media_type(value: &[u8]) -> Option<ParameterizedItem> {
    let mut scanner = Scanner { rest: value.trim_ascii() };
    let (kind, (), subtype) = (scanner.token()?, scanner.take(b'/')?, scanner.token()?);
    let parameters = scanner.parameters(Equals::Bare)?;
    Some(ParameterizedItem { name: format!("{kind}/{subtype}").to_ascii_lowercase(), value: String::new(), parameters })
}

/// Parses one preference, such as `return=minimal`; returns `None` if it is malformed.
///
/// # Examples
///
/// ```
/// let item = contract::parameters::preference(b"Return = minimal").unwrap();
/// assert_eq!((item.name.as_str(), item.value.as_str()), ("return", "minimal"));
/// ```
#[must_use]
pub fn preference(member: &[u8]) -> Option<ParameterizedItem> {
    let mut scanner = Scanner { rest: member.trim_ascii() };
    let (name, value) = scanner.parameter(Equals::Spaced)?;
    Some(ParameterizedItem { name, value, parameters: scanner.parameters(Equals::Spaced)? })
}

/// Returns the members of a list (RFC 9110 section 5.6.1), without empty ones.
///
/// Members are separated by commas; a comma inside a quoted string does not separate.
///
/// # Examples
///
/// ```
/// let members: Vec<_> = contract::parameters::members(br#"a, , b="1,2""#).collect();
/// assert_eq!(members, [&b"a"[..], br#"b="1,2""#]);
/// ```
pub fn members(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = value.split(move |&byte| {
        let literal = std::mem::replace(&mut escaped, false);
        escaped = quoted && byte == b'\\' && !literal;
        quoted ^= byte == b'"' && !literal;
        byte == b',' && !quoted
    });
    parts.map(<[u8]>::trim_ascii).filter(|part| !part.is_empty())
}

/// The form of a parameter's `=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Equals {
    /// No whitespace around it, and a value follows.
    Bare,
    /// Whitespace is allowed; both the `=` and the value may be missing.
    Spaced,
}

/// Parses a value from left to right.
struct Scanner<'a> {
    rest: &'a [u8],
}

impl Scanner<'_> {
    /// Parses `*( OWS ";" OWS [ parameter ] )` up to the end; returns `None` if anything else comes first.
    fn parameters(&mut self, equals: Equals) -> Option<Vec<(String, String)>> {
        let mut parameters = Vec::new();
        loop {
            self.white_space();
            if self.rest.is_empty() {
                return Some(parameters);
            }
            self.take(b';')?;
            self.white_space();
            if !matches!(self.rest.first(), None | Some(b';')) {
                parameters.push(self.parameter(equals)?);
            }
        }
    }

    fn parameter(&mut self, equals: Equals) -> Option<(String, String)> {
        let name = self.token()?.to_ascii_lowercase();
        if equals == Equals::Spaced {
            self.white_space();
            if self.take(b'=').is_none() {
                return Some((name, String::new()));
            }
            self.white_space();
        } else {
            self.take(b'=')?;
        }
        let value = if self.rest.first() == Some(&b'"') { self.quoted_string()? } else { self.token()? };
        Some((name, value))
    }

    /// Parses a `token` (RFC 9110 section 5.6.2).
    fn token(&mut self) -> Option<String> {
        let end = self.rest.iter().position(|byte| !is_tchar(*byte)).unwrap_or(self.rest.len());
        let (token, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!token.is_empty()).then(|| String::from_utf8_lossy(token).into_owned())
    }

    /// Parses a `quoted-string` with its `quoted-pair`s (RFC 9110 section 5.6.4) into its content.
    fn quoted_string(&mut self) -> Option<String> {
        self.take(b'"')?;
        let mut text = Vec::new();
        loop {
            let byte = self.next()?;
            match byte {
                b'"' => return Some(String::from_utf8_lossy(&text).into_owned()),
                b'\\' => text.push(self.next().filter(|byte| is_text(*byte))?),
                _ if is_text(byte) => text.push(byte),
                _ => return None,
            }
        }
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[byte])?;
        Some(())
    }

    fn white_space(&mut self) {
        let end = self.rest.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(self.rest.len());
        self.rest = &self.rest[end..];
    }
}

/// Returns whether a byte is allowed in a `token`.
#[must_use]
pub const fn is_tchar(byte: u8) -> bool {
    matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~')
        || byte.is_ascii_alphanumeric()
}

/// Returns whether a byte is allowed in a quoted string: whitespace, visible ASCII or obs-text.
const fn is_text(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'~' | 0x80..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(value: &str) -> Option<Vec<(String, String)>> {
        media_type(value.as_bytes()).map(|item| item.parameters)
    }

    #[test]
    fn parameters_are_parsed_as_rfc_9110_says() {
        for (value, expected) in [
            ("a/b", vec![]),
            ("a/b;", vec![]),
            ("a/b ; ;\t;", vec![]),
            ("a/b;x=1", vec![("x", "1")]),
            ("a/b ;\tX=1 ; y=\"\" ", vec![("x", "1"), ("y", "")]),
            (r#"a/b;x="a;y=2";z=3"#, vec![("x", "a;y=2"), ("z", "3")]),
            (r#"a/b;x="a\"b\\c\d""#, vec![("x", r#"a"b\cd"#)]),
            ("a/b;x=\"\u{e9} \t\"", vec![("x", "\u{e9} \t")]),
            ("a/b;x=1;x=2", vec![("x", "1"), ("x", "2")]),
        ] {
            let expected = expected.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            assert_eq!(parameters(value), Some(expected), "{value:?}");
        }
        assert_eq!(media_type(b" TEXT/Plain ").map(|item| item.name).as_deref(), Some("text/plain"));
        assert_eq!(media_type(b"*/*;q=0.5").map(|item| item.name).as_deref(), Some("*/*"));
    }

    #[test]
    fn malformed_media_type_is_none() {
        for value in [
            "",
            "a",
            "a/",
            "/b",
            "a /b",
            "a/b c",
            "a/b, c/d",
            "a/b;x",
            "a/b;x=",
            "a/b;=1",
            "a/b;x =1",
            "a/b;x= 1",
            "a/b;x=1 y=2",
            "a/b;x=\"1",
            "a/b;x=\"1\\",
            "a/b;x=\"1\"2",
            "a/b;x=1\"2\"",
            "a/b;x=\"\u{7f}\"",
            "a/b;x='1;2'=",
            "a/b;x=(1)",
            "\"a/b\"",
        ] {
            assert_eq!(media_type(value.as_bytes()), None, "{value:?}");
        }
    }

    #[test]
    fn preference_may_have_spaces_and_no_value() {
        let read =
            |member: &str| preference(member.as_bytes()).map(|item| (item.name, item.value, item.parameters.len()));
        for (member, name, value, count) in [
            ("return=minimal", "return", "minimal", 0),
            ("Return = \"minimal\"", "return", "minimal", 0),
            ("respond-async", "respond-async", "", 0),
            ("a;b;c=1; d = \"2\"", "a", "", 3),
        ] {
            assert_eq!(read(member), Some((name.to_owned(), value.to_owned(), count)), "{member:?}");
        }
        for malformed in ["", "=", "a=", "a b", "a;=1", "a=\"b"] {
            assert_eq!(read(malformed), None, "{malformed:?}");
        }
    }

    #[test]
    fn comma_inside_quotes_is_data() {
        let split = |value: &str| {
            let members = members(value.as_bytes()).map(|member| String::from_utf8(member.to_vec()).unwrap());
            members.collect::<Vec<_>>()
        };
        assert_eq!(split(r#"a;x="1,2", ,b ,"#), [r#"a;x="1,2""#, "b"]);
        assert_eq!(split(r#"a="\",", b"#), [r#"a="\",""#, "b"]);
        assert_eq!(split(r#"a="b, c"#), [r#"a="b, c"#], "an open quoted string extends to the end");
        assert!(split(" , ").is_empty());
    }
}
