//! The record of the last exchanges: what came, what went, and how it was judged.
//!
//! It sees requests first and responses last, so what it keeps is what was on the wire, but for the values of secrets
//! ([`shown`](contract::exchange::shown)), and but for bodies beyond [`KEPT_BODY`](contract::exchange::KEPT_BODY).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{self, Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use contract::exchange::KEPT_BODY;
use contract::{Exchange, Message, Timestamp, exchange};
use futures_util::StreamExt;
use precondition::{Evaluation, Judgement, Verdict};
use tokio::sync::broadcast;

use super::next::Next;
use super::under_api;
use crate::app::{App, Shared};
use crate::asked::who_asks;
use crate::layers::faults::Lost;
use crate::representation::is_event_stream;

/// How many exchanges are kept.
const KEPT: usize = 1000;

/// How a request was judged, on its way from the handler to the record: an extension of the response.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    pub(crate) at: Timestamp,
    pub(crate) evaluation: Vec<Evaluation>,
    /// Why it was refused, where it was a condition that is false or missing.
    pub(crate) refused: Option<&'static str>,
}

impl Judged {
    pub(crate) fn now(app: &Shared, judgement: &Judgement) -> Self {
        let refused = match &judgement.verdict {
            Verdict::Failed(failure) => Some(failure.reason.as_str()),
            Verdict::Required(reason) => Some(reason.as_str()),
            _ => None,
        };
        Self { at: app.now(), evaluation: judgement.evaluation.clone(), refused }
    }
}

/// The number of an exchange, on its way from the record inwards: an extension of the request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number(pub(crate) u64);

/// The last exchanges, oldest first.
#[derive(Clone)]
pub(crate) struct Recorder {
    ring: Arc<Mutex<Ring>>,
    live: broadcast::Sender<Arc<Exchange>>,
}

#[derive(Default)]
struct Ring {
    kept: VecDeque<Arc<Exchange>>,
    counted: u64,
}

impl Default for Recorder {
    fn default() -> Self {
        Self { ring: Arc::default(), live: broadcast::channel(256).0 }
    }
}

impl Recorder {
    pub(crate) fn kept(&self) -> Vec<Arc<Exchange>> {
        self.ring().kept.iter().cloned().collect()
    }

    /// Exchanges from now on: when they end, and those that are held on their way also when they come.
    pub(crate) fn live(&self) -> broadcast::Receiver<Arc<Exchange>> {
        self.live.subscribe()
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        // Nothing in here panics while it holds the lock, and if it did, the record would still be one.
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps an exchange that has just begun, and gives it its number.
    fn begin(&self, mut exchange: Exchange) -> Exchange {
        let mut ring = self.ring();
        ring.counted += 1;
        exchange.number = ring.counted;
        if ring.kept.len() == KEPT {
            ring.kept.pop_front();
        }
        ring.kept.push_back(Arc::new(exchange.clone()));
        exchange
    }

    /// Tells of an exchange that will not end soon, as it is by now.
    pub(crate) fn tell(&self, number: u64) {
        let kept = self.ring().kept.iter().find(|kept| kept.number == number).cloned();
        if let Some(exchange) = kept {
            // Nobody watching is no failure.
            let _ = self.live.send(exchange);
        }
    }

    /// Puts the exchange as it ended in the place of the one that began.
    fn end(&self, exchange: Exchange) {
        let exchange = Arc::new(exchange);
        let mut ring = self.ring();
        if let Some(place) = ring.kept.iter().position(|kept| kept.number == exchange.number) {
            ring.kept[place] = Arc::clone(&exchange);
        }
        drop(ring);
        // Nobody watching is no failure.
        let _ = self.live.send(exchange);
    }
}

/// Records an exchange under `/api`.
pub(crate) async fn record(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if !under_api(request.uri().path()) {
        return next.run(request).await;
    }
    let body = Arc::new(Mutex::new(Vec::new()));
    let exchange = app.recorder.begin(arrived(&request, app.now()));
    request.extensions_mut().insert(Number(exchange.number));
    let mut pending = Pending { recorder: app.recorder.clone(), exchange: Some(exchange), body: Arc::clone(&body) };
    let response = next.run(keep_a_copy(request, body)).await;
    let (response, message) = keep_the_answer(response).await;
    if let Some(mut exchange) = pending.take() {
        if let Some(lost) = response.extensions().get::<Lost>() {
            exchange.lost = Some(lost.to_string());
        } else {
            exchange.status = Some(response.status().as_u16());
            exchange.response = Some(message);
            exchange.answered = Some(app.now());
        }
        if let Some(Judged { at, evaluation, .. }) = response.extensions().get().cloned() {
            exchange.judged = Some(at);
            exchange.evaluation = evaluation;
        }
        app.recorder.end(exchange);
    }
    response
}

/// An exchange without an answer so far. If it is dropped like that, the client has gone.
struct Pending {
    recorder: Recorder,
    exchange: Option<Exchange>,
    body: Arc<Mutex<Vec<u8>>>,
}

impl Pending {
    /// Ends the waiting, with what has come of the request's body.
    fn take(&mut self) -> Option<Exchange> {
        let mut exchange = self.exchange.take()?;
        exchange.request.keep_body(&self.body.lock().unwrap_or_else(PoisonError::into_inner));
        Some(exchange)
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(mut exchange) = self.take() {
            exchange.lost = Some("the client went away before there was an answer".to_owned());
            self.recorder.end(exchange);
        }
    }
}

fn arrived(request: &Request, now: Timestamp) -> Exchange {
    let headers = request.headers();
    Exchange {
        number: 0,
        author: who_asks(request.extensions(), headers).and_then(Result::ok),
        received: now,
        judged: None,
        answered: None,
        method: request.method().to_string(),
        target: request.uri().to_string(),
        request: Message { fields: shown(headers), ..Message::default() },
        status: None,
        response: None,
        lost: None,
        evaluation: Vec::new(),
    }
}

/// The fields as they may be shown.
fn shown(headers: &HeaderMap) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (name.to_string(), exchange::shown(name.as_str(), value.as_bytes()))).collect()
}

/// Copies what is read of the body, as far as it is kept.
fn keep_a_copy(request: Request, copy: Arc<Mutex<Vec<u8>>>) -> Request {
    if request.body().is_end_stream() {
        return request;
    }
    request.map(|body| {
        Body::from_stream(body.into_data_stream().inspect(move |part| {
            let mut copy = copy.lock().unwrap_or_else(PoisonError::into_inner);
            if let Ok(part) = part {
                // One byte more than is kept shows that there was more.
                let room = (KEPT_BODY + 1).saturating_sub(copy.len());
                copy.extend_from_slice(&part[..part.len().min(room)]);
            }
        }))
    })
}

/// Keeps the answer. A stream of events has no end to wait for, so only its head is kept.
async fn keep_the_answer(response: Response) -> (Response, Message) {
    let mut message = Message { fields: shown(response.headers()), ..Message::default() };
    if is_event_stream(response.headers()) {
        return (response, message);
    }
    let (parts, body) = response.into_parts();
    // The bodies of all other answers are in memory already, so this neither waits nor fails.
    let bytes = body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    message.keep_body(&bytes);
    (Response::from_parts(parts, Body::from(bytes)), message)
}
