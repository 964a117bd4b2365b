//! The yardstick of guarded writes: as little as a server of durable documents with If-Match can be.
//!
//! The documents are in memory, behind one lock. A PUT is evaluated and applied in one step under the lock: 428 if it
//! has no condition, 412 with the current tag and the current document if its tag is another. A write that is applied
//! is appended to the batch of a log; one thread writes the batch to a file and calls `fdatasync` once for all writes
//! in it, and only then are they acknowledged.
//!
//! The server leaves out what `ifmatch serve` has: the syntax of conditions and documents, old versions, events, the
//! record of exchanges, metrics, authors, limits. It also lets others see a version that is not durable yet: a 412 may
//! name a version that a crash would lose.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write as _;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::oneshot;

use crate::bare_server;
use crate::error::Error;

/// Prints the address, and serves until the process is killed.
///
/// `log` is the file that the writes are appended to.
pub(crate) fn serve(log: &str) -> Result<(), Error> {
    let file = File::create(log).map_err(Error::while_doing("no file can be made for the log"))?;
    let memory = Arc::new(Memory::default());
    let log_memory = Arc::clone(&memory);
    thread::spawn(move || log_memory.write_log(file));
    let router = Router::new().route("/api/documents/{id}", get(read).put(write)).with_state(memory);
    bare_server::serve_router("the yardstick", router)
}

/// The documents and the batch behind their lock, and the signal that wakes the thread of the log.
#[derive(Default)]
struct Memory {
    state: Mutex<MemoryState>,
    /// Notified when the batch is no longer empty.
    appended: Condvar,
}

#[derive(Default)]
struct MemoryState {
    documents: HashMap<String, StoredDocument>,
    batch: Batch,
}

#[derive(Clone)]
struct StoredDocument {
    version: u64,
    etag: HeaderValue,
    body: Bytes,
}

/// The writes that are applied and not durable yet.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    /// The writes that wait until `bytes` are durable.
    waiting: Vec<oneshot::Sender<()>>,
}

/// The result of a PUT, before it is durable.
enum Applied {
    /// The write waits until the receiver is notified.
    Written(StatusCode, StoredDocument, oneshot::Receiver<()>),
    Unguarded,
    /// The condition is false; with the current document, if there is one.
    Stale(Option<StoredDocument>),
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, MemoryState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Evaluates and applies a PUT in one step.
    fn put(&self, id: &str, headers: &HeaderMap, body: Bytes) -> Applied {
        let mut state = self.lock();
        let current = state.documents.get(id);
        let holds = match (headers.get(IF_MATCH), headers.get(IF_NONE_MATCH)) {
            (Some(tag), _) => current.is_some_and(|document| document.etag == *tag),
            (None, Some(_)) => current.is_none(),
            (None, None) => return Applied::Unguarded,
        };
        if !holds {
            return Applied::Stale(current.cloned());
        }
        let status = if current.is_some() { StatusCode::OK } else { StatusCode::CREATED };
        let version = current.map_or(0, |document| document.version) + 1;
        let document = StoredDocument { version, etag: etag(version), body };
        let (durable, is_durable) = oneshot::channel();
        let MemoryState { documents, batch } = &mut *state;
        batch.append(id, &document);
        batch.waiting.push(durable);
        documents.insert(id.to_owned(), document.clone());
        drop(state);
        self.appended.notify_one();
        Applied::Written(status, document, is_durable)
    }

    /// Makes the writes durable, batch by batch, until the process is killed.
    fn write_log(&self, mut file: File) {
        loop {
            let waited = self.appended.wait_while(self.lock(), |state| state.batch.waiting.is_empty());
            let batch = std::mem::take(&mut waited.unwrap_or_else(PoisonError::into_inner).batch);
            if let Err(failure) = file.write_all(&batch.bytes).and_then(|()| file.sync_data()) {
                // Dropping the batch answers its writes with 500.
                eprintln!("the log cannot be written: {failure}");
                continue;
            }
            for write in batch.waiting {
                // The client may have gone.
                let _ = write.send(());
            }
        }
    }
}

impl Batch {
    /// Appends an entry: a line with the document's name, version and length, and its bytes.
    fn append(&mut self, id: &str, document: &StoredDocument) {
        let head = format!("{id} {} {}\n", document.version, document.body.len());
        self.bytes.extend_from_slice(head.as_bytes());
        self.bytes.extend_from_slice(&document.body);
        self.bytes.push(b'\n');
    }
}

async fn read(State(memory): State<Arc<Memory>>, Path(id): Path<String>, request: Request) -> Response {
    let Some(document) = memory.lock().documents.get(&id).cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if request.headers().get(IF_NONE_MATCH) == Some(&document.etag) {
        return (StatusCode::NOT_MODIFIED, document.fields("no-cache")).into_response();
    }
    (StatusCode::OK, document.fields("no-cache"), document.body).into_response()
}

async fn write(State(memory): State<Arc<Memory>>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    match memory.put(&id, &headers, body) {
        Applied::Written(status, document, is_durable) => match is_durable.await {
            Ok(()) => (status, document.fields("no-store"), document.body).into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        },
        Applied::Unguarded => (StatusCode::PRECONDITION_REQUIRED, "send If-Match\n").into_response(),
        Applied::Stale(Some(document)) => {
            (StatusCode::PRECONDITION_FAILED, document.fields("no-store"), document.body).into_response()
        }
        Applied::Stale(None) => StatusCode::PRECONDITION_FAILED.into_response(),
    }
}

impl StoredDocument {
    fn fields(&self, caching: &'static str) -> [(HeaderName, HeaderValue); 3] {
        [
            (ETAG, self.etag.clone()),
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (CACHE_CONTROL, HeaderValue::from_static(caching)),
        ]
    }
}

fn etag(version: u64) -> HeaderValue {
    HeaderValue::try_from(format!("\"v{version}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}
