//! The events of documents, as server-sent events.
//!
//! The number of an event is its place in the store's sequence, which outlives the server. So a stream can be resumed
//! from wherever its reader was: first the store is read until there is nothing more, then the live events follow, and
//! a reader that falls behind those reads the store again. There is no gap between the two, because the live ones are
//! listened to before the store is read, and an event that comes twice is known by its number.

use std::collections::VecDeque;
use std::convert::Infallible;

use axum::http::HeaderMap;
use axum::response::Response;
use axum::response::sse::Event;
use contract::DocumentId;
use futures_util::{StreamExt, stream};
use store::{EventQuery, StoreEvent};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::fields::digits::parse_digits;
use crate::http::event_stream;
use crate::http::request_context::RequestContext;
use crate::problem::Refusal;
use crate::state::ServerState;

/// How many events are read from the store at once.
const MAX_EVENTS_PER_READ: usize = 256;

/// `GET /api/events`: what happens to all documents.
pub(crate) async fn all_events(app: &ServerState, context: &RequestContext) -> Result<Response, Refusal> {
    stream_of(app, context, None).await
}

/// `GET /api/documents/{id}/events`: what happens to one, which need not be there yet.
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
    let reader =
        EventReader { app: ServerState::clone(app), live, about, seen, read: VecDeque::new(), behind: seen < latest };
    // The reader learns where it is before anything happens, so that it can resume even then.
    let begin = stream::iter([Event::default().id(seen.to_string())]);
    let events = begin.chain(stream::unfold(reader, EventReader::next)).map(Ok::<_, Infallible>);
    Ok(event_stream::respond(app, context.peer(), events))
}

/// Returns the last event that the client has seen, or the latest one if it does not say.
fn last_seen_event(headers: &HeaderMap, latest: u64) -> u64 {
    let mut lines = headers.get_all("last-event-id").iter();
    let Some(last) = lines.next().filter(|last| !last.is_empty()) else { return latest };
    let number = last.to_str().ok().and_then(parse_digits).filter(|_| lines.next().is_none());
    // What was never given out is of another store, and a client that has it has seen nothing of this one.
    number.filter(|seen| *seen <= latest).unwrap_or(0)
}

/// One client of the event stream.
struct EventReader {
    app: ServerState,
    live: Receiver<StoreEvent>,
    about: Option<DocumentId>,
    /// The number of the last event that was sent.
    seen: u64,
    /// Events that were read from the store, and not sent yet.
    read: VecDeque<StoreEvent>,
    /// Whether there may be more in the store.
    behind: bool,
}

impl EventReader {
    /// Returns the next event, or `None` if the store is gone: then the client comes back and resumes.
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
            match self.live.recv().await {
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
        // An event that cannot be written as JSON is a mistake in here; the client is told that something happened.
        event.data(serde_json::to_string(&data).unwrap_or_default())
    }
}
