//! The settings that a workshop leader controls, apart from the policy: the gate and the faults.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Author, Timestamp};

/// The requests that the gate holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Hold {
    /// No request.
    #[default]
    None,
    /// Requests that could change something.
    Writes,
    /// All requests except event streams, which have no single response to hold.
    All,
}

/// The gate: which requests it holds from now on, and which it is holding.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Gate")]
pub struct GateSettings {
    /// The requests to hold from now on. Requests that are already held stay held until they are released.
    pub hold: Hold,
    /// The held requests, in order of arrival. This is a report: a PUT may repeat it, which has no effect.
    #[serde(default)]
    pub held: Vec<HeldExchange>,
}

/// A request that is held at the gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Held")]
pub struct HeldExchange {
    /// The number of the exchange, by which the request is released.
    pub exchange: u64,
    /// The author, if the request names one.
    pub author: Option<Author>,
    /// The method, such as `PUT`.
    pub method: String,
    /// The path, without the query; truncated after 256 bytes, with an ellipsis.
    pub path: String,
    /// The value of `If-Match`, several lines joined by commas; absent if the field was not sent.
    ///
    /// It is truncated in the same way as the path.
    pub if_match: Option<String>,
    /// When the request reached the gate.
    pub since: Timestamp,
}

/// The longest deliberate delay of a response, in milliseconds: one minute.
pub const MAX_LATENCY: u32 = 60_000;

/// Faults that the server injects on purpose. A fault that is not given is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schemars(rename = "Faults")]
pub struct FaultSettings {
    /// The delay of every response, in milliseconds; at most a minute ([`MAX_LATENCY`]).
    #[schemars(range(max = MAX_LATENCY))]
    pub latency_ms: u32,
    /// The number of coming writes whose response is lost.
    ///
    /// The server applies them and closes the connection.
    pub lose_responses: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gate_is_written_as_the_http_contract_says() {
        let held = HeldExchange {
            exchange: 7,
            author: Some("bob".parse().unwrap()),
            method: "PUT".to_owned(),
            path: "/api/documents/a".to_owned(),
            if_match: Some("\"v5-d4f8c2a1\"".to_owned()),
            since: Timestamp::from_millis(1_795_323_611_123),
        };
        let json = r#"{"hold":"writes","held":[{"exchange":7,"author":"bob","method":"PUT","path":"/api/documents/a","ifMatch":"\"v5-d4f8c2a1\"","since":"2026-11-22T05:00:11.123Z"}]}"#;
        let gate = GateSettings { hold: Hold::Writes, held: vec![held] };
        assert_eq!(serde_json::to_string(&gate).unwrap(), json);
        assert_eq!(serde_json::from_str::<GateSettings>(json).unwrap(), gate);
        assert_eq!(serde_json::from_str::<GateSettings>(r#"{"hold":"none"}"#).unwrap(), GateSettings::default());
        assert!(serde_json::from_str::<GateSettings>(r#"{"held":[]}"#).is_err(), "`hold` is required");
    }

    #[test]
    fn fault_that_is_not_given_is_off() {
        let faults: FaultSettings = serde_json::from_str(r#"{"loseResponses":2}"#).unwrap();
        assert_eq!(faults, FaultSettings { latency_ms: 0, lose_responses: 2 });
        assert_eq!(serde_json::to_string(&faults).unwrap(), r#"{"latencyMs":0,"loseResponses":2}"#);
        for wrong in [r#"{"latencyMs":-1}"#, r#"{"latencyMs":0.5}"#, r#"{"latency":1}"#, r#"{"loseResponses":"1"}"#] {
            assert!(serde_json::from_str::<FaultSettings>(wrong).is_err(), "{wrong}");
        }
    }
}
