//! What whoever leads the session can set, the policy aside: the gate, and the faults.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Author, Timestamp};

/// Which requests wait at the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Hold {
    /// None: whatever comes goes on.
    #[default]
    None,
    /// Those that could change something.
    Writes,
    /// All but streams of events, which have no answer to wait for.
    All,
}

/// The gate: who will have to wait, and who does.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Gate")]
pub struct GateSettings {
    /// Which requests wait from now on. Those that wait already do so until they are released.
    pub hold: Hold,
    /// Who waits, in order of arrival. It is a report: in a PUT it may stand as it was read, and changes nothing.
    #[serde(default)]
    pub held: Vec<HeldExchange>,
}

/// A request that waits at the gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Held")]
pub struct HeldExchange {
    /// The number of its exchange, by which it is released.
    pub exchange: u64,
    /// Who asks, where the request says so.
    pub author: Option<Author>,
    /// The method, such as `PUT`.
    pub method: String,
    /// The path, without the query. What goes beyond 256 bytes is cut off, and shown by an ellipsis.
    pub path: String,
    /// The value of `If-Match`, several lines joined by commas; none where the field is not there. It is cut off as the
    /// path is.
    pub if_match: Option<String>,
    /// When it came to the gate.
    pub since: Timestamp,
}

/// The longest that an answer is delayed on purpose, in milliseconds: one minute.
pub const MAX_LATENCY: u32 = 60_000;

/// What goes wrong on purpose. A fault that is not named is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schemars(rename = "Faults")]
pub struct FaultSettings {
    /// How long every answer is delayed, in milliseconds: a minute at most ([`MAX_LATENCY`]).
    #[schemars(range(max = MAX_LATENCY))]
    pub latency_ms: u32,
    /// How many of the next writes are applied, and never answered: the connection is closed instead.
    pub lose_responses: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gate_is_written_as_the_contract_says() {
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
        assert!(serde_json::from_str::<GateSettings>(r#"{"held":[]}"#).is_err(), "what is set has to be said");
    }

    #[test]
    fn a_fault_that_is_not_named_is_off() {
        let faults: FaultSettings = serde_json::from_str(r#"{"loseResponses":2}"#).unwrap();
        assert_eq!(faults, FaultSettings { latency_ms: 0, lose_responses: 2 });
        assert_eq!(serde_json::to_string(&faults).unwrap(), r#"{"latencyMs":0,"loseResponses":2}"#);
        for wrong in [r#"{"latencyMs":-1}"#, r#"{"latencyMs":0.5}"#, r#"{"latency":1}"#, r#"{"loseResponses":"1"}"#] {
            assert!(serde_json::from_str::<FaultSettings>(wrong).is_err(), "{wrong}");
        }
    }
}
