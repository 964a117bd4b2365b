//! A second client that reads and writes during an attack: its requests must succeed, and quickly.
//!
//! An attack is a function. While it runs, the second client writes a document of its own and reads it again, each time
//! over a new connection. Afterwards every request must have succeeded, and the medians of its writes and of its reads
//! must be below `MAX_MEDIAN`.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::documents::{get, put};
use crate::http::{Request, Response};
use crate::serve::Server;
use crate::until;

/// The bound of the median of its writes, and of its reads.
const MAX_MEDIAN: Duration = Duration::from_millis(100);

/// The fewest writes and reads for which a median means something.
const MIN_SAMPLES: usize = 30;

/// The document that the second client writes.
const DOCUMENT: &str = "second-client";

/// The second client, as an attack sees it.
#[derive(Debug, Default)]
pub struct SecondClient {
    rounds: AtomicUsize,
    is_over: AtomicBool,
}

impl SecondClient {
    /// Waits until the second client has written and read often enough since this call.
    ///
    /// An attack that holds something, such as connections, calls this while it holds it. An attack that sends requests
    /// goes on until [`is_done`](Self::is_done).
    pub fn keep_waiting(&self) {
        let end = self.rounds.load(Ordering::Relaxed) + MIN_SAMPLES;
        // A panic of the second client is reported when its thread is joined.
        until("the second client is served", || self.rounds.load(Ordering::Relaxed) >= end || self.is_over());
    }

    /// Returns whether the second client has written and read often enough.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.rounds.load(Ordering::Relaxed) >= MIN_SAMPLES || self.is_over()
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }
}

/// Sets the flag when the attack or the second client ends, even by a panic.
struct Over<'a>(&'a SecondClient);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.is_over.store(true, Ordering::Relaxed);
    }
}

/// Runs an attack while a second client works, and returns the attack's result.
///
/// If the server has tokens, `token` is the value of `Authorization` that the second client sends.
pub fn beside<T>(server: &Server, token: Option<&str>, attack: impl FnOnce(&SecondClient) -> T) -> T {
    let client = SecondClient::default();
    let (result, (writes, reads)) = thread::scope(|scope| {
        let working = scope.spawn(|| work(server, token, &client));
        let over = Over(&client);
        let result = attack(&client);
        drop(over);
        (result, working.join().expect("the second client is served"))
    });
    let slowest = writes.iter().chain(&reads).max().copied().unwrap_or_default();
    let (write, read) = (median(writes), median(reads));
    println!(
        "the second client: {} rounds, median of a write {write:?}, of a read {read:?}, slowest {slowest:?}",
        client.rounds.into_inner()
    );
    assert!(write < MAX_MEDIAN && read < MAX_MEDIAN, "the medians of a write and a read are {write:?} and {read:?}");
    result
}

/// Writes and reads until the attack is over, and returns the durations of the writes and of the reads.
fn work(server: &Server, token: Option<&str>, client: &SecondClient) -> (Vec<Duration>, Vec<Duration>) {
    let _over = Over(client);
    let timed = |request: Request| -> (Response, Duration) {
        let request = match token {
            Some(token) => request.with("Authorization", token),
            None => request,
        };
        let begin = Instant::now();
        (server.answer(&request), begin.elapsed())
    };
    let (mut writes, mut reads) = (Vec::new(), Vec::new());
    // An earlier attack may have left the document.
    let mut tag = timed(get(DOCUMENT)).0.field("ETag").map(str::to_owned);
    while !client.is_over() {
        // Over a kilobyte, so that a budget of bytes counts it.
        let content = format!("{} {}", writes.len(), "text ".repeat(400));
        let guard = tag.as_deref().map_or(("If-None-Match", "*"), |tag| ("If-Match", tag));
        let (written, time) = timed(put(DOCUMENT, &content).with(guard.0, guard.1));
        assert!(matches!(written.status, 200 | 201), "{written}");
        writes.push(time);
        tag = Some(written.etag());
        let (read, time) = timed(get(DOCUMENT));
        assert_eq!((read.status, read.word("content")), (200, Some(content)), "{read}");
        reads.push(time);
        client.rounds.fetch_add(1, Ordering::Relaxed);
    }
    (writes, reads)
}

fn median(mut times: Vec<Duration>) -> Duration {
    assert!(times.len() >= MIN_SAMPLES, "the second client had {} rounds only: the attack was too short", times.len());
    times.sort_unstable();
    times[times.len() / 2]
}
