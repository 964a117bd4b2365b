//! The leader's settings of a room: the document that opens by itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::DocumentId;

/// The settings of a room.
///
/// They are the body of `GET` and `PUT` of `/control/room`, and of the event `room` on `/api/events`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
// A PUT replaces all settings, so a body without a member is an error and not a null.
#[schemars(extend("required" = ["openForAll"]))]
pub struct RoomSettings {
    /// The document that opens by itself in editors that show the list of documents; null for none.
    ///
    /// It need not exist: the first save creates it. An editor in which a document is open stays with that one.
    #[serde(deserialize_with = "Option::deserialize")]
    pub open_for_all: Option<DocumentId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_written_as_the_http_contract_says() {
        let set = RoomSettings { open_for_all: Some("notes".parse().unwrap()) };
        for (settings, json) in
            [(set, r#"{"openForAll":"notes"}"#), (RoomSettings::default(), r#"{"openForAll":null}"#)]
        {
            assert_eq!(serde_json::to_string(&settings).unwrap(), json);
            assert_eq!(serde_json::from_str::<RoomSettings>(json).unwrap(), settings);
        }
    }

    #[test]
    fn other_settings_are_refused() {
        for wrong in ["{}", r#"{"openForAll":"Not An Id"}"#, r#"{"openForAll":1}"#, r#"{"openForAll":null,"open":1}"#] {
            assert!(serde_json::from_str::<RoomSettings>(wrong).is_err(), "{wrong}");
        }
    }
}
