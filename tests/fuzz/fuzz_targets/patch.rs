//! Merge patches (RFC 7396) and tags of the chain, from arbitrary bytes.
//!
//! The first line is a patch in JSON, the rest is the content of the document that it changes.

#![no_main]

use contract::Document;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use store::etag_chain::StateHash;
use store::merge_patch::apply;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (patch, content) = text.split_once('\n').unwrap_or((text, ""));
    if let Ok(hash) = patch.parse::<StateHash>() {
        assert!(patch.eq_ignore_ascii_case(&hash.to_string()), "read as {hash}, written as {patch}");
    }
    let Ok(patch) = serde_json::from_str::<Value>(patch) else { return };
    let before = Document { title: "T".to_owned(), content: content.to_owned(), parent: "a".parse().ok() };
    let Ok(after) = apply(&before, &patch) else { return };
    assert_eq!(apply(&after, &patch).as_ref(), Ok(&after), "twice is once");
    assert_eq!(apply(&before, &Value::Object(serde_json::Map::new())).as_ref(), Ok(&before), "nothing changes nothing");
    let members = patch.as_object().expect("what is no object makes no document");
    let title = members.get("title").map_or(Some(&*before.title), Value::as_str);
    let content = members.get("content").map_or(Some(&*before.content), Value::as_str);
    assert_eq!(
        (Some(&*after.title), Some(&*after.content)),
        (title, content),
        "what the patch says, and else what was"
    );
    let parent = members.get("parent").map_or(Some("a"), Value::as_str);
    assert_eq!(after.parent.as_ref().map(contract::DocumentId::as_str), parent);
    let known = |name: &str| ["title", "content", "parent"].contains(&name);
    assert!(members.iter().all(|(name, value)| known(name) || value.is_null()), "dropped in silence");
});
