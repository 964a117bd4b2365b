//! Requests: `GET`, `HEAD`, `PUT` and `DELETE` of `/notes/NAME`, with any JSON as the note.
//!
//! A request is compared with the current version, and then carried out. Each mistake is a branch of its own.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use precondition::policy::{Policy, Preconditions};
use precondition::{BodyState, Conditions, HttpDate, JudgedRequest, NoHistory, judge};
use serde_json::Value;
use tokio::time::timeout;

use crate::hole::Hole;
use crate::notes::{Notes, TagContent, TooManyNotes};
use crate::response;
use crate::timing::NoteTiming;

/// The longest note, in bytes.
const MAX_NOTE_BYTES: usize = 64 * 1024;

/// The longest name of a note, in bytes.
const MAX_NAME_BYTES: usize = 64;

/// The longest time for the body of a request.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// The path of the note that each server begins with.
pub const NOTE_PATH: &str = "/notes/1";

/// The note that each server begins with.
const FIRST_NOTE: &str = r#"{"title": "Shopping", "content": "Milk: one bottle"}"#;

/// A server of notes, with one mistake until it is mended.
pub struct NoteServer {
    state: Mutex<ServerState>,
    timing: Arc<dyn NoteTiming>,
}

struct ServerState {
    hole: Option<Hole>,
    notes: Notes,
}

/// A request for a note, complete with its body.
struct NoteRequest {
    path: String,
    method: NoteMethod,
    fields: HeaderMap,
    body: Bytes,
}

/// The methods that a note has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NoteMethod {
    /// `GET` and `HEAD`.
    Read,
    Put,
    Delete,
}

impl NoteServer {
    /// Returns a server with this mistake, and with a first note at [`NOTE_PATH`].
    #[must_use]
    pub fn new(hole: Hole, timing: Arc<dyn NoteTiming>) -> Self {
        let now = timing.now();
        let mut state = ServerState { hole: Some(hole), notes: Notes::new(now) };
        let content = state.tag_content();
        let saved = state.notes.save(NOTE_PATH, Bytes::from_static(FIRST_NOTE.as_bytes()), now, content);
        debug_assert!(saved.is_ok(), "there is room for one note");
        Self { state: Mutex::new(state), timing }
    }

    /// Mends the mistake, from the next request on.
    pub fn mend(&self) {
        self.lock().hole = None;
    }

    /// Returns the response to a request.
    pub(crate) async fn respond(&self, request: Request<Incoming>) -> Response<Body> {
        let request = match NoteRequest::read(request).await {
            Ok(request) => request,
            Err(refused) => return *refused,
        };
        if self.lock().hole == Some(Hole::CompareThenWrite) && request.method != NoteMethod::Read {
            // The lock is held in each of the two steps, but not in between: another save may be written there.
            let refused = self.lock().compare(&request, self.timing.now());
            if let Some(refused) = refused {
                return refused;
            }
            self.timing.query().await;
            return self.lock().carry_out(request, self.timing.now());
        }
        let mut state = self.lock();
        let now = self.timing.now();
        match state.compare(&request, now) {
            Some(refused) => refused,
            None => state.carry_out(request, now),
        }
    }

    fn lock(&self) -> MutexGuard<'_, ServerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ServerState {
    /// Compares the conditions of a request with the current version. Returns a refusal if they are false.
    fn compare(&self, request: &NoteRequest, now: HttpDate) -> Option<Response<Body>> {
        let is_passed = self.hole == Some(Hole::EmptyIfMatch) && has_empty_if_match(&request.fields);
        let lines = request.fields.iter().filter(|(name, _)| !is_passed || **name != header::IF_MATCH);
        let conditions = Conditions::from_fields(lines.map(|(name, value)| (name.as_str(), value.as_bytes())));
        let preconditions = if is_passed { Preconditions::Optional } else { Preconditions::Required };
        let method = match request.method {
            NoteMethod::Read => precondition::Method::Read,
            NoteMethod::Put => precondition::Method::Put,
            NoteMethod::Delete => precondition::Method::Delete,
        };
        let judged = JudgedRequest { method, conditions: &conditions, body: BodyState::Read, now };
        let policy = Policy { preconditions, ..Policy::default() };
        let verdict = judge(&judged, &self.notes.target(&request.path), &policy, &NoHistory).verdict;
        response::refusal(&verdict, self.notes.get(&request.path), prefers_note(&request.fields))
    }

    /// Carries out a request that may proceed.
    fn carry_out(&mut self, request: NoteRequest, now: HttpDate) -> Response<Body> {
        let NoteRequest { path, method, body, .. } = request;
        match method {
            NoteMethod::Read => {
                self.notes.get(&path).map_or_else(response::missing, |note| response::note(StatusCode::OK, note))
            }
            NoteMethod::Put => {
                let status = if self.notes.get(&path).is_some() { StatusCode::OK } else { StatusCode::CREATED };
                let content = self.tag_content();
                match self.notes.save(&path, body, now, content) {
                    Ok(note) => response::note(status, note),
                    Err(TooManyNotes) => {
                        response::problem(StatusCode::INSUFFICIENT_STORAGE, "There are too many notes.")
                    }
                }
            }
            NoteMethod::Delete => {
                self.notes.delete(&path);
                response::empty(StatusCode::NO_CONTENT)
            }
        }
    }

    fn tag_content(&self) -> TagContent {
        if self.hole == Some(Hole::WholeSeconds) { TagContent::Second } else { TagContent::Number }
    }
}

impl NoteRequest {
    /// Reads a whole request, or returns why it cannot be carried out whatever its conditions are.
    async fn read(request: Request<Incoming>) -> Result<Self, Box<Response<Body>>> {
        let (head, incoming) = request.into_parts();
        let path = head.uri.path().to_owned();
        if !is_note(&path) {
            return Err(Box::new(response::problem(StatusCode::NOT_FOUND, "The notes are at /notes/NAME.")));
        }
        let method = match head.method {
            Method::GET | Method::HEAD => NoteMethod::Read,
            Method::PUT => NoteMethod::Put,
            Method::DELETE => NoteMethod::Delete,
            _ => return Err(Box::new(response::not_allowed())),
        };
        let refused = |status, detail| Box::new(response::problem(status, detail));
        let body = match timeout(BODY_TIMEOUT, to_bytes(Body::new(incoming), MAX_NOTE_BYTES)).await {
            Ok(Ok(body)) => body,
            Ok(Err(_)) => return Err(refused(StatusCode::PAYLOAD_TOO_LARGE, "A note has at most 64 KiB.")),
            Err(_) => return Err(refused(StatusCode::REQUEST_TIMEOUT, "The body took longer than 30 s.")),
        };
        if method == NoteMethod::Put && serde_json::from_slice::<Value>(&body).is_err() {
            return Err(refused(StatusCode::BAD_REQUEST, "A note is JSON."));
        }
        Ok(Self { path, method, fields: head.headers, body })
    }
}

fn is_note(path: &str) -> bool {
    let name = path.strip_prefix("/notes/").unwrap_or_default();
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=MAX_NAME_BYTES).contains(&name.len()) && name.bytes().all(is_allowed)
}

fn has_empty_if_match(fields: &HeaderMap) -> bool {
    fields.contains_key(header::IF_MATCH) && fields.get_all(header::IF_MATCH).iter().all(HeaderValue::is_empty)
}

/// Returns whether the client wants the current note in a refusal.
///
/// RFC 7240 section 4.2 and RFC 8144 section 3.2 describe the preference.
fn prefers_note(fields: &HeaderMap) -> bool {
    fields.get_all("prefer").iter().any(|value| value.as_bytes().eq_ignore_ascii_case(b"return=representation"))
}
