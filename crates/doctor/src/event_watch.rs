//! An event stream: when its parts arrive, compared with other responses.

use std::future::Future;
use std::time::Duration;

use client::{Client, EventParser, RawRequest, RawResponse, RawStream};
use contract::{ApiPath, fields};
use tokio::time::{Instant, sleep, timeout_at};

/// How many other requests have to be answered before a part of a stream counts as held back.
///
/// They are sent one after the other.
pub(crate) const COMPARED_REQUESTS: usize = 10;

/// The pause before each of these requests.
///
/// A path that holds nothing back takes less time for an event than for all of them.
const PAUSE: Duration = Duration::from_millis(300);

/// The longest event that is read, in bytes.
const MAX_EVENT_BYTES: usize = 64 * 1024;

/// The parts of an event stream, as far as they arrived.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WatchedStream {
    /// The head of the response; `None` if it was held back, or if there was an error.
    pub head: Option<RawResponse>,
    /// The error, if there was one before the head arrived.
    pub error: Option<String>,
    /// How long the first bytes took; `None` if they were held back. The server sends some at once.
    pub first_bytes: Option<Duration>,
    /// Whether a change was made that the stream has to announce.
    pub is_event_due: bool,
    /// How long after that change its event arrived; `None` if it was held back.
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

/// Other requests, with whose responses the parts of a stream are compared.
///
/// A busy machine or a slow network delays everything, a proxy that holds events back only the events. So there is no
/// time after which an event is late: it is late if other requests, sent after it, have been answered before it.
pub(crate) struct ComparedRequests<'a> {
    client: &'a Client,
    /// How many were sent.
    pub(crate) sent: usize,
}

impl<'a> ComparedRequests<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client, sent: 0 }
    }

    /// Returns what is awaited, or `None` if it is held back.
    async fn wait_for<T>(&mut self, awaited: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            found = awaited => Some(found),
            () = self.send_all() => None,
        }
    }

    /// Sends the requests one after the other, and ends early if one is not answered.
    async fn send_all(&mut self) {
        for _ in 0..COMPARED_REQUESTS {
            sleep(PAUSE).await;
            self.sent += 1;
            // No cache has answered this query yet.
            let target = format!("{}?limit={}", ApiPath::Documents.path(), 1 + self.sent);
            let request = RawRequest::new("GET", &target, &[], None).expect("the path of the list is valid");
            if self.client.exchange_raw(request).await.is_err() {
                return;
            }
        }
    }
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
    pub(crate) async fn open(
        client: &Client,
        target: &str,
        compared: &mut ComparedRequests<'_>,
    ) -> (Option<Self>, WatchedStream) {
        let mut watched = WatchedStream::default();
        let began = Instant::now();
        let request = RawRequest::new("GET", target, &[], None).expect("the path of a stream is valid");
        let stream = match compared.wait_for(client.open_raw(request.accepting(fields::EVENT_STREAM))).await {
            Some(Ok(stream)) => stream,
            Some(Err(error)) => {
                watched.error = Some(error.to_string());
                return (None, watched);
            }
            None => return (None, watched),
        };
        watched.head = Some(stream.head().clone());
        if stream.head().status != 200 {
            return (None, watched);
        }
        let mut watch = Self { stream, parser: EventParser::new(MAX_EVENT_BYTES, String::new()) };
        if let Some(Ok(Some(bytes))) = compared.wait_for(watch.stream.chunk()).await {
            watched.first_bytes = Some(began.elapsed());
            // An event that is too long for the parser is none that is waited for.
            let _ = watch.parser.push(&bytes);
        }
        (Some(watch), watched)
    }

    /// Waits for an event, and returns how long it took since `changed`; `None` if it is held back.
    pub(crate) async fn next_event(
        &mut self,
        changed: Instant,
        compared: &mut ComparedRequests<'_>,
    ) -> Option<Duration> {
        let event = async {
            while let Ok(Some(bytes)) = self.stream.chunk().await {
                if !self.parser.push(&bytes).ok()?.is_empty() {
                    return Some(changed.elapsed());
                }
            }
            None
        };
        compared.wait_for(event).await.flatten()
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
