//! The log of the last exchanges, in a compact form.
//!
//! Every exchange is kept, but hardly any is ever read. So the log copies the bytes of an exchange, one part after the
//! other, and builds an [`Exchange`] of the contract only when a client reads the log. It does not share the
//! connection's buffers, since a line of ten bytes would keep a buffer of many thousand bytes alive. And it copies into
//! the memory of the oldest exchange: freeing that memory and allocating new memory for each part would cost more than
//! all the copying.

mod copy_budget;
mod judgement_note;

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::mem;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::http::{HeaderMap, Method, StatusCode, header};
use contract::exchange::MAX_RECORDED_BODY;
use contract::secrets::shown_bytes;
use contract::{Anomaly, Author, Exchange, Message, Timestamp};
use precondition::{Comparison, Evaluation, Field};
use tokio::sync::broadcast;

use crate::budget::{self, Budgets, Uses};
use crate::lock::lock;

/// The most bytes of memory that an exchange passes on to its successor. More than that is freed.
const RETAINED_CAPACITY: usize = 8 * 1024;

/// How many bytes of a target are kept if there is no room for the header section of a request.
const MAX_REFUSED_TARGET_BYTES: usize = 128;

pub(crate) use copy_budget::{BodyCopy, CopyBudget};
pub(crate) use judgement_note::JudgementNote;

/// The number of an exchange.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExchangeId(pub(crate) u64);

/// The last exchanges.
#[derive(Clone)]
pub(crate) struct ExchangeLog {
    record: Arc<Mutex<LogState>>,
    live: broadcast::Sender<Arc<LoggedExchange>>,
    copies: CopyBudget,
    /// The moments of all forwarded exchanges that have come.
    moments: Arc<AtomicU64>,
}

/// Two rings, so that clients without a valid token cannot displace the exchanges of the others.
struct LogState {
    known: Ring,
    refused: Ring,
    counted: u64,
}

/// The ring that an exchange belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogShare {
    /// The ring of requests that have a valid token or need none.
    Known,
    /// The smaller ring, of requests that are refused for lack of a token.
    Refused,
}

/// A ring of exchanges, with its limits.
struct Ring {
    /// The kept exchanges, by number; there may be gaps.
    kept: VecDeque<LoggedExchange>,
    /// Older exchanges without an end, by number: a request may be held for long.
    open: HashMap<u64, LoggedExchange>,
    /// The size of the kept exchanges, in bytes.
    bytes: usize,
    /// The maximum number of exchanges.
    max_entries: usize,
    /// The maximum size of all exchanges, in bytes.
    max_bytes: usize,
    /// The size of the exchanges without an end, in bytes, which may be half of `max_bytes`.
    unfinished: usize,
}

/// A request when it arrives, without its body.
pub(crate) struct RequestSummary<'a> {
    pub(crate) share: LogShare,
    pub(crate) author: Option<&'a Author>,
    pub(crate) client_address: Option<IpAddr>,
    pub(crate) received: Timestamp,
    pub(crate) method: &'a Method,
    pub(crate) target: &'a str,
    pub(crate) fields: &'a HeaderMap,
    /// Whether the values of `Cookie` and `Set-Cookie` are kept, in request and response.
    pub(crate) shows_cookies: bool,
}

/// The end of an exchange, and its result.
pub(crate) struct Completion<'a> {
    /// The part of the request's body that arrived.
    pub(crate) body: &'a [u8],
    /// Whether more of the request's body arrived than is in `body`.
    pub(crate) is_body_cut: bool,
    pub(crate) judged: Option<(Timestamp, &'a [Evaluation])>,
    pub(crate) response: LoggedResponse<'a>,
    /// The anomalies that the exchange completes.
    pub(crate) anomalies: &'a [Anomaly],
}

/// How an exchange ended.
pub(crate) enum LoggedResponse<'a> {
    /// `is_cut` says that the body had more bytes than `body`.
    Sent {
        at: Timestamp,
        status: StatusCode,
        fields: &'a HeaderMap,
        body: &'a [u8],
        is_cut: bool,
    },
    Lost(Cow<'static, str>),
}

impl ExchangeLog {
    /// Creates an empty log with the limits of the budgets.
    pub(crate) fn new(budgets: &Budgets) -> Self {
        let ring = |most, room| Ring::new(budgets.size(most), budgets.size(room));
        let record = LogState {
            known: ring(&budget::RECORD_EXCHANGES, &budget::RECORD_BYTES),
            refused: ring(&budget::RECORD_REFUSED, &budget::RECORD_REFUSED_BYTES),
            counted: 0,
        };
        // Half of the record's bytes, as for the header sections of exchanges without an end.
        let copies = CopyBudget::new(budgets.size(&budget::RECORD_BYTES) / 2);
        Self { record: Arc::new(Mutex::new(record)), live: broadcast::channel(256).0, copies, moments: Arc::default() }
    }

    /// Returns the budget of the bodies that are copied while they pass.
    pub(crate) fn copies(&self) -> &CopyBudget {
        &self.copies
    }

    /// Returns the number of a moment of a forwarded exchange.
    ///
    /// It is more than that of each earlier moment, and never 0.
    pub(crate) fn next_moment(&self) -> u64 {
        self.moments.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Updates the metrics with how much of each budget is in use.
    pub(crate) fn count(&self, uses: &Uses) {
        let record = self.record();
        for (ring, most, room) in [
            (&record.known, &budget::RECORD_EXCHANGES, &budget::RECORD_BYTES),
            (&record.refused, &budget::RECORD_REFUSED, &budget::RECORD_REFUSED_BYTES),
        ] {
            uses.set(most, ring.kept.len() + ring.open.len());
            uses.set(room, ring.bytes);
        }
    }

    /// Returns the exchanges with a number above `after`, by number, and whether there are more.
    ///
    /// There are at most `rows` exchanges with at most `bytes` together, but always one if there is any.
    pub(crate) fn page(&self, after: u64, rows: usize, bytes: usize) -> (Vec<LoggedExchange>, bool) {
        let record = self.record();
        let (mut known, mut refused) = (record.known.after(after).peekable(), record.refused.after(after).peekable());
        let (mut page, mut taken) = (Vec::new(), 0);
        loop {
            let refused_is_next = match (known.peek(), refused.peek()) {
                (None, None) => return (page, false),
                (Some(known), Some(refused)) => refused.number < known.number,
                (None, Some(_)) => true,
                (Some(_), None) => false,
            };
            let Some(next) = (if refused_is_next { refused.next() } else { known.next() }) else { continue };
            taken += next.size();
            if page.len() == rows || (taken > bytes && !page.is_empty()) {
                return (page, true);
            }
            page.push(next.clone());
        }
    }

    /// Subscribes to exchanges: when they end, and held ones also when they arrive.
    pub(crate) fn live(&self) -> broadcast::Receiver<Arc<LoggedExchange>> {
        self.live.subscribe()
    }

    fn record(&self) -> MutexGuard<'_, LogState> {
        lock(&self.record)
    }

    /// Adds an exchange that has just begun, and returns its number.
    pub(crate) fn begin(&self, begun: &RequestSummary<'_>) -> u64 {
        let mut record = self.record();
        record.counted += 1;
        let number = record.counted;
        let ring = match begun.share {
            LogShare::Known => &mut record.known,
            LogShare::Refused => &mut record.refused,
        };
        let mut kept = ring.make_room();
        kept.begin(number, begun);
        // HPACK turns a few bytes into a large header section, and an exchange without an end cannot leave the log.
        if ring.unfinished + kept.size() > ring.max_bytes / 2 {
            kept.truncate_head();
        }
        ring.bytes += kept.size();
        ring.unfinished += kept.size();
        ring.kept.push_back(kept);
        number
    }

    /// Sends subscribers an exchange that will not end soon, in its present state.
    pub(crate) fn broadcast(&self, number: u64) {
        let mut record = self.record();
        if let Some(kept) = record.rings().into_iter().find_map(|ring| ring.get(number)) {
            self.send(kept);
        }
    }

    /// Records the end of an exchange.
    pub(crate) fn end(&self, number: u64, ended: Completion<'_>) {
        let mut record = self.record();
        let Some(ring) = record.rings().into_iter().find(|ring| ring.has(number)) else { return };
        if let Some(kept) = ring.get(number) {
            let before = kept.size();
            kept.end(ended);
            let more = kept.size() - before;
            self.send(kept);
            ring.bytes += more;
            ring.unfinished = ring.unfinished.saturating_sub(before);
        }
        if !ring.open.is_empty()
            && let Some(kept) = ring.open.remove(&number)
        {
            ring.bytes -= kept.size();
        }
        // The newest exchange stays, whatever its size.
        while ring.bytes > ring.max_bytes && ring.kept.len() > 1 {
            ring.drop_oldest();
        }
    }

    fn send(&self, kept: &LoggedExchange) {
        if self.live.receiver_count() > 0 {
            // An error means that there is no subscriber any more.
            let _ = self.live.send(Arc::new(kept.clone()));
        }
    }
}

impl LogState {
    fn rings(&mut self) -> [&mut Ring; 2] {
        [&mut self.known, &mut self.refused]
    }
}

impl Ring {
    fn new(most: usize, room: usize) -> Self {
        Self {
            kept: VecDeque::new(),
            open: HashMap::new(),
            bytes: 0,
            unfinished: 0,
            max_entries: most,
            max_bytes: room,
        }
    }

    /// Returns memory for one more exchange: the oldest one's, if the ring is full.
    fn make_room(&mut self) -> LoggedExchange {
        if self.kept.len() >= self.max_entries { self.drop_oldest() } else { LoggedExchange::default() }
    }

    /// Drops the oldest exchange, and returns its memory.
    ///
    /// An exchange without an end is only set aside, and its bytes still count.
    fn drop_oldest(&mut self) -> LoggedExchange {
        match self.kept.pop_front() {
            Some(kept) if kept.end.is_none() => {
                self.open.insert(kept.number, kept);
                LoggedExchange::default()
            }
            Some(kept) => {
                self.bytes -= kept.size();
                kept
            }
            None => LoggedExchange::default(),
        }
    }

    /// Returns the index of the exchange with this number in the ring, or `None` if it is not in it.
    ///
    /// Only the other ring causes gaps in the numbers, so the index nearly always follows from the newest number.
    fn place(&self, number: u64) -> Option<usize> {
        let behind = self.kept.back()?.number.checked_sub(number)?;
        let without_gaps = usize::try_from(behind).ok().and_then(|behind| (self.kept.len() - 1).checked_sub(behind));
        if let Some(place) = without_gaps.filter(|place| self.kept[*place].number == number) {
            return Some(place);
        }
        self.kept.binary_search_by_key(&number, |kept| kept.number).ok()
    }

    fn has(&self, number: u64) -> bool {
        self.place(number).is_some() || self.open.contains_key(&number)
    }

    fn get(&mut self, number: u64) -> Option<&mut LoggedExchange> {
        match self.place(number) {
            Some(place) => self.kept.get_mut(place),
            None => self.open.get_mut(&number),
        }
    }

    fn after(&self, number: u64) -> impl Iterator<Item = &LoggedExchange> {
        self.kept.range(self.kept.partition_point(|kept| kept.number <= number)..)
    }
}

/// An exchange in its present state.
#[derive(Clone, Default)]
pub(crate) struct LoggedExchange {
    pub(crate) number: u64,
    author: Option<ArenaSlice>,
    client_address: Option<IpAddr>,
    received: Timestamp,
    method: Method,
    target: ArenaSlice,
    request: LoggedMessage,
    judged: Option<Timestamp>,
    conditions: Vec<LoggedCondition>,
    end: Option<LoggedEnd>,
    /// The anomalies as JSON, so that they count like everything else; `None` for most exchanges.
    anomalies: Option<ArenaSlice>,
    shows_cookies: bool,
    bytes: ByteArena,
}

/// How an exchange ended.
#[derive(Clone)]
enum LoggedEnd {
    Sent { at: Timestamp, status: StatusCode, response: LoggedMessage },
    Lost(Cow<'static, str>),
}

/// The positions of a message's fields and body.
#[derive(Clone, Copy, Default)]
struct LoggedMessage {
    fields: ArenaSlice,
    body: ArenaSlice,
    /// Whether the body had more bytes than were recorded.
    is_cut: bool,
}

/// An [`Evaluation`] without its texts.
#[derive(Clone)]
struct LoggedCondition {
    field: Field,
    comparison: Comparison,
    sent: ArenaSlice,
    current: Option<ArenaSlice>,
    holds: bool,
    clause: Cow<'static, str>,
}

impl LoggedExchange {
    /// Returns the size of the exchange, in bytes.
    pub(crate) fn size(&self) -> usize {
        self.bytes.0.len()
    }

    /// Stores a request, in the memory of an older exchange.
    fn begin(&mut self, number: u64, begun: &RequestSummary<'_>) {
        let mut bytes = mem::take(&mut self.bytes);
        bytes.clear();
        let mut conditions = mem::take(&mut self.conditions);
        conditions.clear();
        *self = Self {
            number,
            author: begun.author.map(|author| bytes.put(author.as_str().as_bytes())),
            client_address: begun.client_address,
            received: begun.received,
            method: begun.method.clone(),
            target: bytes.put(begun.target.as_bytes()),
            request: LoggedMessage {
                fields: bytes.put_fields(begun.fields, begun.shows_cookies),
                ..LoggedMessage::default()
            },
            judged: None,
            conditions,
            end: None,
            anomalies: None,
            shows_cookies: begun.shows_cookies,
            bytes,
        };
    }

    /// Keeps only the beginning of the target, marked with an ellipsis.
    fn truncate_head(&mut self) {
        let target = self.bytes.get(self.target);
        let mut bytes = ByteArena::default();
        self.author = self.author.map(|author| bytes.put(self.bytes.get(author)));
        let begin = bytes.put(&target[..target.len().min(MAX_REFUSED_TARGET_BYTES)]).begin;
        self.target = ArenaSlice { begin, end: bytes.put("…".as_bytes()).end };
        self.request.fields = ArenaSlice::default();
        self.bytes = bytes;
    }

    fn end(&mut self, ended: Completion<'_>) {
        let bytes = &mut self.bytes;
        self.request.body = bytes.put_body(ended.body);
        self.request.is_cut = ended.is_body_cut;
        if let Some((at, evaluation)) = ended.judged {
            self.judged = Some(at);
            self.conditions.extend(evaluation.iter().map(|evaluation| LoggedCondition {
                field: evaluation.field,
                comparison: evaluation.comparison,
                sent: bytes.put(evaluation.sent.as_bytes()),
                current: evaluation.current.as_ref().map(|current| bytes.put(current.as_bytes())),
                holds: evaluation.holds,
                clause: evaluation.clause.clone(),
            }));
        }
        if !ended.anomalies.is_empty() {
            self.anomalies = serde_json::to_vec(ended.anomalies).ok().map(|json| bytes.put(&json));
        }
        self.end = Some(match ended.response {
            LoggedResponse::Lost(why) => LoggedEnd::Lost(why),
            LoggedResponse::Sent { at, status, fields, body, is_cut } => {
                let fields = bytes.put_fields(fields, self.shows_cookies);
                let response = LoggedMessage { fields, body: bytes.put_body(body), is_cut };
                LoggedEnd::Sent { at, status, response }
            }
        });
    }

    /// Returns the exchange as a type of the contract.
    pub(crate) fn to_exchange(&self) -> Exchange {
        let mut exchange = Exchange {
            number: self.number,
            author: self.author.map(|author| Author::from_repaired(&self.bytes.text(author))),
            client_address: self.client_address,
            server: None,
            received: self.received,
            judged: self.judged,
            answered: None,
            method: self.method.to_string(),
            target: self.bytes.text(self.target),
            request: self.bytes.message(self.request),
            status: None,
            response: None,
            lost: None,
            evaluation: self.conditions.iter().map(|condition| condition.to_evaluation(&self.bytes)).collect(),
            anomalies: self
                .anomalies
                .and_then(|json| serde_json::from_slice(self.bytes.get(json)).ok())
                .unwrap_or_default(),
        };
        match &self.end {
            None => {}
            Some(LoggedEnd::Lost(why)) => exchange.lost = Some(why.clone().into_owned()),
            Some(LoggedEnd::Sent { at, status, response }) => {
                exchange.answered = Some(*at);
                exchange.status = Some(status.as_u16());
                exchange.response = Some(self.bytes.message(*response));
            }
        }
        exchange
    }
}

impl LoggedCondition {
    fn to_evaluation(&self, bytes: &ByteArena) -> Evaluation {
        Evaluation {
            field: self.field,
            comparison: self.comparison,
            sent: bytes.text(self.sent),
            current: self.current.map(|current| bytes.text(current)),
            holds: self.holds,
            clause: self.clause.clone(),
        }
    }
}

/// The parts of an exchange, one after the other.
#[derive(Clone, Default)]
struct ByteArena(Vec<u8>);

/// The position of a part in a [`ByteArena`].
#[derive(Clone, Copy, Default)]
struct ArenaSlice {
    begin: usize,
    end: usize,
}

impl ByteArena {
    fn clear(&mut self) {
        if self.0.capacity() > RETAINED_CAPACITY { self.0 = Vec::new() } else { self.0.clear() }
    }

    /// Appends a part.
    ///
    /// Doubling would leave a thousand exchanges with room for as much again. The memory is used again anyway.
    fn put(&mut self, bytes: &[u8]) -> ArenaSlice {
        let begin = self.0.len();
        self.0.reserve_exact(bytes.len());
        self.0.extend_from_slice(bytes);
        ArenaSlice { begin, end: self.0.len() }
    }

    /// Appends the fields of a message as lines, in their order, without the values of secrets.
    ///
    /// `shows_cookies` says that cookies do not count as secrets.
    fn put_fields(&mut self, headers: &HeaderMap, shows_cookies: bool) -> ArenaSlice {
        let begin = self.0.len();
        let lines = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 2);
        self.0.reserve_exact(lines.sum());
        for (name, value) in headers {
            self.0.extend_from_slice(name.as_str().as_bytes());
            // A line feed can be in neither, and a colon not in a name (RFC 9110 section 5.1).
            self.0.push(b':');
            if shows_cookies && (*name == header::COOKIE || *name == header::SET_COOKIE) {
                self.0.extend_from_slice(value.as_bytes());
            } else {
                self.0.extend_from_slice(&shown_bytes(name.as_str(), value.as_bytes()));
            }
            self.0.push(b'\n');
        }
        ArenaSlice { begin, end: self.0.len() }
    }

    /// Appends a body up to the recorded maximum, plus one byte if there was more, as a mark.
    fn put_body(&mut self, body: &[u8]) -> ArenaSlice {
        self.put(&body[..body.len().min(MAX_RECORDED_BODY + 1)])
    }

    fn get(&self, part: ArenaSlice) -> &[u8] {
        &self.0[part.begin..part.end]
    }

    fn text(&self, part: ArenaSlice) -> String {
        String::from_utf8_lossy(self.get(part)).into_owned()
    }

    fn message(&self, LoggedMessage { fields, body, is_cut }: LoggedMessage) -> Message {
        let lines = self.get(fields).split(|byte| *byte == b'\n');
        let pairs = lines.filter_map(|line| Some(line.split_at(line.iter().position(|byte| *byte == b':')?)));
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let fields = pairs.map(|(name, value)| (text(name), text(&value[1..]))).collect();
        let mut message = Message { fields, ..Message::default() };
        message.keep_body(self.get(body));
        message.cut |= is_cut;
        message
    }
}

#[cfg(test)]
mod tests;
