//! The requests that a connection sends, again and again.

use std::rc::Rc;

use crate::connection::BenchConnection;
use crate::error::Error;
use crate::etcd::EtcdWriter;
use crate::requests::{author, content, get, put};
use crate::response_head::ResponseHead;
use crate::workload::Workload;

/// A document that is read.
pub(crate) struct KnownDocument {
    pub(crate) name: String,
    pub(crate) tag: String,
}

/// The requests of one connection.
pub(crate) enum RequestGenerator {
    /// Reads, from document to document, the first `reach` of them.
    Walk { kind: Workload, documents: Rc<Vec<KnownDocument>>, reach: usize, at: usize },
    /// Writes, each with the tag in the response to the one before.
    Write(DocumentWriter),
    /// Writes to etcd.
    Etcd(EtcdWriter),
}

/// A connection that writes a document.
pub(crate) struct DocumentWriter {
    pub(crate) kind: Workload,
    pub(crate) document: String,
    pub(crate) who: usize,
    pub(crate) turn: u64,
    /// The tag to send: the last one that was seen, or a stale one, which is kept.
    ///
    /// `None` if the last response had none: lighttpd sends none with a 412, so the document is read first.
    pub(crate) tag: Option<String>,
    /// How many bytes the content of the document has.
    pub(crate) bytes: usize,
}

impl RequestGenerator {
    /// Writes the next request into `request`.
    pub(crate) fn next(&mut self, request: &mut Vec<u8>) {
        request.clear();
        match self {
            Self::Walk { kind, documents, reach, at } => {
                // 7,919 is a prime, so that the walk visits all of them, and seldom neighbours in a row.
                *at = (*at + 7919) % *reach;
                let KnownDocument { name, tag } = &documents[*at];
                get(request, name, (*kind == Workload::Revalidate).then_some(tag));
            }
            Self::Write(writer) => writer.next(request),
            Self::Etcd(writer) => writer.next(request),
        }
    }

    /// Returns whether a refused request is tried again, until it is acknowledged.
    pub(crate) fn is_retried(&self) -> bool {
        match self {
            Self::Walk { .. } => false,
            Self::Write(writer) => writer.kind == Workload::Contend,
            Self::Etcd(writer) => writer.kind == Workload::Contend,
        }
    }

    /// Takes a response, and returns whether it is a success.
    pub(crate) fn on_response(&mut self, connection: &BenchConnection, head: ResponseHead) -> Result<bool, Error> {
        match self {
            Self::Walk { kind, .. } => is_success(*kind, head.status),
            Self::Write(writer) => writer.on_response(connection, head),
            Self::Etcd(writer) => writer.on_response(connection.body(head), head.status),
        }
    }
}

impl DocumentWriter {
    fn next(&mut self, request: &mut Vec<u8>) {
        let condition = match (&self.tag, self.kind) {
            (_, Workload::Unguarded) => None,
            (Some(tag), _) => Some(("If-Match", tag.as_str())),
            (None, _) => return get(request, &self.document, None),
        };
        self.turn += 1;
        put(request, &self.document, &author(self.who), condition, &content(self.who, self.turn, self.bytes));
    }

    fn on_response(&mut self, connection: &BenchConnection, head: ResponseHead) -> Result<bool, Error> {
        let has_read = self.tag.is_none();
        let is_success = is_success(if has_read { Workload::Read } else { self.kind }, head.status)?;
        if has_read || matches!(self.kind, Workload::Write | Workload::Contend) {
            self.tag = connection.tag(head);
        }
        Ok(is_success && !has_read)
    }
}

/// Returns whether the response is one for which the workload is measured.
///
/// # Errors
///
/// If it is not, and is not a 412 to one of many writers of one document either.
fn is_success(kind: Workload, status: u16) -> Result<bool, Error> {
    match (kind, status) {
        (Workload::Revalidate, 304)
        | (Workload::Read, 200)
        | (Workload::Write | Workload::Contend, 200 | 204)
        | (Workload::Stale, 412)
        | (Workload::Unguarded, 428) => Ok(true),
        (Workload::Contend, 412) => Ok(false),
        (kind, status) => Err(Error::Answer { what: kind.name().to_owned(), status }),
    }
}
