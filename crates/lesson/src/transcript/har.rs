//! HTTP Archive 1.2: every exchange whole, for the network panel of browsers and for other readers.
//!
//! Each step is a page, so that readers show the exchanges in groups. A lost response has the status 0, as browsers
//! write it. Bodies that were cut when they were recorded have a comment that says so.

use contract::{Exchange, Message, Timestamp};
use serde_json::{Value, json};
use traffic::explain_among;

use super::steps::steps;
use crate::run_log::{LogEntry, RunLog};

/// The version of this program, which creates the archive.
const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(super) fn write(log: &RunLog) -> String {
    let mut pages = Vec::new();
    let mut entries = Vec::new();
    let mut departed: Vec<(u64, String)> = Vec::new();
    for (step, moments) in steps(log) {
        let LogEntry::Step { step, caption, .. } = step else { continue };
        let page = format!("step-{step}");
        let mut begun: Option<Timestamp> = None;
        for moment in moments {
            match moment {
                LogEntry::Departed { exchange } => {
                    departed.push((exchange.number, page.clone()));
                    begun = begun.or(Some(exchange.received));
                }
                LogEntry::Ended { exchange } => {
                    let departure = departed.iter().find(|(number, _)| *number == exchange.number);
                    let page = departure.map_or(page.as_str(), |(_, page)| page.as_str());
                    entries.push(entry(log, exchange, page));
                }
                _ => {}
            }
        }
        if let Some(begun) = begun {
            let title = format!("{step}. {caption}");
            let mut entry = json!({"startedDateTime": begun, "id": page, "title": title, "pageTimings": {}});
            let checks = checks_in_words(moments);
            if !checks.is_empty() {
                entry["comment"] = checks.into();
            }
            pages.push(entry);
        }
    }
    // Readers expect the order of departure.
    entries.sort_by_key(|entry| entry["_number"].as_u64());
    let creator = json!({"name": "ifmatch", "version": VERSION});
    let before = log.policy_variant.as_ref().map_or_else(String::new, |line| format!("{line}. "));
    let comment = format!("{before}{}: {}", log.title, log.goal);
    let log = json!({"version": "1.2", "creator": creator, "pages": pages, "entries": entries, "comment": comment});
    let mut text = serde_json::to_string_pretty(&json!({"log": log})).unwrap_or_default();
    text.push('\n');
    text
}

/// Returns the checks of a step, each with the sign for whether it holds.
fn checks_in_words(moments: &[LogEntry]) -> String {
    let words = |moment: &LogEntry| match moment {
        LogEntry::Judged(check) => Some(format!("{} {}", if check.holds() { "✓" } else { "✗" }, check.caption)),
        _ => None,
    };
    moments.iter().filter_map(words).collect::<Vec<_>>().join("; ")
}

fn entry(log: &RunLog, exchange: &Exchange, page: &str) -> Value {
    let ended = exchange.answered.unwrap_or(exchange.received);
    let wait = ended.as_millis().saturating_sub(exchange.received.as_millis());
    let earlier = log.exchanges().take_while(|other| other.number != exchange.number);
    let who = exchange.author.as_ref().map_or("the client", |author| author.as_str());
    json!({
        "_number": exchange.number,
        "pageref": page,
        "startedDateTime": exchange.received,
        "time": wait,
        "request": request(exchange),
        "response": response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": wait, "receive": 0},
        "comment": format!("{who}: {}", explain_among(exchange, earlier)),
    })
}

fn request(exchange: &Exchange) -> Value {
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
    let body = &exchange.request.body;
    let mut request = json!({
        "method": exchange.method,
        "url": format!("http://{host}{}", exchange.target),
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
    }
    request
}

fn response(exchange: &Exchange) -> Value {
    let none = Message::default();
    let answer = exchange.response.as_ref().unwrap_or(&none);
    let mime = answer.field("Content-Type").unwrap_or("x-unknown");
    let mut content = json!({"size": answer.body.len(), "mimeType": mime, "text": answer.body});
    if answer.cut {
        content["comment"] = "the body was longer, and is cut here".into();
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
