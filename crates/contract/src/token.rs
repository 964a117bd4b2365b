//! A bearer token (RFC 6750).
//!
//! A server accepts any client that sends it as the token's holder, so it is a secret.
//!
//! It has its own type so that it is not shown by accident: neither its `Debug` nor its error contains the token. Code
//! that needs the token calls [`Token::expose`]. Which user holds which token is not known here.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A token in the form that a field of a message can carry: `b64token` of RFC 6750 section 2.1.
///
/// # Examples
///
/// ```
/// use contract::Token;
/// let token: Token = "kudop-lirat".parse()?;
/// assert_eq!(format!("{token:?}"), "Token([not shown])");
/// assert!("two words".parse::<Token>().is_err());
/// # Ok::<(), contract::TokenError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// The error of parsing a text that is not a token.
///
/// The error does not contain the text, which may be a token with one character too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a token consists of letters, digits and - . _ ~ + / and may end with =")]
pub struct TokenError;

impl Token {
    /// Returns the token itself, only for a message or a comparison that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Token {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        if is_token(text.as_bytes()) { Ok(Self(text.to_owned())) } else { Err(TokenError) }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({})", crate::secrets::REDACTED)
    }
}

/// A token as a JSON string, in the only body that has one: the response to a client that joins.
pub(crate) mod as_text {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Token;

    pub(crate) fn serialize<S: Serializer>(token: &Token, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(token.expose())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Token, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// Returns whether bytes have the form of a token.
///
/// The form is `1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`.
#[must_use]
pub fn is_token(bytes: &[u8]) -> bool {
    let body = bytes.iter().rposition(|byte| *byte != b'=').map_or(&[][..], |last| &bytes[..=last]);
    !body.is_empty() && body.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_has_the_form_of_rfc_6750() {
        for right in ["a", "mF_9.B5f-4.1JqM", "YWxpY2U=", "YQ==", "a+b/c~d"] {
            assert_eq!(right.parse::<Token>().unwrap().expose(), right);
        }
        for wrong in ["", "=", "==", "a=b", "a b", "a,b", "a\"b", "a\n", " a", "é", "a#b"] {
            assert_eq!(wrong.parse::<Token>(), Err(TokenError), "{wrong:?}");
        }
    }

    #[test]
    fn token_is_not_in_debug_or_in_the_error() {
        let token: Token = "s3cret-s3cret".parse().unwrap();
        assert!(!format!("{token:?}").contains("s3cret"));
        assert!(!"s3cret s3cret".parse::<Token>().unwrap_err().to_string().contains("s3cret"));
    }
}
