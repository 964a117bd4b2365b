//! The people in a room: how they join under a name of their own, and what a leader sees of them.
//!
//! What is *not* here: the rules of names ([`Author`]) and of tokens ([`Token`]).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Author, Timestamp, Token};

/// The body of `POST /api/participants`: the name under which a client wants to join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinRequest {
    /// The name, which no other client in the room may have.
    #[serde(deserialize_with = "crate::author::strict")]
    pub name: Author,
}

/// The response to [`JoinRequest`]: a participant's name, and the token that identifies it from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JoinedParticipant {
    /// The name of the participant.
    pub name: Author,
    /// The participant's token. Its holder is this participant, so it is a secret.
    #[serde(with = "crate::token::as_text")]
    #[schemars(with = "String")]
    pub token: Token,
}

/// A client that has sent a request under `/api`, as a leader sees it.
///
/// A participant is one row, whatever addresses it uses. A client that only names an author is a row for each address,
/// since two people may use one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Participant")]
pub struct ParticipantRow {
    /// The name, or `anonymous` if the client names none.
    pub name: Author,
    /// The place in the order of arrival, from 1. No two rows of a server ever have the same.
    pub order: u64,
    /// Whether a token of its own identifies the client. Otherwise the client only claims the name.
    pub joined: bool,
    /// The IP address from which the last request came; absent if none has come yet.
    pub address: Option<String>,
    /// When the client joined or sent its first request.
    pub first_seen: Timestamp,
    /// When the last request came.
    pub last_seen: Timestamp,
    /// The number of open event streams.
    pub streams: u64,
    /// Whether the leader has removed the name: all requests under it are refused.
    pub removed: bool,
}

/// The people in a room, in the order of their arrival: the body of `GET /control/participants`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ParticipantList {
    /// The rows, in the order of arrival.
    pub participants: Vec<ParticipantRow>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joining_is_written_as_the_http_contract_says() {
        let wish: JoinRequest = serde_json::from_str(r#"{"name":"sam"}"#).unwrap();
        assert_eq!(serde_json::to_string(&wish).unwrap(), r#"{"name":"sam"}"#);
        let joined = JoinedParticipant { name: wish.name, token: "s3cret".parse().unwrap() };
        let json = r#"{"name":"sam","token":"s3cret"}"#;
        assert_eq!(serde_json::to_string(&joined).unwrap(), json);
        assert_eq!(serde_json::from_str::<JoinedParticipant>(json).unwrap(), joined);
        assert!(!format!("{joined:?}").contains("s3cret"));
    }

    #[test]
    fn name_that_is_not_valid_cannot_join() {
        for wrong in [r#"{"name":""}"#, r#"{"name":" sam"}"#, r#"{"name":"a\u0000"}"#, r#"{"name":1}"#, "{}"] {
            assert!(serde_json::from_str::<JoinRequest>(wrong).is_err(), "{wrong}");
        }
        assert!(serde_json::from_str::<JoinRequest>(r#"{"name":"sam","token":"x"}"#).is_err());
    }
}
