//! JSON merge patch (RFC 7396), for documents.
//!
//! A patch is about the version that is current when it is applied. So the new text is not computed when the request
//! arrives, but inside the transaction, against that version.

use contract::Document;
use serde_json::{Map, Value};

/// Applies `patch` to `document`.
///
/// # Errors
///
/// A text that says why the result is not a valid document.
pub fn apply(document: &Document, patch: &Value) -> Result<Document, String> {
    let state = patched_value(document, patch);
    if !state.is_object() {
        // Serde would accept a list of the right strings as a document.
        return Err("a document is an object, but the patch replaces it with another JSON value".to_owned());
    }
    serde_json::from_value(state).map_err(|error| error.to_string())
}

/// Returns the bytes of title and content in the result of a patch, which need not be valid.
pub fn patched_size(document: &Document, patch: &Value) -> usize {
    let state = patched_value(document, patch);
    let texts = ["title", "content"].into_iter().filter_map(|name| state.get(name)?.as_str());
    texts.map(str::len).sum()
}

fn patched_value(document: &Document, patch: &Value) -> Value {
    let mut state = serde_json::to_value(document).expect("a document is an object of strings");
    merge(&mut state, patch);
    state
}

/// The algorithm of RFC 7396 section 2: `null` removes, objects are merged, any other value replaces.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(changes) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(members) = target {
        for (name, change) in changes {
            if change.is_null() {
                members.remove(name);
            } else {
                merge(members.entry(name.clone()).or_insert(Value::Null), change);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn does_what_the_examples_of_the_rfc_do() {
        // The test cases of RFC 7396, appendix A: target, patch, result.
        for (target, patch, result) in [
            (json!({"a":"b"}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"b"}), json!({"b":"c"}), json!({"a":"b","b":"c"})),
            (json!({"a":"b"}), json!({"a":null}), json!({})),
            (json!({"a":"b","b":"c"}), json!({"a":null}), json!({"b":"c"})),
            (json!({"a":["b"]}), json!({"a":"c"}), json!({"a":"c"})),
            (json!({"a":"c"}), json!({"a":["b"]}), json!({"a":["b"]})),
            (json!({"a":{"b":"c"}}), json!({"a":{"b":"d","c":null}}), json!({"a":{"b":"d"}})),
            (json!({"a":[{"b":"c"}]}), json!({"a":[1]}), json!({"a":[1]})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a":"b"}), json!(["c"]), json!(["c"])),
            (json!({"a":"foo"}), json!(null), json!(null)),
            (json!({"a":"foo"}), json!("bar"), json!("bar")),
            (json!({"e":null}), json!({"a":1}), json!({"e":null,"a":1})),
            (json!([1, 2]), json!({"a":"b","c":null}), json!({"a":"b"})),
            (json!({}), json!({"a":{"bb":{"ccc":null}}}), json!({"a":{"bb":{}}})),
        ] {
            let mut merged = target.clone();
            merge(&mut merged, &patch);
            assert_eq!(merged, result, "{target} with {patch}");
        }
    }

    #[test]
    fn a_result_that_is_no_document_is_said_in_words() {
        let document = Document { title: "T".into(), content: "C".into(), parent: None };
        let renamed = apply(&document, &json!({"title": "U"})).unwrap();
        assert_eq!((renamed.title.as_str(), renamed.content.as_str()), ("U", "C"));
        assert!(apply(&document, &json!({"etag": 1})).unwrap_err().contains("unknown field `etag`"));
        assert!(apply(&document, &json!({"title": null})).unwrap_err().contains("missing field `title`"));
        for no_object in [json!("all new"), json!(["U", "D"]), json!(["U", "D", null])] {
            assert!(apply(&document, &no_object).unwrap_err().contains("an object"), "{no_object}");
        }
    }
}
