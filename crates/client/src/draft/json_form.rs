//! A draft as a part of other JSON, in the form of its file.

use std::path::PathBuf;

use editor::Draft;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};
use serde_json::Value;

use super::{DraftKey, record};

/// Serializes a draft, for `#[serde(with = …)]`.
pub(super) fn serialize<S: Serializer>(draft: &Draft, serializer: S) -> Result<S::Ok, S::Error> {
    // Here the draft has no file, so it has no owner either.
    let mut bytes = Vec::new();
    record::write(&mut bytes, &DraftKey::File(PathBuf::new()), draft).map_err(S::Error::custom)?;
    serde_json::from_slice::<Value>(&bytes).map_err(S::Error::custom)?.serialize(serializer)
}

/// Deserializes a draft, for `#[serde(with = …)]`.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Draft, D::Error> {
    let value = Value::deserialize(deserializer)?;
    record::read(value.to_string().as_bytes()).map(|(_, draft)| draft).map_err(D::Error::custom)
}

/// A draft that there may be, for `#[serde(with = "client::optional_draft")]`.
pub mod optional_draft {
    use editor::Draft;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Form(#[serde(with = "super")] Draft);

    /// Serializes a draft, or null.
    ///
    /// # Errors
    ///
    /// As the serializer's.
    pub fn serialize<S: Serializer>(draft: &Option<Draft>, serializer: S) -> Result<S::Ok, S::Error> {
        draft.clone().map(Form).serialize(serializer)
    }

    /// Deserializes a draft, or null.
    ///
    /// # Errors
    ///
    /// If the value is not a draft.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Draft>, D::Error> {
        Ok(Option::<Form>::deserialize(deserializer)?.map(|form| form.0))
    }
}
