//! `GET /control/exchanges`: the recorded exchanges, in pages or live.

use std::convert::Infallible;
use std::sync::Arc;

use axum::response::Response;
use axum::response::sse::Event;
use contract::exchange::ExchangeList;
use futures_util::stream;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::fields::accept::prefers_events;
use crate::fields::cache_control::NO_STORE;
use crate::http::event_stream;
use crate::http::page::PageBounds;
use crate::http::query;
use crate::http::representation::{from_bytes, to_bytes};
use crate::http::request_context::RequestContext;
use crate::problem::Refusal;
use crate::state::ServerState;
use crate::state::exchange_log::LoggedExchange;
use crate::state::offload::ROW_OVERHEAD_BYTES;

pub(crate) async fn list(app: &ServerState, context: &RequestContext) -> Result<Response, Refusal> {
    if prefers_events(&context.headers) {
        let watcher = ExchangeWatcher { app: ServerState::clone(app), live: app.recorder.live() };
        return event_stream::respond(app, context, stream::unfold(watcher, ExchangeWatcher::next));
    }
    let limit = query::limit(context.query())?;
    let after = query::number(context.query(), "after", "the number of an exchange")?.unwrap_or(0);
    let bounds = PageBounds::new(app, limit);
    let (kept, more) = app.recorder.page(after, limit, bounds.bytes);
    let size = kept.iter().map(|kept| kept.size() + ROW_OVERHEAD_BYTES).sum();
    let list = move || {
        let (exchanges, more) = bounds.fit(kept.iter().map(LoggedExchange::to_exchange), more);
        let next = exchanges.last().filter(|_| more).map(|last| last.number);
        to_bytes(&ExchangeList { exchanges, next })
    };
    Ok(from_bytes(app.offload.run(size, list).await, NO_STORE))
}

/// A client that receives exchanges live.
struct ExchangeWatcher {
    app: ServerState,
    live: Receiver<Arc<LoggedExchange>>,
}

impl ExchangeWatcher {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            match self.live.recv().await {
                Ok(kept) => {
                    let event = Event::default().id(kept.number.to_string()).event("exchange");
                    let size = kept.size();
                    let data = move || serde_json::to_string(&kept.to_exchange()).unwrap_or_default();
                    return Some((Ok(event.data(self.app.offload.run(size, data).await)), self));
                }
                // A client that reads too slowly misses exchanges. Their numbers let it find them in the list.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    }
}
