//! The requests that a connection sends, again and again.

use std::rc::Rc;

use crate::error::Error;
use crate::response_head::ResponseHead;

/// A kind of request, with the status that it is measured for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Workload {
    /// GET with the current tag in If-None-Match: 304.
    Revalidate,
    /// GET: 200.
    Read,
    /// PUT with the current tag in If-Match, each connection to a document of its own: 200.
    Write,
    /// PUT with a tag in If-Match, all connections to one document: 200, or 412, which has the next tag.
    Contend,
    /// PUT with the tag of an older version in If-Match: 412.
    Stale,
    /// PUT without a condition: 428.
    Unguarded,
}

impl Workload {
    /// All workloads, in the order of the table.
    pub(crate) const ALL: [Self; 6] =
        [Self::Revalidate, Self::Read, Self::Write, Self::Contend, Self::Stale, Self::Unguarded];

    /// Returns the numbers of connections with which the workload is measured.
    pub(crate) fn connection_counts(self) -> &'static [usize] {
        match self {
            Self::Revalidate | Self::Write => &[1, 16, 64],
            Self::Read | Self::Contend | Self::Stale | Self::Unguarded => &[16, 64],
        }
    }

    /// Returns the name of the workload in a table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Revalidate => "GET, If-None-Match: 304",
            Self::Read => "GET: 200",
            Self::Write => "PUT, If-Match, own: 200",
            Self::Contend => "PUT, If-Match, one: 200, 412",
            Self::Stale => "PUT, If-Match, stale: 412",
            Self::Unguarded => "PUT: 428",
        }
    }
}

/// The requests of one connection.
pub(crate) enum RequestGenerator {
    /// Reads, from document to document, the first `reach` of them.
    Walk { kind: Workload, tags: Rc<Vec<String>>, reach: usize, at: usize },
    /// Writes, each with the tag in the response to the one before; a stale tag is kept.
    Write { kind: Workload, document: String, who: usize, turn: u64, tag: String, bytes: usize },
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
            Self::Write { kind, document, who, turn, tag, bytes } => {
                *turn += 1;
                let condition = if *kind == Workload::Unguarded { None } else { Some(("If-Match", tag.as_str())) };
                put(request, document, &author(*who), condition, &content(*who, *turn, *bytes));
            }
        }
    }

    /// Returns whether a refused request is tried again, until it is acknowledged.
    pub(crate) fn is_retried(&self) -> bool {
        matches!(self, Self::Write { kind: Workload::Contend, .. })
    }

    /// Takes a response, and returns whether it is a success. `tag` reads the tag in the response.
    pub(crate) fn on_response(&mut self, head: ResponseHead, tag: impl FnOnce() -> String) -> Result<bool, Error> {
        let (Self::Walk { kind, .. } | Self::Write { kind, .. }) = self;
        let wanted = match (*kind, head.status) {
            (Workload::Revalidate, 304)
            | (Workload::Read | Workload::Write | Workload::Contend, 200)
            | (Workload::Stale, 412)
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

/// Returns the name under which a connection writes.
pub(crate) fn author(who: usize) -> String {
    format!("bench-{who}")
}

/// Returns a text of `bytes` bytes that no other write has.
pub(crate) fn content(who: usize, turn: u64, bytes: usize) -> String {
    const LINE: &str = "Whoever saves last must not be the one who wins. ";
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
