//! Who may: the tokens of a server, whose they are, and what a request shows (RFC 6750).
//!
//! A server without tokens knows nobody, and everybody may do everything. A server with tokens wants one for whatever
//! shows or changes a document or the session, see [`RequiredAccess`](crate::api::resources::RequiredAccess). What is
//! *not* here is the moment: [`pipeline::authenticate`](crate::pipeline::authenticate) finds out who asks before anything is
//! recorded or held, and [`pipeline::authorize`](crate::routes::authorize) refuses where the route and the method are
//! known.
//!
//! Only the digests of tokens are kept. What is shown is hashed and compared with all of them, each to its last byte,
//! so the time that it takes tells nothing about how near a guess was.

use std::fmt;

use axum::http::{HeaderMap, header};
use contract::parameters::is_tchar;
use contract::token::is_token;
use contract::{Author, Token};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::http::request::author_header;

/// Whose a token is, and what it lets its holder do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenHolder {
    /// The name under which its holder writes; none where it may be any, as with a code that a whole room joins with.
    pub name: Option<Author>,
    /// Whether its holder leads the session: what is under `/control` is for such holders alone.
    pub admin: bool,
}

/// The tokens that a server knows.
#[derive(Clone, Default)]
pub struct Tokens(Vec<([u8; 32], TokenHolder)>);

impl Tokens {
    /// Adds a token. Where the same one is added twice, the first holder has it.
    pub fn add(&mut self, token: &Token, holder: TokenHolder) {
        self.0.push((Sha256::digest(token.expose()).into(), holder));
    }

    /// Whose token that is. All are compared, whichever it is.
    fn holder(&self, shown: &[u8]) -> Option<&TokenHolder> {
        let shown: [u8; 32] = Sha256::digest(shown).into();
        self.0.iter().fold(None, |found, (digest, holder)| {
            let same = bool::from(digest.ct_eq(&shown));
            found.or(same.then_some(holder))
        })
    }

    /// How a request stands that has these fields.
    pub(crate) fn authenticate(&self, headers: &HeaderMap) -> Authentication {
        let holder = match bearer_token(headers) {
            Ok(token) => self.holder(token).ok_or(AuthError::UnknownToken),
            Err(why) => Err(why),
        };
        match holder {
            Err(why) => Authentication::Denied(why),
            Ok(TokenHolder { name: Some(name), .. }) if names_other_author(headers, name) => {
                Authentication::Denied(AuthError::OtherName(name.clone()))
            }
            Ok(TokenHolder { name, admin }) => Authentication::Granted { name: name.clone(), admin: *admin },
        }
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(_, holder)| holder)).finish()
    }
}

/// How a request stands, on a server that has tokens: an extension of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Authentication {
    /// It has shown a token.
    Granted { name: Option<Author>, admin: bool },
    /// It has not, and is refused wherever a token is asked for.
    Denied(AuthError),
}

impl Authentication {
    /// Returns whether it has shown no token that the server knows.
    pub(crate) fn has_no_token(&self) -> bool {
        !matches!(self, Self::Granted { .. } | Self::Denied(AuthError::OtherName(_)))
    }
}

/// Why a request is turned away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AuthError {
    /// It shows nothing.
    NoCredentials,
    /// It shows something of another scheme than Bearer.
    OtherScheme,
    /// What it shows cannot be read, or stands there twice.
    Malformed,
    /// It shows a token that nobody holds.
    UnknownToken,
    /// Its token is this person's, and it claims to be another.
    OtherName(Author),
}

/// The token that a request shows.
///
/// `Authorization` is no list, so two lines of it are as malformed as a broken one (RFC 9110 sections 5.3 and 11.6.2).
/// A token in the query or in a form is not looked for: RFC 6750 section 2 leaves both to the server, and a query ends
/// up in logs.
fn bearer_token(headers: &HeaderMap) -> Result<&[u8], AuthError> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let line = lines.next().ok_or(AuthError::NoCredentials)?.as_bytes();
    if lines.next().is_some() {
        return Err(AuthError::Malformed);
    }
    let end = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
    let (scheme, rest) = line.split_at(end);
    if !is_scheme(scheme) {
        return Err(AuthError::Malformed);
    }
    if !scheme.eq_ignore_ascii_case(b"Bearer") {
        return Err(AuthError::OtherScheme);
    }
    let token = rest.trim_ascii_start();
    if is_token(token) { Ok(token) } else { Err(AuthError::Malformed) }
}

/// Whether this is a `token` of RFC 9110 section 5.6.2, as the name of a scheme has to be.
fn is_scheme(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().copied().all(is_tchar)
}

/// Whether the request names another author. One that cannot be read is no claim, and is refused in its turn.
fn names_other_author(headers: &HeaderMap, name: &Author) -> bool {
    author_header(headers).is_some_and(|named| named.is_ok_and(|named| named != *name))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn tokens() -> Tokens {
        let mut tokens = Tokens::default();
        let ann = TokenHolder { name: Some("Ann".parse().unwrap()), admin: true };
        tokens.add(&"anns-token".parse().unwrap(), ann);
        tokens.add(&"room-code".parse().unwrap(), TokenHolder { name: None, admin: false });
        tokens
    }

    fn standing(lines: &[&str]) -> Authentication {
        let lines = lines.iter().map(|line| (header::AUTHORIZATION, HeaderValue::from_bytes(line.as_bytes()).unwrap()));
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value);
        }
        tokens().authenticate(&headers)
    }

    #[test]
    fn what_is_shown_is_read_as_rfc_9110_and_rfc_6750_say() {
        let ann = Authentication::Granted { name: Some("Ann".parse().unwrap()), admin: true };
        for right in ["Bearer anns-token", "bearer anns-token", "BEARER   anns-token"] {
            assert_eq!(standing(&[right]), ann, "{right}");
        }
        let room = Authentication::Granted { name: None, admin: false };
        assert_eq!(standing(&["Bearer room-code"]), room);
        for (lines, why) in [
            (&[][..], AuthError::NoCredentials),
            (&["Basic YW5uOngK"], AuthError::OtherScheme),
            (&["Bearers anns-token"], AuthError::OtherScheme),
            (&["anns-token"], AuthError::OtherScheme),
            (&[""], AuthError::Malformed),
            (&["Bearer"], AuthError::Malformed),
            (&["Bearer "], AuthError::Malformed),
            (&["Bearer anns-token room-code"], AuthError::Malformed),
            (&["Bearer \"anns-token\""], AuthError::Malformed),
            (&["Bearer anns-token, Bearer room-code"], AuthError::Malformed),
            (&["Bearer:anns-token"], AuthError::Malformed),
            (&["Bearer anns-token", "Bearer anns-token"], AuthError::Malformed),
            (&["Basic YW5uOngK", "Bearer anns-token"], AuthError::Malformed),
            (&["Bearer anns-toke"], AuthError::UnknownToken),
            (&["Bearer anns-token="], AuthError::UnknownToken),
            (&["Bearer ANNS-TOKEN"], AuthError::UnknownToken),
        ] {
            assert_eq!(standing(lines), Authentication::Denied(why), "{lines:?}");
        }
    }

    #[test]
    fn debug_shows_holders_and_nothing_of_their_tokens() {
        let shown = format!("{:?}", tokens());
        assert!(shown.contains("Ann") && !shown.contains("token") && !shown.contains("code"), "{shown}");
    }
}
