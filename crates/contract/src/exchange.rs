//! One request and its response, as they were seen: what `GET /control/exchanges` and the wire panel show.

use precondition::Evaluation;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Author, Timestamp};

/// The most of a body that an exchange keeps, in bytes.
pub const MAX_RECORDED_BODY: usize = 64 * 1024;

/// One request and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Exchange {
    /// Counts up from 1, in order of arrival (for a client: of departure).
    pub number: u64,
    /// Who asked, where the request says so.
    pub author: Option<Author>,
    /// When the request arrived (for a client: was sent).
    pub received: Timestamp,
    /// When its preconditions were judged, which a client cannot know.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub judged: Option<Timestamp>,
    /// When its response was sent (for a client: was there).
    pub answered: Option<Timestamp>,
    /// The method, such as `PUT`.
    pub method: String,
    /// The target, path and query, without the values of secrets.
    pub target: String,
    /// What was asked.
    pub request: Message,
    /// The status code, none while there is no answer.
    pub status: Option<u16>,
    /// What was answered, none while there is no answer.
    pub response: Option<Message>,
    /// Why there will never be an answer, in words; none where there is or may still be one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lost: Option<String>,
    /// Every condition in the order of its evaluation.
    #[serde(default)]
    pub evaluation: Vec<Evaluation>,
}

/// The last exchanges, in the order of their numbers: a page of `GET /control/exchanges`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ExchangeList {
    /// What is kept of them.
    pub exchanges: Vec<Exchange>,
    /// What to ask for with `after` to read on; none where this was the last page.
    #[serde(default)]
    pub next: Option<u64>,
}

/// Fields and body of one message. The values of secrets are not among them, see [`secrets`](crate::secrets).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// Names and values in the order in which they stood in the message; bytes that are no UTF-8 are replaced.
    pub fields: Vec<(String, String)>,
    /// The body, at most [`MAX_RECORDED_BODY`] bytes of it; bytes that are no UTF-8 are replaced.
    pub body: String,
    /// Whether the body was longer than what is kept.
    #[serde(default)]
    pub cut: bool,
}

impl Message {
    /// The first field of that name, whatever its case.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Keeps a body, cut at [`MAX_RECORDED_BODY`] bytes, or at the beginning of the character that these would end
    /// within.
    pub fn keep_body(&mut self, body: &[u8]) {
        self.cut = body.len() > MAX_RECORDED_BODY;
        let kept = if self.cut { &body[..floor_char_boundary(body, MAX_RECORDED_BODY)] } else { body };
        self.body = String::from_utf8_lossy(kept).into_owned();
    }
}

/// Where the character of UTF-8 begins that has the byte at `place`; there, where there is no such character.
fn floor_char_boundary(bytes: &[u8], place: usize) -> usize {
    let continues = |byte: u8| byte & 0xc0 == 0x80;
    // A character has at most four bytes, and only the first of them is not marked as one that continues it.
    let begin = (place.saturating_sub(3)..=place).rev().find(|at| !continues(bytes[*at]));
    begin.unwrap_or(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_is_cut_in_two() {
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
                // No more of it is there than shows that there was more.
                message.keep_body(&body.as_bytes()[..=MAX_RECORDED_BODY]);
                assert!(message.cut && body.starts_with(&message.body), "{character} after {before}");
            }
        }
        let mut message = Message::default();
        message.keep_body(&vec![0x80; MAX_RECORDED_BODY + 1]);
        assert_eq!(
            message.body.chars().count(),
            MAX_RECORDED_BODY,
            "what is no UTF-8 is replaced, and none of it lost"
        );
    }
}
