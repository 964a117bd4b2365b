//! The bodies of writes: copies of what was read, each with a number of its own.

use serde_json::{Map, Value};
use thiserror::Error;

use crate::version_source::VersionSource;
use crate::write_method::WriteMethod;

/// The place of the number in a body or a URL.
pub(crate) const PLACE: &str = "{{n}}";

/// Members that hold a text, in the order of preference.
const TEXT_MEMBERS: [&str; 10] =
    ["content", "text", "body", "description", "notes", "message", "summary", "comment", "title", "name"];

/// The error when there is no body to write.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TemplateError {
    /// The user's body has no place for the number.
    #[error("the body has no {PLACE}; put it where the text of one write should differ from that of another")]
    NoPlace,
    /// The representation has no text that can be changed.
    #[error("the probe cannot make a body out of this representation; pass one with --body FILE, with {PLACE} in it")]
    NoText,
    /// The original cannot be restored with this method.
    #[error(
        "with --method PATCH or POST the body must be a JSON object, since the original is restored member by member"
    )]
    NotRestorable,
}

/// A body with places for a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyTemplate {
    text: String,
    content_type: String,
}

impl BodyTemplate {
    /// Returns a template of the user.
    ///
    /// # Errors
    ///
    /// [`TemplateError::NoPlace`] if it does not contain `{{n}}`.
    pub fn new(text: String, content_type: String) -> Result<Self, TemplateError> {
        if text.contains(PLACE) { Ok(Self { text, content_type }) } else { Err(TemplateError::NoPlace) }
    }

    /// Returns a template that is a copy of a representation with one text changed.
    ///
    /// In a JSON object, that is a member whose value is a string; a text gets one more line.
    ///
    /// # Errors
    ///
    /// [`TemplateError::NoText`] if the representation is neither.
    pub(crate) fn of_representation(
        body: &[u8],
        content_type: &str,
        method: WriteMethod,
        source: &VersionSource,
    ) -> Result<Self, TemplateError> {
        let text = str::from_utf8(body).map_err(|_| TemplateError::NoText)?;
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if essence.ends_with("json") {
            let Ok(Value::Object(mut object)) = serde_json::from_str(text) else { return Err(TemplateError::NoText) };
            let member = text_member(&object, source).ok_or(TemplateError::NoText)?;
            let changed = format!("{}\nifmatch probe {PLACE}", object[&member].as_str().unwrap_or_default());
            object.insert(member.clone(), Value::String(changed));
            if method == WriteMethod::Patch {
                object.retain(|name, _| *name == member);
            }
            let content_type = if method == WriteMethod::Patch { MERGE_PATCH } else { content_type };
            return Ok(Self { text: Value::Object(object).to_string(), content_type: content_type.to_owned() });
        }
        if method != WriteMethod::Put {
            return Err(TemplateError::NotRestorable);
        }
        let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        Ok(Self { text: format!("{text}{end}ifmatch probe {PLACE}\n"), content_type: content_type.to_owned() })
    }

    /// Returns the body of the write with this number.
    pub(crate) fn fill(&self, number: u64) -> Vec<u8> {
        self.text.replace(PLACE, &number.to_string()).into_bytes()
    }

    /// Returns whether the bodies are JSON objects.
    pub(crate) fn is_json_object(&self) -> bool {
        serde_json::from_slice::<Map<String, Value>>(&self.fill(0)).is_ok()
    }

    /// Returns the media type of the bodies.
    pub(crate) fn content_type(&self) -> &str {
        &self.content_type
    }

    /// Returns the body that restores a representation: it undoes what bodies of this template do.
    ///
    /// # Errors
    ///
    /// [`TemplateError::NotRestorable`] if the method changes members, and one of the bodies is not a JSON object.
    pub(crate) fn restoring(&self, original: &[u8], method: WriteMethod) -> Result<Vec<u8>, TemplateError> {
        if method == WriteMethod::Put {
            return Ok(original.to_vec());
        }
        let object = |bytes: &[u8]| -> Result<Map<String, Value>, TemplateError> {
            serde_json::from_slice(bytes).map_err(|_| TemplateError::NotRestorable)
        };
        let before = object(original)?;
        let changed = object(&self.fill(0))?;
        let restored = changed.keys().map(|name| (name.clone(), before.get(name).cloned().unwrap_or_default()));
        Ok(Value::Object(restored.collect()).to_string().into_bytes())
    }

    /// Returns whether a representation is the original in all that this template changes.
    ///
    /// Other members that differ are the server's own, such as the time of the last write.
    pub(crate) fn is_restored(&self, original: &[u8], now: &[u8]) -> bool {
        let value = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).ok();
        original == now
            || match (value(&self.fill(0)), value(original), value(now)) {
                (Some(template), Some(before), Some(after)) => has_value_of(&template, &before, &after),
                _ => false,
            }
    }
}

/// Returns whether `after` is `before` wherever `template` differs from `before`.
fn has_value_of(template: &Value, before: &Value, after: &Value) -> bool {
    match (template, before, after) {
        _ if template == before || before == after => true,
        (Value::Object(template), Value::Object(before), Value::Object(after)) => {
            let member = |object: &Map<String, Value>, name: &String| object.get(name).cloned().unwrap_or_default();
            template.iter().all(|(name, value)| has_value_of(value, &member(before, name), &member(after, name)))
        }
        _ => false,
    }
}

/// The media type of a merge patch (RFC 7396).
pub(crate) const MERGE_PATCH: &str = "application/merge-patch+json";

/// Returns the name of a member whose text may be changed.
fn text_member(object: &Map<String, Value>, source: &VersionSource) -> Option<String> {
    let is_text = |name: &str| object.get(name).is_some_and(Value::is_string);
    if let Some(known) = TEXT_MEMBERS.into_iter().find(|name| is_text(name)) {
        return Some(known.to_owned());
    }
    // Names, dates and links are not texts.
    let is_free = |name: &&String| {
        let lower = name.to_ascii_lowercase();
        let is_version = source.pointer().is_some_and(|pointer| pointer[1..] == ***name);
        let is_reserved = lower.starts_with('_') || lower == "id" || name.ends_with("Id") || lower.ends_with("_id");
        let is_own = ["etag", "version", "modified", "created", "updated", "date", "url", "href"];
        is_text(name) && !is_version && !is_reserved && !is_own.iter().any(|word| lower.contains(word))
    };
    object.keys().find(is_free).cloned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const JSON: &str = "application/json";

    fn of(body: &str, method: WriteMethod) -> Result<BodyTemplate, TemplateError> {
        BodyTemplate::of_representation(body.as_bytes(), JSON, method, &VersionSource::EntityTag)
    }

    #[test]
    fn body_is_a_copy_with_one_text_changed() {
        let template = of(r#"{"id":"a","title":"t","content":"c","n":1}"#, WriteMethod::Put).unwrap();
        let body: Value = serde_json::from_slice(&template.fill(17)).unwrap();
        let expected = serde_json::json!({"id": "a", "title": "t", "content": "c\nifmatch probe 17", "n": 1});
        assert_eq!(body, expected);
        let patch = of(r#"{"id":"a","title":"t"}"#, WriteMethod::Patch).unwrap();
        assert_eq!(patch.fill(3), br#"{"title":"t\nifmatch probe 3"}"#);
        assert_eq!(patch.content_type(), MERGE_PATCH);
    }

    #[test]
    fn identifiers_dates_and_versions_are_not_changed() {
        assert_eq!(
            of(r#"{"id":"a","_rev":"1","updatedAt":"x","ownerId":"7"}"#, WriteMethod::Put),
            Err(TemplateError::NoText)
        );
        let template = of(r#"{"id":"a","colour":"red"}"#, WriteMethod::Put).unwrap();
        assert!(String::from_utf8(template.fill(1)).unwrap().contains("red\\nifmatch probe 1"));
    }

    #[test]
    fn text_gets_one_more_line() {
        let template =
            BodyTemplate::of_representation(b"one", "text/plain", WriteMethod::Put, &VersionSource::EntityTag).unwrap();
        assert_eq!(template.fill(5), b"one\nifmatch probe 5\n");
    }

    #[test]
    fn patch_restores_the_members_that_it_changes() {
        let template = BodyTemplate::new(r#"{"title":"{{n}}","extra":1}"#.to_owned(), MERGE_PATCH.to_owned()).unwrap();
        let original = br#"{"title":"before","kept":true}"#;
        let body = template.restoring(original, WriteMethod::Patch).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), serde_json::json!({"title":"before","extra":null}));
        assert_eq!(template.restoring(b"text", WriteMethod::Post), Err(TemplateError::NotRestorable));
        assert_eq!(template.restoring(b"text", WriteMethod::Put).unwrap(), b"text");
    }

    #[test]
    fn member_of_the_server_need_not_be_restored() {
        let template = of(r#"{"title":"a","at":"1"}"#, WriteMethod::Put).unwrap();
        let original = br#"{"title":"a","at":"1"}"#;
        assert!(template.is_restored(original, br#"{"title":"a","at":"2"}"#));
        assert!(!template.is_restored(original, br#"{"title":"b","at":"2"}"#));
        assert!(!template.is_restored(original, b"gone"));
        let inner = BodyTemplate::new(r#"{"data":{"text":"{{n}}"}}"#.to_owned(), JSON.to_owned()).unwrap();
        let original = br#"{"data":{"text":"a","at":1},"rights":{}}"#;
        assert!(inner.is_restored(original, br#"{"data":{"text":"a","at":2},"rights":{"b":1}}"#));
        assert!(!inner.is_restored(original, br#"{"data":{"text":"c","at":2},"rights":{}}"#));
    }

    proptest! {
        #[test]
        fn two_writes_of_a_text_differ(text in ".{0,20}", one in 0_u64..1000, other in 0_u64..1000) {
            let put = WriteMethod::Put;
            let source = VersionSource::EntityTag;
            let template = BodyTemplate::of_representation(text.as_bytes(), "text/plain", put, &source).unwrap();
            prop_assert_eq!(template.fill(one) == template.fill(other), one == other);
        }
    }
}
