//! The secret parts of a message, which are redacted before the message is shown or recorded.
//!
//! Some secrets are in the fields that a standard defines for them: `Authorization`, `Cookie`. Others are there by
//! mistake, such as a token in the query, which RFC 6750 section 2.3 advises against because queries end up in logs.
//! ifmatch accepts no token there, but does not show one either, since the token may still be valid.
//!
//! Bodies are not redacted, since showing them is the purpose of ifmatch. The one exception is the response to a client
//! that joins a room, which has the client's token ([`redact_body`]).

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::ApiPath;

/// The text that replaces a secret.
pub const REDACTED: &str = "[not shown]";

/// Returns the last words of the names of fields and parameters that hold a secret, by their length.
///
/// They are grouped by length because every field name of every exchange is compared with them. Two words that are
/// often written as one are listed in that form.
const fn last_words(length: usize) -> &'static [&'static str] {
    match length {
        3 => &["jwt", "pwd", "sig"],
        4 => &["auth"],
        5 => &["token"],
        6 => &["apikey", "bearer", "cookie", "passwd", "secret"],
        8 => &["password"],
        9 => &["signature"],
        10 => &["credential", "passphrase"],
        11 => &["accesstoken", "credentials"],
        13 => &["authorization"],
        _ => &[],
    }
}

/// The last two letters of all these words, and of `key`.
const LAST_LETTERS: [[u8; 2]; 15] = [
    *b"al", *b"en", *b"er", *b"et", *b"ey", *b"ie", *b"ig", *b"ls", *b"on", *b"rd", *b"re", *b"se", *b"th", *b"wd",
    *b"wt",
];

/// Words that make a name secret if `key` follows them: an `Idempotency-Key` is not secret.
const SECRET_KEYS: [&str; 5] = ["access", "api", "private", "secret", "subscription"];

/// Returns the value of a field in a form that may be shown.
///
/// The value of a secret is replaced as a whole, including its scheme, since the supposed scheme may be the secret. In
/// an address ([`is_url_field`]), the secrets are replaced ([`redact_target`]). Bytes that are not UTF-8 are replaced.
///
/// # Examples
///
/// ```
/// use contract::secrets::redact;
///
/// assert_eq!(redact("Authorization", b"Bearer s3cret"), "[not shown]");
/// assert_eq!(redact("If-Match", b"\"v5\""), "\"v5\"");
/// ```
#[must_use]
pub fn redact<'a>(name: &str, value: &'a [u8]) -> Cow<'a, str> {
    match shown_bytes(name, value) {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => String::from_utf8_lossy(&bytes).into_owned().into(),
    }
}

/// Returns what [`redact`] returns, before bytes that are not UTF-8 are replaced.
#[must_use]
pub fn shown_bytes<'a>(name: &str, value: &'a [u8]) -> Cow<'a, [u8]> {
    if is_secret(name) {
        return REDACTED.as_bytes().into();
    }
    if !is_url_field(name) {
        return value.into();
    }
    match String::from_utf8_lossy(value) {
        Cow::Borrowed(text) => match redact_target(text) {
            Cow::Borrowed(shown) => shown.as_bytes().into(),
            Cow::Owned(shown) => shown.into_bytes().into(),
        },
        Cow::Owned(text) => redact_target(&text).into_owned().into_bytes().into(),
    }
}

/// Returns whether a field or a query parameter with this name holds a secret.
///
/// A secret lets its reader act as another user.
///
/// The name decides: `X-Auth-Token`, `api_key` and `clientSecret` are secrets, `Idempotency-Key` is not.
///
/// # Examples
///
/// ```
/// use contract::secrets::is_secret;
/// assert!(["Set-Cookie", "X-Auth-Token", "X-API-Key", "access_token"].into_iter().all(is_secret));
/// assert!(!["If-Match", "Idempotency-Key", "X-Token-Count", "WWW-Authenticate"].into_iter().any(is_secret));
/// ```
#[must_use]
pub fn is_secret(name: &str) -> bool {
    if !may_be_secret(name) {
        return false;
    }
    let (rest, last) = split_last_word(name);
    let is = |word: &str, others: &[&str]| others.iter().any(|other| word.eq_ignore_ascii_case(other));
    is(last, last_words(last.len())) || (is(last, &["key"]) && is(split_last_word(rest).1, &SECRET_KEYS))
}

/// Returns whether a name may be that of a secret, by its last two letters.
///
/// For nearly all names the result is false, and then the words in the name need not be compared.
fn may_be_secret(name: &str) -> bool {
    // These letters say nothing about a name that is shorter, or ends in a character that is not in its last word.
    let Some(&[first, second]) = name.as_bytes().last_chunk() else { return true };
    let last = [first.to_ascii_lowercase(), second.to_ascii_lowercase()];
    !second.is_ascii_alphanumeric() || LAST_LETTERS.contains(&last)
}

/// Returns whether the value of a field is an address, whose query may hold a secret.
#[must_use]
pub fn is_url_field(name: &str) -> bool {
    ["Referer", "Location", "Content-Location"].iter().any(|address| name.eq_ignore_ascii_case(address))
}

/// Returns an address or a request target in a form that may be shown.
///
/// A name and password before the host, and the values of secret parameters in the query, are replaced.
///
/// # Examples
///
/// ```
/// use contract::secrets::redact_target;
/// let shown = redact_target("/api/documents?limit=5&access_token=s3cret");
/// assert_eq!(shown, "/api/documents?limit=5&access_token=[not shown]");
/// ```
#[must_use]
pub fn redact_target(target: &str) -> Cow<'_, str> {
    // Most targets have neither, and without them a target has no place for a secret.
    if !target.bytes().any(|byte| matches!(byte, b'?' | b'@')) {
        return target.into();
    }
    let (address, query) = match target.split_once('?') {
        Some((address, query)) => (address, Some(query)),
        None => (target, None),
    };
    let user = split_user_info(address);
    if user.is_none() && query.is_none_or(|query| !query.split(['&', ';']).any(is_secret_parameter)) {
        return target.into();
    }
    let mut shown = match user {
        Some((before, after)) => format!("{before}{REDACTED}{after}"),
        None => address.to_owned(),
    };
    if let Some(query) = query {
        shown.push('?');
        push_parameters(&mut shown, query, is_secret_parameter);
    }
    shown.into()
}

/// Appends the parameters of a query or a form, without the values of those that are hidden.
fn push_parameters(shown: &mut String, parameters: &str, is_hidden: impl Fn(&str) -> bool) {
    for parameter in parameters.split_inclusive(['&', ';']) {
        match parameter.split_once('=') {
            Some((name, value)) if is_hidden(parameter) => {
                shown.push_str(name);
                shown.push('=');
                shown.push_str(REDACTED);
                shown.extend(value.chars().next_back().filter(|end| matches!(end, '&' | ';')));
            }
            _ => shown.push_str(parameter),
        }
    }
}

/// Returns the body of a form (`application/x-www-form-urlencoded`) in a form that may be shown.
///
/// The values of secret parameters are replaced, and that of `code`, by which a room lets people in.
///
/// # Examples
///
/// ```
/// use contract::secrets::redact_form;
/// assert_eq!(redact_form("name=sam&code=s3cret"), "name=sam&code=[not shown]");
/// ```
#[must_use]
pub fn redact_form(body: &str) -> Cow<'_, str> {
    let is_hidden = |parameter: &str| {
        let is_code = parameter.split_once('=').is_some_and(|(name, _)| name.eq_ignore_ascii_case("code"));
        is_code || is_secret_parameter(parameter)
    };
    if !body.split(['&', ';']).any(is_hidden) {
        return body.into();
    }
    let mut shown = String::new();
    push_parameters(&mut shown, body, is_hidden);
    shown.into()
}

/// Returns the body of a response to a request for `target` in a form that may be shown.
///
/// Only the response to a client that joins a room has a secret: the value of its member `token` is replaced.
///
/// # Examples
///
/// ```
/// use contract::secrets::redact_body;
///
/// let body = br#"{"name":"sam","token":"s3cret"}"#;
/// assert_eq!(&*redact_body("/api/participants", body), br#"{"name":"sam","token":"[not shown]"}"#);
/// assert_eq!(&*redact_body("/api/documents/a", body), body);
/// ```
#[must_use]
pub fn redact_body<'a>(target: &str, body: &'a [u8]) -> Cow<'a, [u8]> {
    const MEMBER: &[u8] = b"\"token\"";
    // Nearly all targets are another path, and their bodies may be large.
    if !target.contains("participants") || ApiPath::parse(target) != Some(ApiPath::Participants) {
        return body.into();
    }
    let place = body.windows(MEMBER.len()).position(|bytes| bytes == MEMBER);
    let Some(place) = place else { return body.into() };
    // The server writes no space around the colon and no escape within a token, but a proxy may write the JSON again.
    let is_between = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b':' | b'"');
    let begin = place + MEMBER.len();
    let begin = begin + body[begin..].iter().take_while(|byte| is_between(byte)).count();
    let length = body[begin..].iter().take_while(|byte| !matches!(byte, b'"' | b',' | b'}')).count();
    [&body[..begin], REDACTED.as_bytes(), &body[begin + length..]].concat().into()
}

/// Splits an address around its name and password; returns `None` if it has neither.
fn split_user_info(address: &str) -> Option<(&str, &str)> {
    let start = address.as_bytes().windows(2).position(|pair| pair == b"//")? + 2;
    let end = address[start..].find('/').map_or(address.len(), |at| start + at);
    let at = start + address[start..end].rfind('@')?;
    Some((&address[..start], &address[at..]))
}

fn is_secret_parameter(parameter: &str) -> bool {
    let Some((name, _)) = parameter.split_once('=') else { return false };
    is_secret(&percent_decode_str(name).decode_utf8_lossy())
}

/// Splits a name before its last word.
///
/// `X-Auth-Token`, `x_auth_token` and `xAuthToken` have the same three words.
fn split_last_word(name: &str) -> (&str, &str) {
    let bytes = name.as_bytes();
    let end = bytes.iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |last| last + 1);
    let begins = |at: &usize| {
        let (before, first) = (bytes[at - 1], bytes[*at]);
        !before.is_ascii_alphanumeric() || (before.is_ascii_lowercase() && first.is_ascii_uppercase())
    };
    let begin = (1..end).rev().find(begins).unwrap_or(0);
    if end == 0 { ("", "") } else { (&name[..begin], &name[begin..end]) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn last_letters_are_those_of_all_secret_words() {
        for word in (0..20).flat_map(last_words).chain(&["key"]) {
            assert!(may_be_secret(word) && may_be_secret(&word.to_uppercase()), "{word}");
            assert!(may_be_secret(&format!("{word}-")) && !may_be_secret(&format!("{word}-count")), "{word}");
        }
    }

    #[test]
    fn token_of_a_participant_is_redacted_in_every_spelling() {
        for body in [
            r#"{"name":"sam","token":"s3cret"}"#,
            r#"{"token" : "s3cret", "name":"sam"}"#,
            r#"{"token":"s3cret"#,
            r#"{"name":"\"token\":","token":"s3cret"}"#,
        ] {
            for target in ["/api/participants", "/room/api/participants?x=1"] {
                let shown = String::from_utf8(redact_body(target, body.as_bytes()).into_owned()).unwrap();
                assert!(!shown.contains("s3cret") && shown.contains(REDACTED), "{target}: {shown}");
            }
        }
        let problem = br#"{"status":409,"free":"sam-2"}"#;
        assert_eq!(&*redact_body("/api/participants", problem), problem);
    }

    #[test]
    fn secret_fields_keep_their_names_and_lose_their_values() {
        for secret in [
            "Authorization",
            "authorization",
            "Proxy-Authorization",
            "COOKIE",
            "Set-Cookie",
            "X-Auth-Token",
            "X-API-Key",
            "apikey",
            "Private-Token",
            "X-Amz-Security-Token",
        ] {
            assert_eq!(redact(secret, b"Bearer s3cret"), REDACTED, "{secret}");
        }
        for open in ["If-Match", "X-Authorization-Hint", "Idempotency-Key", "Sec-WebSocket-Key", "Key", ""] {
            assert_eq!(redact(open, b"\"v1\""), "\"v1\"", "{open}");
        }
        let referer = "http://localhost/a?access_token=s3cret";
        assert_eq!(redact("Referer", referer.as_bytes()), "http://localhost/a?access_token=[not shown]");
    }

    #[test]
    fn every_last_word_is_found_by_its_length() {
        let words = (0..32).flat_map(|length| last_words(length).iter().map(move |word| (length, *word)));
        let words: Vec<_> = words.collect();
        assert_eq!(words.len(), 17);
        for (length, word) in words {
            assert_eq!(word.len(), length, "{word}");
            assert!(is_secret(&format!("X-{}", word.to_ascii_uppercase())), "{word}");
        }
    }

    #[test]
    fn target_is_shown_without_the_secrets_in_its_query() {
        for (target, expected) in [
            ("/a", "/a"),
            ("/a?", "/a?"),
            ("/a?limit=5", "/a?limit=5"),
            ("/a?token", "/a?token"),
            ("/a?token=x", "/a?token=[not shown]"),
            ("/a?access%5Ftoken=x&limit=5", "/a?access%5Ftoken=[not shown]&limit=5"),
            (
                "/a?Access-Token=x;api_key=y&clientSecret=z",
                "/a?Access-Token=[not shown];api_key=[not shown]&clientSecret=[not shown]",
            ),
            ("/a?token=x?y=z&", "/a?token=[not shown]&"),
            ("http://ann:s3cret@host/a@b?q=1", "http://[not shown]@host/a@b?q=1"),
            ("http://host/a@b", "http://host/a@b"),
        ] {
            assert_eq!(redact_target(target), expected, "{target}");
        }
    }

    proptest! {
        #[test]
        fn secret_is_nowhere_in_the_redacted_target(before in "[a-z=&;?%/@:é-]{0,12}", after in "([&;][a-z=?%é]{0,8})?") {
            let target = format!("/{before}?token=S3CRET{after}");
            // A query begins at the first question mark; another one is part of a name or a value.
            prop_assume!(!before.contains('?'));
            let shown = redact_target(&target);
            prop_assert!(!shown.contains("S3CRET"), "{shown}");
            prop_assert!(split_user_info(&target).is_some() || shown.replace(REDACTED, "S3CRET") == target, "{shown}");
        }

        #[test]
        fn target_without_a_secret_is_unchanged(target in "/[a-z/]{0,8}(\\?[a-z]{1,3}=[a-z0-9%é?=]{0,8}(&[a-z]{1,3}=[a-z]{0,4}){0,3})?") {
            prop_assume!(!["sig", "jwt", "pwd"].iter().any(|name| target.contains(name)));
            prop_assert_eq!(redact_target(&target), target.as_str());
        }
    }
}
