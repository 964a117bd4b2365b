//! Responses that are streams of server-sent events.

use std::convert::Infallible;
use std::future::{pending, ready};

use axum::http::header;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt, stream};

use super::removal::until_removed;
use super::request_context::RequestContext;
use crate::fields::cache_control::NO_CACHE;
use crate::problem::Refusal;
use crate::state::ServerState;
use crate::state::participants::{ClientIdentity, OpenStream};

/// Sends events until they or the server end, or the leader removes the client.
///
/// While there are none, heartbeats are sent. When the client closes its half of the connection, a heartbeat is sent
/// immediately: if the client is gone, the heartbeat fails and the stream ends.
///
/// # Errors
///
/// The client has too many event streams.
pub(crate) fn respond(
    app: &ServerState,
    context: &RequestContext,
    events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static,
) -> Result<Response, Refusal> {
    let client = context.identity();
    let counted = client.as_ref().map(|client| CountedStream::open(app, client)).transpose()?;
    let removed = {
        let app = ServerState::clone(app);
        async move { until_removed(&app.participants, client.as_ref()).await }
    };
    let peer = context.peer().cloned();
    let half_closed = async move {
        match peer {
            Some(peer) => peer.until_half_closed().await,
            None => pending().await,
        }
        Some(Ok(Event::default().comment("")))
    };
    let events = events.map(Some).chain(stream::iter([None]));
    let events = stream::select(events, stream::once(half_closed)).take_while(|event| ready(event.is_some()));
    let until = app.shutdown_requested();
    let heartbeat = KeepAlive::new().interval(app.options.heartbeat);
    let events = events.filter_map(ready).take_until(until).take_until(removed);
    // The stream is counted until it is dropped.
    let events = events.map(move |event| {
        let _ = &counted;
        event
    });
    let mut response = Sse::new(events).keep_alive(heartbeat).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, NO_CACHE);
    Ok(response)
}

/// An event stream that counts for its client until this is dropped.
struct CountedStream {
    app: ServerState,
    stream: OpenStream,
}

impl CountedStream {
    fn open(app: &ServerState, client: &ClientIdentity) -> Result<Self, Refusal> {
        let stream = app.participants.open_stream(client);
        let stream = stream.map_err(|budget| Refusal::budget_exhausted(budget, &app.options.budgets, None))?;
        app.publish_question();
        Ok(Self { app: ServerState::clone(app), stream })
    }
}

impl Drop for CountedStream {
    fn drop(&mut self) {
        self.app.participants.close_stream(&self.stream);
        self.app.publish_question();
    }
}
