//! The driver: connections that send requests and read responses, all on one thread.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::error::Error;
use crate::process::{ServerProcess, own_processor_time};
use crate::response_head::{self, ResponseHead};
use crate::sample::Sample;
use crate::workload::{self, RequestGenerator};

/// How much longer than its time a measurement may take, if writes are refused again and again.
const MAX_OVERTIME: u32 = 20;

/// A kept-alive connection.
pub(crate) struct BenchConnection {
    stream: TcpStream,
    /// The last response, as far as it is read.
    answer: Vec<u8>,
}

impl BenchConnection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self, Error> {
        let stream = TcpStream::connect(address).await.map_err(Error::while_doing("the server takes no connection"))?;
        stream.set_nodelay(true).map_err(Error::while_doing("a socket cannot be set up"))?;
        Ok(Self { stream, answer: Vec::with_capacity(8 * 1024) })
    }

    /// Sends a request, and reads the response to the end.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Result<ResponseHead, Error> {
        self.send(request).await?;
        self.response().await
    }

    /// Reads the response to the request that was sent, to its end.
    pub(crate) async fn response(&mut self) -> Result<ResponseHead, Error> {
        self.answer.clear();
        loop {
            if self.read_more().await? == 0 {
                return Err(Error::Io { what: "the server hung up", source: std::io::ErrorKind::UnexpectedEof.into() });
            }
            if let Some(head) =
                response_head::parse_head(&self.answer).filter(|head| self.answer.len() >= head.length + head.body)
            {
                return Ok(head);
            }
        }
    }

    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<(), Error> {
        self.stream.write_all(request).await.map_err(Error::while_doing("a request cannot be sent"))
    }

    /// Reads more of the response. Returns the number of bytes: 0 if the connection is closed.
    pub(crate) async fn read_more(&mut self) -> Result<usize, Error> {
        self.stream.read_buf(&mut self.answer).await.map_err(Error::while_doing("an answer cannot be read"))
    }

    /// Drops what was read.
    pub(crate) fn clear_response(&mut self) {
        self.answer.clear();
    }

    /// Returns the body of the last response.
    pub(crate) fn body(&self, head: ResponseHead) -> &[u8] {
        &self.answer[head.length..head.length + head.body]
    }

    /// Returns the entity tag in the last response.
    pub(crate) fn tag(&self, head: ResponseHead) -> String {
        let value = response_head::field(&self.answer[..head.length], b"etag").unwrap_or_default();
        String::from_utf8_lossy(value).into_owned()
    }
}

/// Runs each work on a connection of its own, for `time`, and measures.
pub(crate) async fn drive(
    server: &ServerProcess,
    works: Vec<RequestGenerator>,
    time: Duration,
) -> Result<Sample, Error> {
    let mut connections = Vec::new();
    for work in works {
        connections.push((BenchConnection::open(server.address).await?, work));
    }
    let (server_before, own_before) = (server.processor_time(), own_processor_time());
    let begun = Instant::now();
    let local = tokio::task::LocalSet::new();
    let mut running = JoinSet::new();
    let clock = Clock { end: begun + time, last: begun + time * MAX_OVERTIME, unfinished: Rc::default() };
    for (connection, work) in connections {
        running.spawn_local_on(run_until(connection, work, clock.clone()), &local);
    }
    let mut sample = Sample::default();
    local
        .run_until(async {
            while let Some(ended) = running.join_next().await {
                let one = ended.map_err(|_| Error::Silent)??;
                sample.took.extend(one.took);
                sample.waited.extend(one.waited);
                sample.done += one.done;
            }
            Ok::<_, Error>(())
        })
        .await?;
    sample.elapsed = begun.elapsed();
    sample.server = server.processor_time().saturating_sub(server_before);
    sample.driver = own_processor_time().saturating_sub(own_before);
    Ok(sample)
}

/// The end of a measurement.
#[derive(Clone)]
struct Clock {
    /// Requests are sent until then, and longer as long as there are unfinished writes.
    end: Instant,
    /// The time after which writes remain unfinished.
    last: Instant,
    /// The number of writes that were first tried before the end, were refused, and are tried again.
    ///
    /// All connections go on until these are acknowledged: if each stopped at the end, the writers that wait longest
    /// would be left out, and if it stopped after its own write, the last ones would have no rival.
    unfinished: Rc<Cell<usize>>,
}

/// Sends requests again and again, and measures.
async fn run_until(mut connection: BenchConnection, mut work: RequestGenerator, clock: Clock) -> Result<Sample, Error> {
    let (mut sample, mut request) = (Sample::default(), Vec::new());
    let mut first_try: Option<Instant> = None;
    loop {
        work.next(&mut request);
        let sent = Instant::now();
        if sent >= clock.end && !sample.took.is_empty() && (clock.unfinished.get() == 0 || sent >= clock.last) {
            sample.waited.extend(first_try.filter(|first| *first < clock.end).map(|first| first.elapsed()));
            return Ok(sample);
        }
        if work.is_retried() && first_try.is_none() {
            first_try = Some(sent);
            clock.count(sent, 1);
        }
        let head = connection.exchange(&request).await?;
        sample.took.push(sent.elapsed());
        let done = work.on_response(head, || connection.tag(head))?;
        sample.done += u64::from(done);
        if done && let Some(first) = first_try.take() {
            clock.count(first, -1);
            if first < clock.end {
                sample.waited.push(first.elapsed());
            }
        }
    }
}

impl Clock {
    /// Counts a write that was first tried at `first`, unless that was after the end.
    fn count(&self, first: Instant, change: isize) {
        if first < self.end {
            self.unfinished.set(self.unfinished.get().saturating_add_signed(change));
        }
    }
}

/// Creates documents, many at a time so that they share commits. Returns their tags, in order.
pub(crate) async fn seed_documents(server: &ServerProcess, count: usize, bytes: usize) -> Result<Vec<String>, Error> {
    const AT_ONCE: usize = 128;
    let mut filling = JoinSet::new();
    for first in 0..AT_ONCE.min(count) {
        let mut connection = BenchConnection::open(server.address).await?;
        filling.spawn(async move {
            let (mut tags, mut request) = (Vec::new(), Vec::new());
            for number in (first..count).step_by(AT_ONCE) {
                request.clear();
                let condition = Some(("If-None-Match", "*"));
                let (document, content) = (workload::document(number), workload::content(number, 0, bytes));
                workload::put(&mut request, &document, &workload::author(number % AT_ONCE), condition, &content);
                let head = connection.exchange(&request).await?;
                if head.status != 201 {
                    return Err(Error::Answer { what: "a creation".to_owned(), status: head.status });
                }
                tags.push((number, connection.tag(head)));
            }
            Ok(tags)
        });
    }
    let mut tags = vec![String::new(); count];
    while let Some(filled) = filling.join_next().await {
        for (number, tag) in filled.map_err(|_| Error::Silent)?? {
            tags[number] = tag;
        }
    }
    Ok(tags)
}
