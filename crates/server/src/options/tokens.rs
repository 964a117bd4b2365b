//! The tokens of a server, and their holders (RFC 6750).
//!
//! A server without tokens lets all clients do everything. A server with tokens requires one for all requests that show
//! or change a document or the session, see [`RequiredAccess`](crate::api::resources::RequiredAccess). What is *not*
//! here: [`authentication`](crate::http::authentication), which reads the token of a request before the request is
//! logged or held, and [`authorize`](crate::routes), which refuses the request when its route and method are known.
//!
//! Only the digests of tokens are kept. A token that a request shows is hashed, and the digest is compared with all of
//! them to the last byte, so the time of a comparison does not tell how near a guess was.

use std::fmt;

use contract::{Author, Token};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The holder of a token, and what it permits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenHolder {
    /// The name under which the holder writes.
    ///
    /// `None` permits any name, as a code does with which a whole room joins.
    pub name: Option<Author>,
    /// Whether its holder leads the session: what is under `/control` is for such holders alone.
    pub admin: bool,
}

/// The tokens that a server knows.
#[derive(Clone, Default)]
pub struct Tokens(Vec<([u8; 32], TokenHolder)>);

impl Tokens {
    /// Adds a token. If it is added twice, the first holder has it.
    pub fn add(&mut self, token: &Token, holder: TokenHolder) {
        self.0.push((Sha256::digest(token.expose()).into(), holder));
    }

    /// Returns the holder of a token. The token is compared with all that are known.
    pub(crate) fn holder(&self, shown: &[u8]) -> Option<&TokenHolder> {
        let shown: [u8; 32] = Sha256::digest(shown).into();
        self.0.iter().fold(None, |found, (digest, holder)| {
            let same = bool::from(digest.ct_eq(&shown));
            found.or(same.then_some(holder))
        })
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
