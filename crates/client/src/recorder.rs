//! The recorder of exchanges, as they were really sent and received.
//!
//! An exchange is reported twice under one number: when its request is sent, and when the response arrives or is lost.
//! So a viewer can show a request while it is held, and then knows which arrow to complete.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use contract::secrets::{redact, redact_body, redact_target};
use contract::{Author, Exchange, Message, Timestamp};
use reqwest::Request;
use reqwest::header::{ETAG, HeaderMap, WWW_AUTHENTICATE};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::error::TransportError;
use crate::response::ReceivedResponse;

/// Returns the current time. A value, so that a run can be repeated.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The recorder that clients report their exchanges to.
///
/// Clones share one counter: two editors with one recorder never use a number twice.
#[derive(Clone)]
pub struct Recorder {
    clock: Clock,
    // A lock and not an atomic counter: an exchange must be in the channel before the next number is assigned, or the
    // order on the screen would not be the order of sending. The lock is held while an exchange is reported.
    departures: Arc<Mutex<Departures>>,
}

struct Departures {
    last: u64,
    told: Box<dyn Fn(Exchange) + Send>,
}

impl Recorder {
    /// Returns a recorder with the system's clock, and the receiver of its exchanges.
    ///
    /// The channel is unbounded, so that a slow viewer never slows the clients; the receiver should be drained or
    /// dropped.
    #[must_use]
    pub fn new() -> (Self, UnboundedReceiver<Exchange>) {
        Self::with_clock(Arc::new(|| Timestamp::from(SystemTime::now())))
    }

    /// Like [`Recorder::new`], with another clock.
    #[must_use]
    pub fn with_clock(clock: Clock) -> (Self, UnboundedReceiver<Exchange>) {
        let (seen, receiver): (UnboundedSender<Exchange>, _) = unbounded_channel();
        let told = move |exchange| {
            // A dropped receiver must not stop the client.
            let _ = seen.send(exchange);
        };
        (Self::with_listener(clock, told), receiver)
    }

    /// Returns a recorder that reports each exchange at once.
    ///
    /// The listener hears of it before the sender of the request gets the response.
    ///
    /// It is for a listener that depends on the order of both. `told` must not block.
    #[must_use]
    pub fn with_listener(clock: Clock, told: impl Fn(Exchange) + Send + 'static) -> Self {
        Self { clock, departures: Arc::new(Mutex::new(Departures { last: 0, told: Box::new(told) })) }
    }

    /// Records that a request is being sent now.
    pub(crate) fn record_departure(&self, request: &Request, author: &Author) -> SentRequest {
        let mut exchange = Exchange {
            number: 0,
            author: Some(author.clone()),
            client_address: None,
            server: None,
            received: (self.clock)(),
            judged: None,
            answered: None,
            method: request.method().to_string(),
            target: target_path(request),
            request: message(request.headers(), request.body().and_then(|body| body.as_bytes()).unwrap_or_default()),
            status: None,
            response: None,
            lost: None,
            evaluation: Vec::new(),
            anomalies: Vec::new(),
        };
        let mut departures = self.departures.lock().unwrap_or_else(PoisonError::into_inner);
        departures.last += 1;
        exchange.number = departures.last;
        (departures.told)(exchange.clone());
        SentRequest { wire: self.clone(), exchange: Some(exchange) }
    }
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wire").finish_non_exhaustive()
    }
}

/// A request in flight. If dropped before the response, it records that the caller stopped waiting.
pub(crate) struct SentRequest {
    wire: Recorder,
    /// `None` once the end has been reported.
    exchange: Option<Exchange>,
}

impl SentRequest {
    /// Records the response, or why there is none.
    pub(crate) fn on_response(mut self, answer: Result<&ReceivedResponse, &TransportError>) {
        self.end(answer);
    }

    fn end(&mut self, answer: Result<&ReceivedResponse, &TransportError>) {
        let Some(mut exchange) = self.exchange.take() else { return };
        match answer {
            Ok(answer) => {
                exchange.answered = Some((self.wire.clock)());
                exchange.status = Some(answer.status);
                exchange.evaluation = answer.problem().unwrap_or_default().evaluation;
                exchange.response = Some(message(&answer.fields, &redact_body(&exchange.target, &answer.body)));
            }
            Err(lost) => exchange.lost = Some(lost.to_string()),
        }
        let departures = self.wire.departures.lock().unwrap_or_else(PoisonError::into_inner);
        (departures.told)(exchange);
    }
}

impl Drop for SentRequest {
    fn drop(&mut self) {
        self.end(Err(&TransportError::GivenUp));
    }
}

/// Returns path and query as they are in the request line, without secrets.
fn target_path(request: &Request) -> String {
    let url = request.url();
    let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    redact_target(&target).into_owned()
}

fn message(fields: &HeaderMap, body: &[u8]) -> Message {
    let lines = fields
        .iter()
        .map(|(name, value)| (canonical_name(name.as_str()), redact(name.as_str(), value.as_bytes()).into_owned()));
    let mut message = Message { fields: lines.collect(), ..Message::default() };
    message.keep_body(body);
    message
}

/// Returns a field's name as the standard spells it.
///
/// The HTTP library has lower-case names only. Case does not matter in them (RFC 9110 section 5.1), but people look for
/// `If-Match`, and this client does send names spelled like that.
fn canonical_name(name: &str) -> String {
    if name == ETAG {
        return "ETag".to_owned();
    }
    if name == WWW_AUTHENTICATE {
        return "WWW-Authenticate".to_owned();
    }
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    });
    words.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_as_the_standard_does() {
        for (given, spelled) in [
            ("if-none-match", "If-None-Match"),
            ("etag", "ETag"),
            ("host", "Host"),
            ("ifmatch-author", "Ifmatch-Author"),
            ("www-authenticate", "WWW-Authenticate"),
        ] {
            assert_eq!(canonical_name(given), spelled);
        }
    }

    #[test]
    fn a_secret_is_redacted_but_its_field_is_shown() {
        let mut fields = HeaderMap::new();
        fields.insert("authorization", "Bearer s3cret".parse().unwrap());
        fields.insert("set-cookie", "sid=s3cret".parse().unwrap());
        fields.insert(ETAG, "\"v1\"".parse().unwrap());
        let line = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let shown = [line("Authorization", "[not shown]"), line("Set-Cookie", "[not shown]"), line("ETag", "\"v1\"")];
        assert_eq!(message(&fields, b"").fields, shown);
    }

    #[tokio::test]
    async fn abandoned_request_is_reported_as_lost() {
        let (wire, mut seen) = Recorder::new();
        let request = Request::new(reqwest::Method::GET, "http://a/api/documents?limit=1".parse().unwrap());
        let departure = wire.record_departure(&request, &"alice".parse().unwrap());
        let first = seen.recv().await.unwrap();
        assert_eq!((first.number, first.target.as_str(), &first.lost), (1, "/api/documents?limit=1", &None));
        drop((departure, wire));
        let last = seen.recv().await.unwrap();
        assert_eq!((last.number, last.lost), (1, Some(TransportError::GivenUp.to_string())));
        assert!(seen.recv().await.is_none());
    }
}
