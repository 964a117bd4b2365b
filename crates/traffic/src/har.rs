//! Exchanges as HTTP Archive 1.2, for the network panel of browsers and for other readers.
//!
//! A lost response has the status 0, as browsers write it. Bodies that were cut when they were recorded have a comment
//! that says so.

use contract::{Exchange, Message};
use serde_json::{Value, json};

use crate::foreign_text::visible_json;

/// The version of this program, which creates the archive.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The comment of a body that was cut.
const CUT: &str = "the body was longer, and is cut here";

/// Returns an archive with these pages and entries, as JSON text.
///
/// The entries are put into the order in which their requests were sent, which readers expect.
#[must_use]
pub fn har_archive(pages: &[Value], mut entries: Vec<Value>, comment: &str) -> String {
    entries.sort_by_key(|entry| entry["_number"].as_u64());
    let log = json!({"version": "1.2", "creator": creator(), "pages": pages, "entries": entries, "comment": comment});
    let mut text = serde_json::to_string_pretty(&json!({"log": log})).unwrap_or_default();
    text.push('\n');
    visible_json(&text)
}

/// Returns the text before and after the entries of an archive that is written entry by entry.
///
/// The entries are separated by commas. Unlike those of [`har_archive`], they are in the order of their ends.
#[must_use]
pub fn har_frame(comment: &str) -> (String, String) {
    let begin = format!("{{\"log\":{{\"version\":\"1.2\",\"creator\":{},\"pages\":[],\"entries\":[", creator());
    let comment = visible_json(&Value::from(comment).to_string());
    (begin, format!("\n],\"comment\":{comment}}}}}\n"))
}

fn creator() -> Value {
    json!({"name": "ifmatch", "version": VERSION})
}

/// Returns the entry of an exchange.
///
/// `scheme` is `http` or `https`, which no message says. `page` is the id of a page, and `comment` an explanation.
#[must_use]
pub fn har_entry(exchange: &Exchange, scheme: &str, page: Option<&str>, comment: &str) -> Value {
    let ended = exchange.answered.unwrap_or(exchange.received);
    let wait = ended.as_millis().saturating_sub(exchange.received.as_millis());
    let mut entry = json!({
        "_number": exchange.number,
        "startedDateTime": exchange.received,
        "time": wait,
        "request": request(exchange, scheme),
        "response": response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": wait, "receive": 0},
        "comment": comment,
    });
    if let Some(page) = page {
        entry["pageref"] = page.into();
    }
    entry
}

fn request(exchange: &Exchange, scheme: &str) -> Value {
    let host = exchange.request.field("Host").unwrap_or("localhost");
    let query = exchange.target.split_once('?').map_or("", |(_, query)| query);
    let query: Vec<Value> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            json!({"name": name, "value": value})
        })
        .collect();
    // A request to a proxy names the whole address.
    let is_path = exchange.target.starts_with('/');
    let url = if is_path { format!("{scheme}://{host}{}", exchange.target) } else { exchange.target.clone() };
    let body = &exchange.request.body;
    let mut request = json!({
        "method": exchange.method,
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(&exchange.request),
        "queryString": query,
        "headersSize": -1,
        "bodySize": body.len(),
    });
    if !body.is_empty() {
        let mime = exchange.request.field("Content-Type").unwrap_or_default();
        request["postData"] = json!({"mimeType": mime, "params": [], "text": body});
        if exchange.request.cut {
            request["postData"]["comment"] = CUT.into();
        }
    }
    request
}

fn response(exchange: &Exchange) -> Value {
    let none = Message::default();
    let answer = exchange.response.as_ref().unwrap_or(&none);
    let mime = answer.field("Content-Type").unwrap_or("x-unknown");
    let mut content = json!({"size": answer.body.len(), "mimeType": mime, "text": answer.body});
    if answer.cut {
        content["comment"] = CUT.into();
    }
    let status = exchange.status.unwrap_or_default();
    let mut response = json!({
        "status": status,
        "statusText": contract::phrase(status).unwrap_or_default(),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(answer),
        "content": content,
        "redirectURL": answer.field("Location").unwrap_or_default(),
        "headersSize": -1,
        "bodySize": answer.body.len(),
    });
    if let Some(lost) = &exchange.lost {
        response["_error"] = lost.as_str().into();
    }
    response
}

fn headers(message: &Message) -> Vec<Value> {
    message.fields.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archive_that_is_written_entry_by_entry_is_json() {
        let (begin, end) = har_frame("a \"comment\"\u{1b}");
        let archive: Value = serde_json::from_str(&format!("{begin}\n{{}},\n{{}}{end}")).unwrap();
        let log = &archive["log"];
        assert_eq!((&log["version"], &log["comment"]), (&"1.2".into(), &"a \"comment\"\u{1b}".into()));
        assert_eq!(log["entries"].as_array().unwrap().len(), 2);
        assert!(!end.contains('\u{1b}'));
    }
}
