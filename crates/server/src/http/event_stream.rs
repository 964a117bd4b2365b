//! Responses that are streams of server-sent events.

use std::convert::Infallible;
use std::future::{pending, ready};

use axum::http::header;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt, stream};

use crate::connection::peer::Peer;
use crate::fields::cache_control::NO_CACHE;
use crate::state::SharedState;

/// Sends events until they or the server end. While there are none, heartbeats are sent.
///
/// When the client closes its half of the connection, a heartbeat is sent immediately: if the client is gone, the
/// heartbeat fails and the stream ends.
pub(crate) fn respond(
    app: &SharedState,
    peer: Option<&Peer>,
    events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static,
) -> Response {
    let peer = peer.cloned();
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
    let events = events.filter_map(ready).take_until(until);
    let mut response = Sse::new(events).keep_alive(heartbeat).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, NO_CACHE);
    response
}
