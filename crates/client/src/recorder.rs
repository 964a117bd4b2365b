//! What was really sent and received, kept for whoever wants to see it.
//!
//! An exchange is told twice under one number: when its request departs, and when it is answered or lost. So a viewer
//! shows a request that is held somewhere while it is held, and knows afterwards which arrow to finish.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use contract::secrets::{redact, redact_target};
use contract::{Author, Exchange, Message, Timestamp};
use reqwest::Request;
use reqwest::header::{ETAG, HeaderMap, WWW_AUTHENTICATE};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::error::TransportError;
use crate::response::ReceivedResponse;

/// What tells the time. A value, so that a run can be repeated.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Where clients record their exchanges. Clones share one count: two editors on one wire never use a number twice.
#[derive(Clone)]
pub struct Recorder {
    clock: Clock,
    // A lock and not an atomic number: an exchange must be in the channel before the next number is given out, or the
    // order on the screen would not be the order of departure. It is held for as long as it takes to tell.
    departures: Arc<Mutex<Departures>>,
}

struct Departures {
    last: u64,
    told: Box<dyn Fn(Exchange) + Send>,
}

impl Recorder {
    /// A wire with the machine's clock, and the end at which its exchanges come out.
    ///
    /// The channel has no bound, so that showing the wire never slows what runs over it; whoever holds the receiver
    /// should drain it or drop it.
    #[must_use]
    pub fn new() -> (Self, UnboundedReceiver<Exchange>) {
        Self::with_clock(Arc::new(|| Timestamp::from(SystemTime::now())))
    }

    /// The same with another clock.
    #[must_use]
    pub fn with_clock(clock: Clock) -> (Self, UnboundedReceiver<Exchange>) {
        let (seen, receiver): (UnboundedSender<Exchange>, _) = unbounded_channel();
        let told = move |exchange| {
            // Nobody looking at the wire is no reason to stop.
            let _ = seen.send(exchange);
        };
        (Self::with_listener(clock, told), receiver)
    }

    /// A wire that tells each exchange at once, before whoever sent the request hears of the answer: for somebody to
    /// whom the order of both matters. What is told must not wait.
    #[must_use]
    pub fn with_listener(clock: Clock, told: impl Fn(Exchange) + Send + 'static) -> Self {
        Self { clock, departures: Arc::new(Mutex::new(Departures { last: 0, told: Box::new(told) })) }
    }

    /// Records that a request departs now.
    pub(crate) fn record_departure(&self, request: &Request, author: &Author) -> SentRequest {
        let mut exchange = Exchange {
            number: 0,
            author: Some(author.clone()),
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

/// A request that is under way. Dropped before it has arrived, it records that nobody waited for the answer.
pub(crate) struct SentRequest {
    wire: Recorder,
    /// None once the end has been told.
    exchange: Option<Exchange>,
}

impl SentRequest {
    /// Records the answer, or that there will be none.
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
                exchange.response = Some(message(&answer.fields, &answer.body));
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

/// A field's name as the standard spells it.
///
/// The HTTP library knows names in lower case only. Case carries no meaning in them (RFC 9110 section 5.1), but people
/// look for `If-Match`, and requests do leave this client spelled like that.
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
    fn that_there_is_a_secret_is_shown_and_the_secret_is_not() {
        let mut fields = HeaderMap::new();
        fields.insert("authorization", "Bearer s3cret".parse().unwrap());
        fields.insert("set-cookie", "sid=s3cret".parse().unwrap());
        fields.insert(ETAG, "\"v1\"".parse().unwrap());
        let line = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let shown = [line("Authorization", "[not shown]"), line("Set-Cookie", "[not shown]"), line("ETag", "\"v1\"")];
        assert_eq!(message(&fields, b"").fields, shown);
    }

    #[tokio::test]
    async fn a_request_that_nobody_waits_for_any_more_is_told_as_lost() {
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
