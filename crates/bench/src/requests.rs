//! The requests to a server of documents, and the texts that they carry.

/// Returns the name of a document.
pub(crate) fn document(number: usize) -> String {
    format!("doc-{number}")
}

/// Returns the name under which a connection writes.
pub(crate) fn author(who: usize) -> String {
    format!("bench-{who}")
}

/// Returns a text of `bytes` bytes that no other write has.
pub(crate) fn content(who: usize, turn: u64, bytes: usize) -> String {
    const LINE: &str = "The last save must not win over one it never saw. ";
    let mut text = format!("writer {who:06}, turn {turn:012}. ");
    text.reserve(bytes + LINE.len());
    while text.len() < bytes {
        text.push_str(LINE);
    }
    text.truncate(bytes);
    text
}

/// Returns the representation of a document with this content.
pub(crate) fn representation(content: &str) -> String {
    format!("{{\"title\":\"A draft\",\"content\":\"{content}\"}}")
}

/// Writes a GET, with a tag in If-None-Match or without.
pub(crate) fn get(request: &mut Vec<u8>, document: &str, seen: Option<&String>) {
    for part in ["GET /api/documents/", document, " HTTP/1.1\r\nHost: 127.0.0.1\r\n"] {
        request.extend_from_slice(part.as_bytes());
    }
    if let Some(tag) = seen {
        for part in ["If-None-Match: ", tag, "\r\n"] {
            request.extend_from_slice(part.as_bytes());
        }
    }
    request.extend_from_slice(b"\r\n");
}

/// Writes a PUT, with a condition or without.
pub(crate) fn put(request: &mut Vec<u8>, document: &str, author: &str, condition: Option<(&str, &str)>, content: &str) {
    let body = representation(content);
    let condition = condition.map(|(field, tag)| format!("{field}: {tag}\r\n")).unwrap_or_default();
    let head = format!(
        "PUT /api/documents/{document} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
         Ifmatch-Author: {author}\r\n{condition}Content-Length: {}\r\n\r\n",
        body.len()
    );
    request.extend_from_slice(head.as_bytes());
    request.extend_from_slice(body.as_bytes());
}
