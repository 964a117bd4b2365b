//! An exchange as people read it: start line, fields, and the beginning of the body.

use traffic::visible;

use crate::message::{FieldLine, ProbeRequest, ProbeResponse};
use crate::transport::SendError;

/// The most characters of a body that are shown.
const MAX_BODY_CHARACTERS: usize = 160;

/// The most fields of a response that are shown.
const MAX_FIELDS: usize = 40;

/// Returns the lines of a request.
pub(super) fn request_lines(request: &ProbeRequest) -> Vec<String> {
    let start = format!("{} {}", request.method, visible(&request.target));
    let mut lines = vec![start];
    lines.extend(request.fields.iter().map(field_line));
    lines.extend(request.body.as_deref().and_then(body_line));
    lines
}

/// Returns the lines of a response, or the reason why there is none.
pub(super) fn response_lines(response: &Result<ProbeResponse, SendError>) -> Vec<String> {
    let response = match response {
        Ok(response) => response,
        Err(error) => return vec![visible(&error.to_string())],
    };
    let mut lines = vec![response.status.to_string()];
    lines.extend(response.fields.iter().take(MAX_FIELDS).map(field_line));
    lines.extend(body_line(&response.body));
    lines
}

/// Returns whether the value of a field may be a secret.
fn is_secret(name: &str) -> bool {
    ["Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"]
        .iter()
        .any(|secret| name.eq_ignore_ascii_case(secret))
}

fn field_line(line: &FieldLine) -> String {
    if is_secret(&line.name) {
        return format!("{}: …", visible(&line.name));
    }
    format!("{}: {}", visible(&line.name), shortened(&String::from_utf8_lossy(&line.value)))
}

fn body_line(body: &[u8]) -> Option<String> {
    // A character has up to 4 bytes; more of a long body need not be looked at.
    let beginning = &body[..body.len().min(4 * MAX_BODY_CHARACTERS)];
    (!body.is_empty()).then(|| shortened(&String::from_utf8_lossy(beginning)))
}

fn shortened(text: &str) -> String {
    let shown: String = text.chars().take(MAX_BODY_CHARACTERS).collect();
    let more = if shown.len() < text.len() { "…" } else { "" };
    visible(&shown) + more
}
