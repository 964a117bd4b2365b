//! The events of documents, as server-sent events.
//!
//! An event's number is its place in the store's sequence, which survives restarts of the server. So a client can
//! resume a stream at any event. A stream first reads events from the store until there are no more, and then follows
//! the live events; if it falls behind those, it reads from the store again. No event is missed in between, because the
//! stream subscribes to live events before it reads the store. An event that arrives twice is recognized by its number.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::response::Response;
use axum::response::sse::Event;
use contract::DocumentId;
use futures_util::{StreamExt, stream};
use store::{EventQuery, StoreEvent};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::fields::digits::parse_digits;
use crate::http::event_stream;
use crate::http::request_context::RequestContext;
use crate::problem::Refusal;
use crate::state::ServerState;

/// The shortest time between two events about the question in one stream.
///
/// In a large room, answers come faster than people can read the number of them.
const QUESTION_PAUSE: Duration = Duration::from_millis(200);

/// The JSON of no question.
const NO_QUESTION: &str = "null";

/// How many events one read from the store returns at most.
const MAX_EVENTS_PER_READ: usize = 256;

/// `GET /api/events`: the events of all documents.
pub(crate) async fn all_events(app: &ServerState, context: &RequestContext) -> Result<Response, Refusal> {
    stream_of(app, context, None).await
}

/// `GET /api/documents/{id}/events`: the events of one document, which may not exist yet.
pub(crate) async fn document_events(
    app: &ServerState,
    context: &RequestContext,
    id: DocumentId,
) -> Result<Response, Refusal> {
    stream_of(app, context, Some(id)).await
}

async fn stream_of(
    app: &ServerState,
    context: &RequestContext,
    about: Option<DocumentId>,
) -> Result<Response, Refusal> {
    let live = app.store.subscribe(about.as_ref());
    let latest = app.store.latest_sequence().await?;
    let seen = last_seen_event(&context.headers, latest);
    let question = about.is_none().then(|| QuestionReader::new(app));
    let room = about.is_none().then(|| app.room.live());
    let reader = EventReader {
        app: ServerState::clone(app),
        live,
        about,
        seen,
        read: VecDeque::new(),
        behind: seen < latest,
        question,
        room,
    };
    // The first message has only an id, so that the client can resume even if no event has happened.
    let begin = stream::iter([Event::default().id(seen.to_string())]);
    let events = begin.chain(stream::unfold(reader, EventReader::next)).map(Ok::<_, Infallible>);
    event_stream::respond(app, context, events)
}

/// Returns the number of the last event that the client received.
///
/// If the client names none, that is the latest event.
fn last_seen_event(headers: &HeaderMap, latest: u64) -> u64 {
    let mut lines = headers.get_all("last-event-id").iter();
    let Some(last) = lines.next().filter(|last| !last.is_empty()) else { return latest };
    let number = last.to_str().ok().and_then(parse_digits).filter(|_| lines.next().is_none());
    // A number that this store has not given out belongs to another store, so the client has none of this store's
    // events.
    number.filter(|seen| *seen <= latest).unwrap_or(0)
}

/// One client's event stream.
struct EventReader {
    app: ServerState,
    live: Receiver<StoreEvent>,
    about: Option<DocumentId>,
    /// The number of the last event that was sent to the client.
    seen: u64,
    /// Events that were read from the store, and not sent yet.
    read: VecDeque<StoreEvent>,
    /// Whether the store may have more events to read.
    behind: bool,
    /// The leader's question; `None` on a stream about one document.
    question: Option<QuestionReader>,
    /// The settings of the room; `None` on a stream about one document.
    room: Option<watch::Receiver<Arc<str>>>,
}

impl EventReader {
    /// Returns the next event; `None` if the store has stopped. The client then reconnects and resumes.
    async fn next(mut self) -> Option<(Event, Self)> {
        loop {
            if let Some(happened) = self.read.pop_front() {
                self.seen = happened.sequence;
                return Some((self.event(&happened), self));
            }
            if self.behind {
                let query = EventQuery { after: self.seen, id: self.about.clone(), limit: MAX_EVENTS_PER_READ };
                self.read = self.app.store.events(query).await.ok()?.into();
                self.behind = !self.read.is_empty();
                continue;
            }
            let heard = tokio::select! {
                heard = self.live.recv() => heard,
                question = QuestionReader::next(&mut self.question) => return Some((question, self)),
                room = next_settings(&mut self.room) => return Some((room, self)),
            };
            match heard {
                Ok(happened) if self.wants(&happened) => self.read.push_back(happened),
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => self.behind = true,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    fn wants(&self, happened: &StoreEvent) -> bool {
        happened.sequence > self.seen && self.about.as_ref().is_none_or(|id| *id == happened.id)
    }

    fn event(&self, happened: &StoreEvent) -> Event {
        let data = happened.to_event(self.app.policy().etags);
        let event = Event::default().id(happened.sequence.to_string()).event(happened.kind().as_str());
        // An event that cannot be serialized is a bug here. The client still learns that an event happened.
        event.data(serde_json::to_string(&data).unwrap_or_default())
    }
}

/// The question of the leader, as one client's stream hears of it.
///
/// It is a state and not a history: a client hears the newest state, and at once if there is a question when the stream
/// begins. So these events have no number, and `Last-Event-ID` stays as it is.
struct QuestionReader {
    live: watch::Receiver<Arc<str>>,
    /// The time of the next event. Many answers within [`QUESTION_PAUSE`] are one event.
    next: Instant,
}

impl QuestionReader {
    fn new(app: &ServerState) -> Self {
        let mut live = app.question.live();
        if &**live.borrow_and_update() != NO_QUESTION {
            live.mark_changed();
        }
        Self { live, next: Instant::now() }
    }

    /// Waits for the next state of the question. The future may be dropped, and no state is missed.
    async fn next(reader: &mut Option<Self>) -> Event {
        let Some(reader) = reader else { return pending().await };
        sleep_until(reader.next).await;
        if reader.live.changed().await.is_err() {
            return pending().await;
        }
        reader.next = Instant::now() + QUESTION_PAUSE;
        Event::default().event("question").data(&*reader.live.borrow_and_update())
    }
}

/// Waits for the next settings of the room. The future may be dropped, and no settings are missed.
///
/// As with the question, a client hears the newest settings, and those that open a document when the stream begins.
async fn next_settings(live: &mut Option<watch::Receiver<Arc<str>>>) -> Event {
    let Some(live) = live else { return pending().await };
    if live.changed().await.is_err() {
        return pending().await;
    }
    Event::default().event("room").data(&*live.borrow_and_update())
}
