//! Authentication: the token that a request sends, and its holder (RFC 6750).

use axum::http::{HeaderMap, header};
use contract::Author;
use contract::parameters::is_tchar;
use contract::token::is_token;

use crate::fields::author::author_header;
use crate::fields::{RepeatedField, single_line};
use crate::options::tokens::{TokenDigest, TokenHolder, Tokens};
use crate::state::participants::Participants;

/// The result of authentication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Authentication {
    /// The token is valid. `name` is `None` for a token that is valid under any name.
    Granted { name: Option<Author>, admin: bool },
    /// There is no valid token. The request is refused wherever a token is required.
    Denied(AuthError),
}

/// The reason why authentication failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AuthError {
    /// The request has no credentials.
    NoCredentials,
    /// The credentials have another scheme than Bearer.
    OtherScheme,
    /// The credentials are malformed or repeated.
    Malformed,
    /// The server does not know the token.
    UnknownToken,
    /// The token belongs to this person, and the request names another author.
    OtherName(Author),
}

impl Authentication {
    /// Returns whether the request has no token that the server knows.
    pub(crate) fn has_no_token(&self) -> bool {
        !matches!(self, Self::Granted { .. } | Self::Denied(AuthError::OtherName(_)))
    }

    /// Authenticates a request with these header fields.
    ///
    /// A server without tokens (`None`) accepts all clients, and ignores tokens that it does not know. But it knows the
    /// tokens of those who have joined under a name. For all other clients, the result there is `None`.
    pub(crate) fn of(tokens: Option<&Tokens>, participants: &Participants, headers: &HeaderMap) -> Option<Self> {
        let holder = bearer_token(headers).and_then(|token| {
            let token = TokenDigest::of(token);
            let holder = tokens.and_then(|tokens| tokens.holder_of(&token)).cloned();
            holder.or_else(|| participants.holder(&token)).ok_or(AuthError::UnknownToken)
        });
        Some(match holder {
            Err(_) if tokens.is_none() => return None,
            Err(why) => Self::Denied(why),
            Ok(TokenHolder { name: Some(name), .. }) if names_other_author(headers, &name) => {
                Self::Denied(AuthError::OtherName(name))
            }
            Ok(TokenHolder { name, admin }) => Self::Granted { name, admin: admin || tokens.is_none() },
        })
    }
}

/// Returns the token that a request sends.
///
/// `Authorization` is not a list, so a repeated field is malformed (RFC 9110 sections 5.3 and 11.6.2). RFC 6750 section
/// 2 leaves it to the server whether to accept a token in the query or in a form. This server does not: a query ends up
/// in logs.
///
/// # Errors
///
/// The request has no token, or its credentials are malformed.
fn bearer_token(headers: &HeaderMap) -> Result<&[u8], AuthError> {
    let line = single_line(headers, header::AUTHORIZATION).map_err(|RepeatedField| AuthError::Malformed)?;
    let line = line.ok_or(AuthError::NoCredentials)?.as_bytes();
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

/// Returns whether the bytes are the name of a scheme: a `token` (RFC 9110 section 5.6.2).
fn is_scheme(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().copied().all(is_tchar)
}

/// Returns whether the request names another author.
///
/// A malformed name does not count here; it is refused later.
fn names_other_author(headers: &HeaderMap, name: &Author) -> bool {
    author_header(headers).is_some_and(|named| named.is_ok_and(|named| named != *name))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::budget::Uses;
    use crate::options::ServerOptions;

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
        let participants = Participants::new(&ServerOptions::default(), &Uses::default());
        Authentication::of(Some(&tokens()), &participants, &headers).unwrap()
    }

    #[test]
    fn credentials_are_parsed_as_rfc_6750_says() {
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
}
