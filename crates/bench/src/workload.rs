//! The requests that a connection sends, again and again.

use std::rc::Rc;

use crate::error::Error;
use crate::response_head::ResponseHead;

/// How many bytes the content of a document has.
pub(crate) const CONTENT_BYTES: usize = 1000;

/// A kind of request, with the status that it is measured for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Workload {
    /// GET with the current tag in If-None-Match: 304.
    Revalidate,
    /// GET: 200.
    Read,
    /// PUT with the current tag in If-Match, each connection to a document of its own: 200.
    Write,
    /// PUT with a tag in If-Match, all connections to one document: 200, or 412, which has the next tag.
    Contend,
    /// PUT without a condition: 428.
    Unguarded,
}

/// The requests of one connection.
pub(crate) enum RequestGenerator {
    /// Reads, from document to document, the first `reach` of them.
    Walk { kind: Workload, tags: Rc<Vec<String>>, reach: usize, at: usize },
    /// Writes, each with the tag in the response to the one before.
    Write { kind: Workload, document: String, who: usize, turn: u64, tag: String },
}

impl RequestGenerator {
    /// Writes the next request into `request`.
    pub(crate) fn next(&mut self, request: &mut Vec<u8>) {
        request.clear();
        match self {
            Self::Walk { kind, tags, reach, at } => {
                // 7,919 is a prime, so that the walk visits all of them, and seldom neighbours in a row.
                *at = (*at + 7919) % *reach;
                get(request, &document(*at), (*kind == Workload::Revalidate).then_some(&tags[*at]));
            }
            Self::Write { kind, document, who, turn, tag } => {
                *turn += 1;
                let condition = if *kind == Workload::Unguarded { None } else { Some(("If-Match", tag.as_str())) };
                put(request, document, condition, &content(*who, *turn));
            }
        }
    }

    /// Takes a response, and returns whether it is a success. `tag` reads the tag in the response.
    pub(crate) fn on_response(&mut self, head: ResponseHead, tag: impl FnOnce() -> String) -> Result<bool, Error> {
        let (Self::Walk { kind, .. } | Self::Write { kind, .. }) = self;
        let wanted = match (*kind, head.status) {
            (Workload::Revalidate, 304)
            | (Workload::Read | Workload::Write | Workload::Contend, 200)
            | (Workload::Unguarded, 428) => true,
            (Workload::Contend, 412) => false,
            (kind, status) => return Err(Error::Answer { what: format!("{kind:?}"), status }),
        };
        if let Self::Write { tag: last, kind: Workload::Write | Workload::Contend, .. } = self {
            *last = tag();
        }
        Ok(wanted)
    }
}

/// Returns the name of a document.
pub(crate) fn document(number: usize) -> String {
    format!("doc-{number}")
}

/// Returns a text that no other write has, always of the same length.
pub(crate) fn content(who: usize, turn: u64) -> String {
    let mut text = format!("writer {who:06}, turn {turn:012}. ");
    let line = "Whoever saves last must not be the one who wins. ";
    text.extend(line.chars().cycle().take(CONTENT_BYTES - text.len()));
    text
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
pub(crate) fn put(request: &mut Vec<u8>, document: &str, condition: Option<(&str, &str)>, content: &str) {
    let body = format!("{{\"title\":\"A draft\",\"content\":\"{content}\"}}");
    let condition = condition.map(|(field, tag)| format!("{field}: {tag}\r\n")).unwrap_or_default();
    let head = format!(
        "PUT /api/documents/{document} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
         Ifmatch-Author: bench\r\n{condition}Content-Length: {}\r\n\r\n",
        body.len()
    );
    request.extend_from_slice(head.as_bytes());
    request.extend_from_slice(body.as_bytes());
}
