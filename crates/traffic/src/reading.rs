//! The version that a response shows to its reader: evidence for lost updates.
//!
//! The definition of a lost update is in [`contract::overwritten_unseen`].

use contract::Exchange;
use serde_json::Value;

/// Returns the tag of the version whose text the response shows, or `None` if it shows no text.
///
/// It is the tag as the server issued it, without the changes that a proxy makes on the way.
#[must_use]
pub fn shown_version(exchange: &Exchange) -> Option<String> {
    let response = exchange.response.as_ref()?;
    let is_text = if response.cut {
        // The recorded part is not valid JSON. Within a JSON string, these quotes would be escaped.
        response.body.contains("\"content\":")
    } else {
        serde_json::from_str::<Value>(&response.body).is_ok_and(|body| body.get("content").is_some())
    };
    response.field("ETag").filter(|_| is_text).map(as_issued)
}

/// Returns a tag as the server issued it: strong, and without the suffix of a compressing proxy.
pub(crate) fn as_issued(tag: &str) -> String {
    let strong = tag.strip_prefix("W/").unwrap_or(tag);
    strong.strip_suffix("-gzip\"").map_or_else(|| strong.to_owned(), |issued| format!("{issued}\""))
}

#[cfg(test)]
mod tests {
    use contract::Message;

    use super::*;
    use crate::fixture::exchange;

    #[test]
    fn response_shows_a_version_only_with_its_text() {
        let shown = |body: &str, cut| {
            let fields = vec![("ETag".to_owned(), "\"v2\"".to_owned())];
            let response = Some(Message { fields, body: body.to_owned(), cut });
            shown_version(&Exchange { response, ..exchange(1, Some(200)) })
        };
        for (body, cut) in [(r#"{"title": "t", "content": "c"}"#, false), (r#"{"title":"t","content":"beg"#, true)] {
            assert_eq!(shown(body, cut).as_deref(), Some("\"v2\""), "{body}");
        }
        assert_eq!(as_issued("W/\"v2-a\""), "\"v2-a\"");
        assert_eq!(as_issued("\"v2-a-gzip\""), "\"v2-a\"");
        for (body, cut) in [(r#"{"reason": "stale"}"#, false), ("", false), (r#"{"title":"\"content\":"#, true)] {
            assert_eq!(shown(body, cut), None, "{body}");
        }
    }
}
