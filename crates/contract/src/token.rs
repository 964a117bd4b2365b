//! A bearer token (RFC 6750): whoever shows it is taken for its holder, so it is a secret.
//!
//! It is a type of its own so that it cannot be shown by mistake: neither its `Debug` nor the error about it says what
//! it is. Where it is needed, [`Token::expose`] says so by its name. Who holds which token is not known here.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A token in the form that a field of a message can carry: `b64token` of RFC 6750 section 2.1.
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

/// Why a text is no token. It does not say which text: that may be a token with one character too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a token is made of letters, digits and - . _ ~ + / with nothing but = behind them")]
pub struct TokenError;

impl Token {
    /// The token itself, for the message or the comparison that needs it, and for nothing else.
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

/// Whether these bytes have the form of a token: `1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`.
#[must_use]
pub fn is_token(bytes: &[u8]) -> bool {
    let body = bytes.iter().rposition(|byte| *byte != b'=').map_or(&[][..], |last| &bytes[..=last]);
    !body.is_empty() && body.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_that_of_rfc_6750() {
        for right in ["a", "mF_9.B5f-4.1JqM", "YWxpY2U=", "YQ==", "a+b/c~d"] {
            assert_eq!(right.parse::<Token>().unwrap().expose(), right);
        }
        for wrong in ["", "=", "==", "a=b", "a b", "a,b", "a\"b", "a\n", " a", "é", "a#b"] {
            assert_eq!(wrong.parse::<Token>(), Err(TokenError), "{wrong:?}");
        }
    }

    #[test]
    fn neither_debug_nor_the_error_tells_it() {
        let token: Token = "s3cret-s3cret".parse().unwrap();
        assert!(!format!("{token:?}").contains("s3cret"));
        assert!(!"s3cret s3cret".parse::<Token>().unwrap_err().to_string().contains("s3cret"));
    }
}
