//! An event stream, with the times at which its parts arrive.

use std::time::Duration;

use client::{Client, EventParser, RawRequest, RawResponse, RawStream};
use contract::fields;
use tokio::time::{Instant, timeout_at};

/// How long the parts of a stream may take before they count as held back.
pub(crate) const STREAM_BOUND: Duration = Duration::from_secs(3);

/// The longest event that is read, in bytes.
const MAX_EVENT_BYTES: usize = 64 * 1024;

/// The parts of an event stream, as far as they arrived.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WatchedStream {
    /// The head of the response; `None` if it did not arrive in time.
    pub head: Option<RawResponse>,
    /// The reason, if there is no head.
    pub error: Option<String>,
    /// How long the first bytes took. The server sends some at once.
    pub first_bytes: Option<Duration>,
    /// Whether a change was made that the stream has to announce.
    pub is_event_due: bool,
    /// How long after that change its event arrived; `None` if it did not within the bound.
    pub event: Option<Duration>,
}

/// The fate of an event stream without events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdleStream {
    /// How long it was watched.
    pub watched: Duration,
    /// How it ended before that, if it did.
    pub end: Option<String>,
    /// The longest time without a byte. The server sends a heartbeat every 15 seconds.
    pub longest_silence: Duration,
}

/// An open stream.
pub(crate) struct EventWatch {
    stream: RawStream,
    parser: EventParser,
}

impl EventWatch {
    /// Opens a stream, and waits for its first bytes.
    ///
    /// The observation is returned if there is no stream, too.
    pub(crate) async fn open(client: &Client, target: &str) -> (Option<Self>, WatchedStream) {
        let mut watched = WatchedStream::default();
        let began = Instant::now();
        let request = RawRequest::new("GET", target, &[], None).expect("the path of a stream is valid");
        let opened = client.open_raw(request.accepting(fields::EVENT_STREAM)).await;
        let stream = match opened {
            Ok(stream) => stream,
            Err(error) => {
                watched.error = Some(error.to_string());
                return (None, watched);
            }
        };
        watched.head = Some(stream.head().clone());
        if stream.head().status != 200 {
            return (None, watched);
        }
        let mut watch = Self { stream, parser: EventParser::new(MAX_EVENT_BYTES, String::new()) };
        if let Ok(Ok(Some(bytes))) = timeout_at(began + STREAM_BOUND, watch.stream.chunk()).await {
            watched.first_bytes = Some(began.elapsed());
            // An event that is too long for the parser is none that is waited for.
            let _ = watch.parser.push(&bytes);
        }
        (Some(watch), watched)
    }

    /// Waits for an event, and returns how long it took since `changed`.
    pub(crate) async fn next_event(&mut self, changed: Instant) -> Option<Duration> {
        let until = changed + STREAM_BOUND;
        while let Ok(Ok(Some(bytes))) = timeout_at(until, self.stream.chunk()).await {
            if !self.parser.push(&bytes).ok()?.is_empty() {
                return Some(changed.elapsed());
            }
        }
        None
    }

    /// Watches the stream for `time`, without a change.
    pub(crate) async fn stay_idle(&mut self, time: Duration) -> IdleStream {
        let began = Instant::now();
        let mut last = began;
        let mut longest_silence = Duration::ZERO;
        let mut end = None;
        loop {
            let chunk = timeout_at(began + time, self.stream.chunk()).await;
            longest_silence = longest_silence.max(last.elapsed());
            last = Instant::now();
            match chunk {
                Ok(Ok(Some(_))) => continue,
                Ok(Ok(None)) => end = Some("the other end closed it".to_owned()),
                Ok(Err(error)) => end = Some(error.to_string()),
                Err(_) => {}
            }
            return IdleStream { watched: began.elapsed(), end, longest_silence };
        }
    }
}
