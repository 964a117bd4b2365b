//! A recorded request with its response, as in `GET /control/exchanges` and in the wire panel.

use std::net::IpAddr;

use precondition::Evaluation;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Anomaly, Author, Timestamp, fields};

/// The maximum length of a recorded body, in bytes.
pub const MAX_RECORDED_BODY: usize = 64 * 1024;

/// How [`Exchange::lost`] begins if the request never left the client.
pub const NOT_SENT_PREFIX: &str = "not sent,";

/// A request with its response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Exchange {
    /// The number of the exchange, from 1, in order of arrival (in a client: in order of sending).
    pub number: u64,
    /// The author, if the request names one.
    pub author: Option<Author>,
    /// The IP address of the other end of the connection, which may be a proxy. A client does not know.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub client_address: Option<IpAddr>,
    /// The server that recorded the exchange, if a client reads the records of several.
    ///
    /// No server sends this.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schemars(skip)]
    pub server: Option<String>,
    /// When the request arrived (in a client: when it was sent).
    pub received: Timestamp,
    /// When the preconditions were evaluated. A client does not know.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub judged: Option<Timestamp>,
    /// When the response was sent (in a client: when it arrived).
    pub answered: Option<Timestamp>,
    /// The method, such as `PUT`.
    pub method: String,
    /// The request target, path and query, with secret values redacted.
    pub target: String,
    /// The fields and body of the request.
    pub request: Message,
    /// The status code; absent until there is a response.
    pub status: Option<u16>,
    /// The fields and body of the response; absent until there is one.
    pub response: Option<Message>,
    /// Why there will never be a response, in words; absent if there is one or may still be one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lost: Option<String>,
    /// The evaluated conditions, in order.
    #[serde(default)]
    pub evaluation: Vec<Evaluation>,
    /// The anomalies that this exchange completes, the worst first. Only a proxy finds any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub anomalies: Vec<Anomaly>,
}

impl Exchange {
    /// Returns whether a response may still come.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.status.is_none() && self.lost.is_none()
    }

    /// Returns whether the request only reads: its method is GET, HEAD or OPTIONS.
    #[must_use]
    pub fn is_read(&self) -> bool {
        matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS")
    }

    /// Returns whether the client sent the request in the background, without a user who waits for it.
    #[must_use]
    pub fn is_prefetch(&self) -> bool {
        self.request.field(fields::SEC_PURPOSE).is_some_and(|purpose| purpose.starts_with(fields::PREFETCH))
    }

    /// Returns whether the request never left the client, so that nothing can have changed.
    #[must_use]
    pub fn was_not_sent(&self) -> bool {
        self.lost.as_deref().is_some_and(|lost| lost.starts_with(NOT_SENT_PREFIX))
    }

    /// Returns about how many bytes of memory the exchange takes.
    #[must_use]
    pub fn approximate_size(&self) -> usize {
        self.target.len()
            + self.request.approximate_size()
            + self.response.as_ref().map_or(0, Message::approximate_size)
            + self.anomalies.iter().map(Anomaly::approximate_size).sum::<usize>()
    }
}

/// The most recent exchanges in the order of their numbers: a page of `GET /control/exchanges`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ExchangeList {
    /// The exchanges of this page, as far as they are still recorded.
    pub exchanges: Vec<Exchange>,
    /// The value of `after` for the next page; absent on the last page.
    #[serde(default)]
    pub next: Option<u64>,
}

/// Fields and body of one message, with secret values redacted; see [`secrets`](crate::secrets).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// Names and values in the order of the message; bytes that are not UTF-8 are replaced.
    pub fields: Vec<(String, String)>,
    /// The body, at most [`MAX_RECORDED_BODY`] bytes of it; bytes that are not UTF-8 are replaced.
    pub body: String,
    /// Whether the body was truncated.
    #[serde(default)]
    pub cut: bool,
}

impl Message {
    /// Returns the value of the first field with that name; names are case-insensitive.
    ///
    /// # Examples
    ///
    /// ```
    /// let fields = vec![("ETag".to_owned(), "\"v5\"".to_owned())];
    /// let message = contract::Message { fields, ..Default::default() };
    /// assert_eq!(message.field("etag"), Some("\"v5\""));
    /// ```
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn approximate_size(&self) -> usize {
        self.body.len() + self.fields.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>()
    }

    /// Records a body, truncated to [`MAX_RECORDED_BODY`] bytes at the start of a character.
    pub fn keep_body(&mut self, body: &[u8]) {
        self.cut = body.len() > MAX_RECORDED_BODY;
        let kept = if self.cut { &body[..floor_char_boundary(body, MAX_RECORDED_BODY)] } else { body };
        self.body = String::from_utf8_lossy(kept).into_owned();
    }
}

/// Returns the start of the UTF-8 character that contains the byte at `place`.
///
/// If there is no such character, this is `place` itself.
fn floor_char_boundary(bytes: &[u8], place: usize) -> usize {
    let continues = |byte: u8| byte & 0xc0 == 0x80;
    // A character has at most four bytes. Only its first byte is not marked as a continuation.
    let begin = (place.saturating_sub(3)..=place).rev().find(|at| !continues(bytes[*at]));
    begin.unwrap_or(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncation_keeps_characters_whole() {
        for character in ["x", "\u{e9}", "\u{20ac}", "\u{1f600}"] {
            for before in 0..4 {
                let body = "-".repeat(before) + &character.repeat(MAX_RECORDED_BODY + 1);
                let mut message = Message::default();
                message.keep_body(body.as_bytes());
                assert!(message.cut && body.starts_with(&message.body), "{character} after {before}");
                assert!(
                    (MAX_RECORDED_BODY - 3..=MAX_RECORDED_BODY).contains(&message.body.len()),
                    "{character} after {before}"
                );
                // One more byte than the limit is enough to mark the body as truncated.
                message.keep_body(&body.as_bytes()[..=MAX_RECORDED_BODY]);
                assert!(message.cut && body.starts_with(&message.body), "{character} after {before}");
            }
        }
        let mut message = Message::default();
        message.keep_body(&vec![0x80; MAX_RECORDED_BODY + 1]);
        assert_eq!(
            message.body.chars().count(),
            MAX_RECORDED_BODY,
            "bytes that are not UTF-8 are replaced, and none is lost"
        );
    }
}
