//! The last exchanges, as they are kept: small, and not yet in words.
//!
//! Every exchange is kept, and hardly any of them is ever read. So what comes is copied as the bytes that it is, in one
//! piece, and becomes an [`Exchange`] of the contract only when somebody looks. It is copied, and not shared with the
//! buffers of the connection, since a line of ten bytes would keep a buffer of many thousand alive.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode};
use contract::exchange::{KEPT_BODY, NOT_SHOWN, is_secret};
use contract::{Author, Exchange, Message, Timestamp};
use precondition::Evaluation;
use tokio::sync::broadcast;

/// How many exchanges are kept.
const KEPT: usize = 1000;

/// The last exchanges, oldest first.
#[derive(Clone)]
pub(crate) struct Recorder {
    ring: Arc<Mutex<Ring>>,
    live: broadcast::Sender<Kept>,
}

#[derive(Default)]
struct Ring {
    /// Their numbers follow one another, so the first one's tells where each of them stands.
    kept: VecDeque<Kept>,
    counted: u64,
}

/// An exchange, from its beginning to where it is by now. Clones are cheap.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) number: u64,
    begun: Arc<Begun>,
    ended: Option<Arc<Ended>>,
}

/// A request as it came, its body aside.
pub(super) struct Begun {
    pub(super) author: Option<Author>,
    pub(super) received: Timestamp,
    pub(super) method: Method,
    pub(super) target: String,
    pub(super) fields: Fields,
}

/// What became of it.
pub(super) struct Ended {
    /// As much of the request's body as came, and as is kept.
    pub(super) body: Vec<u8>,
    pub(super) judged: Option<(Timestamp, Arc<Vec<Evaluation>>)>,
    pub(super) answer: Answer,
}

/// The end of an exchange.
pub(super) enum Answer {
    Sent { at: Timestamp, status: StatusCode, fields: Fields, body: Bytes },
    Lost(String),
}

impl Default for Recorder {
    fn default() -> Self {
        Self { ring: Arc::default(), live: broadcast::channel(256).0 }
    }
}

impl Recorder {
    pub(crate) fn kept(&self) -> Vec<Kept> {
        self.ring().kept.iter().cloned().collect()
    }

    /// Exchanges from now on: when they end, and those that are held on their way also when they come.
    pub(crate) fn live(&self) -> broadcast::Receiver<Kept> {
        self.live.subscribe()
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        // Nothing in here panics while it holds the lock, and if it did, the record would still be one.
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps an exchange that has just begun, and gives it its number.
    pub(super) fn begin(&self, begun: Begun) -> Kept {
        let begun = Arc::new(begun);
        let mut ring = self.ring();
        ring.counted += 1;
        let exchange = Kept { number: ring.counted, begun, ended: None };
        let oldest = if ring.kept.len() == KEPT { ring.kept.pop_front() } else { None };
        ring.kept.push_back(exchange.clone());
        drop(ring);
        // To let go of it takes a while, and need not be waited for by others.
        drop(oldest);
        exchange
    }

    /// Tells of an exchange that will not end soon, as it is by now.
    pub(crate) fn tell(&self, number: u64) {
        let kept = self.ring().get(number).cloned();
        if let Some(exchange) = kept {
            self.send(exchange);
        }
    }

    /// Keeps what became of it.
    pub(super) fn end(&self, mut exchange: Kept, ended: Ended) {
        exchange.ended = Some(Arc::new(ended));
        if let Some(place) = self.ring().get(exchange.number) {
            place.clone_from(&exchange);
        }
        self.send(exchange);
    }

    fn send(&self, exchange: Kept) {
        // Nobody watching is no failure.
        let _ = self.live.send(exchange);
    }
}

impl Ring {
    fn get(&mut self, number: u64) -> Option<&mut Kept> {
        let first = self.kept.front()?.number;
        self.kept.get_mut(usize::try_from(number.checked_sub(first)?).ok()?)
    }
}

impl Kept {
    /// The exchange in the words of the contract.
    pub(crate) fn to_exchange(&self) -> Exchange {
        let Begun { author, received, method, target, fields } = &*self.begun;
        let mut exchange = Exchange {
            number: self.number,
            author: author.clone(),
            received: *received,
            judged: None,
            answered: None,
            method: method.to_string(),
            target: target.clone(),
            request: Message { fields: fields.to_pairs(), ..Message::default() },
            status: None,
            response: None,
            lost: None,
            evaluation: Vec::new(),
        };
        if let Some(ended) = &self.ended {
            ended.tell(&mut exchange);
        }
        exchange
    }
}

impl Ended {
    fn tell(&self, exchange: &mut Exchange) {
        exchange.request.keep_body(&self.body);
        if let Some((at, evaluation)) = &self.judged {
            exchange.judged = Some(*at);
            exchange.evaluation = evaluation.to_vec();
        }
        match &self.answer {
            Answer::Lost(why) => exchange.lost = Some(why.clone()),
            Answer::Sent { at, status, fields, body } => {
                let mut message = Message { fields: fields.to_pairs(), ..Message::default() };
                message.keep_body(body);
                exchange.answered = Some(*at);
                exchange.status = Some(status.as_u16());
                exchange.response = Some(message);
            }
        }
    }
}

/// As much of a body as is kept, and one byte more where there was more: that shows it.
pub(super) fn cut(body: &Bytes) -> Bytes {
    if body.len() > KEPT_BODY { Bytes::copy_from_slice(&body[..=KEPT_BODY]) } else { body.clone() }
}

/// The fields of a message as lines, in the order in which they stood there, the values of secrets aside.
pub(super) struct Fields(Box<[u8]>);

impl Fields {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let lengths = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 2);
        let mut lines = Vec::with_capacity(lengths.sum());
        for (name, value) in headers {
            let shown = if is_secret(name.as_str()) { NOT_SHOWN.as_bytes() } else { value.as_bytes() };
            // Neither can have a line feed in it, nor a name a colon (RFC 9110 section 5.1).
            for part in [name.as_str().as_bytes(), b":", shown, b"\n"] {
                lines.extend_from_slice(part);
            }
        }
        Self(lines.into_boxed_slice())
    }

    fn to_pairs(&self) -> Vec<(String, String)> {
        let lines = self.0.split(|byte| *byte == b'\n');
        let pairs = lines.filter_map(|line| Some(line.split_at(line.iter().position(|byte| *byte == b':')?)));
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        pairs.map(|(name, value)| (text(name), text(&value[1..]))).collect()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn begun() -> Begun {
        let mut headers = HeaderMap::new();
        headers.append("if-match", HeaderValue::from_static("\"a:b\""));
        headers.append("if-match", HeaderValue::from_static(""));
        headers.append("x", HeaderValue::from_bytes(b"caf\xe9\t").unwrap());
        headers.append("authorization", HeaderValue::from_static("Bearer s3cret"));
        let received = Timestamp::from_millis(1);
        Begun { author: None, received, method: Method::PUT, target: "/api".to_owned(), fields: Fields::of(&headers) }
    }

    #[test]
    fn fields_come_back_as_they_stood_there() {
        let fields = begun().fields.to_pairs();
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let expected =
            [("if-match", "\"a:b\""), ("if-match", ""), ("x", "caf\u{fffd}\t"), ("authorization", NOT_SHOWN)];
        assert_eq!(fields, expected);
    }

    #[test]
    fn the_last_thousand_are_kept_and_each_ends_in_its_place() {
        let recorder = Recorder::default();
        let exchanges: Vec<Kept> = (0..KEPT + 2).map(|_| recorder.begin(begun())).collect();
        for exchange in exchanges {
            let why = exchange.number.to_string();
            recorder.end(exchange, Ended { body: Vec::new(), judged: None, answer: Answer::Lost(why) });
        }
        let kept: Vec<_> = recorder.kept().iter().map(Kept::to_exchange).collect();
        assert_eq!((kept.len(), kept[0].number), (KEPT, 3));
        assert!(kept.iter().all(|exchange| exchange.lost == Some(exchange.number.to_string())));
    }

    #[test]
    fn of_a_long_body_no_more_is_kept_than_shows_that_it_was_long() {
        assert_eq!(cut(&Bytes::from(vec![b'x'; KEPT_BODY])).len(), KEPT_BODY);
        assert_eq!(cut(&Bytes::from(vec![b'x'; 3 * KEPT_BODY])).len(), KEPT_BODY + 1);
    }
}
