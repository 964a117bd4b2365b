//! `GET /control/exchanges`: the last exchanges, as a list or live.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::Response;
use axum::response::sse::Event;
use contract::exchange::ExchangeList;
use futures_util::stream;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::wanted::prefers_events;
use crate::app::App;
use crate::asked::Asked;
use crate::events::{self, MaybePeer};
use crate::layers::record::Kept;
use crate::representation::{self, NEVER};

pub(crate) async fn list(State(app): State<App>, peer: MaybePeer, asked: Asked) -> Response {
    if prefers_events(&asked.headers) {
        return events::respond(&app, peer, stream::unfold(app.recorder.live(), next));
    }
    let exchanges = app.recorder.kept().iter().map(Kept::to_exchange).collect();
    let mut response = representation::json(&ExchangeList { exchanges });
    response.headers_mut().insert(header::CACHE_CONTROL, NEVER);
    response
}

async fn next(mut live: Receiver<Arc<Kept>>) -> Option<(Result<Event, Infallible>, Receiver<Arc<Kept>>)> {
    loop {
        match live.recv().await {
            Ok(exchange) => {
                let event = Event::default().id(exchange.number.to_string()).event("exchange");
                let data = serde_json::to_string(&exchange.to_exchange()).unwrap_or_default();
                return Some((Ok(event.data(data)), live));
            }
            // Whoever reads too slowly misses some, and finds them in the list by their numbers.
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return None,
        }
    }
}
