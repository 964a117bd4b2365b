//! An event stream that is resumed for as long as the caller listens.
//!
//! A broken stream is opened again with `Last-Event-ID`, so that no event is missed. The pauses between attempts grow.
//! An [`EventStream`] does something only while [`EventStream::next`] is awaited, and dropping it ends it: there is no
//! task behind it.

use std::collections::VecDeque;
use std::time::Duration;

use contract::{ApiPath, DocumentEvent, DocumentId, EventKind, Question, RoomSettings, fields};
use reqwest::Response;
use reqwest::header::{HeaderName, HeaderValue};
use tokio::time::{Instant, sleep_until, timeout};

use crate::client::{Client, response_head};
use crate::error::TransportError;
use crate::request::OutgoingRequest;
use crate::sse::{EventParser, ServerSentEvent};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The kind of the events about the leader's question.
const QUESTION_EVENT: &str = "question";

/// The kind of the events about the settings of the room.
const ROOM_EVENT: &str = "room";

/// The longest event that is read, in bytes.
///
/// An event about a document has a few hundred, and one about a question at most 45,000.
const MAX_EVENT_BYTES: usize = 64 * 1024;

/// The longest id that a stream is resumed with, in bytes.
///
/// A longer one might be refused again and again.
const MAX_ID_BYTES: usize = 1024;

/// The documents whose events are listened to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// One document.
    Document(DocumentId),
    /// All documents.
    All,
}

/// How long to wait before a stream is opened again.
///
/// The wait is `first` after the first failure, twice as long after each further one, and never longer than `most`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// A quarter of a second by default.
    ///
    /// A server may ask for a longer wait (`retry`), never for a shorter one.
    pub first: Duration,
    /// 10 seconds by default.
    pub most: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_millis(250), most: Duration::from_secs(10) }
    }
}

impl Backoff {
    /// Returns the wait after `failures` failures in a row, counted from 1.
    fn after(self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        self.first.saturating_mul(doubled).min(self.most)
    }
}

/// An item of an [`EventStream`].
///
/// `Connected` and `Disconnected` alternate; events come between the two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamEvent {
    /// The stream is open, for the first time or again.
    ///
    /// Events before the first `Connected` were not heard: read the documents now.
    Connected,
    /// The stream is broken, and why, in words. It is being opened again.
    Disconnected(String),
    /// Something happened to a document.
    Heard {
        /// The kind of event.
        kind: EventKind,
        /// The event, with the document and the author.
        event: DocumentEvent,
    },
    /// The leader's question has changed, or a participant has answered.
    ///
    /// `None` if the leader has withdrawn it. Only a stream about all documents has these.
    Question(Option<Box<Question>>),
    /// The leader has changed the settings of the room, or they are as they were when the stream begins.
    ///
    /// Only a stream about all documents has these.
    Room(RoomSettings),
}

/// An event stream that is resumed for as long as the caller listens.
#[derive(Debug)]
pub struct EventStream {
    client: Client,
    target: ApiPath,
    backoff: Backoff,
    failures: u32,
    last_event_id: String,
    stage: StreamState,
    /// The state that was reported last: each change is reported once, however often an attempt fails.
    told_connected: Option<bool>,
    heard: VecDeque<StreamEvent>,
}

#[derive(Debug)]
enum StreamState {
    /// There is no stream; the next attempt is at that time.
    Waiting(Instant),
    /// The stream is open.
    Listening(Box<(Response, EventParser)>),
}

impl Client {
    /// Listens to the events of documents.
    #[must_use]
    pub fn watch(&self, watched: Scope, backoff: Backoff) -> EventStream {
        let target = match watched {
            Scope::Document(id) => ApiPath::Events(id),
            Scope::All => ApiPath::AllEvents,
        };
        EventStream {
            client: self.clone(),
            target,
            backoff,
            failures: 0,
            last_event_id: String::new(),
            stage: StreamState::Waiting(Instant::now()),
            told_connected: None,
            heard: VecDeque::new(),
        }
    }
}

impl EventStream {
    /// Waits for the next item. The stream never ends by itself.
    ///
    /// The future may be dropped, as in `select!`, and `next` called again; no event is lost.
    pub async fn next(&mut self) -> StreamEvent {
        loop {
            if let Some(told) = self.heard.pop_front() {
                return told;
            }
            match &mut self.stage {
                StreamState::Waiting(until) => {
                    sleep_until(*until).await;
                    self.connect().await;
                }
                StreamState::Listening(_) => self.listen().await,
            }
        }
    }

    async fn connect(&mut self) {
        let mut call = OutgoingRequest::get(&self.target);
        call.accept = fields::EVENT_STREAM;
        // An id that a field cannot carry was not the server's: the stream then begins anew.
        let id = HeaderValue::from_bytes(self.last_event_id.as_bytes())
            .ok()
            .filter(|id| !id.is_empty() && id.len() <= MAX_ID_BYTES);
        if let Some(id) = id {
            call = call.with_field(LAST_EVENT_ID, id);
        }
        match self.client.open(call).await {
            Ok(response) => self.on_opened(response),
            Err(lost) => self.on_broken(&lost.to_string()),
        }
    }

    fn on_opened(&mut self, response: Response) {
        let head = response_head(&response);
        if head.status == 200 && head.has_media_type(fields::EVENT_STREAM) {
            let parser = EventParser::new(self.client.limits().body.min(MAX_EVENT_BYTES), self.last_event_id.clone());
            self.stage = StreamState::Listening(Box::new((response, parser)));
            self.enqueue(true, StreamEvent::Connected);
        } else {
            self.on_broken(&format!("the server responded with {} instead of an event stream", head.status_line()));
        }
    }

    async fn listen(&mut self) {
        let StreamState::Listening(stream) = &mut self.stage else { return };
        let (response, parser) = stream.as_mut();
        let limit = self.client.limits().silence;
        let chunk = match timeout(limit, response.chunk()).await {
            Ok(Ok(Some(chunk))) => chunk,
            Ok(Ok(None)) => return self.on_broken("the server ended the event stream"),
            Ok(Err(error)) => {
                let lost = TransportError::from_transport(&error, self.client.server());
                return self.on_broken(&lost.to_string());
            }
            Err(_) => return self.on_broken(&format!("the event stream was silent for {limit:?}")),
        };
        // Something arrived, a heartbeat at least: the stream works again.
        self.failures = 0;
        let events = match parser.push(&chunk) {
            Ok(events) => events,
            Err(too_long) => return self.on_broken(&too_long.to_string()),
        };
        parser.last_event_id().clone_into(&mut self.last_event_id);
        let asked = parser.retry().map(Duration::from_millis);
        self.backoff.first = self.backoff.first.max(asked.unwrap_or_default());
        self.on_events(&events);
    }

    /// Queues the events, and skips those of a kind that was added to the contract later.
    ///
    /// An unreadable event of a known kind breaks the stream: the listener hears of that, and reads the document
    /// instead.
    fn on_events(&mut self, events: &[ServerSentEvent]) {
        let mut unreadable = None;
        for event in events {
            let heard = match (event.kind.as_str(), EventKind::from_word(&event.kind)) {
                (QUESTION_EVENT, _) => serde_json::from_str(&event.data).map(StreamEvent::Question),
                (ROOM_EVENT, _) => serde_json::from_str(&event.data).map(StreamEvent::Room),
                (_, Some(kind)) => serde_json::from_str(&event.data).map(|event| StreamEvent::Heard { kind, event }),
                (_, None) => continue,
            };
            match heard {
                Ok(heard) => self.heard.push_back(heard),
                Err(error) => unreadable = Some(error),
            }
        }
        if let Some(error) = unreadable {
            self.on_broken(&format!("an event is malformed: {error}"));
        }
    }

    fn on_broken(&mut self, why: &str) {
        self.failures = self.failures.saturating_add(1);
        self.stage = StreamState::Waiting(Instant::now() + self.backoff.after(self.failures));
        self.enqueue(false, StreamEvent::Disconnected(why.to_owned()));
    }

    fn enqueue(&mut self, connected: bool, told: StreamEvent) {
        if self.told_connected.replace(connected) != Some(connected) {
            self.heard.push_back(told);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_most() {
        let backoff = Backoff { first: Duration::from_millis(250), most: Duration::from_secs(1) };
        let waits = [1, 2, 3, 4, u32::MAX].map(|failures| backoff.after(failures).as_millis());
        assert_eq!(waits, [250, 500, 1000, 1000, 1000]);
    }
}
