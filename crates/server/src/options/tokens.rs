//! The tokens of a server, and their holders (RFC 6750).
//!
//! A server without tokens lets all clients do everything. A server with tokens requires one for every request that
//! reads or changes a document or the session, see [`RequiredAccess`](crate::api::resources::RequiredAccess). What is
//! *not* here: [`authentication`](crate::http::authentication), which parses the token of a request before the request
//! is recorded or held, and [`authorize`](crate::routes), which refuses the request once its route and method are
//! known.
//!
//! Only digests of tokens are kept. The token of a request is hashed, and its digest is compared with every known one
//! in constant time, so the time of a comparison does not tell how close a guess was.

use std::fmt::{self, Write};

use contract::{Author, Token};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The holder of a token, and what the token permits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenHolder {
    /// The author name of the holder.
    ///
    /// `None` permits any name, as for a code with which a whole room joins.
    pub name: Option<Author>,
    /// Whether the holder leads the session. Everything under `/control` is only for such holders.
    pub admin: bool,
}

/// The digest of a token, which is kept in its place.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TokenDigest([u8; 32]);

impl TokenDigest {
    /// Returns the digest of the bytes of a token.
    pub(crate) fn of(token: &[u8]) -> Self {
        Self(Sha256::digest(token).into())
    }
}

impl Serialize for TokenDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut digits = String::new();
        for byte in self.0 {
            // Writing to a String never fails.
            let _ = write!(digits, "{byte:02x}");
        }
        serializer.serialize_str(&digits)
    }
}

impl<'de> Deserialize<'de> for TokenDigest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        let mut digest = [0; 32];
        let pairs = digits.as_bytes().as_chunks::<2>();
        if pairs.0.len() != digest.len() || !pairs.1.is_empty() {
            return Err(D::Error::custom("not a digest"));
        }
        for (byte, [high, low]) in digest.iter_mut().zip(pairs.0) {
            let digit = |digit: u8| char::from(digit).to_digit(16).ok_or_else(|| D::Error::custom("not a digest"));
            *byte = u8::try_from(digit(*high)? * 16 + digit(*low)?).map_err(D::Error::custom)?;
        }
        Ok(Self(digest))
    }
}

/// The tokens that a server knows from its start.
#[derive(Clone, Default)]
pub struct Tokens(Vec<(TokenDigest, TokenHolder)>);

impl Tokens {
    /// Adds a token. If it is added twice, the first holder keeps it.
    pub fn add(&mut self, token: &Token, holder: TokenHolder) {
        self.0.push((TokenDigest::of(token.expose().as_bytes()), holder));
    }

    /// Returns the holder of a token, after comparing it with all known tokens.
    #[must_use]
    pub fn holder(&self, shown: &[u8]) -> Option<&TokenHolder> {
        self.holder_of(&TokenDigest::of(shown))
    }

    /// Like [`holder`](Self::holder), for the digest of a token.
    pub(crate) fn holder_of(&self, shown: &TokenDigest) -> Option<&TokenHolder> {
        self.0.iter().fold(None, |found, (digest, holder)| {
            let same = bool::from(digest.0.ct_eq(&shown.0));
            found.or(same.then_some(holder))
        })
    }

    /// Returns whether a token belongs to a name that differs from this one at most in case.
    ///
    /// `folded` is the name in its [folded](Author::folded) form.
    pub(crate) fn has_name(&self, folded: &str) -> bool {
        self.0.iter().filter_map(|(_, holder)| holder.name.as_ref()).any(|name| name.folded() == folded)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(_, holder)| holder)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> Tokens {
        let mut tokens = Tokens::default();
        let ann = TokenHolder { name: Some("Ann".parse().unwrap()), admin: true };
        tokens.add(&"anns-token".parse().unwrap(), ann);
        tokens.add(&"room-code".parse().unwrap(), TokenHolder { name: None, admin: false });
        tokens
    }

    #[test]
    fn debug_shows_holders_and_nothing_of_their_tokens() {
        let shown = format!("{:?}", tokens());
        assert!(shown.contains("Ann") && !shown.contains("token") && !shown.contains("code"), "{shown}");
    }
}
