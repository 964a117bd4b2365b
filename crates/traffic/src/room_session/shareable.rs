//! Exchanges without tokens and codes, for files that a leader may hand on.
//!
//! The server has redacted its record already. Here it is done again, because a record can come from an older server,
//! and more strictly: the bodies of forms, members of JSON whose names say that they are secret, and the tokens that
//! this program knows, wherever they are.

use std::borrow::Cow;

use contract::secrets::{REDACTED, is_secret, redact, redact_body, redact_form, redact_target};
use contract::{Exchange, Message};
use serde_json::Value;

/// The media type of forms.
const FORM: &str = "application/x-www-form-urlencoded";

/// The least length of a known secret that is replaced in texts, in bytes.
///
/// A shorter one would also be a part of harmless words. Tokens have at least 8 characters.
const MIN_SECRET_BYTES: usize = 8;

/// Returns the exchange without tokens and codes. `known` are those that this program knows.
pub(super) fn shareable(exchange: &Exchange, known: &[String]) -> Exchange {
    let target = without(&redact_target(&exchange.target), known);
    Exchange {
        request: message(&exchange.request, &exchange.target, known),
        response: exchange.response.as_ref().map(|response| message(response, &exchange.target, known)),
        lost: exchange.lost.as_ref().map(|lost| without(lost, known)),
        target,
        ..exchange.clone()
    }
}

fn message(message: &Message, target: &str, known: &[String]) -> Message {
    let field =
        |(name, value): &(String, String)| (without(name, known), without(&redact(name, value.as_bytes()), known));
    let body = redact_body(target, message.body.as_bytes());
    let body = String::from_utf8_lossy(&body);
    let media_type = message.field("Content-Type").unwrap_or_default();
    let body = if media_type.trim_start().to_ascii_lowercase().starts_with(FORM) {
        redact_form(&body).into_owned()
    } else {
        json_without_secrets(&body).into_owned()
    };
    Message { fields: message.fields.iter().map(field).collect(), body: without(&body, known), cut: message.cut }
}

/// Returns a JSON object without the values of members whose names say that they are secret.
///
/// Any other text is returned as it is, and so is an object without such a member.
fn json_without_secrets(body: &str) -> Cow<'_, str> {
    if !body.trim_start().starts_with('{') {
        return body.into();
    }
    let Ok(Value::Object(mut members)) = serde_json::from_str(body) else { return body.into() };
    let mut has_secret = false;
    for (name, value) in &mut members {
        if is_secret(name) || name == "code" {
            has_secret = true;
            *value = REDACTED.into();
        }
    }
    if has_secret { Value::Object(members).to_string().into() } else { body.into() }
}

/// Returns a text in which the known secrets are replaced.
pub(super) fn without(text: &str, known: &[String]) -> String {
    let secrets = known.iter().filter(|secret| secret.len() >= MIN_SECRET_BYTES && text.contains(secret.as_str()));
    secrets.fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), REDACTED))
}
